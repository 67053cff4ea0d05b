"""Outages that come again and again: no attempt to get a sink back falls in step with them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenario_bench import scenario

from engine.behaviour import REFERENCE
from wptest.words.failures import Failure

FIXED = replace(REFERENCE, longest_pause="always_whole")
IN_STEP = [(500, 2000), (500, 4500), (1000, 4000)]
PAIRS = [(up, down) for up in (500, 1000, 2000, 3000) for down in (500, 2000, 3000, 4000, 4500)]
ALL = "  - start: wparse daemon\n  - wait: idle\n  - signal: {wparse: TERM}\n  - wait: {exit: wparse}\n"
THEN = "{ledger: {lost: 0, duplicates: 0}, rescue: {dat: 0}}"


def text(up, down, more="  - run: wprescue work"):
    project = f"{{speed_limit: 100, sinks: {{a: {{type: test_rescue, phases: [up {up}ms, down {down}ms]}}}}}}"
    return scenario(ALL + more, THEN, "{source: {lines: 200, rate: 50/s}}", project)


@pytest.mark.parametrize(("up", "down"), PAIRS)
def test_they_end_whatever_their_period_is(play, up, down):
    assert play(text(up, down)).findings == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_they_end_with_any_seed(play, seed):
    assert play(text(1000, 4000), seed=seed).findings == ()


@pytest.mark.parametrize(("up", "down"), IN_STEP)
def test_where_pauses_are_all_alike_the_phase_is_named_that_every_attempt_met(play, up, down):
    finding = play(text(up, down), behaviour=FIXED).findings[0]

    phase = f"met the phase 'down {down / 1000:g}s' of 'up "
    assert finding.code is Failure.STUCK
    assert finding.evidence[0].startswith("a still fails: a is down: each of 1,")
    assert phase in finding.evidence[0].replace("4500ms", "4.5s")


def test_no_phase_is_named_where_attempts_met_several(play):
    project = "{sinks: {a: {type: test_rescue, phases: [up 500ms, down 700ms, down 1300ms]}}}"
    when = "  - start: wparse daemon\n  - wait: idle"
    finding = play(scenario(when, "{}", "{source: {for: 5s, rate: 9/s}}", project), behaviour=FIXED).findings[0]

    assert finding.code is Failure.STUCK
    assert finding.evidence[0] == "a still fails: a is down"
