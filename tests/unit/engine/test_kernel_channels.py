from __future__ import annotations

import pytest

from engine.kernel import Channel, ChannelClosed, Flag, Process, Scheduler, Signal, sleep
from engine.kernel.scheduler import park


def play(scheduler, main):
    return scheduler.run(scheduler.spawn(main), max_steps=100_000)


class TestChannel:
    def test_items_come_out_in_the_order_in_which_they_went_in(self):
        scheduler = Scheduler()
        channel = Channel(scheduler, 3)

        async def send():
            for number in range(20):
                await channel.send(number)
            channel.close()

        async def main():
            scheduler.spawn(send())
            got = []
            while True:
                try:
                    got.append(await channel.recv())
                except ChannelClosed:
                    return got

        assert play(scheduler, main()) == list(range(20))

    def test_it_never_holds_more_than_its_capacity_and_makes_the_sender_wait(self):
        scheduler = Scheduler()
        channel = Channel(scheduler, 2)
        sent = []

        async def send():
            for number in range(5):
                await channel.send(number)
                sent.append((number, scheduler.now))

        async def main():
            scheduler.spawn(send())
            await sleep(10)
            assert channel.waiting == (0, 1)
            assert channel.full
            for _ in range(5):
                await sleep(10)
                await channel.recv()
            await sleep(0)

        play(scheduler, main())
        assert sent == [(0, 0), (1, 0), (2, 20), (3, 30), (4, 40)]

    def test_offer_never_waits(self):
        channel = Channel(Scheduler(), 1)
        assert channel.offer("a")
        assert not channel.offer("b")
        assert channel.waiting == ("a",)

    def test_waiting_receivers_are_served_in_the_order_in_which_they_came(self):
        scheduler = Scheduler()
        channel = Channel(scheduler, 10)
        got = []

        async def receive(name):
            got.append((name, await channel.recv()))

        async def main():
            for name in "abc":
                scheduler.spawn(receive(name))
            await sleep(1)
            for number in range(3):
                await channel.send(number)
            await sleep(1)

        play(scheduler, main())
        assert got == [("a", 0), ("b", 1), ("c", 2)]

    def test_waiting_senders_are_served_in_the_order_in_which_they_came(self):
        scheduler = Scheduler()
        channel = Channel(scheduler, 1)

        async def send(name):
            await channel.send(name)

        async def main():
            for name in "abcd":
                scheduler.spawn(send(name))
            await sleep(1)
            got = []
            for _ in range(4):
                got.append(await channel.recv())
                await sleep(1)
            return got

        assert play(scheduler, main()) == list("abcd")

    def test_a_sender_that_comes_later_does_not_overtake_one_that_was_just_let_in(self):
        scheduler = Scheduler()
        channel = Channel(scheduler, 1)

        async def send(name):
            await channel.send(name)

        async def main():
            await channel.send("first")
            scheduler.spawn(send("waits"))
            scheduler.spawn(send("waits too"))
            await sleep(1)
            scheduler.spawn(send("late"))  # runs before the sender that `recv` is about to wake
            got = [await channel.recv()]
            for _ in range(3):
                await sleep(1)
                got.append(await channel.recv())
            return got

        assert play(scheduler, main()) == ["first", "waits", "waits too", "late"]

    def test_a_closed_channel_gives_what_is_left_and_takes_nothing(self):
        scheduler = Scheduler()
        channel = Channel(scheduler, 5)

        async def main():
            await channel.send("left")
            channel.close()
            assert not channel.offer("more")
            with pytest.raises(ChannelClosed):
                await channel.send("more")
            assert await channel.recv() == "left"
            with pytest.raises(ChannelClosed):
                await channel.recv()

        play(scheduler, main())

    def test_closing_wakes_all_who_wait_on_either_side(self):
        scheduler = Scheduler()
        empty, full = Channel(scheduler, 1), Channel(scheduler, 1)
        closed = []

        async def wait(name, operation):
            try:
                await operation
            except ChannelClosed:
                closed.append(name)

        async def main():
            full.offer("x")
            for number in range(2):
                scheduler.spawn(wait(f"receiver {number}", empty.recv()))
                scheduler.spawn(wait(f"sender {number}", full.send(number)))
            await sleep(1)
            empty.close()
            full.close()
            await sleep(1)
            return full.waiting

        assert play(scheduler, main()) == ("x",)
        assert sorted(closed) == ["receiver 0", "receiver 1", "sender 0", "sender 1"]

    def test_a_killed_waiter_is_passed_over(self):
        scheduler = Scheduler()
        channel = Channel(scheduler, 1)
        doomed = Process(scheduler, "doomed", 1)
        got = []

        async def receive(name):
            got.append((name, await channel.recv()))

        async def main():
            doomed.spawn(receive("doomed"))
            scheduler.spawn(receive("heir"))
            await sleep(1)
            doomed.kill()
            await channel.send("item")
            await sleep(1)

        play(scheduler, main())
        assert got == [("heir", "item")]

    def test_a_waiter_killed_after_it_was_woken_takes_nobody_elses_turn(self):
        scheduler = Scheduler()
        channel = Channel(scheduler, 1)
        doomed = Process(scheduler, "doomed", 1)
        got = []

        async def receive(name):
            got.append((name, await channel.recv()))

        async def main():
            doomed.spawn(receive("doomed"))
            scheduler.spawn(receive("heir"))
            await sleep(1)
            channel.offer("item")  # wakes the first receiver, which doesn't live to take it
            doomed.kill()
            await sleep(1)

        play(scheduler, main())
        assert got == [("heir", "item")]


