"""Where files of a scenario can be: no disk has two things in one place, and none takes names of any length."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from engine.directories.paths import check_file_name, why_too_long
from engine.project.model import Project
from engine.text.source_text import KeyPath
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.words.setting.inline import InlineProject

_FILES: KeyPath = ("given", "files")
_SUFFIX = "-2025-10-04_01:59:24-999.dat.lock"  # the longest that is behind a sink's name in that of a file


def check_file_places(scene: Scene) -> None:
    """The given files can all be there, and the project's sinks can have files of their own."""
    _check_given_files(scene)
    project = scene.scenario.project
    if isinstance(project, InlineProject):
        names: list[tuple[KeyPath, str]] = [(("project", "sinks", name), name) for name in project.sinks or ()]
        for group, conf in (project.groups or {}).items():
            names += [(("project", "groups", group), group)]
            names += [(("project", "groups", group, "sinks", name), name) for name in conf.sinks]
        wrong = [(path, why) for path, name in names if (why := check_file_name(name)) is not None]
        for path, why in wrong:
            scene.problem(path, why, Code.WRONG_VALUE, at_key=True)
        if wrong:
            return
    if scene.project is not None and (why := next(_too_long(scene.project), "")):
        place: KeyPath = ("project", "rescue_root") if isinstance(project, InlineProject) else ("project",)
        scene.problem(place, why, Code.WRONG_VALUE, "paths of files that a file system takes")


def _check_given_files(scene: Scene) -> None:
    outset = scene.scenario.given.outset
    files = dict.fromkeys(outset.files)
    source = None if scene.project is None or outset.lines is None else scene.project.source.path
    for path in files:
        others = [above for above in _above(path) if above in files or above == source]
        if source is not None and path in _above(source):
            others.append(source)
        for other in others:
            what = f"the input, {other}," if other == source else other
            message = f"{path} can't be there: {what} can't be a file and have files below it"
            if other != path and path in _above(other):
                message = f"{path} can't be a file: {what} is below it"
            scene.problem(
                (*_FILES, path), message, Code.WRONG_VALUE, help_="give one of them another path", at_key=True
            )


def _above(path: str) -> list[str]:
    """The directories that a file is in."""
    return list(accumulate(path.split("/")[:-1], lambda above, name: f"{above}/{name}"))


def _too_long(project: Project) -> Iterator[str]:
    """Why files of a project's sinks could not be made: their paths are too long."""
    for sink in project.sinks:
        if why := why_too_long(f"{project.rescue_root}/{sink.id}{_SUFFIX}"):
            yield f"of a rescue file of the sink '{sink.id}', {why}"
        if sink.path and (why := why_too_long(sink.path)):
            yield f"of the target of the sink '{sink.id}', {why}"
