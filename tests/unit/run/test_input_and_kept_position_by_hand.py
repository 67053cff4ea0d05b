"""What somebody does to an input whose reader has died, before it was done with what it had read of it.

Who reads next goes on at the position that is kept: what stands where it looks comes again, what doesn't is gone.
"""

from __future__ import annotations

import pytest
from scenario_bench import scenario

from engine.behaviour import Behaviour

INPUT = "data/in_dat/gen.dat"
GIVEN = "{source: {lines: 40, rate: 40/s, keep_position: true}}"
SLOW = "{sinks: {a: {type: test_rescue, phases: [down 1s, up 60s]}}}"
AT_ONCE = "  - start: wparse daemon\n  - upon: {operation: mkdir, on: data/out_dat, nth: 1}\n    kill: wparse\n"
IN_AN_OUTAGE = "  - start: wparse daemon\n  - at: 550ms\n    kill: wparse\n"
READ_ON = "  - start: wparse daemon\n  - wait: idle\n"
TWICE = 'duplicates: "<= 30", stuck: "<= 60"'
ALLOWED = f"{{allow: {{lost: in_memory, {TWICE}}}}}"
GONE = {
    "copied and cut": f"  - rotate: {{{INPUT}: copy}}\n",
    "removed": f"  - remove: {INPUT}\n",
    "moved away": f"  - rename: {{{INPUT}: backup/gen.dat}}\n",
    "cut to nothing": f"  - truncate: {{{INPUT}: 0}}\n",
    "written anew": f'  - write: {{{INPUT}: {{text: "new\\n"}}}}\n',
}
THERE = {
    "nothing": "",
    "renamed": f"  - rename: {{{INPUT}: {INPUT}.old}}\n",
    "rotated": f"  - rotate: {{{INPUT}: rename}}\n",
    "appended to": f'  - append: {{{INPUT}: {{text: "new\\n"}}}}\n',
    "copied": f"  - copy: {{{INPUT}: {INPUT}.old}}\n",
}


def failures(result):
    return [(each.name, each.message) for each in result.findings if each.outcome.value == "failed"]


@pytest.mark.parametrize("project", ["{sinks: {a: {}}}", SLOW])
@pytest.mark.parametrize("killed", [AT_ONCE, IN_AN_OUTAGE])
class TestAfterAKill:
    @pytest.mark.parametrize("change", GONE.values(), ids=GONE)
    def test_what_nobody_can_read_again_is_nobodys_loss_where_that_is_allowed(self, play, killed, project, change):
        readable = "" if "remove" in change or "rename" in change else READ_ON
        result = play(scenario(killed + change + readable, ALLOWED, GIVEN, project))
        assert failures(result) == []

    @pytest.mark.parametrize("change", THERE.values(), ids=THERE)
    def test_what_stands_where_it_is_looked_for_comes_again(self, play, killed, project, change):
        steps = killed + change + "  - check: {ledger: {lost: 0}}\n"
        if "rename" not in change:
            steps += READ_ON
        assert failures(play(scenario(steps, f"{{allow: {{{TWICE}}}}}", GIVEN, project))) == []


@pytest.mark.parametrize("change", GONE.values(), ids=GONE)
def test_what_nobody_can_read_again_is_lost_where_nothing_is_allowed(play, change):
    result = play(scenario(AT_ONCE + change, f"{{allow: {{{TWICE}}}}}", GIVEN))
    assert failures(result) == [("no_loss", "4 of 4 lines for data/out_dat/a.dat nowhere to be found")]


@pytest.mark.parametrize("change", [GONE["copied and cut"], GONE["removed"], GONE["cut to nothing"]])
@pytest.mark.parametrize("allowed", [True, False])
def test_an_input_that_changes_while_it_is_read_takes_what_only_its_reader_has(play, change, allowed):
    cut = change.replace("-", " ", 1)
    steps = f"  - start: wparse daemon\n  - at: 550ms\n{cut}  - at: 560ms\n    kill: wparse\n"
    result = play(scenario(steps, ALLOWED if allowed else f"{{allow: {{{TWICE}}}}}", GIVEN, SLOW))
    assert [name for name, _ in failures(result)] == ([] if allowed else ["no_loss"])


@pytest.mark.parametrize("early", ["10ms", "250ms", "1300ms"])
def test_what_is_being_read_again_is_not_lost_before_it_has_been(play, early):
    steps = IN_AN_OUTAGE + f"  - start: wparse daemon\n  - wait: {early}\n  - wait: idle\n"
    assert failures(play(scenario(steps, ALLOWED, GIVEN, SLOW))) == []


def test_what_the_position_is_past_is_not_excused(play):
    """A position that is written before its lines are done with: the file is there, and nobody reads them again."""
    too_early = Behaviour(source_position="what_was_read")
    result = play(scenario(IN_AN_OUTAGE + READ_ON, ALLOWED, GIVEN, SLOW), behaviour=too_early)
    assert "no_loss" in [name for name, _ in failures(result)]
