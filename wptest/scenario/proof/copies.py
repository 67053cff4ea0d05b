"""Rescue files with the same lines: copies of one another, whose lines a scenario may not mean to be owed twice."""

from __future__ import annotations

from engine.rescue.name import LOCK, parse_name
from wptest.scenario.proof.survey import Survey
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.words.setting.given_file import GivenFile


def check_copies(scene: Scene, survey: Survey) -> None:
    """Warn of a rescue file that has the lines of another one, and of which the scenario doesn't say what it is."""
    inside = f"{survey.project.rescue_root}/"
    first: dict[object, str] = {}
    for place, path, file in survey.written:
        released, lines = path.removesuffix(LOCK), _lines(path, file)
        named = parse_name(released, survey.project.rescue_root) if path.startswith(inside) else None
        if lines is None or named is None:
            continue
        sink = survey.project.sink_of_rescue_file(named.sink)
        other = first.setdefault((sink and sink.id, lines), path)
        if other != path and "owed" not in file.model_fields_set:
            message = f"it has the lines of {other}, and these are owed a second time"
            help_ = "if it is a copy, add 'owed: false'; if not, 'owed: true'"
            scene.warn(place, message, Code.OWED_TWICE, help_=help_, at_key=True)


def _lines(path: str, file: GivenFile) -> object | None:
    """Something that is equal for files with the same lines; None where there is none in it."""
    if file.lines:
        return file.lines, file.equal, file.marked or path.rpartition("/")[2]
    return file.text or file.raw or None
