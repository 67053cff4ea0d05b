"""What a scenario does to the files of databases doesn't reach them: SQLite reads and writes these by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.storage.glob import path_pattern
from engine.text.source_text import KeyPath
from wptest.run.world import World
from wptest.words.failures import Failure
from wptest.words.finding import Finding

_BESIDE = ("", "-journal", "-wal", "-shm")  # what belongs to a database
_WHY = ("SQLite reads and writes the files of a database by itself, where no scenario governs them",)
_HELP = "leave it out here; a kill does reach it: 'upon: {operation: commit, on: FILE}' and 'kill: PROGRAM'"


def databases(world: World) -> list[str]:
    """The databases that python sinks have opened below the work root."""
    opened = (program.foreign_files for program in world.programs if program.foreign_files is not None)
    return sorted({path for files in opened for path in files.databases})


def reached(world: World, pattern: str) -> list[str]:
    """The databases among the files that a pattern is for."""
    fits = path_pattern(pattern).fullmatch
    return [path for path in databases(world) if any(fits(path + end) for end in _BESIDE)]


def beyond(world: World, faults: Iterable[tuple[KeyPath, str, str]]) -> list[Finding]:
    """What a run can't show of its databases; `faults` are those that were in force: place, name and pattern."""
    found = [
        (place, f"the fault {name} can't reach the database {path}")
        for place, name, pattern in faults
        for path in reached(world, pattern)
    ]
    if there := databases(world):
        found += _about(world, there)
    return [
        world.facts.unproved(place, what, Failure.NOT_EXPRESSIBLE, _WHY, help_=_HELP)
        for place, what in dict.fromkeys(found)
    ]


def _about(world: World, there: list[str]) -> Iterator[tuple[KeyPath, str]]:
    """What the outset and the steps say that doesn't reach them."""
    for part in world.scenario.given.parts:
        yield from ((("given", part.key), what) for what in part.beyond(there))
    for place, step in world.scenario.all_steps:
        yield from ((place, what) for what in step.verb.beyond(there))
