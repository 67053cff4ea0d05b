"""The picture of a run: lanes, bounded however long it was, and where the lines were that findings are about."""

from __future__ import annotations

import json

import pytest

from engine.behaviour.profile import behaviour_of
from wptest.agreement.agreeing import Agreement
from wptest.agreement.reported_agreement import reported_agreement
from wptest.recordings.comparing import Difference
from wptest.report.picture.bins import MOST_BARS, MOST_POINTS, most_visible
from wptest.report.picture.data import picture_data
from wptest.report.picture.drawing import picture_of
from wptest.report.picture.lanes import Bar, LaneMark, Picture, RunLane, RunMoment, in_rows
from wptest.report.picture.planned import planned_picture
from wptest.report.picture.text_lanes import text_lanes

OUTAGE = """
scenario: s
project: {speed_limit: 1000, sinks: {a: {type: test_rescue, file: a.dat}}}
given:
  source: {lines: LINES, rate: 1k/s}
  phases: {a: [up 1s, down 1s]}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - start: wprescue work
  - wait: 500ms
  - kill: wprescue
  - clock: {step: 5s}
  - run: wprescue work
  - power_loss: true
then: {sinks: {a: {lines: LINES}}}
"""
FAULT = """
scenario: s
project: {sinks: {a: {type: file, file: a.dat}}}
given: {source: {lines: 1000, rate: 1k/s}}
when:
  - start: wparse daemon
  - {at: 200ms, fault: {on: data/out_dat/a.dat, fail: [write, open], errno: EIO, for: 300ms}}
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
then: {sinks: {a: {lines: 1000}}}
"""


def _states(picture: Picture, kind: str) -> dict[str, list[str]]:
    return {lane.name: [bar.state for bar in lane.bars] for lane in picture.lanes if lane.kind == kind}


def _lane(picture: Picture, kind: str) -> RunLane:
    return next(lane for lane in picture.lanes if lane.kind == kind)


def test_lanes_tell_what_ran_what_was_up_and_what_became_of_each_rescue_file(play) -> None:
    picture = picture_of(play(OUTAGE.replace("LINES", "2000")))

    assert _states(picture, "program") == {
        "wparse": ["alive", "stopping"],
        "wprescue": ["alive"] * 4,  # killed, done, and twice in the closing phase
    }
    assert _states(picture, "sink")["a"][:4] == ["up", "failing", "rescuing", "up"]
    ((_, states),) = _states(picture, "rescue").items()
    assert states == ["writing", "waiting", "replaying", "waiting", "replaying"]
    assert [mark.kind for mark in _lane(picture, "rescue").marks] == ["removed"]
    assert "kill" in [mark.kind for mark in _lane(picture, "program").marks] + [
        mark.kind for lane in picture.lanes if lane.name == "wprescue" for mark in lane.marks
    ]
    assert len(_lane(picture, "clock").marks) == len(_lane(picture, "power").marks) == 1


def test_curves_rise_to_all_lines_and_the_checkpoint_stays_behind_the_deliveries(play) -> None:
    curves = {
        curve.name: curve.points
        for curve in _lane(picture_of(play(OUTAGE.replace("LINES", "2000"))), "sink").curves
    }

    assert curves["delivered"][-1].lines == 2000
    assert curves["rescued"][-1].lines == 935
    for name in ("delivered", "rescued", "checkpoint"):
        assert list(curves[name]) == sorted(curves[name]), name
    delivered = {point.at: point.lines for point in curves["delivered"]}
    for at, lines in curves["checkpoint"]:
        assert lines <= max(count for moment, count in delivered.items() if moment <= at)


def test_a_fault_is_a_bar_from_its_step_until_it_is_over_and_what_it_bit_are_marks(play) -> None:
    picture = picture_of(play(FAULT))

    (bar,) = _lane(picture, "trouble").bars
    assert (bar.begins.time, bar.ends.time) == (200_000_000, 500_000_000)
    assert all(bar.begins.time <= mark.at.time <= bar.ends.time for mark in _lane(picture, "disk").marks)
    assert _states(picture, "sink")["a"][:3] == ["up", "failing", "rescuing"]


