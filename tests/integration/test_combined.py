"""Trouble upon trouble: what can come after what, how far runs are shared, and breaches that need two."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest
from written import variant_of

from engine.behaviour import REFERENCE
from wptest.explore.crashes.crash_points import explore_crashes
from wptest.explore.exploration import GoneError
from wptest.explore.explorations import NotDone, explorations
from wptest.explore.failing_operations import explore_errors
from wptest.explore.rerun import breach_of, explored_data, rerun
from wptest.explore.rewriting.as_scenario import as_scenario
from wptest.explore.troubles.combined import explore_combined, trouble_name
from wptest.explore.troubles.telling import spread, telling
from wptest.run.world import RunOptions
from wptest.words.explore import CombineExplore, CrashExplore, ErrorExplore, Explore

RECOVERY = """
scenario: recovery
project: {speed_limit: 20, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 4}}}
when:
  - run: wprescue work
"""
LIVE = """
scenario: live
project: {sinks: {a: {type: test_rescue, phases: [up 300ms, down 1s]}}}
given: {source: {lines: 12, rate: 20/s}}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
"""
KEEPS = """
scenario: keeps
project: {sinks: {a: {}}}
given: {source: {lines: 30, rate: 100/s, keep_position: true}}
when:
  - run: wparse batch
"""
POWER_GONE = """
scenario: power-gone
project: {sinks: {a: {}}}
given: {source: {lines: 30, rate: 20/s, keep_position: true}}
when:
  - start: wparse daemon
  - at: 1250ms
    power_loss: true
  - start: wparse daemon
  - wait: idle
then: {allow: {duplicates: "<= 30"}}
"""
ROTATED = """
scenario: rotated
project: {sinks: {a: {}}}
given: {source: {lines: 10, rate: 20/s, keep_position: true, patterns: {/sample: "*"}}}
when:
  - start: wparse daemon
  - at: 250ms
    signal: {wparse: TERM}
  - wait: {exit: wparse}
  - rename: {data/in_dat/gen.dat: data/in_dat/gen.dat.1}
  - write: {data/in_dat/gen.dat: {lines: 8}}
  - start: wparse daemon
  - wait: idle
"""
KILLED = """
scenario: killed
project: {speed_limit: 100, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 20}}}
when:
  - start: wprescue work
  - upon: {sink: a, lines: 15}
    kill: wprescue
  - run: wprescue work
"""
HEARTBEATS = """
scenario: heartbeats
project: {speed_limit: 20, sinks: {a: {}}}
given:
  source: {lines: 6, equal: all}
  files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 6, equal: all}}
when:
  - run: wprescue work
  - run: wparse batch
  - run: wprescue work
