"""The run of a scenario by itself: how long it takes, and what its programs do to which files."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.kernel import Process
from engine.servers.server_words import is_embedded
from engine.storage.faults import Operation
from wptest.explore.breaches import demand_end
from wptest.run.running import run_variant
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant

_TIME = re.compile(r"\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class SeenOperation:
    """What a program did to a file, and how often.

    Attributes:
        pattern: the file; in the name of a rescue file any time will do, as another run has other outages.
        by_itself: who did it is a process that can be killed, and no server that lives within its client.
    """

    process: str
    kind: Operation
    pattern: str
    times: int
    by_itself: bool = True


@dataclass(frozen=True, slots=True)
class Baseline:
    """`time` in virtual nanoseconds, and the operations in the order in which they first came."""

    time: int
    operations: tuple[SeenOperation, ...]


def baseline_of(variant: LoadedVariant, options: RunOptions) -> Baseline:
    """Run a variant and write down what it does, without the closing phase."""
    seen: dict[tuple[str, Operation, str], int] = {}
    within = {server.name for server in variant.project.servers if is_embedded(server.engine)}

    def watch(world: World) -> None:
        def watcher(operation: Operation, path: str, process: Process) -> None:
            if path and not world.closing:  # no pattern is that of the root
                key = (process.name, operation, _TIME.sub("*", path))
                seen[key] = seen.get(key, 0) + 1

        world.machine.storage.watchers.append(watcher)

    result = run_variant(variant, options, watch)
    demand_end(result.findings)
    operations = (SeenOperation(*key, times, key[0] not in within) for key, times in seen.items())
    return Baseline(result.virtual_time, tuple(operations))
