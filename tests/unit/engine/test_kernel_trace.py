from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.kernel import Channel, Event, RealTime, Scheduler, Trace, sleep
from engine.kernel.scheduler import park
from engine.units import MILLISECOND

EVENTS = [Event(number, "p", "kind", {"value": f"é{number}", "flag": None}) for number in range(10)]


def digest_of(events, fold_after=()):
    trace = Trace()
    for index, event in enumerate(events):
        trace.emit(event)
        for _ in range(fold_after.count(index) if fold_after else 0):
            trace.fold()
    return trace.digest()


class TestDigest:
    @pytest.mark.parametrize("fold_after", [(0,), (4, 4, 4), tuple(range(10)), (9,)])
    def test_it_does_not_depend_on_how_often_the_trace_was_folded(self, fold_after):
        assert digest_of(EVENTS, fold_after) == digest_of(EVENTS)

    def test_it_is_what_it_has_always_been(self):
        assert digest_of(EVENTS) == PINNED

    @pytest.mark.parametrize(
        "other",
        [
            Event(8, "p", "kind", {"value": "é9", "flag": None}),
            Event(9, "q", "kind", {"value": "é9", "flag": None}),
            Event(9, "p", "kin", {"value": "é9", "flag": None}),
            Event(9, "p", "kind", {"value": "e9", "flag": None}),
            Event(9, "p", "kind", {"value": "é9", "flag": False}),
            Event(9, "p", "kind", {"value": "é9", "flag": 0}),
            Event(9, "p", "kind", {"value": "é9", "flag": "None"}),
        ],
    )
    def test_it_changes_with_every_value(self, other):
        assert digest_of([*EVENTS[:9], other]) != digest_of(EVENTS)

    def test_it_changes_with_the_order_and_with_one_event_more(self):
        assert len({digest_of(events) for events in (EVENTS, EVENTS[::-1], EVENTS[:9], EVENTS + EVENTS[9:])}) == 4

    def test_operations_and_timers_count_too(self):
        plain, operated = Trace(), Trace()
        operated.operation(1, 2, "open", "x", 0, 0)
        assert plain.digest() != operated.digest()
        assert operated.operations == 1

    def test_asking_for_it_does_not_change_it(self):
        trace = Trace()
        trace.emit(EVENTS[0])
        first = trace.digest()
        assert trace.digest() == first
        trace.emit(EVENTS[1])
        assert trace.digest() == digest_of(EVENTS[:2]) != first

    def test_many_operations_fold_by_themselves_and_leave_the_same_digest(self):
        counted, folded = Trace(), Trace()
        for number in range(5000):
            counted.operation(number, "append")
            folded.operation(number, "append")
            folded.fold()
        assert len(counted.pending) <= 1000
        assert counted.digest() == folded.digest()

    def test_it_is_the_same_in_another_process_with_another_hash_seed(self):
        code = (
            f"import sys; sys.path[:0] = {[str(Path(__file__).parent), str(Path(__file__).parents[3])]!r}; "
            "import test_kernel_trace as t; print(t.digest_of(t.EVENTS))"
        )
        out = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": "123"}, capture_output=True, check=True, text=True
        )
        assert out.stdout.strip() == digest_of(EVENTS)


class TestListeners:
    def test_they_hear_their_kind_only_in_the_order_in_which_they_came(self):
        trace, heard = Trace(), []
        trace.listen("kind", lambda event: heard.append(("a", event.time)))
        trace.listen("kind", lambda event: heard.append(("b", event.time)))
        trace.listen("other", lambda event: heard.append(("c", event.time)))
        trace.emit(EVENTS[1])
        assert heard == [("a", 1), ("b", 1)]

    def test_one_may_take_itself_off_while_it_is_told(self):
        trace, heard = Trace(), []

        def once(event):
            heard.append(("once", event.time))
            trace.unlisten("kind", once)

        trace.listen("kind", once)
        trace.listen("kind", lambda event: heard.append(("always", event.time)))
        trace.emit(EVENTS[1])
        trace.emit(EVENTS[2])
        assert heard == [("once", 1), ("always", 1), ("always", 2)]

    def test_one_that_was_added_while_another_is_told_hears_the_next_event(self):
        trace, heard = Trace(), []

        def first(_event):
            if not heard:
                trace.listen("kind", lambda event: heard.append(event.time))
                heard.append("added")

        trace.listen("kind", first)
        trace.emit(EVENTS[1])
        trace.emit(EVENTS[2])
        assert heard == ["added", 2]

    def test_a_trace_that_keeps_nothing_still_tells_and_hashes(self):
        trace, heard = Trace(keep=False), []
        trace.listen("kind", lambda event: heard.append(event.time))
        trace.emit(EVENTS[1])
        assert (trace.events, heard) == ([], [1])
        assert trace.digest() == digest_of(EVENTS[1:2])


