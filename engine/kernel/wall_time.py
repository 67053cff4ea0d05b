"""The wall clock: what a program believes the date to be, which may jump; timers never follow it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from engine.kernel.scheduler import Scheduler

_BILLION = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_800 * _BILLION - 1  # of the year 9999: a later date has no name that everybody reads


class WallClock:
    """Nanoseconds since the Unix epoch, as monotonic time plus an offset, with drift and a resolution.

    It stands still before 1970 and after 9999, where programs have no dates to write.

    Args:
        scheduler: owns monotonic time, which nothing here can change.
        start: the wall time at monotonic 0, in nanoseconds since the epoch.
        machines: reads the machine's own wall clock, which is then in monotonic time's place, and `start` is 0.

    Attributes:
        reads: how often somebody looked at it.
    """

    def __init__(self, scheduler: Scheduler, start: int, machines: Callable[[], int] | None = None) -> None:
        self._ticks = machines or (lambda: scheduler.now)
        self._base = start
        self._since = 0
        self._drift = 0
        self._resolution = 1
        self._stepped = 0
        self.reads = 0

    def now(self) -> int:
        """The wall time in nanoseconds since the epoch."""
        self.reads += 1
        return self.shown

    @property
    def shown(self) -> int:
        """The same for whoever only watches: nobody can say that the time was looked at."""
        elapsed = self._ticks() - self._since
        exact = self._base + elapsed
        if self._drift:
            exact += elapsed * self._drift // _BILLION
        if self._resolution == 1 and 0 <= exact <= _LAST:
            return exact
        return max(0, min(exact, _LAST) // self._resolution * self._resolution)

    def utc(self) -> datetime:
        """The wall time as a UTC date, to the microsecond."""
        return _EPOCH + timedelta(microseconds=self.now() // 1000)

    def reaches(self, nanoseconds: int) -> bool:
        """Whether it can show the time after such a jump."""
        return 0 <= self.shown + nanoseconds <= _LAST

    def step(self, nanoseconds: int) -> None:
        """Jump forward, or backward when negative."""
        self._stepped += nanoseconds
        self._rebase(nanoseconds)

    def drift(self, parts_per_billion: int) -> None:
        """From now on gain (or, when negative, lose) so many nanoseconds in each second."""
        assert parts_per_billion > -_BILLION, "it would go backwards all the time"
        self._rebase(0)  # what was drifted so far stays: only from now on it goes otherwise
        self._drift = parts_per_billion

    def truncate(self, resolution: int) -> None:
        """Show only whole multiples of `resolution` nanoseconds, as coarse clocks do."""
        assert resolution >= 1, "a time is rounded down to multiples of it"
        self._resolution = resolution

    @property
    def is_right(self) -> bool:
        """Whether it goes as if nobody had ever changed it."""
        return not self._stepped and not self._drift and self._resolution == 1

    def _rebase(self, jump: int) -> None:
        elapsed = self._ticks() - self._since
        self._base += elapsed + elapsed * self._drift // _BILLION + jump
        self._since = self._ticks()
