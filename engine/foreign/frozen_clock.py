"""The clock that foreign code sees, in place while a run has such code."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - freezegun takes UTC without a zone


class Clock:
    """The dates and the monotonic time that foreign code sees.

    Attributes:
        wall: the date, in UTC and without a zone.
        monotonic: the monotonic time, in nanoseconds.
    """

    def __init__(self, frozen: Any) -> None:
        self.wall = EPOCH
        self.monotonic = 0
        self._frozen = frozen

    def show(self, wall: int, monotonic: int) -> None:
        """Set them, in nanoseconds; the wall clock counts from the epoch."""
        self.monotonic = monotonic
        self.wall = EPOCH + timedelta(microseconds=wall // 1000)
        self._frozen.move_to(self.wall)


entered: list[Clock] = []  # of the one context of `hooks` that is entered, if it is


def clock() -> Clock:
    """The clock of the context that is entered."""
    assert entered, "foreign code runs inside of `hooked` only"
    return entered[0]
