"""Foreign code on the scheduler: strictly one side at a time, exceptions both ways, kills inside."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from engine.kernel import Abandoned, Foreign, Process, Scheduler, sleep
from engine.kernel.foreign_calls import current, end_all


class Stage:
    """A scheduler, a process and what happened on them."""

    def __init__(self):
        self.scheduler = Scheduler()
        self.process = Process(self.scheduler, "tester", 1)
        self.said = []

    def foreign(self):
        made = Foreign(self.scheduler, "guest")
        self.process.on_end.append(made.end)
        return made

    def say(self, what):
        self.said.append((what, self.scheduler.now))

    def play(self, *mains):
        async def main():
            for task in [self.process.spawn(each) for each in mains]:
                await self.scheduler.join(task)
            self.process.kill()

        self.scheduler.run(self.scheduler.spawn(main()), max_steps=100_000)


@pytest.fixture
def stage():
    yield (made := Stage())
    made.process.kill()
    assert threading.active_count() == 1 or all(thread.name != "guest" for thread in threading.enumerate())


def test_a_call_returns_what_the_function_returns_in_one_thread_of_its_own(stage):
    foreign = stage.foreign()

    async def main():
        stage.say(await foreign.call(lambda: (threading.current_thread().name, current() is foreign)))
        stage.say(await foreign.call(threading.get_ident) == await foreign.call(threading.get_ident))

    stage.play(main())

    assert [what for what, _ in stage.said] == [("guest", True), True]
    assert current() is None


def test_other_tasks_run_while_foreign_code_waits_and_only_then(stage):
    foreign = stage.foreign()

    def work():
        stage.say("one")
        foreign.ask(lambda: sleep(10))
        stage.say("two")

    async def other():
        stage.say("other")
        await sleep(5)
        stage.say("other")

    async def main():
        await foreign.call(work)

    stage.play(main(), other())

    assert stage.said == [("one", 0), ("other", 0), ("other", 5), ("two", 10)]


def test_exceptions_cross_both_ways(stage):
    foreign = stage.foreign()

    async def refuse():
        raise PermissionError("no")

    def work():
        with pytest.raises(PermissionError):
            foreign.ask(refuse)
        raise KeyError("mine")

    async def main():
        with pytest.raises(KeyError, match="mine"):
            await foreign.call(work)
        assert await foreign.call(lambda: "goes on") == "goes on"
        stage.say("done")

    stage.play(main())

    assert stage.said == [("done", 0)]


def test_calls_wait_for_each_other(stage):
    foreign = stage.foreign()

    def work(name):
        stage.say(f"{name} begins")
        foreign.ask(lambda: sleep(10))
        stage.say(f"{name} ends")

    async def main(name):
        await foreign.call(lambda: work(name))

    stage.play(main("one"), main("two"))

    assert stage.said == [("one begins", 0), ("one ends", 10), ("two begins", 10), ("two ends", 20)]


def test_two_of_them_take_turns_in_the_schedulers_order(stage):
    one, two = stage.foreign(), stage.foreign()

    def work(foreign, pause):
        for _ in range(3):
            foreign.ask(lambda: sleep(pause))
            stage.say(pause)

    async def main(foreign, pause):
        await foreign.call(lambda: work(foreign, pause))

    stage.play(main(one, 2), main(two, 3))

    assert stage.said == [(2, 2), (3, 3), (2, 4), (3, 6), (2, 6), (3, 9)]


def test_a_kill_unwinds_it_and_nothing_that_it_asks_for_is_done(stage):
    foreign = stage.foreign()

    def work():
        try:
            foreign.ask(lambda: sleep(100))
        except Exception:  # noqa: BLE001 - foreign code that swallows everything that it can
            stage.say("swallowed")
        finally:
            stage.say("unwound")
            try:
                foreign.ask(lambda: stage.say("done after its death"))
            except Abandoned:
                stage.say("refused")
                raise

    async def main():
        await foreign.call(work)
        stage.say("never")

    async def killer():
        await sleep(30)
        stage.process.kill()
        stage.say("killed")

    async def play():
        stage.process.spawn(main())
        await stage.scheduler.join(stage.scheduler.spawn(killer()))
        await sleep(200)

    stage.scheduler.run(stage.scheduler.spawn(play()), max_steps=1000)

    assert [what for what, _ in stage.said] == ["unwound", "refused", "killed"]


def test_an_interrupt_ends_foreign_code_that_computes_for_ever():
    stage = Stage()
    foreign = Foreign(stage.scheduler, "guest", resumed=lambda: None)
    before = threading.active_count()

    def work():
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            pass

    async def main():
        await foreign.call(work)

    with pytest.raises(KeyboardInterrupt):
        stage.scheduler.run(stage.process.spawn(main()))
    end_all()

    assert threading.active_count() == before
