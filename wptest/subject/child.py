"""One real program: a process of the operating system that looks like a simulated one to whoever plays the run."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from signal import Signals

from engine.kernel import Process, Signal
from engine.machine import Machine, Program
from engine.project.model import Project
from wptest.subject.guard import ANNOUNCED, SHELL, Guard
from wptest.subject.unprivileged import bound

_HELD = {signal.SIGUSR1, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP}
_TO_START = 10.0  # seconds
_GLANCE = 0.002
_HOLDERS = ("wparse", "wprescue")  # of the programs, those that lines are on their way through
_ASKS = frozenset({Signal.INT, Signal.TERM, Signal.USR1})


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a program.

    Attributes:
        name: the program's name.
        words: the binary and its arguments.
        root: the directory to start it in.
        environment: its variables.
        output: where what it prints goes.
        is_bound: permission bits bind it, whoever runs it.
        holds_signals: a signal that comes early waits until the program can answer.
        guard: knows what must not be left.
    """

    name: str
    words: Sequence[str]
    root: Path
    environment: dict[str, str]
    output: Path
    is_bound: bool
    holds_signals: bool
    guard: Guard


class Child(Process):
    """A process of the operating system, the first of a process group of its own.

    Args:
        machine: the run's machine.
        launch: how to start it.
        observe: looks at all that there is to see, and ends those that have ended.
    """

    def __init__(self, machine: Machine, launch: Launch, observe: Callable[[], None]) -> None:
        super().__init__(machine.scheduler, launch.name, machine.processes)
        self._guard = launch.guard
        self._observe = observe
        self._process = launched(partial(_started, launch), is_bound=launch.is_bound, holds=launch.holds_signals)

    def signal(self, number: Signal) -> None:
        """Send it a signal."""
        if number is Signal.KILL:
            self.kill()
        elif self.alive:
            if number in _ASKS:
                self.asked = True
                self.stop.set()
            self._send(Signals[f"SIG{number.name}"])

    def kill(self, number: Signal = Signal.KILL) -> None:
        """Kill it and all that it has started, and see what they have left."""
        if self.alive:
            self._send(Signals[f"SIG{number.name}"])
            self._process.wait()
            self._observe()

    def await_readiness(self) -> None:
        """Wait until it answers to signals, so that what follows finds it at work however slowly it starts."""
        await_readiness(self._process.pid, lambda: self.returned is not None)

    def pause(self) -> None:
        """Let it stand still: none of its code runs until `resume`."""
        if not self.alive or self.paused:
            return
        self._send(signal.SIGSTOP)
        with suppress(ChildProcessError):
            _, status = os.waitpid(self._process.pid, os.WUNTRACED)
            self.paused = os.WIFSTOPPED(status)
            if not self.paused:  # it has ended before, and nobody will be told again
                self._process.returncode = os.waitstatus_to_exitcode(status)

    def resume(self) -> None:
        """Let it go on."""
        self.paused = False
        if self.alive:
            self._send(signal.SIGCONT)

    @property
    def returned(self) -> int | None:
        """What it has returned, negative for the signal that it died of; None while it runs."""
        return self._process.poll()

    def end(self) -> None:
        """Take note that it has ended, with the exit code that a shell would give."""
        code = self._process.wait()
        if code < 0:
            self.killed_by = next((each for each in Signal if Signals[f"SIG{each.name}"] == -code), None)
            code = 128 + (-code if self.killed_by is None else self.killed_by.value)
        self._send(signal.SIGKILL)  # what it has started, and left behind
        self._guard.ended(self._process.pid)
        self._end(code)

    def destroy(self) -> None:
        """Kill it without looking: nobody wants to know any more."""
        if self.alive:
            self._send(signal.SIGKILL)
            self._process.wait()
            self._guard.ended(self._process.pid)

    def _send(self, number: Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):  # it has ended just now
            os.killpg(self._process.pid, number)


class RealProgram(Program):
    """A program in a process of its own; what it has in memory can't be seen.

    Attributes:
        launch: how it was started.
    """

    process: Child

    def __init__(
        self,
        machine: Machine,
        project: Project,
        launch: Launch,
        observe: Callable[[], None],
        called: str = "",
    ) -> None:
        super().__init__(machine, launch.name, project, called)
        self.opaque = launch.name in _HOLDERS
        self.launch = launch
        self.process = Child(machine, launch, observe)
        self.process.on_end.append(self._ended)


def await_readiness(process: int, has_ended: Callable[[], bool]) -> None:
    """Wait until a process answers to signals that were held back when it was started, or has ended."""
    patience = time.monotonic() + _TO_START
    while time.monotonic() < patience and _holds_signals(process) and not has_ended():
        time.sleep(_GLANCE)


def _holds_signals(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:  # it has ended, or the system doesn't say
        return False
    blocked = next((line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:")), "0")
    return bool(int(blocked, 16) >> (signal.SIGTERM - 1) & 1)


def launched(
    start: Callable[[], subprocess.Popen[bytes]], *, is_bound: bool, holds: bool = True
) -> subprocess.Popen[bytes]:
    """Start a process that permission bits bind or don't, and that signals wait for until it answers to them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD) if holds else None
    try:
        return bound(start) if is_bound else start()
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _started(launch: Launch) -> subprocess.Popen[bytes]:
    """Start it; its first shell says which process it is, and then becomes the program."""
    with launch.output.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - one of the four programs, as the scenario says
            [SHELL, "-c", ANNOUNCED, SHELL, *launch.words],
            cwd=launch.root,
            env=launch.environment,
            stdin=launch.guard.pipe,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
