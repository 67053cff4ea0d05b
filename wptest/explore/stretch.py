"""Stretches of runs: each goes to its end, or until a crash cuts it off and the machine is started again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

from engine.kernel import Event, Process
from engine.storage.faults import Operation
from wptest.explore.crashes.crash_state import Crash
from wptest.explore.troubles.strikes import Strike
from wptest.run.result import Result
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.words.finding import Finding


class Done(NamedTuple):
    """An operation on the disk: whose it was, and how many nanoseconds after the beginning."""

    operation: Operation
    path: str
    process: str
    time: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a run.

    Attributes:
        events: what happened in it.
        crash: what cut it off; None at the end of a run.
        operations: what was done on the disk, up to the operation at which the crash came.
        strikes: what struck it, and let it go on.
    """

    variant: LoadedVariant
    events: tuple[Event, ...]
    crash: Crash | None = None
    operations: tuple[Done, ...] = ()
    strikes: tuple[Strike, ...] = ()

    @classmethod
    def whole(cls, result: Result) -> Self:
        """A run that nothing cuts off."""
        return cls(result.variant, result.events)

    def with_strikes(self, strikes: Sequence[Strike]) -> Self:
        """The same, and what struck it."""
        return replace(self, strikes=tuple(strikes))

    def place_of(self, strike: Strike, during: str | None) -> int | None:
        """Which of the operations is a strike's, where those of `during` count; None where it is not there."""
        explored = [place for place, done in enumerate(self.operations) if during in (None, done.process)]
        for place in explored[strike.number - 1 : strike.number]:
            if strike.is_of(*self.operations[place][:3]):
                return place
        return None

    @property
    def time(self) -> int:
        """How long it took, in nanoseconds."""
        return max((event.time for event in self.events), default=0)

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

    operations: list[Done] = field(default_factory=list)
    world: World | None = None

    def attach(self, world: World) -> None:
        """Begin to watch a world that hasn't begun yet."""
        self.world = world
        world.machine.storage.watchers.append(self._saw)

    def stretch(self, variant: LoadedVariant, crash: Crash | None = None) -> Stretch:
        """What has happened until now."""
        assert self.world is not None, "a world is watched before it begins"
        return Stretch(variant, tuple(self.world.machine.trace.events), crash, tuple(self.operations))

    def _saw(self, operation: Operation, path: str, process: Process) -> None:
        assert self.world is not None, "who sees it was attached to it"
        self.operations.append(Done(operation, path, process.name, self.world.machine.scheduler.now))
