"""What shows the time to foreign code and what waits, beside what freezegun has frozen."""

from __future__ import annotations

import select
import threading
import time
from math import ceil
from typing import Any

from engine.foreign.foreign_files import ForeignFiles
from engine.foreign.frozen_clock import clock
from engine.foreign.functions.simulated import Real, Simulated
from engine.units import SECOND

_OF_THE_WALL = {getattr(time, name, None) for name in ("CLOCK_REALTIME", "CLOCK_TAI")}


def _nanoseconds(seconds: float) -> int:
    """As Python has it, a part of a nanosecond is a whole one: else what is left of a wait may never pass."""
    return ceil(seconds * SECOND)


def _sleep(files: ForeignFiles, _real: Real, seconds: float) -> None:
    """`time.sleep`: virtual time passes."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    files.sleep(_nanoseconds(seconds))


def _now(clock_id: int) -> int:
    return clock().wall_ns if clock_id in _OF_THE_WALL else clock().monotonic


def _text(_files: ForeignFiles, real: Real, seconds: float | None = None) -> str:
    return str(real(clock().wall_ns // SECOND if seconds is None else seconds))


def _text_of_parts(_files: ForeignFiles, real: Real, *parts: Any) -> str:
    return str(real(*(parts or (time.gmtime(clock().wall_ns // SECOND),))))


def _waited(files: ForeignFiles, real: Real, self: threading.Condition, timeout: float | None = None) -> bool:
    """`Condition.wait`: with it an event, a semaphore and a queue wait. No other thread is there to bring it."""
    if timeout is None:
        raise files.escape("it waits for what only another thread could bring, and there is none")
    if not self._is_owned():  # type: ignore[attr-defined] # as `wait` looks itself
        return bool(real(self, timeout))
    files.sleep(_nanoseconds(max(timeout, 0)))
    return False


def _selected(  # noqa: PLR0917 - the arguments of select
    files: ForeignFiles, real: Real, read: Any, write: Any, exceptional: Any, timeout: float | None = None
) -> Any:
    """`select.select`: without descriptors it is a way to sleep."""
    if read or write or exceptional or timeout is None:
        return real(read, write, exceptional, timeout)
    files.sleep(_nanoseconds(max(timeout, 0)))
    return [], [], []


# Time of a processor is none that a scenario could govern: to foreign code it passes as all time does.
OF_TIME: dict[str, Simulated] = {
    "sleep": _sleep,
    "ctime": _text,
    "asctime": _text_of_parts,
    "clock_gettime": lambda _files, _real, clock_id: _now(clock_id) / SECOND,
    "clock_gettime_ns": lambda _files, _real, clock_id: _now(clock_id),
    "process_time": lambda _files, _real: clock().monotonic / SECOND,
    "process_time_ns": lambda _files, _real: clock().monotonic,
    "thread_time": lambda _files, _real: clock().monotonic / SECOND,
    "thread_time_ns": lambda _files, _real: clock().monotonic,
}
THAT_WAIT: tuple[tuple[Any, str, Simulated], ...] = (
    (threading.Condition, "wait", _waited),
    (select, "select", _selected),
    # freezegun leaves these modules the real time, by which a wait that takes none would never be over.
    (threading, "_time", lambda _files, _real: clock().monotonic / SECOND),
)
