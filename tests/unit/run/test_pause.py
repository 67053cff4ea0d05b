"""`pause` and `resume`: a program stands still while time, disks and the other programs go on."""

from __future__ import annotations

import pytest
from scenario_bench import scenario, told

INPUT = "{source: {lines: 500, rate: 100/s}}"


def paused(then="  - resume: wparse\n  - wait: idle\n", wait="30s"):
    return (
        "  - start: wparse daemon\n  - {at: 1s, pause: wparse}\n"
        f"  - wait: {wait}\n  - check: {{sinks: {{a: {{lines: 100}}}}}}\n{then}"
    )


def test_nothing_of_it_is_done_until_it_goes_on_and_then_nothing_is_lost(play):
    assert told(play(scenario(paused(), "{sinks: {a: {lines: 500}}}", INPUT))) == []


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        (
            "  - signal: {wparse: TERM}\n  - wait: 5s\n  - check: {sinks: {a: {lines: 100}}}\n  - resume: wparse\n",
            100,
        ),
        ("  - kill: wparse\n", 100),
    ],
    ids=["a signal waits", "a kill does not"],
)
def test_what_comes_while_it_stands_still(play, steps, lines):
    end = "  - wait: {exit: wparse}\n"
    assert told(play(scenario(paused(steps + end), f"{{sinks: {{a: {{lines: {lines}}}}}}}", INPUT))) == []


def test_a_wait_for_one_that_stands_still_says_so(play):
    found = play(scenario(paused("  - wait: idle\n"), "{}", INPUT)).findings

    assert [(each.name, each.evidence[:1], each.help) for each in found] == [
        ("when.4", ("wparse is still paused since step 2",), "end it before this step: resume: wparse")
    ]


def test_the_closing_phase_lets_it_go_on(play):
    assert told(play(scenario(paused(""), "{}", INPUT))) == []


def test_a_pause_that_holds_nothing_back_proves_nothing(play):
    steps = "  - start: wparse daemon\n  - {after: 1s, pause: wparse}\n  - resume: wparse\n  - wait: idle\n"
    found = told(play(scenario(steps, "{}", "{source: {lines: 10}}")))

    assert found == [("unverified", "when.1", "wparse had nothing to do while it was paused")]


@pytest.mark.parametrize(("step", "place"), [("resume: wparse", "when.1"), ("signal: {wparse: CONT}", "when.1")])
def test_what_stands_still_at_no_time_can_not_go_on(play, step, place):
    steps = f"  - start: wparse daemon\n  - {step}\n  - wait: idle\n"
    found = told(play(scenario(steps, "{}", "{source: {lines: 10}}")))

    assert found == [("unverified", place, "wparse was not paused, so there was nothing to resume")]


def test_a_program_that_does_not_run_can_not_be_paused(play):
    steps = "  - run: wparse batch\n  - pause: wparse\n"
    with pytest.raises(Exception, match="wparse"):
        play(scenario(steps, "{}", INPUT))


def test_the_signals_are_the_same(play):
    steps = (
        paused()
        .replace("pause: wparse", "signal: {wparse: STOP}")
        .replace("resume: wparse", "signal: {wparse: CONT}")
    )
    assert told(play(scenario(steps, "{sinks: {a: {lines: 500}}}", INPUT))) == []
