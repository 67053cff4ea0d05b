"""What a report says of the line of a finding: where it is, what happened to it, and in which step."""

from __future__ import annotations

import pytest

from engine.behaviour.profile import behaviour_of
from wptest.judge.invariants import INVARIANT_NAMES
from wptest.report.picture.drawing import picture_of
from wptest.report.reported import reported_findings
from wptest.report.result_text import by_weight

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
REPLAY = f"""
scenario: s
project: {{speed_limit: 500, sinks: {{a: {{type: file, file: a.dat}}}}}}
given: {{files: {{{FILE}: {{lines: 100}}}}}}
when:
  - start: wprescue work
  - {{upon: {{sink: a, lines: 35}}, kill: wprescue}}
  - run: wprescue work
then: {{sinks: {{a: {{lines: 100}}}}}}
"""
POWER = """
scenario: s
project: {sinks: {a: {type: file, file: a.dat}}}
given: {source: {lines: 100}}
when:
  - run: wparse batch
  - power_loss: {unsynced: lost}
  - run: wprescue work
then: {sinks: {a: {lines: 100}}}
"""
STUCK = f"""
scenario: s
project: {{sinks: {{a: {{type: file, file: a.dat}}}}}}
given: {{files: {{{FILE}: {{lines: 10}}}}, source: {{lines: 5}}}}
when:
  - run: wparse batch
then: {{sinks: {{a: {{lines: 5}}}}}}
"""
# What a server of this engine has acknowledged may not be on its disk yet.
TABLE = """
scenario: s
project:
  servers: {db: {engine: merge_tree}}
  sinks: {a: {type: clickhouse, server: db, batch: {lines: 10}, row: {columns: {b: {type: text(99), from: $line}}}}}
given: {source: {lines: 100, rate: 100/s}}
when:
  - start: wparse daemon
  - {at: 505ms, power_loss: true}
  - start: wparse daemon
  - wait: idle
then: {ledger: {delivered: 100}}
"""


def _told(result):
    """By the name of its finding, what is told of each line."""
    findings = by_weight(result.findings)
    return {findings[each.finding].name: each for each in picture_of(result).whereabouts}


def test_a_doubled_line_says_which_recovery_has_delivered_it_where(play) -> None:
    found = _told(play(REPLAY, behaviour=behaviour_of(["resume=from_start"])))["no_duplicate"]

    assert found.stands == (1, 36)
    way = [(each.kind, each.who, each.number) for each in found.way]
    assert way == [
        ("replayed", "wprescue", 0),
        ("delivered", "wprescue", 1),
        ("killed", "wprescue", 0),
        ("replayed", "wprescue", 0),
        ("delivered", "wprescue", 36),
        ("removed", "", 0),
    ]
    one, other = (each.born for each in found.way if each.kind == "delivered")
    assert one is not None
    assert other is not None
    assert one < other


def test_who_has_brought_a_line_is_not_said_where_somebody_else_has_written_to_its_target(play) -> None:
    text = REPLAY.replace("when:\n", "when:\n  - append: {data/out_dat/a.dat: {lines: 3}}\n")
    result = play(text, behaviour=behaviour_of(["resume=from_start"]))

    found = _told(result)["no_duplicate"]
    assert len(found.stands) == 2
    assert [each for each in found.way if each.kind == "delivered"] == []


def test_a_power_loss_is_told_with_what_it_took_and_the_curve_falls(play) -> None:
    result = play(POWER)

    found = _told(result)["no_loss"]
    assert [(each.kind, each.number, each.text) for each in found.way[1:]] == [("power", 100, "data/out_dat/a.dat")]
    lane = next(each for each in picture_of(result).lanes if (each.kind, each.name) == ("sink", "a"))
    curve = next(each for each in lane.curves if each.name == "delivered")
    assert [point.lines for point in curve.points[-2:]] == [100, 0]
    kept = next(each for each in picture_of(play(POWER.replace("lost}", "kept}"))).lanes if each.name == "a")
    assert kept.curves[0].points[-1].lines == 100


def test_the_rows_of_a_table_that_a_power_loss_takes_let_its_curve_fall(play) -> None:
    picture = picture_of(play(TABLE))

    (curve,) = next(each for each in picture.lanes if (each.kind, each.name) == ("sink", "a")).curves
    power = next(each for each in picture.lanes if each.kind == "power").marks[0]
    assert [point.lines for point in curve.points if point.at == power.at] == [60, 0]
    assert curve.points[-1].lines == 100


def test_what_a_power_loss_takes_of_rescue_files_ends_with_it(play) -> None:
    text = POWER.replace("type: file", "type: test_rescue, phases: [down 1h]")
    picture = picture_of(play(text, behaviour=behaviour_of(["rescue_release=not_synced"])))

    lane = next(each for each in picture.lanes if each.kind == "rescue" and "/a-" in each.name)
    power = next(each for each in picture.lanes if each.kind == "power").marks[0]
    assert lane.bars[-1].ends == power.at
    sink = next(each for each in picture.lanes if (each.kind, each.name) == ("sink", "a"))
    rescued = next(each for each in sink.curves if each.name == "rescued")
    assert [point.lines for point in rescued.points[-2:]] == [100, 0]


def test_a_line_in_the_wrong_place_has_its_place_and_its_source(play) -> None:
    text = REPLAY.replace("  - {upon: {sink: a, lines: 35}, kill: wprescue}\n", "  - wait: {exit: wprescue}\n")
    found = _told(play(text, behaviour=behaviour_of(["line_order=reversed"])))["order"]

    assert found.source == FILE
    assert len(found.stands) == 1
    assert [each.kind for each in found.way][-2:] == ["delivered", "removed"]


def test_a_stuck_line_is_in_its_rescue_file(play) -> None:
    found = _told(play(STUCK))["nothing_stuck"]

    assert (found.source, found.number, found.stands) == (FILE, 1, ())
    assert found.line.startswith("wp_event_id=1 ")


@pytest.mark.parametrize(("text", "behaviour"), [(POWER, ()), (REPLAY, ("resume=from_start",))])
def test_each_broken_invariant_has_its_line_and_the_step_after_which_it_was_found(play, text, behaviour, tmp_path):
    result = play(text, behaviour=behaviour_of(list(behaviour)))

    broken = [each for each in result.findings if each.name in INVARIANT_NAMES]
    assert broken
    assert all(each.trail is not None for each in broken)
    lines = text.splitlines()
    for each in reported_findings(result, result.findings, tmp_path):
        assert lines[each.after_line - 1].strip() == "- run: wprescue work"
