"""What a scenario does to the files of databases doesn't reach them: SQLite reads and writes these by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.storage.glob import path_pattern
from engine.text.source_text import KeyPath
from wptest.run.world import World
from wptest.scenario.deeds import deeds
from wptest.words import actions
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
    """Sizes of directories, and permissions."""
    for directory in world.scenario.given.disk:
        yield from ((("given", "disk"), what) for what in _too_large(there, directory))
    for place, action in deeds(world.scenario):
        match action:
            case actions.Resize(sizes):
                yield from ((place, what) for directory in sizes for what in _too_large(there, directory))
            case actions.Chmod(modes):
                for changed in modes:
                    bound = [path for path in there if path == changed or path.startswith(f"{changed}/")]
                    yield from ((place, f"the mode of {changed} doesn't bind {path}, a database") for path in bound)


def _too_large(there: list[str], directory: str) -> Iterator[str]:
    inside = (path for path in there if path.startswith(f"{directory}/"))
    return (f"the database {path} takes no room in {directory}" for path in inside)