@pytest.mark.parametrize("lines", [2000, 40_000])
def test_a_picture_is_of_a_bounded_size_however_many_lines_there_were(play, lines: int) -> None:
    picture = picture_of(play(OUTAGE.replace("LINES", str(lines))))

    assert all(len(curve.points) <= 2 * MOST_POINTS + 1 for lane in picture.lanes for curve in lane.curves)
    assert len(json.dumps(picture_data(picture))) < 40_000


def test_a_doubled_line_is_told_with_who_had_it_last_and_where_it_stands(play) -> None:
    result = play(OUTAGE.replace("LINES", "2000"), behaviour=behaviour_of(["resume=from_start"]))
    picture = picture_of(result)

    (found,) = picture.whereabouts
    assert result.findings[found.finding].name == "no_duplicate"
    assert (found.holder, found.number, found.target) == ("wprescue", 1, "data/out_dat/a.dat")
    assert found.source.startswith("data/rescue/a-")
    assert found.at is not None
    assert found.until is not None
    assert found.at < found.until <= picture.breaches[found.finding].at
    assert len(found.stands) == 2


def test_a_lost_line_of_the_input_is_told_with_who_read_it_and_where_its_sink_sent_it(play) -> None:
    lossy = behaviour_of(["swap_to_rescue=drop_first_line"])
    picture = picture_of(play(OUTAGE.replace("LINES", "2000"), behaviour=lossy))

    (found,) = picture.whereabouts
    assert (found.holder, found.state) == ("wparse", "rescuing")
    assert (found.source, found.number) == ("data/in_dat/gen.dat", 1066)
    assert found.into.startswith("data/rescue/a-")
    assert found.at is not None
    assert found.at.time == 1_065_000_000


def test_a_plan_is_drawn_by_the_same_lanes_before_anything_runs(variant_of) -> None:
    picture = planned_picture(variant_of(FAULT))

    assert not picture.exact
    assert _states(picture, "program")["wparse"] == ["alive", "stopping"]
    assert _lane(picture, "trouble").bars[0].ends.time == 500_000_000


def test_in_text_it_is_as_wide_as_it_may_be_and_ends_with_what_the_letters_mean(play) -> None:
    result = play(OUTAGE.replace("LINES", "2000"), behaviour=behaviour_of(["resume=from_start"]))

    for columns in (20, 60, 120):
        lines = text_lanes(picture_of(result), columns)
        assert max(map(len, lines)) <= columns
        assert "K killed" in " ".join(lines)
        assert any(line.startswith("b") and "^" in line for line in lines)


def test_two_runs_that_differ_are_drawn_for_who_holds_them_against_each_other(play) -> None:
    text = OUTAGE.replace("LINES", "2000")
    engine, real = play(text, behaviour=behaviour_of(["resume=from_start"])), play(text)
    row = Agreement(
        "s", "failed", ("passed",), (Difference("lines", "a.dat", "2000", "2500"),), differing=(engine, real)
    )

    assert reported_agreement(row).lanes == ()
    drawn = reported_agreement(row, pictured=True).lanes
    assert [bool(each["breaches"]) for each in drawn] == [True, False]


def test_of_many_bars_those_are_kept_that_can_be_seen() -> None:
    short = [Bar(RunMoment(time, time), RunMoment(time + 1, time + 1), "up") for time in range(500)]
    long = Bar(RunMoment(600, 600), RunMoment(900, 900), "failing")

    kept = most_visible([*short, long], RunMoment(1000, 1000))
    assert len(kept) == MOST_BARS
    assert kept[-1].state == "failing"


def test_bars_that_come_at_one_time_stand_on_rows_of_their_own() -> None:
    def bar(begins: int, ends: int) -> Bar:
        return Bar(RunMoment(begins, begins), RunMoment(ends, ends), "up")

    lane = RunLane("sink", "a", in_rows([bar(0, 5), bar(3, 9), bar(5, 7)]), (LaneMark(RunMoment(0, 0), "kill"),))
    assert [each.row for each in lane.bars] == [0, 1, 0]
    assert lane.rows == 2
