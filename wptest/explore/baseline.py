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

    @property
    def key(self) -> tuple[str, Operation, str]:
        """What it is, however often."""
        return self.process, self.kind, self.pattern


@dataclass(frozen=True, slots=True)
class Baseline:
    """`time` in virtual nanoseconds, and the operations in the order in which they first came."""

    time: int
    operations: tuple[SeenOperation, ...]


def role_of(path: str) -> str:
    """A pattern for the file's like: a rescue file's name may have any time, as another run has other outages."""
    return _TIME.sub("*", path)


class Seeing:
    """Writes down what the programs of a run do to files, until its timeline is over."""

    def __init__(self, variant: LoadedVariant) -> None:
        self._within = {server.name for server in variant.project.servers if is_embedded(server.engine)}
        self._times: dict[tuple[str, Operation, str], int] = {}
        self._world: World | None = None

    def attach(self, world: World) -> None:
        """Begin to watch a world that hasn't begun yet."""
        self._world = world
        world.machine.storage.watchers.append(self._saw)

    @property
    def operations(self) -> tuple[SeenOperation, ...]:
        """In the order in which they first came."""
        return tuple(SeenOperation(*key, times, key[0] not in self._within) for key, times in self._times.items())

    def _saw(self, operation: Operation, path: str, process: Process) -> None:
        assert self._world is not None, "who sees it was attached to it"
        if path and not self._world.closing:  # no pattern is that of the root
            key = (process.name, operation, role_of(path))
            self._times[key] = self._times.get(key, 0) + 1


def baseline_of(variant: LoadedVariant, options: RunOptions) -> Baseline:
    """Run a variant and write down what it does, without the closing phase."""
    seeing = Seeing(variant)
    result = run_variant(variant, options, seeing.attach)
    demand_end(result.findings)
    return Baseline(result.virtual_time, seeing.operations)
