"""How a run waits, and when it gives up: on a machine without programs of its own."""

from __future__ import annotations

import pytest
from engine_bench import Bench

from engine.kernel import sleep
from engine.units import SECOND
from wptest.run.waiting import LimitError, StuckError, Waiter

PATIENCE = 10 * SECOND


@pytest.fixture
def bench():
    bench = Bench()
    yield bench
    for program in bench.programs:
        program.process.kill()


def waiting(bench, *, pause=0, limit=None):
    return Waiter(bench.machine, bench.programs, patience=PATIENCE, pause=pause, glance=1 << 62, limit=limit)


def gives_up(bench, wait):
    """When a wait is given up, and how."""

    async def main():
        with pytest.raises((StuckError, LimitError)) as raised:
            await wait()
        return raised.type, bench.now

    return bench.play(main)


def test_what_never_holds_is_given_up_when_nothing_has_moved_for_the_whole_patience(bench):
    assert gives_up(bench, lambda: waiting(bench).until(lambda: False)) == (StuckError, PATIENCE)


def test_a_pause_that_the_scenario_may_take_is_waited_for_as_well(bench):
    patient = waiting(bench, pause=3 * SECOND)
    assert gives_up(bench, lambda: patient.until(lambda: False)) == (StuckError, PATIENCE + 3 * SECOND)


def test_a_longer_pause_replaces_a_shorter_one_and_a_shorter_one_changes_nothing(bench):
    patient = waiting(bench, pause=3 * SECOND)
    patient.allow_pause(5 * SECOND)
    patient.allow_pause(2 * SECOND)
    assert patient.patience == PATIENCE + 5 * SECOND


def test_whatever_moves_makes_the_patience_begin_anew(bench):
    async def move():
        await sleep(9 * SECOND)
        bench.machine.work += 1

    bench.machine.scheduler.spawn(move())
    kind, when = gives_up(bench, lambda: waiting(bench).until(lambda: False))
    assert kind is StuckError
    assert when >= 19 * SECOND


def test_the_limit_ends_a_wait_and_a_pause_and_is_over_when_it_is_taken_away(bench):
    bounded = waiting(bench, limit=4 * SECOND)
    assert gives_up(bench, lambda: bounded.pause(5 * SECOND)) == (LimitError, 4 * SECOND)
    assert gives_up(bench, lambda: bounded.until(lambda: False)) == (LimitError, 4 * SECOND)
    bounded.limit = None
    assert gives_up(bench, lambda: bounded.until(lambda: False)) == (StuckError, 4 * SECOND + PATIENCE)


def test_an_event_that_fits_ends_the_wait_and_others_do_not(bench):
    async def emit():
        for number in (1, 2, 3):
            await sleep(SECOND)
            bench.machine.emit("x", "sink.failed", number=number)

    async def main():
        bench.start("wparse daemon")  # somebody who could bring it about
        await waiting(bench).until_event("sink.failed", lambda event: event.fields["number"] == 2)
        return bench.now

    bench.machine.scheduler.spawn(emit())
    assert bench.play(main) == 2 * SECOND


def test_where_no_program_is_left_nobody_waits_for_an_event(bench):
    async def wake():
        await sleep(SECOND)

    bench.machine.scheduler.spawn(wake())
    kind, _ = gives_up(bench, lambda: waiting(bench).until_event("sink.failed", lambda _event: True))
    assert kind is StuckError


def test_an_operation_is_waited_for_by_its_number_and_whoever_does_it_waits_for_us(bench):
    bench.feed(300)

    async def main():
        program = bench.start("wparse batch")
        await waiting(bench).until_operation("append", "data/out_dat/*.dat", 1)
        before = bench.lines()
        await waiting(bench).until_ended(program.process)
        return before, len(bench.lines())

    assert bench.play(main) == ([], 300)


def test_what_is_given_up_says_who_still_runs(bench):
    patient = waiting(bench)
    assert patient.given_up == "no program runs"
    bench.start("wparse daemon")
    bench.run_for(SECOND)
    assert patient.given_up == "nothing has moved for 10s (wparse still running)"
