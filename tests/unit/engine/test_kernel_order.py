from __future__ import annotations

from random import Random

import pytest

from engine.kernel import Deadlock, Livelock, RandomStreams, Scheduler, sleep
from engine.kernel.scheduler import park


def run(scheduler, *mains, **options):
    """Spawn all of them, and run until the last one has ended."""
    tasks = [scheduler.spawn(main) for main in mains]
    return scheduler.run(tasks[-1], **options)


def order_of(schedule=None, tasks=8):
    """The order in which equal tasks run, each at the start and after equal timers."""
    scheduler = Scheduler(schedule=schedule)
    order = []

    async def one(name):
        order.append(name)
        await sleep(10)
        order.append(name)

    async def main():
        for task in [scheduler.spawn(one(number)) for number in range(tasks)]:
            await scheduler.join(task)

    run(scheduler, main())
    return order


def test_timers_fire_by_due_time_and_equal_ones_first_in_first_out():
    scheduler = Scheduler()
    order = []

    async def one(name, duration):
        await sleep(duration)
        order.append((name, scheduler.now))

    async def last():
        await sleep(100)

    run(scheduler, one("a", 20), one("b", 10), one("c", 20), one("d", 10), last())
    assert order == [("b", 10), ("d", 10), ("a", 20), ("c", 20)]


def test_every_ready_task_runs_before_a_timer_that_is_due_now():
    scheduler = Scheduler()
    order = []

    async def child(name):
        order.append(name)

    async def sleeper():
        scheduler.spawn(child("first"))
        scheduler.spawn(child("second"))
        await sleep(0)
        order.append("after sleep(0)")

    run(scheduler, sleeper())
    assert order == ["first", "second", "after sleep(0)"]


def test_a_timer_that_was_overtaken_by_a_wake_does_not_fire_again():
    scheduler = Scheduler()
    got = []

    async def waiter():
        got.append(await park(50))
        got.append(await park(100))
        got.append(scheduler.now)

    task = scheduler.spawn(waiter())

    async def waker():
        await sleep(10)
        assert scheduler.wake(task, "woken")
        assert not scheduler.wake(task, "again")
        await scheduler.join(task)

    run(scheduler, waker())
    assert got == ["woken", None, 110]


def test_fifo_is_the_order_without_a_schedule():
    assert order_of() == [*range(8), *range(8)]


def test_the_same_schedule_gives_the_same_order_and_another_seed_another():
    orders = [order_of(RandomStreams(seed).stream("schedule")) for seed in (1, 1, 2)]
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2]) == sorted(order_of())


def test_a_schedule_shuffles_tasks_that_are_ready_together():
    def order(schedule):
        scheduler = Scheduler(schedule=schedule)
        names = []

        async def one(name):
            names.append(name)

        async def main():
            for name in range(8):
                scheduler.spawn(one(name))
            await sleep(1)

        run(scheduler, main())
        return names

    assert order(None) == list(range(8))
    assert order(Random(1)) == order(Random(1)) != order(Random(2))


def test_a_schedule_shuffles_timers_that_are_due_together():
    def order(schedule):
        scheduler = Scheduler(schedule=schedule)
        names = []

        async def one(name):
            await sleep(100 - scheduler.now)
            names.append(name)

        async def main():
            for name in range(8):
                scheduler.spawn(one(name))  # alone in the queue, so that only the timers can be shuffled
                await sleep(1)
            await sleep(1000)

        run(scheduler, main())
        return names

    assert order(None) == list(range(8))
    assert order(Random(1)) == order(Random(1)) != order(Random(2))


def test_a_schedule_shuffles_equal_timers_and_never_unequal_ones():
    scheduler = Scheduler(schedule=Random(3))
    order = []

    async def one(duration):
        await sleep(duration)
        order.append(duration)

    async def last():
        await sleep(1000)

    run(scheduler, *(one(duration) for duration in (40, 10, 30, 20, 50)), last())
    assert order == [10, 20, 30, 40, 50]


def test_join_gives_the_result_of_a_task_that_ends_later_and_of_one_that_has_ended():
    scheduler = Scheduler()

    async def work(duration):
        await sleep(duration)
        return duration

    async def main():
        early, late = scheduler.spawn(work(5)), scheduler.spawn(work(50))
        first = await scheduler.join(late)
        return first, await scheduler.join(early), scheduler.now

    assert run(scheduler, main()) == (50, 5, 50)


def test_what_a_task_raises_comes_out_of_run():
    scheduler = Scheduler()

    async def broken():
        await sleep(1)
        raise ZeroDivisionError

    async def main():
        await sleep(2)

    with pytest.raises(ZeroDivisionError):
        run(scheduler, broken(), main())


def test_tasks_that_only_wait_for_each_other_are_a_deadlock():
    scheduler = Scheduler()

    async def main():
        await park()

    with pytest.raises(Deadlock):
        run(scheduler, main())


def test_a_run_without_end_is_a_livelock_and_one_below_the_bound_is_none():
    async def forever():
        while True:
            await sleep(0)

    async def short():
        for _ in range(50):
            await sleep(0)
        return "done"

    with pytest.raises(Livelock, match="no end in sight"):
        run(Scheduler(), forever(), max_steps=10_000)
    assert run(Scheduler(), short(), max_steps=10_000) == "done"


def test_the_number_of_steps_is_counted_exactly_over_more_than_one_batch():
    scheduler = Scheduler()

    async def main():
        for _ in range(9_999):
            await sleep(1)

    run(scheduler, main())
    assert scheduler.steps == 10_000


def test_on_a_real_clock_a_timer_may_be_late():
    class Late:
        def wait(self, due):
            return (due or 0) + 100

    scheduler = Scheduler(driver=Late())
    order = []

    async def one(duration):
        await sleep(duration)
        order.append((duration, scheduler.now))

    run(scheduler, one(10), one(20))
    assert order == [(10, 110), (20, 120)]