"""
ALL = ("kill", "power-loss", "error", "stop")


def plan(*troubles: str, **others: object) -> CombineExplore:
    return CombineExplore.model_validate({"of": list(troubles or ALL), **others})


def broken(**choices: str) -> RunOptions:
    return RunOptions(behaviour=replace(REFERENCE, **choices))


def test_each_kind_meets_each_other():
    report = explore_combined(variant_of(RECOVERY), plan(most=150), RunOptions())

    two = [pair for pair in report.pairs if len(pair) == 2]
    assert {one for one, _ in two} == set(ALL)
    assert {other for _, other in two} >= {"kill", "error", "stop"}
    assert {pair for pair in report.pairs if len(pair) == 1} == {(one,) for one in ALL}
    assert report.run == 150 < report.possible
    assert report.shared > report.run / 3
    assert not report.complete


def test_within_its_bound_it_is_complete():
    report = explore_combined(variant_of(RECOVERY), plan("kill", during="wprescue"), RunOptions())

    assert report.breaches == []
    assert report.complete
    assert report.run == report.possible == report.firsts + report.seconds
    assert report.begun == report.firsts


def test_runs_are_counted_by_the_operation_that_the_last_trouble_strikes():
    report = explore_combined(variant_of(RECOVERY), plan(most=150), RunOptions())
    cells = list(report.grid.cells())
    hows = Counter(dict.fromkeys({cell[0].how for cell in cells}, 0))
    for struck, held, broken_ones, left in cells:
        assert struck.operation == "after the last" or re.match(r"\w+: \w+ \S", struck.operation)
        hows[struck.how] += held + broken_ones
        assert left >= 0
    assert sum(hows.values()) == report.run
    assert sum(held + broken_ones + left for _, held, broken_ones, left in cells) == report.possible
    assert +hows == Counter({", then ".join(pair).replace("-", " "): times for pair, times in report.pairs.items()})


def test_two_explorations_are_the_same():
    one, other = (explore_combined(variant_of(RECOVERY), plan(most=40), RunOptions()) for _ in range(2))

    assert (one.pairs, one.possible, one.seconds) == (other.pairs, other.possible, other.seconds)


def test_one_kill_alone_is_the_crash_exploration():
    variant = variant_of(RECOVERY)

    combined = explore_combined(variant, plan("kill", depth=1, tear=True), RunOptions())
    crashes = explore_crashes(variant, CrashExplore.model_validate({"as": "kill"}), RunOptions())

    assert combined.operations == crashes.found[0].operations
    assert combined.run == crashes.run
    assert combined.complete


def test_one_error_alone_is_the_exploration_of_errors():
    variant, errnos = variant_of(LIVE), ["EIO", "ENOSPC"]

    combined = explore_combined(variant, plan("error", depth=1, errno=errnos), RunOptions())
    errors = explore_errors(variant, ErrorExplore.model_validate({"errno": errnos, "occur": "once"}), RunOptions())

    assert combined.operations == errors.operations
    assert combined.run == errors.run


@pytest.mark.parametrize(
    ("text", "fault", "troubles"),
    [
        (RECOVERY, {"target_tail": "trust_checkpoint"}, ("stop", "kill")),
        (RECOVERY, {"stop_in_file": "resend_head"}, ("stop", "error")),
        (LIVE, {"swap_to_rescue": "drop_first_line"}, ("error", "stop")),
    ],
    ids=["killed", "stopped", "failed"],
)
def test_a_breach_comes_again_and_becomes_a_scenario(text, fault, troubles):
    variant, options = variant_of(text), broken(**fault)
    asked = Explore(combine=plan(*troubles, most=120))
    report = explore_combined(variant, asked.combine, options)
    breach = next(each for each in report.breaches if {trouble_name(one) for one in each.troubles} == set(troubles))
    explored = json.loads(json.dumps(explored_data(breach, asked)))

    again = rerun(variant, options, explored)
    written = as_scenario(explored, again)

    assert again.findings == breach.findings
    assert breach_of(explored).in_words == str(breach)
    assert written.finding.name == breach.findings[0].name
    with suppress(GoneError):  # the reference may take another course, which has no such operations
        assert rerun(variant, RunOptions(), explored).findings == ()


@pytest.mark.parametrize(
    ("text", "fault", "troubles", "most", "breach"),
    [
        (KILLED, {"unlooked_checkpoint": "written"}, ("error", "stop"), 200, "no_duplicate"),
        (HEARTBEATS, {"target_tail": "by_text"}, ("stop", "error"), 150, "no_loss"),
    ],
    ids=["stopped before it looked", "equal lines"],
)
def test_what_users_found_by_hand_is_found(text, fault, troubles, most, breach):
    asked = plan(*troubles, during="wprescue", most=most)

    found = explore_combined(variant_of(text), asked, broken(**fault))
    sound = explore_combined(variant_of(text), asked, RunOptions())

    assert {finding.name for each in found.breaches for finding in each.findings} == {breach}
    assert sound.breaches == []
    assert sound.run == most


def test_trouble_that_is_gone_is_told():
    variant, options = variant_of(RECOVERY), broken(stop_in_file="resend_head")
    asked = Explore(combine=plan("stop", depth=1))
    report = explore_combined(variant, asked.combine, options)
    explored = explored_data(report.breaches[0], asked)
    explored["troubles"][0]["number"] = 10_000

    with pytest.raises(GoneError, match="no such operation any more: wprescue is stopped during operation 10000"):
        rerun(variant, options, explored)


def test_a_stop_comes_during_operations_and_in_pauses():
    text = RECOVERY.replace("speed_limit: 20", "speed_limit: 5")
    report = explore_combined(variant_of(text), plan("stop", depth=1), RunOptions())

    assert report.operations < report.firsts < 2 * report.operations
    assert report.breaches == []


def test_what_is_left_out_is_spread_over_all():
    taken = [spread(100, 5, turn) for turn in range(20)]

    assert {len(set(each)) for each in taken} == {5}
    assert len({number for each in taken for number in each}) > 50
    assert list(spread(3, 5, 7)) == [0, 1, 2]
    assert list(spread(3, 0, 7)) == []


def test_what_comes_for_the_first_time_is_tried_first():
    signatures = [("append",)] * 50 + [("open",)] + [("append",)] * 49 + [("open",)]

    assert set(telling(signatures, 6, 0)) >= {0, 50, 1, 100}
    assert len(telling(signatures, 6, 3)) == 6
    assert list(telling(signatures, 101, 0)) == list(range(101))


def test_a_python_sink_has_no_states(monkeypatch):
    monkeypatch.setattr("wptest.explore.explorations.has_python_sinks", lambda _variant: True)
    variant = variant_of(RECOVERY + "explore: {combine: true}")

    (report,) = explorations(variant, RunOptions())

    assert isinstance(report, NotDone)
    assert report.what == "combine"


def test_what_is_read_again_behind_a_position_that_is_kept_is_no_breach() -> None:
    """A second crash comes when lines have been read again after the first."""
    assert explore_combined(variant_of(KEEPS), plan("kill", most=60), RunOptions()).breaches == []


@pytest.mark.parametrize(
    ("text", "troubles", "depth"),
    [(KEEPS, ("error", "kill"), 2), (POWER_GONE, ("kill",), 1), (ROTATED, ("stop", "error"), 2)],
    ids=["no position was written", "killed after a power loss", "rotated before anything was read"],
)
def test_what_is_read_again_for_want_of_a_position_is_no_breach(text, troubles, depth):
    asked = plan(*troubles, during="wparse", most=80, depth=depth)

    assert explore_combined(variant_of(text), asked, RunOptions()).breaches == []
