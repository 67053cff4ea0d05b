"""One running program: its process, files, log and project, and what it holds in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NoReturn, Protocol

from engine.behaviour import Behaviour
from engine.kernel import Process, Signal, Turns
from engine.kernel.trace import FieldValue
from engine.machine.machine import Drop, Machine
from engine.machine.maintainer import Maintainer
from engine.machine.program_log import Log
from engine.machine.target import Claim, NoClaim
from engine.project.model import Project
from engine.storage.files import Files
from engine.storage.line_file import LineFile

ABORTED = 134
Holding = Callable[[], Iterable[tuple[str, Sequence[bytes]]]]
FigureRow = tuple[str, str, dict[str, int]]  # which figures, of what, and the figures


class SeenFiles(Protocol):
    """What foreign code sees as the file system of its program: `ForeignFiles`, a layer above.

    Attributes:
        operations: how many file operations it has done.
        written: the files that it has opened for writing, and where in its code for the first time.
        databases: the database files that it has opened.
    """

    operations: int

    @property
    def written(self) -> Mapping[str, str]:
        """See above."""

    @property
    def databases(self) -> Collection[str]:
        """See above."""


class Program:
    """What the parts of a program work with.

    Attributes:
        behaviour: the choices in force.
        name: which program it is.
        called: what everybody calls it: its name, or another one that tells it from one of its kind beside it.
        holdings: functions that say which lines the program holds in memory, by sink: the ledger's "in flight".
        opaque: nobody can say: while it lives, what is nowhere else is taken to be there.
        at_exit: what is still to be done when the program ends by itself, in this order.
        foreign_files: what foreign code of the program sees as its file system; None without such code.
        claim: says whose the lines are that its sinks add to targets.
        idle_at: the machine's `work` when the program last found nothing to do; None before that.
        rounds: how often it found nothing to do.
        exit_code: what a graceful stop exits with.
        on_figures: shows a report of the monitor, its title and its rows; None where nobody looks.
    """

    def __init__(self, machine: Machine, name: str, project: Project, called: str = "") -> None:
        machine.processes += 1
        self.machine = machine
        self.behaviour: Behaviour = machine.behaviour
        self.name = name
        self.called = called or name
        self.project = project
        graceful, ignored = _signals(machine.behaviour.usr1, machine.behaviour.hup)
        self.process = Process(machine.scheduler, self.called, machine.processes, graceful, ignored)
        self.files = Files(machine.storage, self.process)
        self.log = Log(machine, self.called, f"{project.log_dir}/{name}.log", project.log_level)
        self.holdings: list[Holding] = []
        self.opaque = False
        self.at_exit: list[Callable[[], Awaitable[None]]] = []
        self.foreign_files: SeenFiles | None = None
        self.claim: Claim = NoClaim()
        self._line_files: dict[str, tuple[LineFile, Turns]] = {}
        self.given_up = Counter[str]()  # by sink, how many of its lines were dropped
        self.idle_at: int | None = None
        self.rounds = 0
        self.exit_code = 0
        self.on_figures: Callable[[str, Sequence[FigureRow]], None] | None = None
        self._born = machine.scheduler.now
        self._rescue_files = -1
        self._event = 0
        self.process.on_end += [self.log.close, self._ended]

    @cached_property
    def maintainer(self) -> Maintainer:
        """Who gets all failed sinks back, where one does that for all (D17); he goes round from the start on."""
        return Maintainer(self.project, self._born)

    @property
    def now(self) -> int:
        """Monotonic time in nanoseconds."""
        return self.machine.scheduler.now

    @property
    def waited(self) -> int:
        """The time that it has waited in all: `now` without what a real process has computed."""
        return self.now - self.machine.computed()

    @property
    def stopping(self) -> bool:
        """Whether a graceful stop was asked for."""
        return self.process.stop.is_set

    def line_file(self, path: str) -> tuple[LineFile, Turns]:
        """The file that the program's sinks append lines to at `path`, and whose turn it is."""
        if path not in self._line_files:
            careless = self.behaviour.write_error == "one_batch_late"
            file = LineFile(self.files, path, careless=careless, removed=self._told_of_removal(path))
            if careless:
                self.at_exit.append(file.finish)
            if self.behaviour.target_sync == "at_the_end":
                self.at_exit.append(file.save)
            self._line_files[path] = file, Turns(self.machine.scheduler)
        return self._line_files[path]

    def _told_of_removal(self, path: str) -> Callable[[], None] | None:
        if self.behaviour.removed_target == "written_on":
            return None
        message = f"{path} was removed while it was open: what it had is gone with it, and it is made anew"
        return lambda: self.log.warn("sink", message)

    def next_rescue_file(self) -> int:
        """The number of the next rescue file, over all sinks, from 0 (real versions)."""
        self._rescue_files += 1
        return self._rescue_files

    def next_event(self) -> int:
        """The number of the next event (real versions); they go up from the moment of the first one."""
        self._event = self._event + 1 if self._event else self.machine.wall.now()
        return self._event

    def fail(self, code: int) -> None:
        """Stop gracefully and exit with `code`, or with the code of a failure before this one."""
        self.exit_code = self.exit_code or code
        self.process.stop.set()

    async def abort(self) -> NoReturn:
        """End it as a panic does: at once, with none of its code run, and with 134."""
        await self.process.exit(ABORTED)

    def emit(self, kind: str, **fields: FieldValue) -> None:
        """Record an event of this program."""
        self.machine.record(self.called, kind, fields)

    def out(self, line: str) -> None:
        """Print a line to standard output: an event here, which a program on a real machine writes there."""
        self.emit("program.output", line=line)

    def complain(self, line: str) -> None:
        """Print a line to standard error, which who reads the output of a run sees as well."""
        self.emit("program.output", line=line, to="stderr")

    def drop(self, sink: str, lines: Sequence[bytes], reason: str) -> None:
        """Declare that these lines are given up, by a strategy or by how rows are made of them."""
        if lines:
            self.given_up[sink] += len(lines)
            if self.machine.keeps:
                self.machine.drops.append(Drop(sink, self.called, lines))
            self.emit("line.dropped", sink=sink, lines=len(lines), reason=reason)

    def idle(self) -> None:
        """Say that there is nothing to do right now: no input, nothing in flight, all sinks healthy."""
        self.rounds += 1
        self.idle_at = self.machine.work
        self.machine.notify()

    def _ended(self) -> None:
        killed = self.process.killed_by
        if killed is None:
            self.emit("program.exited", code=self.process.exit_code)
        else:
            self.emit("program.killed", signal=killed.name, code=self.process.exit_code)
        self.machine.notify()


@lru_cache
def _signals(usr1: str, hup: str) -> tuple[frozenset[Signal], frozenset[Signal]]:
    """Which signals stop a program gracefully, and which it ignores (D26: real ones die of USR1 and HUP)."""
    graceful = {Signal.INT, Signal.TERM} | ({Signal.USR1} if usr1 == "stops" else set())
    ignored = {Signal.PIPE} | ({Signal.HUP} if hup == "ignored" else set())
    return frozenset(graceful), frozenset(ignored)
