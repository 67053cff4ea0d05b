"""Stretches of runs: each goes to its end, or until a crash cuts it off and the machine is started again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from engine.kernel import Event, Process
from engine.storage.faults import Operation
from wptest.explore.crashes.crash_state import Crash
from wptest.run.result import Result
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.words.finding import Finding


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a run.

    Attributes:
        events: what happened in it.
        crash: what cut it off; None at the end of a run.
        operations: kind and path of the operations on the disk, up to the one at which the crash came.
    """

    variant: LoadedVariant
    events: tuple[Event, ...]
    crash: Crash | None = None
    operations: tuple[tuple[str, str], ...] = ()

    @classmethod
    def whole(cls, result: Result) -> Self:
        """A run that nothing cuts off."""
        return cls(result.variant, result.events)

    @property
    def alive(self) -> list[str]:
        """The programs that ran when it was over."""
        running: dict[str, None] = {}
        for event in self.events:
            if event.kind == "program.started":
                running[event.process] = None
            elif event.kind in ("program.exited", "program.killed"):
                running.pop(event.process, None)
        return list(running)

    @property
    def commands(self) -> list[str]:
        """The commands that were run in it, in order."""
        return [str(event.fields["command"]) for event in self.events if event.kind == "program.started"]


@dataclass(frozen=True, slots=True)
class Rerun:
    """A breach that was run again: of what and how, what breaks now, in the last stretch, and all that happened."""

    variant: LoadedVariant
    options: RunOptions
    findings: tuple[Finding, ...]
    stretches: tuple[Stretch, ...]


@dataclass(slots=True)
class Watched:
    """Watches a world, and tells of it as a stretch up to now."""

    operations: list[tuple[str, str]] = field(default_factory=list)
    world: World | None = None

    def attach(self, world: World) -> None:
        """Begin to watch a world that hasn't begun yet."""
        self.world = world
        world.machine.storage.watchers.append(self._saw)

    def stretch(self, variant: LoadedVariant, crash: Crash | None = None) -> Stretch:
        """What has happened until now."""
        assert self.world is not None, "a world is watched before it begins"
        return Stretch(variant, tuple(self.world.machine.trace.events), crash, tuple(self.operations))

    def _saw(self, operation: Operation, path: str, _process: Process) -> None:
        self.operations.append((operation, path))
