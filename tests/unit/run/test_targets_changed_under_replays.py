"""What somebody does to a target into which a replay died that others have closed: what it had brought is gone."""

from __future__ import annotations

import pytest
from scenario_bench import scenario

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
TARGET = "data/out_dat/a.dat"
PROJECT = "{speed_limit: 50, sinks: {a: {}}}"
GIVEN = f"{{source: {{lines: 30, rate: 40/s}}, files: {{{FILE}: {{lines: 30}}}}}}"
CHANGES = {
    "cut to nothing": f"  - truncate: {{{TARGET}: 0}}\n",
    "cut within a line": f"  - truncate: {{{TARGET}: 100}}\n",
    "cut behind a line": f"  - truncate: {{{TARGET}: 245}}\n",
    "removed": f"  - remove: {TARGET}\n",
    "rotated": f"  - rotate: {{{TARGET}: rename}}\n",
    "copied and cut": f"  - rotate: {{{TARGET}: copy}}\n",
}
BESIDE = "  - start: wprescue work\n  - start: wparse daemon\n"
STOP = "  - wait: idle\n  - signal: {wparse: TERM}\n  - wait: {exit: wparse}\n"
KILLED = "  - upon: {operation: append, on: data/rescue/recover.lock.tmp, nth: 2}\n    kill: wprescue\n"
NEXT_SAVE = "  - upon: {operation: fsync, on: data/rescue/recover.lock.tmp, nth: 3}\n    kill: wprescue\n"
AGAIN = "  - start: wprescue work\n" + NEXT_SAVE
WORK = "  - run: wprescue work\n"
ALLOWED = '{allow: {lost: in_memory, duplicates: "<= 10"}}'


def failures(result):
    return [(each.name, each.message) for each in result.findings if each.outcome.value == "failed"]


@pytest.mark.parametrize("equal", ["", ", equal: every 3rd"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
class TestATarget:
    """It is changed when a recovery has died that `wparse` came in between of."""

    def played(self, play, equal, *steps, then=ALLOWED):
        given = GIVEN.replace("lines: 30}}", f"lines: 30{equal}}}}}")
        return failures(play(scenario("".join(steps), then, given, PROJECT)))

    def test_before_anybody_has_closed_what_it_had_begun(self, play, change, equal):
        assert self.played(play, equal, BESIDE, KILLED, change, STOP, WORK) == []

    def test_when_wparse_has_closed_it(self, play, change, equal):
        wait = "  - wait: 300ms\n"
        assert self.played(play, equal, BESIDE, KILLED, wait, change, STOP, WORK) == []

    def test_when_wparse_has_gone(self, play, change, equal):
        assert self.played(play, equal, BESIDE, KILLED, STOP, change, WORK) == []

    def test_and_the_next_one_dies_as_well(self, play, change, equal):
        assert self.played(play, equal, BESIDE, KILLED, STOP, change, AGAIN, WORK) == []

    def test_between_two_that_die(self, play, change, equal):
        assert self.played(play, equal, BESIDE, KILLED, STOP, AGAIN, change, WORK) == []


def test_what_goes_with_a_cut_is_a_loss_where_nothing_is_allowed(play):
    steps = BESIDE + KILLED + STOP + CHANGES["cut to nothing"] + WORK
    found = failures(play(scenario(steps, '{allow: {duplicates: "<= 10"}}', GIVEN, PROJECT)))
    assert "no_loss" in [name for name, _ in found]


@pytest.mark.parametrize("change", [CHANGES["cut to nothing"], CHANGES["removed"]])
@pytest.mark.parametrize("moment", ["1150ms", "1250ms", "1450ms"])
def test_a_file_whose_lines_went_with_their_target_keeps_no_equal_ones(play, change, moment):
    """Lines of the input that only `wparse` has are gone with it, although equal ones stand in a rescue file."""
    again = "".join(f"wp_event_id={each} line of a-2025-10-04_01:59:24.dat\\n" for each in range(1, 26))
    files = f'{{{FILE}: {{lines: 30}}, data/in_dat/gen.dat: {{text: "{again}"}}}}'
    stopped = "  - start: wprescue work\n  - upon: {sink: a, lines: 25}\n    signal: {wprescue: TERM}\n"
    killed = f"  - start: wparse daemon\n  - at: {moment}\n    kill: wparse\n"
    steps = stopped + "  - wait: {exit: wprescue}\n" + change + killed + WORK
    project = "{speed_limit: 50, sinks: {a: {type: test_rescue, phases: [up 500ms, down 60s]}}}"
    given = f"{{source: {{rate: 20/s, patterns: {{/sample: '*'}}}}, files: {files}}}"
    assert failures(play(scenario(steps, "{allow: {lost: in_memory, stuck: 60}}", given, project))) == []
