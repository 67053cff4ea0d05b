"""A second program of one kind beside the first, under a name of its own."""

from __future__ import annotations

import pytest
from scenario_bench import scenario, told

from engine.behaviour import REFERENCE, Behaviour
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.text.scenario_source import InvalidScenario

LIVE = "{source: {lines: 200, rate: 100/s}}"
FIRST = "  - start: wparse daemon\n"
SECOND = "  - start: {command: wparse daemon, as: second}\n"
IDLE = "  - wait: idle\n"
ALL = "sinks: {a: {lines: 200}}"


def test_the_second_wparse_is_refused_and_the_first_goes_on(play):
    steps = f"{FIRST}  - wait: 1s\n{SECOND}  - wait: {{exit: second}}\n{IDLE}"
    then = f"{{exit: {{second: 4}}, log: {{second: [it runs already]}}, {ALL}}}"
    assert told(play(scenario(steps, then, LIVE))) == []


@pytest.mark.parametrize(
    "end",
    [
        "  - kill: wparse\n",
        "  - signal: {wparse: TERM}\n  - wait: {exit: wparse}\n",
        "  - signal: {wparse: KILL}\n",
    ],
    ids=["killed", "stopped", "power loss"],
)
def test_it_takes_over_when_the_first_is_gone_however_that_ended(play, end):
    more = "  - run: wpgen sample -n 50\n"
    steps = f"{FIRST}{IDLE}{end}{more}{SECOND}{IDLE}  - signal: {{second: TERM}}\n  - wait: {{exit: second}}\n"
    then = "{exit: {second: 0}, ledger: {accepted: 250}, sinks: {a: {lines: 250}}}"
    assert told(play(scenario(steps, then, LIVE))) == []


def test_one_that_is_paused_still_has_the_lock(play):
    steps = (
        f"{FIRST}  - wait: 1s\n  - pause: wparse\n{SECOND}  - wait: {{exit: second}}\n  - resume: wparse\n{IDLE}"
    )
    found = told(play(scenario(steps, f"{{exit: {{second: 4}}, {ALL}}}", LIVE)))
    assert [name for outcome, name, _ in found if outcome == "failed"] == []


def test_a_batch_beside_a_daemon_is_refused_too(play):
    steps = f"{FIRST}  - wait: 1s\n  - run: {{command: wparse batch, as: once}}\n{IDLE}"
    assert told(play(scenario(steps, f"{{exit: {{once: 4}}, {ALL}}}", LIVE))) == []


def test_each_is_killed_by_its_name(play):
    steps = (
        "  - start: {command: wprescue daemon, as: one}\n  - wait: 100ms\n"
        "  - start: {command: wprescue daemon, as: other}\n  - wait: {exit: other}\n"
        "  - check: {exit: {other: 4}}\n  - kill: one\n  - start: {command: wprescue work, as: other}\n"
        "  - wait: {exit: other}\n"
    )
    given = "{files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 20}}}"
    assert told(play(scenario(steps, "{exit: {other: 0, one: 137}, sinks: {a: {lines: 20}}}", given))) == []


def test_versions_that_let_both_run_double_every_line(variant_of):
    variant = variant_of(scenario(f"{FIRST}{SECOND}{IDLE}", "{}", LIVE))
    both = Behaviour(two_pipelines="both_run")
    found = told(run_variant(variant, RunOptions(behaviour=both)))
    assert ("failed", "no_duplicate", "data/out_dat/a.dat has 200 lines more than once") in found
    assert both != REFERENCE


@pytest.mark.parametrize(
    ("steps", "message", "help_"),
    [
        (FIRST + FIRST, "wparse is still running", "as: second}"),
        (FIRST + SECOND + SECOND, "second is still running", "signal: {second: TERM}"),
        (FIRST + "  - kill: second\n", "unknown process 'second'", None),
        ("  - kill: second\n" + SECOND, "second has not been started before this step", "as: second}"),
        ("  - start: {command: wparse daemon, as: wprescue}\n", "'wprescue' is what a program is called", None),
        ("  - start: {command: wparse daemon, as: The Second}\n", "'The Second' is no name of a program", None),
        ("  - start: {command: wparse deamon, as: second}\n", "unknown mode 'deamon' of wparse", "daemon"),
        ("  - start: {command: wparse daemon}\n", "missing", None),
    ],
)
def test_mistakes_are_told(variant_of, steps, message, help_):
    with pytest.raises(InvalidScenario) as found:
        variant_of(scenario(steps, given=LIVE))
    problem = next(each for each in found.value.diagnostics if message in each.message)
    assert help_ is None or help_ in (problem.help or "")
