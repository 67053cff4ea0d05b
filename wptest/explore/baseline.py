"""The course that a scenario takes by itself: how long it is, and what its programs do to which files."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.kernel import Process
from engine.storage.faults import Operation
from wptest.explore.endless import ended
from wptest.run.run import run_variant
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant

_TIME = re.compile(r"\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Done:
    """What a program did to a file, and how often.

    Attributes:
        pattern: the file; in the name of a rescue file any time will do, as another run has other outages.
    """

    process: str
    kind: Operation
    pattern: str
    times: int


@dataclass(frozen=True, slots=True)
class Course:
    """`time` in virtual nanoseconds, and the operations in the order in which they first came."""

    time: int
    operations: tuple[Done, ...]


def course_of(variant: LoadedVariant, options: RunOptions) -> Course:
    """Run a variant and write down its course, without that of the closing phase."""
    seen: dict[tuple[str, Operation, str], int] = {}

    def watch(world: World) -> None:
        def watcher(operation: Operation, path: str, process: Process) -> None:
            if not world.closing:
                key = (process.name, operation, _TIME.sub("*", path))
                seen[key] = seen.get(key, 0) + 1

        world.machine.storage.watchers.append(watcher)

    result = ended(run_variant(variant, options, watch))
    return Course(result.virtual_time, tuple(Done(*key, times) for key, times in seen.items()))
