"""Real time for progress and figures, also while a run shows a frozen clock to a python sink."""

from __future__ import annotations

import time


def seconds_now() -> float:
    """Seconds since some moment, on a clock that nothing sets and nobody freezes: not freezegun either."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


class Stopwatch:
    """Runs from the moment that it is made."""

    def __init__(self) -> None:
        self._began = seconds_now()

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return seconds_now() - self._began

    def lap(self) -> float:
        """How long it has run; from now on it starts again."""
        seconds = self.seconds
        self._began += seconds
        return seconds