class TestFlag:
    def test_setting_it_wakes_everyone_in_the_order_in_which_they_came(self):
        scheduler = Scheduler()
        flag = Flag(scheduler)
        woken = []

        async def wait(name):
            assert await flag.wait()
            woken.append((name, scheduler.now))

        async def main():
            for name in "cab":
                scheduler.spawn(wait(name))
            await sleep(5)
            flag.set()
            await sleep(0)

        play(scheduler, main())
        assert woken == [("c", 5), ("a", 5), ("b", 5)]

    def test_a_time_out_says_false_at_its_time_and_a_set_flag_says_true_at_once(self):
        scheduler = Scheduler()
        flag = Flag(scheduler)

        async def main():
            answers = [(await flag.wait(7), scheduler.now)]
            flag.set()
            answers.append((await flag.wait(7), scheduler.now))
            answers.append((await flag.wait(), scheduler.now))
            return answers

        assert play(scheduler, main()) == [(False, 7), (True, 7), (True, 7)]

    def test_a_flag_set_before_the_time_out_ends_the_wait_early(self):
        scheduler = Scheduler()
        flag = Flag(scheduler)

        async def setter():
            await sleep(3)
            flag.set()

        async def main():
            scheduler.spawn(setter())
            return await flag.wait(1000), scheduler.now

        assert play(scheduler, main()) == (True, 3)


class TestProcess:
    @staticmethod
    def make(graceful=frozenset({Signal.TERM})):
        scheduler = Scheduler()
        return scheduler, Process(scheduler, "p", 1, graceful)

    def test_a_kill_runs_no_clean_up_code_at_all(self):
        scheduler, process = self.make()
        ran = []

        class Guard:
            async def __aenter__(self):
                return self

            async def __aexit__(self, *_):
                ran.append("__aexit__")

        async def victim():
            try:
                async with Guard():
                    await sleep(100)
            except BaseException:
                ran.append("except")
                raise
            finally:
                ran.append("finally")

        async def main():
            process.spawn(victim())
            await sleep(1)
            process.kill()
            await sleep(1000)
            return list(ran)

        assert play(scheduler, main()) == []

    def test_a_kill_wakes_no_task_of_the_process(self):
        scheduler, process = self.make()
        ran = []

        async def first():
            await sleep(10)

        async def second(other):
            await scheduler.join(other)
            ran.append("joined")

        async def third():
            await process.ended.wait()
            ran.append("saw the end")

        async def unborn():
            ran.append("began")

        async def main():
            process.spawn(second(process.spawn(first())))
            process.spawn(third())
            await sleep(1)
            process.spawn(unborn())
            process.kill()
            await sleep(100)

        play(scheduler, main())
        assert ran == []

    def test_a_task_that_was_ready_when_the_kill_came_does_not_run(self):
        scheduler, process = self.make()
        ran = []

        async def victim():
            await park()
            ran.append("ran")

        async def main():
            task = process.spawn(victim())
            await sleep(1)
            scheduler.wake(task)
            process.kill()
            await sleep(1)

        play(scheduler, main())
        assert ran == []

    def test_others_hear_of_the_end_and_the_owner_of_its_things_does_too(self):
        scheduler, process = self.make()
        released = []
        process.on_end.append(lambda: released.append(process.exit_code))

        async def main():
            await sleep(1)
            process.kill()
            return await process.ended.wait(0)

        assert play(scheduler, main())
        assert released == [137]
        assert (process.exit_code, process.killed_by, process.alive) == (137, Signal.KILL, False)

    def test_a_second_kill_changes_nothing(self):
        _, process = self.make()
        ends = []
        process.on_end.append(lambda: ends.append(1))
        process.kill()
        process.kill(Signal.TERM)
        process.signal(Signal.INT)
        assert (process.exit_code, process.killed_by, ends) == (137, Signal.KILL, [1])

    def test_exit_ends_the_other_tasks_and_what_stands_behind_it_never_runs(self):
        scheduler, process = self.make()
        ran = []

        async def other():
            await sleep(10)
            ran.append("other")

        async def leaver():
            process.spawn(other())
            await sleep(1)
            await process.exit(3)
            ran.append("behind exit")

        async def main():
            process.spawn(leaver())
            await process.ended.wait()
            await sleep(100)

        play(scheduler, main())
        assert (process.exit_code, process.killed_by, ran) == (3, None, [])

    @pytest.mark.parametrize(
        ("number", "stopping", "code"),
        [
            (Signal.TERM, True, None),
            (Signal.HUP, False, None),
            (Signal.USR1, False, 138),
            (Signal.INT, False, 130),
            (Signal.KILL, False, 137),
        ],
    )
    def test_a_signal_stops_gracefully_if_it_may_hup_is_ignored_and_others_kill(self, number, stopping, code):
        _, process = self.make()
        process.signal(number)
        assert (process.stop.is_set, process.exit_code) == (stopping, code)
