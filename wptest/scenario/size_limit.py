"""How large a scenario may be: its lines stand in memory, and `lines: 10G` is mostly a slip.

A line counts once for each place that it stands in while the run goes on: the input, and the files of the sinks
that get it; a given file, and the target that it is replayed to. One that is longer than usual counts for more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from engine.pipeline.router import numbered
from engine.programs.command import Command
from engine.programs.environment import handed_on
from engine.project.model import Project, Sample
from engine.text.mistake import Mistake
from engine.text.source_text import KeyPath
from engine.units import WANTED_COUNT, parse_count
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.words.setting.given_file import GivenFile
from wptest.words.setting.parts.input_lines import InputLines

LINES_VARIABLE = "WPTEST_LARGEST"
_COUNT = "LINE_CNT"
MOST_LINES = 20_000_000  # lines: some gigabytes
_USUAL = 100  # bytes in a line
_COPIES = 2  # of a line that is replayed
_ID = len(numbered(Sample("", ""), 10**9))


class _Amount(NamedTuple):
    """Lines that a value of the scenario makes: where it stands, how many, and for how many they count."""

    path: KeyPath
    lines: int
    weight: int


def largest(environment: Mapping[str, str]) -> int:
    """How many lines a scenario may have: what the environment variable says, or the default.

    Raises:
        Mistake: it says no number.
    """
    value = environment.get(LINES_VARIABLE, "").strip()
    return parse_count(value) if value else MOST_LINES


def check_size(scene: Scene, environment: Mapping[str, str]) -> None:
    """Add a mistake to the scene if it has more lines than a run may have: at what makes most of them."""
    try:
        most = largest(environment)
    except Mistake as error:
        scene.problem(
            (),
            f"the environment variable {LINES_VARIABLE}: {error.problem}",
            Code.WRONG_VALUE,
            expected=WANTED_COUNT,
        )
        return
    amounts = list(_amounts(scene))
    total = sum(each.weight for each in amounts)
    if total <= most:
        return
    worst = max(amounts, key=lambda each: each.weight)
    message = f"{worst.lines:,} lines make the run too large: it would hold {total:,} of the usual size"
    help_ = f"if they are meant, and there is the memory, set the environment variable {LINES_VARIABLE}={total}"
    scene.problem(worst.path, message, Code.TOO_LARGE, expected=f"{most:,} at most, in all files", help_=help_)


def of_programs(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of the environment that programs read.

    Raises:
        Mistake: one has a value that no program can read, or asks for too many lines.
    """
    found = handed_on(environment)
    try:
        most = largest(environment)
    except Mistake as error:
        raise Mistake(f"the environment variable {LINES_VARIABLE}: {error}") from None
    if (count := int(found.get(_COUNT, 0))) > most:
        message = (
            f"the environment variable {_COUNT}: {count:,} lines, expected {most:,} at most (see {LINES_VARIABLE})"
        )
        raise Mistake(message)
    return found


def _amounts(scene: Scene) -> Iterator[_Amount]:
    scenario = scene.scenario
    source, outset = scenario.given.get(InputLines), scenario.given.outset
    if source is not None and (count := source.count) is not None:
        key = "lines" if source.duration is None else "for"
        yield _of_input(scene.project, ("given", "source", key), count)
    for path, file in outset.files.items():
        yield from _of_file(("given", "files", path), path, file)
    for place, step in scenario.all_steps:
        where, command = (*place, step.verb.key), step.verb.command
        for path, file in step.verb.files.items():
            yield from _of_file((*where, path), path, file)
        if command is not None and command.program == "wpgen":
            yield _of_input(scene.project, where, _generated(scene, command))


def _generated(scene: Scene, command: Command) -> int:
    """How many lines a `wpgen` makes; what it makes by default is not worth counting."""
    if "count" in command.options:
        return int(command.options["count"])
    with suppress(Mistake):  # which is told elsewhere
        return parse_count(scene.scenario.given.outset.variables.get(_COUNT, "0"))
    return 0


def _of_input(project: Project | None, path: KeyPath, lines: int) -> _Amount:
    """Lines of the input, each of which goes to the sinks of one group."""
    longest = max((len(sample.text.encode()) for sample in project.samples), default=0) if project else 0
    copies = 1 + max((len(group.sinks) for group in project.groups), default=1) if project else _COPIES
    return _Amount(path, lines, lines * copies * _sizes(longest))


def _of_file(path: KeyPath, name: str, file: GivenFile) -> Iterator[_Amount]:
    if file.lines is not None:
        length = len((file.marked or "").encode()) + len(name.encode())
        yield _Amount((*path, "lines"), file.lines, file.lines * _COPIES * _sizes(length))


def _sizes(length: int) -> int:
    """How many lines of the usual size a line of that many bytes, and its number, is as large as."""
    return -(-(length + _ID) // _USUAL)
