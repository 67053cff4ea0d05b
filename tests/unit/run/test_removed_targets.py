"""A target is removed by hand while it is open: what comes later is written to a new one, and the log tells."""

from __future__ import annotations

import pytest
from scenario_bench import scenario

from engine.behaviour import Behaviour
from wptest.run.running import run_on_real_disk

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
LATER = FILE.replace("24.dat", "25.dat")
TARGET = "data/out_dat/a.dat"
PROJECT = "{speed_limit: 50, sinks: {a: {}}}"
LIVE = ("{source: {lines: 40, rate: 40/s}}", "  - start: wparse daemon\n", "  - wait: idle\n")
REPLAYED = (f"{{files: {{{FILE}: {{lines: 40}}}}}}", "  - start: wprescue work\n", "  - wait: {exit: wprescue}\n")
BOTH = (LIVE[0][:-1] + ", " + REPLAYED[0][1:], LIVE[1] + REPLAYED[1], REPLAYED[2] + LIVE[2])
ALLOWED = "{allow: {lost: in_memory}}"
REMOVED = f"    remove: {TARGET}\n"
REPLACED = f"    rename: {{data/other.dat: {TARGET}}}\n"


def failures(result):
    return [(each.name, each.message) for each in result.findings if each.outcome.value == "failed"]


def said(result):
    return [
        str(each.fields["message"])
        for each in result.events
        if each.kind == "log" and "was removed while it was open" in str(each.fields["message"])
    ]


@pytest.mark.parametrize("moment", ["100ms", "350ms", "351ms", "620ms"])
@pytest.mark.parametrize("course", [LIVE, REPLAYED, BOTH], ids=["live", "replayed", "both"])
class TestWhileItIsOpen:
    def played(self, play, course, moment, change, then=ALLOWED, **options):
        given, start, end = course
        return play(scenario(f"{start}  - at: {moment}\n{change}{end}", then, given, PROJECT), **options)

    def test_no_line_that_comes_later_is_lost(self, play, course, moment):
        result = self.played(play, course, moment, REMOVED)
        assert failures(result) == []
        assert said(result)

    def test_nor_is_one_if_another_file_takes_its_name(self, play, course, moment):
        other = "files: {data/other.dat: {text: ''}"
        given = course[0].replace("files: {", f"{other}, ")
        given = given if other in given else f"{given[:-1]}, {other}}}}}"
        result = self.played(play, (given, *course[1:]), moment, REPLACED)
        assert failures(result) == []
        assert said(result)

    def test_what_it_had_is_lost_where_nothing_is_allowed(self, play, course, moment):
        result = self.played(play, course, moment, REMOVED, "{}")
        assert "no_loss" in [name for name, _ in failures(result)]

    def test_who_goes_on_writing_to_it_loses_what_nobody_excuses(self, play, course, moment):
        result = self.played(play, course, moment, REMOVED, behaviour=Behaviour(removed_target="written_on"))
        assert "no_loss" in [name for name, _ in failures(result)]
        assert not said(result)


@pytest.mark.parametrize("moment", ["230ms", "430ms"])
def test_a_sink_that_goes_down_and_comes_back(play, moment):
    project = "{speed_limit: 50, sinks: {a: {type: test_rescue, phases: [up 300ms, down 400ms]}}}"
    steps = BOTH[1] + f"  - at: {moment}\n" + REMOVED + BOTH[2] + "  - run: wprescue work\n"
    assert failures(play(scenario(steps, ALLOWED, BOTH[0], project))) == []


def test_two_sinks_that_share_it(play):
    project = "{sinks: {a: {file: both.dat}, b: {file: both.dat}}}"
    steps = LIVE[1] + "  - at: 430ms\n    remove: data/out_dat/both.dat\n" + LIVE[2]
    result = play(scenario(steps, ALLOWED, LIVE[0], project))
    assert failures(result) == []
    assert len(said(result)) == 1


@pytest.mark.parametrize("removals", [2, 5])
def test_as_often_as_it_is_removed(play, removals):
    steps = BOTH[1] + "".join(f"  - at: {130 * each}ms\n{REMOVED}" for each in range(1, removals + 1)) + BOTH[2]
    result = play(scenario(steps, ALLOWED, BOTH[0], PROJECT))
    assert failures(result) == []
    assert len(said(result)) >= removals


@pytest.mark.parametrize("who", ["wprescue", "wparse"])
@pytest.mark.parametrize("operation", ["mkdir, on: data/out_dat", f"open, on: {TARGET}"])
@pytest.mark.parametrize("equal", ["", ", equal: all"])
def test_who_dies_before_the_new_one_is_there(play, who, operation, equal):
    """What it wrote to the old one last is not taken for arrived by whoever has that open, too."""
    given = BOTH[0].replace("lines: 40", f"lines: 40{equal}")
    third = f"{{operation: {operation}, nth: 3}}"  # the two programs have opened the first one
    kill = f"  - upon: {third}\n    kill: {who}\n"
    rest = LIVE[2] if who == "wprescue" else REPLAYED[2]
    steps = BOTH[1] + "  - at: 350ms\n" + REMOVED + kill + rest + "  - run: wprescue work\n"
    then = "{allow: {lost: in_memory, duplicates: '<= 10'}}"
    assert failures(play(scenario(steps, then, given, PROJECT))) == []


@pytest.mark.parametrize("equal", ["all", "every 3rd"])
@pytest.mark.parametrize(
    "change", [f"  - remove: {TARGET}\n", f"  - rotate: {{{TARGET}: rename}}\n", f"  - rename: {{{TARGET}: old}}\n"]
)
def test_places_in_it_hold_for_no_rescue_file_when_another_was_replayed_into_the_new_one(play, equal, change):
    """The lines of that stand where those of the first had been: equal ones are not taken for these."""
    given = f"{{files: {{{FILE}: {{lines: 60, equal: {equal}}}, {LATER}: {{lines: 60, equal: {equal}}}}}}}"
    killed = "  - upon: {operation: append, on: data/rescue/recover.lock.tmp, nth: 3}\n    kill: wprescue\n"
    other = f"  - fault: {{on: '{LATER}', fail: open, errno: EIO, times: 1}}\n  - run: wprescue work\n"
    steps = REPLAYED[1] + killed + change + other + "  - run: wprescue work\n"
    result = play(scenario(steps, '{allow: {lost: in_memory, duplicates: "<= 10"}}', given, PROJECT))
    assert failures(result) == []
    assert [str(each.fields["path"]) for each in result.events if each.kind == "recovery.doubtful"] == [LATER]


def test_on_a_real_disk(variant_of):
    steps = LIVE[1] + "  - at: 430ms\n" + REMOVED + LIVE[2]
    variant = variant_of(scenario(steps, "{sinks: {a: {lines: 20}}, allow: {lost: in_memory}}", LIVE[0]))
    result = run_on_real_disk(variant)
    assert failures(result) == []
    assert said(result)
