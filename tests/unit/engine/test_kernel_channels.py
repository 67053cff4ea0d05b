from __future__ import annotations

import pytest

from engine.kernel import Channel, ChannelClosed, Flag, Process, Scheduler, sleep


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
