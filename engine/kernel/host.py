"""What a real process has from its operating system: environment, identity, wall clock, standard output."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NoReturn

_STDOUT = 1
_STDERR = 2
_COMM = "/proc/self/comm"


class Host:
    """The operating system, as one process sees it.

    Writing to a stream that nobody reads any more does nothing: a daemon outlives the `head` it is piped into.

    Attributes:
        lost_output: why standard output has not all that was written; None when it has, or nobody reads it.
    """

    def __init__(self) -> None:
        self.environment: Mapping[str, str] = os.environ
        self.lost_output: str | None = None

    @property
    def pid(self) -> int:
        """This process's id."""
        return os.getpid()

    @property
    def directory(self) -> str:
        """The directory that it was started in."""
        return os.getcwd()  # noqa: PTH109 - the port speaks text

    @staticmethod
    def wall_clock() -> int:
        """The wall time in nanoseconds since the epoch."""
        return time.time_ns()

    def rename(self, name: str) -> None:
        """Be called `name` in the list of processes, where the system has a way to say so."""
        with suppress(OSError):
            descriptor = os.open(_COMM, os.O_WRONLY)
            try:
                os.write(descriptor, name.encode())
            finally:
                os.close(descriptor)

    def allow(self, signals: Iterable[signal.Signals]) -> None:
        """Let signals through that were held back from the start, so that none comes before there is an answer."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)

    def hold_back(self, signals: Iterable[signal.Signals]) -> None:
        """Let no signal through any more: one that comes while the interpreter goes would be the exit code."""
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)

    def die_by(self, number: signal.Signals) -> NoReturn:
        """End this process as this signal ends one that has no answer to it, and leave no core behind."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(number, signal.SIG_DFL)
        self.allow([number])
        os.kill(self.pid, number)
        raise AssertionError(f"{number.name} ends a process")

    def out(self, line: str) -> None:
        """Write a line to standard output."""
        try:
            _write(_STDOUT, line)
        except BrokenPipeError:
            return
        except OSError as error:
            self.lost_output = error.strerror

    def complain(self, line: str) -> None:
        """Write a line to standard error."""
        with suppress(OSError):
            _write(_STDERR, line)


def _write(descriptor: int, line: str) -> None:
    data = line.encode(errors="backslashreplace") + b"\n"
    while data:
        data = data[os.write(descriptor, data) :]
