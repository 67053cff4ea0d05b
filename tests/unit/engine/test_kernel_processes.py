from __future__ import annotations

import pytest

from engine.kernel import Process, Scheduler, Signal, sleep
from engine.kernel.scheduler import park


def play(scheduler, main):
    return scheduler.run(scheduler.spawn(main), max_steps=100_000)


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


class TestPause:
    @staticmethod
    def make():
        scheduler = Scheduler()
        return scheduler, Process(scheduler, "p", 1, frozenset({Signal.TERM}))

    def test_timers_come_and_the_task_goes_on_only_when_it_is_resumed(self):
        scheduler, process = self.make()
        seen = []

        async def victim():
            for _ in range(3):
                await sleep(10)
                seen.append(scheduler.now)

        async def main():
            process.spawn(victim())
            await sleep(15)
            process.pause()
            await sleep(85)
            assert seen == [10]
            assert process.was_held_back
            process.resume()
            await sleep(50)
            return seen

        assert play(scheduler, main()) == [10, 100, 110]

    @pytest.mark.parametrize("timeout", [None, 5])
    def test_what_it_is_given_meanwhile_waits_and_is_given_once(self, timeout):
        scheduler, process = self.make()
        got = []

        async def victim():
            got.append(await park(timeout))

        async def main():
            task = process.spawn(victim())
            await sleep(1)
            process.pause()
            if timeout is not None:
                await sleep(timeout)
            woken = [scheduler.wake(task, "a")]
            await sleep(1)
            woken.append(scheduler.wake(task, "b"))
            process.resume()
            await sleep(1)
            return woken, got

        expected = ([True, False], ["a"]) if timeout is None else ([False, False], [None])
        assert play(scheduler, main()) == expected

    def test_a_kill_ends_one_that_stands_still(self):
        scheduler, process = self.make()
        ran = []

        async def victim():
            await sleep(10)
            ran.append(scheduler.now)

        async def main():
            process.spawn(victim())
            await sleep(1)
            process.pause()
            await sleep(20)
            process.kill()
            process.resume()
            await sleep(20)
            return ran, process.paused, process.was_held_back, process.exit_code

        assert play(scheduler, main()) == ([], False, True, 137)

    def test_a_pause_with_nothing_to_do_holds_nothing_back(self):
        scheduler, process = self.make()

        async def victim():
            await sleep(100)

        async def main():
            process.spawn(victim())
            await sleep(1)
            process.pause()
            await sleep(1)
            process.resume()
            return process.was_held_back

        assert play(scheduler, main()) is False
