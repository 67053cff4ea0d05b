"""What a step does (`Action`) and when (`Trigger`), as the runner takes them apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.programs.command import Command
from wptest.shapes.extension import Call
from wptest.shapes.glob import Glob
from wptest.words.expect import Check
from wptest.words.faults import Fault
from wptest.words.given import GivenFile
from wptest.words.hand import ClockChange, DiskSpace, Unsynced

SignalName = Literal["USR1", "INT", "TERM", "HUP", "KILL"]


@dataclass(frozen=True, slots=True)
class Run:
    """Start a program and wait until it has ended."""

    command: Command


@dataclass(frozen=True, slots=True)
class Start:
    """Start a program and go on."""

    command: Command


@dataclass(frozen=True, slots=True)
class WaitIdle:
    """Wait until nothing is left to do: input read, nothing in flight, nothing to recover."""


@dataclass(frozen=True, slots=True)
class WaitTime:
    """Wait so many nanoseconds."""

    duration: int


@dataclass(frozen=True, slots=True)
class WaitExit:
    """Wait until the process has ended."""

    process: str


@dataclass(frozen=True, slots=True)
class WaitEvent:
    """Wait until the event happens; one that happened before the step doesn't count."""

    event: str


@dataclass(frozen=True, slots=True)
class Signal:
    """Send a signal to a process."""

    process: str
    signal: SignalName


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill a process: no clean-up code runs."""

    process: str


@dataclass(frozen=True, slots=True)
class Inject:
    """Switch a storage fault on."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class CallFault:
    """Let somebody's own fault do what it does."""

    call: Call


@dataclass(frozen=True, slots=True)
class Heal:
    """Switch every storage fault off."""


@dataclass(frozen=True, slots=True)
class ChangeClock:
    """Step, drift or coarsen the wall clock."""

    change: ClockChange


@dataclass(frozen=True, slots=True)
class Resize:
    """Say how many bytes fit into directories."""

    sizes: Mapping[str, DiskSpace]


@dataclass(frozen=True, slots=True)
class PowerLoss:
    """Take the power away: every process dies, and of what was not synced the disk loses all, some or nothing."""

    unsynced: Unsynced = "lost"


@dataclass(frozen=True, slots=True)
class Write:
    """Write files, as somebody outside the programs would."""

    files: Mapping[str, GivenFile]


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove a file."""

    path: str


@dataclass(frozen=True, slots=True)
class Chmod:
    """Set permission bits."""

    modes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Touch:
    """Make a file that is empty, unless it is there."""

    path: str


@dataclass(frozen=True, slots=True)
class CheckNow:
    """Check what must hold at this moment."""

    check: Check


@dataclass(frozen=True, slots=True)
class At:
    """At so many nanoseconds after the scenario's start."""

    time: int


@dataclass(frozen=True, slots=True)
class After:
    """So many nanoseconds after the step before."""

    duration: int


@dataclass(frozen=True, slots=True)
class UponLines:
    """When a sink has got so many lines."""

    sink: str
    lines: int


@dataclass(frozen=True, slots=True)
class UponEvent:
    """When the event happens."""

    event: str


@dataclass(frozen=True, slots=True)
class UponLog:
    """When a process logs a line that matches."""

    process: str
    pattern: Glob


@dataclass(frozen=True, slots=True)
class UponOperation:
    """Before the n-th operation of that kind on a file that matches the path pattern."""

    operation: str
    pattern: str
    nth: int


Wait = WaitIdle | WaitTime | WaitExit | WaitEvent
Hand = ChangeClock | Resize | PowerLoss | Write | Remove | Chmod | Touch
Deed = Run | Start | Wait | Signal | Kill | Heal | Hand
Action = Deed | Inject | CallFault | CheckNow
Trigger = At | After | UponLines | UponEvent | UponLog | UponOperation
