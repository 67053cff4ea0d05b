"""The clock that foreign code sees, in place while a run has such code."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - freezegun takes UTC without a zone
_MICROSECOND = timedelta(microseconds=1)


class Clock:
    """The dates and the monotonic time that foreign code sees.

    Attributes:
        wall: the date, in UTC and without a zone, in whole microseconds.
        monotonic: the monotonic time, in nanoseconds.

    Args:
        freezer: a `freeze_time(...)` of freezegun.
    """

    def __init__(self, freezer: Any) -> None:
        self.wall = EPOCH
        self.monotonic = 0
        self._freezer = freezer
        self._frozen: Any = None
        self._lifts = 1  # how many there are for whom it isn't in place; at first one, who is to put it there

    def show(self, wall: int, monotonic: int) -> None:
        """Set them, in nanoseconds; the wall clock counts from the epoch."""
        if monotonic < self.monotonic or self.wall == EPOCH:
            _count_log_times_from(wall)
        self.monotonic = monotonic
        self.wall = EPOCH + timedelta(microseconds=wall // 1000)
        if not self._lifts:
            self._frozen.move_to(self.wall)

    @property
    def wall_ns(self) -> int:
        """The date as nanoseconds since the epoch."""
        return (self.wall - EPOCH) // _MICROSECOND * 1000

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Show it, to everybody in this process who isn't left out."""
        self._lower()
        try:
            yield
        finally:
            self._lift()

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Show the real one meanwhile."""
        self._lift()
        try:
            yield
        finally:
            self._lower()

    def _lift(self) -> None:
        if not self._lifts:
            self._freezer.stop()
        self._lifts += 1

    def _lower(self) -> None:
        self._lifts -= 1
        if not self._lifts:
            self._frozen = self._freezer.start()
            self._frozen.move_to(self.wall)


def _count_log_times_from(wall: int) -> None:
    """A run begins: from here on `logging` counts its relative times, not from when it was imported."""
    shape = type(logging._startTime)  # type: ignore[attr-defined] # noqa: SLF001 - nanoseconds since Python 3.13
    begun = shape(wall if shape is int else wall / 1_000_000_000)
    logging._startTime = begun  # type: ignore[attr-defined] # noqa: SLF001


entered: list[Clock] = []  # of the one context of `hooks` that is entered, if it is


def clock() -> Clock:
    """The clock of the context that is entered."""
    assert entered, "foreign code runs inside of `hooked` only"
    return entered[0]
