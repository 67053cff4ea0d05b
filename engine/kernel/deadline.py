"""A bound in real time on what the main thread does, for code that may never come back: somebody's own.

It is the last resort, since when it comes depends on the machine. Whatever else ends a run is virtual. An exception
ends the code; where that swallows it, or is C that never looks for signals, the process is ended (`Backstop`).
"""

from __future__ import annotations

import faulthandler
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import ClassVar, NamedTuple

from engine.kernel.foreign_calls import running_frame

_BILLION = 1_000_000_000
_LEAST = 0.01  # seconds: it must not ring before anything was begun
_AGAIN = 1.0  # seconds: code that catches everything, or an object that is just finalised, may swallow an exception


class Backstop:
    """Ends the process some seconds after the time is over, if it has a file to say where the code was."""

    seconds: ClassVar[float] = 10.0
    file: ClassVar[int | None] = None  # a descriptor

    @classmethod
    def arm(cls, seconds: float) -> None:
        """Be ready for the end of so many seconds."""
        if cls.file is not None:
            faulthandler.dump_traceback_later(seconds + cls.seconds, exit=True, file=cls.file)

    @classmethod
    def disarm(cls) -> None:
        """All has ended in time."""
        if cls.file is not None:
            faulthandler.cancel_dump_traceback_later()


class Where(NamedTuple):
    """A line of code that was running, and in which function."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} ({self.function})"


class TookTooLong(BaseException):
    """The time is over.

    Attributes:
        limit: how long it was, in nanoseconds.
        stack: where the code was, the innermost place first.
    """

    def __init__(self, limit: int, stack: tuple[Where, ...] = ()) -> None:
        super().__init__(limit)
        self.limit = limit
        self.stack = stack


FROM_OUTSIDE = (KeyboardInterrupt, TookTooLong)  # what is raised in the middle of any code, and is not its mistake


@contextmanager
def at_most(limit: int) -> Iterator[None]:
    """Let what is done take so many nanoseconds of real time; 0 is no limit.

    There is none in other threads than the main one either. An alarm that somebody else has set, and that comes
    first, stays theirs.

    Raises:
        TookTooLong: it took longer.
    """
    if not limit or threading.current_thread() is not threading.main_thread():
        yield
        return
    seconds, began = max(limit / _BILLION, _LEAST), _now()
    theirs, _ = signal.getitimer(signal.ITIMER_REAL)
    if 0 < theirs < seconds:
        yield
        return

    over = False

    def ring(_number: int, frame: FrameType | None) -> None:
        if not over:
            raise TookTooLong(limit, tuple(stack_of(running_frame() or frame)))

    handler = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    Backstop.arm(seconds)
    try:
        try:
            yield
        finally:
            over = True  # should it ring now, the rest is done all the same
    finally:
        Backstop.disarm()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if theirs:
            signal.setitimer(signal.ITIMER_REAL, max(theirs - (_now() - began), 0.001))


def _now() -> float:
    # Not `time.monotonic`, which freezegun may have in its hands.
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def stack_of(frame: FrameType | None) -> Iterator[Where]:
    """Where a frame is and who has called it, the innermost place first."""
    while frame is not None:
        yield Where(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
        frame = frame.f_back