def small_program(driver):
    """Timers, a full channel and ready tasks on either clock: what happened, in order."""
    scheduler = Scheduler(driver=driver)
    channel = Channel(scheduler, 2)
    order = []

    async def producer():
        for number in range(6):
            await channel.send(number)
            order.append(f"sent {number}")
        await sleep(2 * MILLISECOND)
        order.append("producer done")
        channel.close()

    async def consumer():
        await sleep(MILLISECOND)
        for _ in range(6):
            order.append(f"got {await channel.recv()}")
            await sleep(0)
        order.append("consumer done")

    async def main():
        tasks = [scheduler.spawn(producer()), scheduler.spawn(consumer())]
        for task in tasks:
            await scheduler.join(task)
        await sleep(MILLISECOND)
        return scheduler.now

    elapsed = scheduler.run(scheduler.spawn(main()), max_steps=100_000)
    return order, elapsed


class TestRealTime:
    @pytest.fixture
    def caught(self):
        return []

    @pytest.fixture
    def driver(self, caught):
        driver = RealTime(caught.append, [signal.SIGUSR1])
        yield driver
        driver.close()

    def test_a_program_does_the_same_in_the_same_order_on_either_clock(self, driver):
        virtual, exact = small_program(None)
        real, elapsed = small_program(driver)
        assert real == virtual
        assert exact == 4 * MILLISECOND
        assert elapsed >= exact

    def test_a_signal_wakes_a_task_that_waits_for_ever(self, caught):
        handler = signal.getsignal(signal.SIGUSR1)
        driver = RealTime(lambda number: (caught.append(number), scheduler.wake(waiter)), [signal.SIGUSR1])
        scheduler = Scheduler(driver=driver)

        async def wait():
            return await park()

        async def send():
            await sleep(5 * MILLISECOND)
            signal.raise_signal(signal.SIGUSR1)

        waiter = scheduler.spawn(wait())
        scheduler.spawn(send())
        try:
            assert scheduler.run(waiter) is True
        finally:
            driver.close()
        assert caught == [signal.SIGUSR1]
        assert signal.getsignal(signal.SIGUSR1) is handler

    def test_a_signal_ends_a_wait_before_its_timer_is_due(self, driver, caught):
        signal.raise_signal(signal.SIGUSR1)
        assert driver.wait(3_600_000 * MILLISECOND) < 60_000 * MILLISECOND
        assert caught == [signal.SIGUSR1]

    def test_signals_are_delivered_in_their_order_and_once(self, caught):
        driver = RealTime(caught.append, [signal.SIGUSR1, signal.SIGUSR2])
        try:
            for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGUSR1):
                signal.raise_signal(number)
            driver.wait(0)
            driver.wait(0)
        finally:
            driver.close()
        assert caught == [signal.SIGUSR1, signal.SIGUSR2, signal.SIGUSR1]

    def test_a_wait_never_ends_before_it_is_due_without_a_signal(self, driver):
        due = driver.wait(0) + 2 * MILLISECOND
        assert driver.wait(due) >= due

    def test_a_signal_that_comes_while_another_is_delivered_leaves_no_wake_up_behind(self, driver, caught):
        """Else every later wait returns at once, and the program spins on one processor until the next signal."""
        receive = driver._receive

        class Receive:
            def recv(self, size):
                data = receive.recv(size)
                if not caught and len(driver._arrived) == 1:
                    signal.raise_signal(signal.SIGUSR1)
                return data

            fileno = receive.fileno
            close = receive.close

        driver._receive = Receive()
        signal.raise_signal(signal.SIGUSR1)
        now = driver.wait(None)
        assert caught == [signal.SIGUSR1] * 2
        due = now + 20 * MILLISECOND
        driver.wait(due)  # may return early once, for the byte that was left
        assert driver.wait(due) >= due

    def test_closing_gives_every_handler_back(self):
        before = [signal.getsignal(number) for number in (signal.SIGUSR1, signal.SIGTERM)]
        driver = RealTime(None, [signal.SIGUSR1, signal.SIGTERM])
        assert signal.getsignal(signal.SIGTERM) is not before[1]
        driver.close()
        assert [signal.getsignal(number) for number in (signal.SIGUSR1, signal.SIGTERM)] == before


PINNED = "26ae297b2eca07e5dca777022cbdde21520771408a568b75abd14f9f7d7e4af9"
