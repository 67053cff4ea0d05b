"""What exploring costs, in microseconds each: crashes of a small outage and its recovery, requests that fail."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks.measure import Row, Size, best, interleaved, timed
from benchmarks.scenarios import small_outage
from benchmarks.timers import bare_heap
from wptest.explore.crashes.crash_points import CrashExploration, explore_crashes
from wptest.explore.failing_requests import explore_requests, failings_of, run_request_failing
from wptest.explore.seen_requests import requests_of
from wptest.explore.troubles.course import limited
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.words.explore import CrashExplore, RequestExplore

_MICRO = 1e6
_TIMERS = 100_000
_REQUESTS = Path(__file__).parent.parent / "scenarios" / "databases" / "late-write.wptest.yaml"
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
        _requests(size),
    ]


def _requests(size: Size) -> Row:
    """Microseconds for each point of each request, beside a run for each."""
    variant, options, plan = load_file(_REQUESTS)[0].variants[0], RunOptions(), RequestExplore()
    requests, took = requests_of(variant, options)
    points = list(failings_of(requests, plan))[: size.of(None, 7)]

    def each_by_itself() -> None:
        requests_of(variant, options)
        for failing in points:
            run_request_failing(limited(variant, took), options, failing)

    shared = partial(explore_requests, variant, plan, options, most=size.of(None, 7))
    figures = best(
        interleaved(
            {
                "shared": lambda: timed(shared) * _MICRO,
                "apart": lambda: timed(each_by_itself) * _MICRO,
            },
            rounds=size.of(3, 1),
        )
    )
    return Row(
        "a point of explore: requests, 600 lines (1,000 a second)",
        figures["shared"] / len(points),
        "us",
        "one run for each point",
        figures["apart"] / len(points),
        1000,
    )
