"""What is known of a scenario before it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from wptest.language.load import load_file
from wptest.report.plan import plan_of

SCENARIOS = sorted((Path(__file__).parents[3] / "scenarios").rglob("*.wptest.yaml"))


def plan(tmp_path, text):
    path = tmp_path / "s.wptest.yaml"
    path.write_text(text)
    return plan_of(load_file(path)[0].variants[0])


OUTAGE = """\
scenario: s
project: {sinks: {a: {type: test_rescue, phases: [up 2s, down 2s]}}}
given: {source: {lines: %s, rate: 100/s}}
when:
  - start: wparse daemon
  - wait: 500ms
  - after: 1s
    signal: {wparse: HUP}
  - wait: idle
  - kill: wparse
"""


def test_the_cleanup_comes_at_the_end_the_last_step_first(tmp_path):
    rows = plan(tmp_path, OUTAGE % 500 + "cleanup:\n  - heal: true\n  - wait: 1s\n").rows

    assert rows[-2:] == [("cleanup", "wait: 1s  (line 13)"), ("cleanup", "heal: true  (line 12)")]


def test_times_are_exact_up_to_the_first_wait_of_unknown_length(tmp_path):
    times = [time for time, _ in plan(tmp_path, OUTAGE % 500).rows]

    assert times == ["0s", "0s", "1.5s", "1.5s", ">= 1.5s"]


def test_an_outage_that_comes_after_the_input_is_warned_of(tmp_path):
    assert plan(tmp_path, OUTAGE % 500).warnings == []
    (warning,) = plan(tmp_path, OUTAGE % 150).warnings
    assert warning.startswith("a is first down after 2s, and the input is read by 1.5s")


def test_a_sink_that_is_never_down_is_warned_of(tmp_path):
    (warning,) = plan(tmp_path, OUTAGE.replace(", down 2s", "") % 500).warnings

    assert warning == "a is never down"


def test_a_fault_on_a_path_that_nobody_uses_is_warned_of(tmp_path):
    text = (
        "scenario: s\nproject: {sinks: {a: {type: file}}}\ngiven: {source: {lines: 5}}\nwhen:\n"
        "  - fault: {on: data/output/**, fail: append, errno: EIO}\n  - run: wparse batch\n"
    )

    assert plan(tmp_path, text).warnings == [
        "line 5: 'data/output/**' matches no path that this scenario is known to use"
    ]
    assert plan(tmp_path, text.replace("output", "out_dat")).warnings == []


def test_a_recovery_without_anything_to_replay_is_warned_of(tmp_path):
    text = "scenario: s\nproject: {sinks: {a: {type: file}}}\nwhen:\n  - run: wprescue work\n"

    (warning,) = plan(tmp_path, text).warnings

    assert warning.startswith("wprescue has nothing to replay")


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.name)
def test_shipped_scenarios_have_no_warnings(path):
    for loaded in load_file(path):
        for variant in loaded.variants:
            assert plan_of(variant).warnings == []
