"""What is known of a scenario before it runs."""

from __future__ import annotations

from wptest.report.plan import plan_of
from wptest.scenario.load import load_file


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
