"""Troubles after which a run goes on: an operation that fails, and a signal that asks a program to stop."""

from __future__ import annotations

import errno as errnos
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from engine.kernel import Process, Signal, sleep
from engine.machine import Machine
from engine.storage.faults import FaultRule, Operation, errors_of
from engine.units import format_duration
from wptest.explore.grid import Struck
from wptest.explore.rewriting.plain_scenario import PlainData
from wptest.run.world import World
from wptest.words.explore import Occurrence
from wptest.words.storage_fault import begin_fault


@dataclass(frozen=True, slots=True)
class Strike(ABC):
    """A trouble that strikes with an operation, and after which the run goes on.

    Attributes:
        KIND: what a scenario's `explore` calls it.
        number: which operation of the explored programs, counted from 1.
    """

    KIND: ClassVar[str]

    number: int
    operation: Operation
    path: str
    process: str

    @abstractmethod
    def strike(self, machine: Machine, process: Process) -> FaultRule | None:
        """Do it, now that the operation is about to be done by this process; the rule that it puts into force."""

    @abstractmethod
    def step(self) -> PlainData:
        """The same as a step of a scenario, upon the operation."""

    @property
    def place(self) -> Mapping[str, Any]:
        """All of it as plain data."""
        return asdict(self)

    @property
    def struck(self) -> Struck:
        """Which operation it comes with, and how it strikes."""
        return Struck(f"{self.process}: {self.operation} {self.path}", self.how)

    @property
    def how(self) -> str:
        """How it strikes, in a few words."""
        return self.KIND

    def is_of(self, operation: Operation, path: str, process: str) -> bool:
        """Whether this is its operation."""
        return (self.operation, self.path, self.process) == (operation, path, process)


@dataclass(frozen=True, slots=True)
class FailingOperation(Strike):
    """One operation that fails.

    Attributes:
        errno: with which error, by name.
        occur: once, or this kind of operation on this file from now on.
    """

    KIND = "error"

    errno: str
    occur: Occurrence

    def __str__(self) -> str:
        return f"operation {self.number} fails with {self.how}: {self.operation} {self.path} by {self.process}"

    @property
    def how(self) -> str:
        """With which error, and whether once."""
        return self.errno + (" from then on" if self.occur == "for-good" else "")

    def strike(self, machine: Machine, process: Process) -> FaultRule:
        """See `Strike`."""
        del process
        times = 1 if self.occur == "once" else None
        number = getattr(errnos, self.errno)
        return begin_fault(machine, FaultRule(self.path, frozenset({self.operation}), number, times=times))

    def step(self) -> PlainData:
        """See `Strike`."""
        fault: PlainData = {"on": self.path, "fail": self.operation, "errno": self.errno}
        return {"fault": fault | ({"times": 1} if self.occur == "once" else {})}


@dataclass(frozen=True, slots=True)
class AskedToStop(Strike):
    """A program is asked to stop.

    Attributes:
        later: so many nanoseconds after its operation, while nobody does anything; 0 is during the operation.
    """

    KIND = "stop"

    later: int = 0

    def __str__(self) -> str:
        when = f"{format_duration(self.later)} after" if self.later else "during"
        return f"{self.process} is stopped {when} operation {self.number}: {self.operation} {self.path}"

    def strike(self, machine: Machine, process: Process) -> None:
        """See `Strike`."""
        if self.later:
            machine.scheduler.spawn(_signal_after(self.later, process))
        else:
            process.signal(Signal.TERM)

    def step(self) -> PlainData:
        """See `Strike`."""
        return {"signal": {self.process: "TERM"}}


async def _signal_after(delay: int, process: Process) -> None:
    await sleep(delay)
    process.signal(Signal.TERM)


def strike_all(strikes: Iterable[Strike], during: str | None, world: World) -> list[AwaitedStrike]:
    """Let each strike when its operation comes, as those of `during` are counted."""
    awaited = [AwaitedStrike(each, during, world.machine) for each in strikes]
    world.machine.storage.watchers.extend(each.see for each in awaited)
    return awaited


class AwaitedStrike:
    """A strike that comes with its operation.

    Attributes:
        rule: what it has put into force; None before, or where it is no rule.
    """

    rule: FaultRule | None = None

    def __init__(self, strike: Strike, during: str | None, machine: Machine) -> None:
        self._strike = strike
        self._during = during
        self._machine = machine
        self._left = strike.number

    def see(self, operation: Operation, path: str, process: Process) -> None:
        """Count an operation, and strike with the right one."""
        del path
        if self._during in (None, process.name) and errors_of(operation):
            self._left -= 1
            if not self._left:
                self.rule = self._strike.strike(self._machine, process)
