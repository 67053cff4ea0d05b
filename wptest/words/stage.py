"""What words may touch, and no more: the run that they act in, the programs' lives, and what is real.

The protocols are small, so that words know neither the world of a run nor its books.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Protocol

from engine.behaviour import Behaviour
from engine.programs.command import Command
from engine.project.model import Project
from engine.storage.quotas import Room
from engine.text.source_text import KeyPath
from wptest.shapes.extension import Call
from wptest.words.change import StepChange
from wptest.words.obstacle import Beyond, Reason

if TYPE_CHECKING:
    from engine.databases.request import FaultPoint
    from engine.kernel import Event, Process
    from engine.machine import Machine, Program
    from engine.servers.request_faults import Disturbance
    from wptest.words.expect import Check


class UnsupportedError(Exception):
    """What a step does can't be done on this disk, so nothing that follows from it is proved."""


class NotRunningError(Exception):
    """The program that a step is about doesn't run, or has never been started."""


class Stage(Protocol):
    """The run, as a step acts in it.

    Attributes:
        machine: the scheduler, the disk, the clock and the trace.
        project: what the programs were given.
        marks: the marks of generated lines, which `given` and `write` add to.
    """

    machine: Machine
    project: Project
    marks: dict[bytes, str]

    @property
    def waiting(self) -> Waiting:
        """How to wait in it."""

    def start(self, command: Command) -> Program:
        """Start a program."""

    def latest(self, process: str) -> Process:
        """The process of that name that was started last, of a program or a server; it may have ended.

        Raises:
            NotRunningError: none was.
        """

    def running(self, process: str) -> Process:
        """The process of that name that was started last of those that run, of a program or a server.

        Raises:
            NotRunningError: none runs.
        """

    @property
    def alive(self) -> Sequence[Program]:
        """The programs that run now."""

    def kill(self, process: str) -> None:
        """Kill the program of that name; the ledger knows what only it had. It raises what `running` raises."""

    def by_hand(self, paths: Collection[str], *, destroys: bool) -> AbstractContextManager[object]:
        """What changes in it, no program has changed; lines that it `destroys` are nobody's fault if allowed."""

    def resize(self, sizes: Mapping[str, int]) -> Sequence[Room]:
        """Let so many bytes fit into directories."""

    def book_file(self, path: str) -> None:
        """The lines of a file that is there from now on are owed."""

    def book_lines(self, path: str, data: bytes, behind: bytes) -> None:
        """These lines, which somebody has added by hand behind what was in a file, are owed from now on."""

    def moved(self, path: str, to: str) -> None:
        """Somebody has taken what is at `path` to another place: what a target has there stays delivered."""

    def copied(self, path: str) -> None:
        """Somebody has put a copy of another file there."""

    def destroyed(self, path: str) -> None:
        """Somebody has destroyed what was in a file: where that is allowed, no program is to blame for it."""

    def call(self, call: Call) -> Sequence[StepChange]:
        """Let somebody's own fault do what it does."""


class Waiting(Protocol):
    """How a step waits. What it waits for may never come, or too late: then it is given up."""

    async def until_ended(self, process: Process) -> None:
        """Wait until a process has ended."""

    async def until_idle(self) -> None:
        """Wait until nothing is left to do."""

    async def until_event(self, kind: str, fits: Callable[[Event], bool] = ...) -> None:
        """Wait for an event of that kind that fits; whoever caused it stops before its next operation on disk."""

    async def until_operation(self, operation: str, pattern: str, nth: int) -> None:
        """Wait until a program is about to do the n-th such operation on a matching file."""

    async def until_request(self, server: str, table: str, point: FaultPoint, nth: int) -> None:
        """Wait until the n-th request to write to a table has come to a point; whoever has it in hand waits."""

    async def pause(self, duration: int) -> None:
        """Let so many nanoseconds pass."""


class State(Enum):
    """What is known of a process before a step."""

    RUNNING = "running"
    UNCERTAIN = "may have ended"
    KILLED = "killed"
    ENDED = "ended"


class Lives:
    """The programs' lives in the order of the steps, as far as they are known before the run.

    A verb tells which programs it starts, addresses or ends; whoever wants to know something of that hears it.
    Places are below the step.
    """

    def start(self, command: Command) -> None:
        """A program is started, and goes on."""

    def run(self, command: Command) -> None:
        """A program is started, and comes to its end."""

    def address(self, process: str, place: KeyPath, leaves: State, by: str, *, at_key: bool = False) -> None:
        """A program is addressed, which must run, and is left in this state `by` what the verb did to it."""

    def restart(self, server: str, place: KeyPath) -> None:
        """A server is started again."""

    def wait_for(self, process: str, place: KeyPath) -> None:
        """A program is waited for, which may have been killed before."""

    def time_passes(self) -> None:
        """Programs go on with their work: those that end by themselves may have ended."""

    def trouble_comes(self) -> None:
        """From now on any program may end by itself."""

    def power_goes(self) -> None:
        """Every program is dead."""

    def listen(self, process: str, place: KeyPath) -> None:
        """A program's log is waited for."""

    def call(self, call: Call, place: KeyPath) -> None:
        """Somebody's own fault may name programs."""

    def check(self, check: Check, place: KeyPath) -> None:
        """What is checked may name programs."""


class Reality:
    """What can't be done, or be seen, where a scenario is run: each answer is the reasons, none where it can.

    Attributes:
        never: what can't be done there at all, and why.
    """

    never: ClassVar[Mapping[Beyond, str]] = {}

    def why_never(self, kind: Beyond, why: str = "") -> Iterable[Reason]:
        """Why nothing of that kind can be done, in these words if there are any."""
        return [(kind, why or self.never[kind])] if kind in self.never else ()

    def why_not_started(self, _command: Command, /) -> Iterable[Reason]:
        """Why there is no such command."""
        return ()

    def why_not_seen(self, _event: str, /) -> Iterable[Reason]:
        """Why the event can't be seen from outside."""
        return ()

    def why_not_so(self, _behaviour: Behaviour, /) -> Iterable[Reason]:
        """Why the programs don't behave so."""
        return ()

    def why_no_checkpoint(self) -> Iterable[Reason]:
        """Why the checkpoint can't be read."""
        return ()

    def why_no_patterns(self) -> Iterable[Reason]:
        """Why a line's rule can't be told by a pattern that it matches."""
        return ()

    def why_no_shares(self) -> Iterable[Reason]:
        """Why rules can't have shares of the input."""
        return ()

    def why_no_position(self) -> Iterable[Reason]:
        """Why the position of the input can't be kept."""
        return ()

    def why_no_phases(self) -> Iterable[Reason]:
        """Why sinks can't be up and down as the scenario says."""
        return ()

    def why_no_rooms(self) -> Iterable[Reason]:
        """Why a directory can't be given a size."""
        return ()

    def why_not_followed(self, _path: str, /) -> Iterable[Reason]:
        """Why it can't be seen what a file gets when it has another name."""
        return ()

    def why_requests_never_fail(self, _server: str, _wrong: Disturbance, /) -> Iterable[Reason]:
        """Why requests to a server can't go wrong in that way."""
        return self.why_never(Beyond.FAULT)

    def why_no_moment(self, _sink: str, _point: FaultPoint, /) -> Iterable[Reason]:
        """Why it can't be waited for that a request of a sink has come to that point."""
        return self.why_never(Beyond.OPERATION)

    def why_no_modes(self) -> Iterable[Reason]:
        """Why permission bits would bind nobody."""
        return ()
