"""What exploring costs: crashes of a small outage and of its recovery, in microseconds each."""

from __future__ import annotations

from benchmarks.measure import Row, Size, best, interleaved, timed
from benchmarks.scenarios import small_outage
from benchmarks.timers import bare_heap
from wptest.explore.crashes.crash_points import CrashExploration, explore_crashes
from wptest.run.world import RunOptions
from wptest.words.explore import CrashExplore

_MICRO = 1e6
_TIMERS = 100_000
_BOTH_CRASH = CrashExplore(depth=2)


def measure_exploration(size: Size) -> list[Row]:
    """Microseconds for each crash that was looked at, and for each different one that was recovered and checked."""
    most = size.of(None, 50)
    counted: list[CrashExploration] = []

    def explore() -> None:
        counted[:] = [explore_crashes(small_outage(), _BOTH_CRASH, RunOptions(), most=most)]

    figures = best(
        interleaved(
            {
                "all": lambda: timed(explore) * _MICRO,
                "heap": lambda: timed(lambda: bare_heap(100, _TIMERS // 100)) / _TIMERS * _MICRO,
            },
            rounds=size.of(2, 1),
        )
    )
    crashes = sum(counts.images for counts in counted[0].found)
    heap, timer = figures["heap"], "one bare heapq timer"
    return [
        Row(
            "a crash at 50 lines, equal ones run once (5,000 a second)",
            figures["all"] / crashes,
            "us",
            timer,
            heap,
            200,
        ),
        Row("a restart, recovery and check after it", figures["all"] / counted[0].run, "us", timer, heap, None),
    ]
