"""What one timer event costs: the engine's scheduler, simpy, trio's mock clock and a bare heap."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappop, heappush

import simpy
import trio
import trio.testing

from benchmarks.measure import Row, Size, best, interleaved, timed
from engine.kernel import Scheduler, Trace, sleep
from engine.units import SECOND

_TASKS = 100
_MICRO = 1e6
# The aims are 1.0 us untraced and 1.5 us traced on a machine where simpy takes 1.3 us and a bare heap 0.4 us.
_UNTRACED = 1.0
_TRACED = 1.5
_SIMPY = 1.3
_HEAP = 0.4


def measure_timers(size: Size) -> list[Row]:
    """100 tasks that sleep a second each, 3,600 times: a simulated hour, per event."""
    sleeps = size.of(3600, 100)
    few = max(10, sleeps // 36)
    events = _TASKS * sleeps / _MICRO
    figures = best(
        interleaved(
            {
                "heap": lambda: timed(lambda: bare_heap(_TASKS, sleeps)) / events,
                "engine": lambda: timed(lambda: _engine(None, sleeps)) / events,
                "traced": lambda: timed(lambda: _engine(Trace(), sleeps)) / events,
                "simpy": lambda: timed(lambda: _simpy(sleeps)) / events,
                "trio": lambda: timed(lambda: _trio(few)) / (events * few / sleeps),
            },
            rounds=size.of(5, 1),
        )
    )
    rows = []
    for name, key, limit in (
        ("timer event, untraced", "engine", _UNTRACED),
        ("timer event, traced", "traced", _TRACED),
    ):
        figure = figures[key]
        rows += [
            Row(name, figure, "us", "trio MockClock", figures["trio"], limit),
            Row(name, figure, "us", "simpy", figures["simpy"], limit / _SIMPY, "ratio"),
            Row(name, figure, "us", "bare heapq loop", figures["heap"], limit / _HEAP, "ratio"),
        ]
    return rows


def bare_heap(tasks: int, sleeps: int) -> None:
    """The least that a timer can cost in Python: a heap of (due, sequence, task)."""
    timers: list[tuple[int, int, int]] = []
    left = [sleeps] * tasks
    for task in range(tasks):
        heappush(timers, (SECOND, task, task))
    sequence = tasks
    while timers:
        due, _, task = heappop(timers)
        left[task] -= 1
        if left[task]:
            sequence += 1
            heappush(timers, (due + SECOND, sequence, task))


def _engine(trace: Trace | None, sleeps: int) -> None:
    async def sleeper() -> None:
        for _ in range(sleeps):
            await sleep(SECOND)

    async def main() -> None:
        tasks = [scheduler.spawn(sleeper()) for _ in range(_TASKS)]
        for task in tasks:
            await scheduler.join(task)

    scheduler = Scheduler(trace)
    scheduler.run(scheduler.spawn(main()))
    assert scheduler.now == sleeps * SECOND


def _simpy(sleeps: int) -> None:
    def sleeper() -> Generator[simpy.Timeout, None, None]:
        for _ in range(sleeps):
            yield environment.timeout(1)

    environment = simpy.Environment()
    for _ in range(_TASKS):
        environment.process(sleeper())
    environment.run()
    assert environment.now == sleeps


def _trio(sleeps: int) -> None:
    async def sleeper() -> None:
        for _ in range(sleeps):
            await trio.sleep(1)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            for _ in range(_TASKS):
                nursery.start_soon(sleeper)

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
