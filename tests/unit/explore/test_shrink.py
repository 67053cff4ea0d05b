"""Shrinking: what comes out fails for the same reason, is small, and is the same every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.behaviour import REFERENCE
from wptest.explore.rewriting.plain_scenario import as_yaml
from wptest.explore.rewriting.shrink import NoFailureError, Shrunk, shrink
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant, load_text
from wptest.text.scenario_source import scenario_text

OUTAGE = """
scenario: outage
title: An outage
tags: [outage]
project: {speed_limit: 100, sinks: {a: {type: test_rescue, file: a.log, phases: [up 1s, down 1s]}, b: {}}}
given:
  clock: 2025-10-04 01:59:20
  source: {rate: 1k/s}
when:
  - run: wpgen sample -n 3000
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
then:
  exit: {wparse: 0}
  sinks: {a: {lines: 3000}, b: {lines: 3000}}
"""
WRONG = """
scenario: wrong
project: {sinks: {a: {}}}
given: {source: {lines: 500}}
when:
  - run: wparse batch
then:
  sinks: {a: {lines: 501}}
  rescue: {dat: 1}
"""
POISON = """
scenario: poison
project: {sinks: {a: {}}}
given:
  files:
    data/rescue/a-2025-10-04_01:59:24.dat: {bytes: "one\\ntwo\\n\\xff\\xfe\\nfour\\n"}
    data/rescue/a-2025-10-04_01:50:00.dat: {lines: 5}
when:
  - run: wprescue work
"""
DROPS = RunOptions(behaviour=replace(REFERENCE, swap_to_rescue="drop_first_line"))
ABORTS = RunOptions(behaviour=replace(REFERENCE, poison_line="abort", replay_failure="end_recovery"))


def load(text: str) -> LoadedVariant:
    return load_text(scenario_text(Path("outage.wptest.yaml"), text))[0].variants[0]


@pytest.fixture(scope="module")
def outage() -> Shrunk:
    return shrink(load(OUTAGE), DROPS)


@pytest.mark.slow
def test_what_comes_out_fails_for_the_same_reason_and_passes_on_the_reference(outage):
    again = load(as_yaml(outage.scenario))

    assert outage.reason == "no_loss"
    assert outage.message in [finding.message for finding in run_variant(again, DROPS).findings]
    assert run_variant(again).outcome.value == "passed"


def test_nothing_is_left_that_the_failure_does_not_need(outage):
    assert outage.complete
    assert outage.scenario == {
        "scenario": "outage",
        "project": {"sinks": {"a": {"type": "test_rescue"}}},
        "given": {"source": {"rate": "1/s"}},
        "when": [{"run": "wpgen sample -n 5"}, {"run": "wparse batch"}, {"run": "wprescue work"}],
    }


def test_the_recovery_stays_without_which_lines_would_be_stuck_on_the_reference(outage):
    without = outage.scenario | {"when": outage.scenario["when"][:-1]}

    assert run_variant(load(as_yaml(without))).outcome.value == "unverified"


@pytest.mark.slow
def test_it_is_the_same_every_time(outage):
    assert shrink(load(OUTAGE), DROPS) == outage


@pytest.mark.parametrize("most", [3, 4, 17, 18])
def test_the_number_of_runs_is_kept_to(most):
    shrunk = shrink(load(OUTAGE), DROPS, most=most)

    assert shrunk.runs <= most
    assert not shrunk.complete


def test_lines_of_a_text_are_left_out():
    shrunk = shrink(load(POISON), ABORTS)

    assert shrunk.scenario["given"]["files"] == {
        "data/rescue/a-2025-10-04_01:59:24.dat": {"bytes": "\xff\xfe\n"},
        "data/rescue/a-2025-10-04_01:50:00.dat": {"lines": 1},
    }


def test_without_a_broken_invariant_the_first_expectation_stays_broken():
    assert shrink(load(WRONG), RunOptions()).reason == "then.rescue.dat"


def test_the_reason_can_be_chosen():
    shrunk = shrink(load(WRONG), RunOptions(), reason="then.sinks.a.lines")

    assert shrunk.reason == "then.sinks.a.lines"
    assert set(shrunk.scenario["then"]) == {"sinks"}


def test_another_reason_than_there_is_is_told_with_those_that_there_are():
    with pytest.raises(NoFailureError, match=r"for no_loss, but for: then.rescue.dat, then.sinks.a.lines"):
        shrink(load(WRONG), RunOptions(), reason="no_loss")


def test_a_scenario_that_passes_can_not_be_shrunk():
    with pytest.raises(NoFailureError, match="outage passed, so there is nothing to shrink"):
        shrink(load(OUTAGE), RunOptions())


def test_a_scenario_that_fails_on_the_reference_shows_nothing_of_a_behaviour():
    with pytest.raises(NoFailureError, match="fails on the reference as well"):
        shrink(load(WRONG), DROPS)
