"""What somebody does by hand amid equal lines, and what of it is no program's fault: found by random faults."""

from __future__ import annotations

import pytest
from scenario_bench import scenario, told

from engine.behaviour import Behaviour

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
LATER = FILE.replace("24.dat", "25.dat")
TARGET = "data/out_dat/a.dat"
SLOW = "{speed_limit: 100, sinks: {a: {}}}"
ALLOWED = "{allow: {lost: in_memory}}"
WORK = "  - run: wprescue work\n"
KILLED = "  - start: wprescue work\n  - upon: {sink: a, lines: 20}\n    kill: wprescue\n"
EQUAL = ("every 2nd", "every 3rd", "all")


def rescued(equal, lines=50):
    return f"{{files: {{{FILE}: {{lines: {lines}, equal: {equal}}}}}}}"


def failures(result):
    return [(each.name, each.message) for each in result.findings if each.outcome.value == "failed"]


@pytest.mark.parametrize("equal", EQUAL)
@pytest.mark.parametrize("last", ["", "other\n"])
def test_a_file_that_is_written_over_one_that_is_half_replayed(play, equal, last):
    """Nobody can tell whether its first lines are those that have arrived."""
    again = f'  - write: {{{FILE}: {{text: "{"ping" + chr(92) + "n"}{last.strip()}"}}}}\n'
    result = play(scenario(KILLED + again + WORK, ALLOWED, rescued(equal), SLOW))
    assert failures(result) == []


@pytest.mark.parametrize("last", ["first", "other"])
@pytest.mark.parametrize("sent", [1, 2, 4])
def test_heartbeats_written_over_heartbeats(play, last, sent):
    def text(end):
        return '{text: "' + "ping\\n" * 4 + end + '\\n"}'

    killed = KILLED.replace("lines: 20", f"lines: {sent}")
    steps = killed + f"  - write: {{{FILE}: {text(last)}}}\n" + WORK
    given = f"{{files: {{{FILE}: {text('first')}}}}}"
    assert failures(play(scenario(steps, ALLOWED, given, SLOW.replace("100", "10")))) == []


@pytest.mark.parametrize("equal", EQUAL)
@pytest.mark.parametrize("durability", ["strict", "ordered", "posix"])
@pytest.mark.parametrize("unsynced", ["lost", "kept", "some"])
def test_a_power_loss_in_a_replay_beside_equal_live_lines(play, equal, durability, unsynced):
    """What wparse never synced may go; what its outage left in a rescue file may not."""
    steps = (
        "  - run: wparse batch\n  - start: wprescue work\n  - upon: {sink: a, lines: 150}\n"
        f"    power_loss: {{unsynced: {unsynced}}}\n" + WORK
    )
    given = f"{{source: {{lines: 300, rate: 100/s, equal: {equal}}}, durability: {durability}}}"
    sinks = "{speed_limit: 100, sinks: {a: {type: test_rescue, phases: [up 1s, down 2s]}}}"
    assert failures(play(scenario(steps, ALLOWED, given, sinks))) == []


@pytest.mark.parametrize("equal", EQUAL)
@pytest.mark.parametrize("durability", ["ordered", "posix"])
def test_a_power_loss_after_a_sync_that_failed_takes_live_lines_and_none_that_were_rescued(play, equal, durability):
    steps = (
        "  - run: wparse batch\n"
        f"  - fault: {{on: {TARGET}, fail: fsync, errno: EIO, times: 1}}\n"
        "  - start: wprescue work\n"
        f"  - upon: {{operation: sync_dir, on: data/out_dat, nth: 2}}\n    power_loss: true\n"
    )
    given = f"{{source: {{lines: 300, rate: 100/s, equal: {equal}}}, durability: {durability}}}"
    sinks = "{sinks: {a: {type: test_rescue, phases: [up 1s, down 2s]}}}"
    assert failures(play(scenario(steps + WORK, ALLOWED, given, sinks))) == []


@pytest.mark.parametrize("unsynced", ["lost", "some"])
def test_what_a_power_loss_leaves_is_nobodys_until_a_recovery_has_been_there(play, unsynced):
    """A torn end or zeros in front of a check, and a recovery that is stopped before it looks."""
    steps = (
        "  - start: wprescue work\n  - upon: {sink: a, lines: 25}\n"
        f"    power_loss: {{unsynced: {unsynced}}}\n"
        "  - check: {rescue: {dat: 1}}\n" + WORK
    )
    for seed in range(12):
        text = scenario(steps, ALLOWED, rescued("every 3rd")[:-1] + ", durability: posix}", SLOW)
        assert failures(play(text, seed=seed)) == []


@pytest.mark.parametrize("stop", ["KILL", "TERM"])
@pytest.mark.parametrize("equal", ["every 3rd", "all"])
class TestARescueFileThatIsMoved:
    """By a step: what has it is somewhere else, and not gone."""

    def steps(self, stop, *more):
        stopped = KILLED.replace("kill: wprescue", f"signal: {{wprescue: {stop}}}\n  - wait: {{exit: wprescue}}")
        return stopped + "".join(more)

    def test_and_stays_away_is_stuck_and_not_lost(self, play, stop, equal):
        moved = f"  - rename: {{{FILE}: data/aside}}\n"
        result = play(scenario(self.steps(stop, moved, WORK), "{}", rescued(equal), SLOW))
        found = [(each.name, each.outcome.value, each.help) for each in result.findings]
        assert ("nothing_stuck", "unverified") in [each[:2] for each in found]
        assert any(f"let it be called {FILE} again" in str(each[2]) for each in found)
        assert failures(result) == []

    @pytest.mark.parametrize("back", [FILE, LATER])
    def test_and_comes_back_has_its_lines_owed_once(self, play, stop, equal, back):
        away, again = f"  - rename: {{{FILE}: data/aside}}\n", f"  - rename: {{data/aside: {back}}}\n"
        check = "  - check: {ledger: {lost: 0, duplicates: 0}}\n"
        steps = self.steps(stop, away, WORK, check, again, check, WORK)
        assert (
            told(play(scenario(steps, "{exit: {wprescue: 0}, sinks: {a: {lines: 50}}}", rescued(equal), SLOW)))
            == []
        )

    def test_under_another_name_stands_in_no_two_places(self, play, stop, equal):
        check = "  - check: {ledger: {lost: 0, duplicates: 0}}\n"
        steps = self.steps(stop, f"  - rename: {{{FILE}: {LATER}}}\n", check, WORK)
        assert (
            told(play(scenario(steps, "{exit: {wprescue: 0}, sinks: {a: {lines: 50}}}", rescued(equal), SLOW)))
            == []
        )


@pytest.mark.parametrize("equal", EQUAL)
@pytest.mark.parametrize("way", ["rename", "copy"])
def test_a_target_that_is_rotated_before_a_dead_recovery_is_gone_on_with(play, equal, way):
    """What was sent since its last checkpoint is out of sight, and sent again: docs/recovery.md."""
    steps = KILLED + f"  - rotate: {{{TARGET}: {way}}}\n" + WORK
    assert failures(play(scenario(steps, ALLOWED, rescued(equal), SLOW))) == []


def test_more_than_that_is_doubled(play):
    """All that an earlier checkpoint covers is not sent again, and it would be told."""
    steps = KILLED.replace("20", "40") + f"  - rotate: {{{TARGET}: rename}}\n" + WORK
    result = play(scenario(steps, ALLOWED, rescued("every 3rd"), SLOW), behaviour=Behaviour(resume="from_start"))
    assert "no_duplicate" in [name for name, _ in failures(result)]


@pytest.mark.parametrize("damage", ['{text: "nonsense"}', '{bytes: "\\0\\0\\0"}', '{text: "[1]"}'])
@pytest.mark.parametrize("at_start", [True, False])
def test_a_checkpoint_that_somebody_has_damaged_is_nobodys_fault_until_it_is_read(play, damage, at_start):
    checkpoint = f"data/rescue/recover.lock: {damage}"
    check = "  - check: {rescue: {dat: 1}}\n"
    given = rescued("every 3rd")[:-2] + (f", {checkpoint}}}}}" if at_start else "}}")
    written = "" if at_start else f"  - write: {{{checkpoint}}}\n"
    assert failures(play(scenario(written + check + WORK, "{}", given, SLOW))) == []


def test_so_it_is_where_it_says_in_another_format_what_has_not_arrived(play):
    damage = f'{{text: "{{\\"{FILE}\\": 30}}"}}'
    steps = f"  - write: {{data/rescue/recover.lock: {damage}}}\n  - check: {{rescue: {{dat: 1}}}}\n" + WORK
    assert failures(play(scenario(steps, "{}", rescued("every 3rd"), SLOW))) == []


@pytest.mark.parametrize("equal", EQUAL)
@pytest.mark.parametrize("unsynced", ["lost", "kept", "some"])
def test_what_is_read_on_after_a_power_loss_is_owed_as_before(play, equal, unsynced):
    """Where the position of the input is kept, nothing is gone for good that was read behind it."""
    daemon = "  - start: wparse daemon\n"
    steps = f"{daemon}  - at: 2550ms\n    power_loss: {{unsynced: {unsynced}}}\n{daemon}  - wait: idle\n"
    given = f"{{source: {{lines: 300, rate: 100/s, keep_position: true, equal: {equal}}}}}"
    then = '{allow: {duplicates: "<= 110", lost: in_memory}}'
    assert failures(play(scenario(steps, then, given))) == []


@pytest.mark.parametrize("equal", ["every 2nd", "every 10th"])
@pytest.mark.parametrize("killed", [True, False])
def test_what_had_arrived_of_a_rescue_file_that_is_cleaned_away_is_in_no_wrong_place(play, equal, killed):
    """It went with the target, and the checkpoint, that may have gone or not, counts it as arrived."""
    sinks = "{speed_limit: 100, sinks: {a: {type: test_rescue, phases: [up 1s, down 1s, up 100s, down 1s]}}}"
    given = f"{{source: {{lines: 300, rate: 100/s, equal: {equal}}}}}"
    steps = (
        "  - run: wparse batch\n  - start: wprescue work\n  - upon: {sink: a, lines: 250}\n    kill: wprescue\n"
        "  - run: wproj data clean\n"
    )
    kill = (
        "meanwhile:\n  - upon: {operation: remove, on: data/rescue/recover.lock, nth: 1}\n    kill: wproj\n"
        if killed
        else ""
    )
    result = play(scenario(steps, ALLOWED, given, sinks) + kill)
    assert failures(result) == []


@pytest.mark.parametrize("equal", ["0", *EQUAL])
@pytest.mark.parametrize("step", ["remove: data/out_dat/a.dat", "truncate: {data/out_dat/a.dat: 0}"])
@pytest.mark.parametrize("forgets", [True, False])
def test_what_a_replay_had_sent_goes_with_its_target(play, equal, step, forgets):
    """Recovery goes on behind it, and has nothing to send again, unless its checkpoint has gone too."""
    sinks = "{speed_limit: 100, sinks: {a: {type: test_rescue, phases: [up 1s, down 1s, up 100s]}}}"
    given = f"{{source: {{lines: 300, rate: 100/s{f', equal: {equal}' if equal != '0' else ''}}}}}"
    forgotten = "".join(f"  - remove: {FILE.rpartition('/')[0]}/recover.{name}\n" for name in ("lock", "intent-*"))
    steps = (
        "  - run: wparse batch\n  - start: wprescue work\n  - upon: {sink: a, lines: 250}\n    kill: wprescue\n"
        f"  - {step}\n{forgotten * forgets}{WORK}"
    )
    assert failures(play(scenario(steps, ALLOWED, given, sinks))) == []


class TestAllowedLosses:
    INPUT = "{source: {lines: 100, rate: 100/s}}"
    DOWN = "{sinks: {a: {type: test_rescue, phases: [up 200ms, down 10s]}}}"
    CUT = f"  - write: {{{FILE}: {{lines: 10}}}}\n  - remove: {FILE}\n"
    BOTH = "  - start: wparse daemon\n  - at: 900ms\n    kill: wparse\n"

    @pytest.mark.parametrize(
        ("lost", "fails"),
        [
            ("in_memory", False),
            ('[in_memory, "<= 10"]', False),
            ('["<= 10", in_memory]', False),
            ('"<= 200"', False),
            ('"<= 3"', True),
        ],
    )
    def test_both_may_be_said_at_once(self, play, lost, fails):
        result = play(scenario(self.BOTH + self.CUT, f"{{allow: {{lost: {lost}}}}}", self.INPUT, self.DOWN))
        assert ("no_loss" in [name for name, _ in failures(result)]) is fails


@pytest.mark.parametrize("way", ["remove: FILE", "truncate: {FILE: 0}"])
@pytest.mark.parametrize("sent", [0, 20])
def test_a_rescue_file_that_is_brought_back_from_a_copy_is_owed_again(play, way, sent):
    """Off course: what nobody has any more is nobody's loss, until somebody has it again."""
    copy, back = f"  - copy: {{{FILE}: backup/a.dat}}\n", f"  - copy: {{backup/a.dat: {FILE}}}\n"
    steps = copy + (KILLED if sent else "") + f"  - {way.replace('FILE', FILE)}\n" + back + WORK
    given = f"{{files: {{{FILE}: {{lines: 50}}}}}}"
    allowed = '{allow: {lost: in_memory, duplicates: "<= 20"}}'
    assert failures(play(scenario(steps, allowed, given, SLOW))) == []


@pytest.mark.parametrize(
    "step",
    [
        f"append: {{{TARGET}: {{lines: 3}}}}",
        f"append: {{{FILE}: {{lines: 3}}}}",
        f"write: {{{LATER}: {{lines: 3}}}}",
    ],
)
@pytest.mark.parametrize("at", ["250ms", "700ms"])
def test_what_is_put_between_lines_of_the_input_is_in_no_wrong_order(play, step, at):
    """It is none of the input's, and a replay sends what is added to its file while it goes on."""
    steps = (
        "  - start: wparse daemon\n  - start: wprescue work\n"
        f"  - at: {at}\n    {step}\n  - wait: {{exit: wprescue}}\n"
        "  - wait: idle\n  - signal: {wparse: TERM}\n  - wait: {exit: wparse}\n  - run: wprescue work\n"
    )
    given = f"{{source: {{lines: 30, rate: 20/s}}, files: {{{FILE}: {{lines: 30}}}}}}"
    result = play(scenario(steps, "{}", given, SLOW.replace("100", "20")))
    assert failures(result) == []


def test_lines_of_the_input_in_another_order_are_told_all_the_same(play):
    steps = "  - run: wparse batch\n  - append: {data/out_dat/a.dat: {lines: 3}}\n  - run: wprescue work\n"
    given = "{source: {lines: 30, rate: 20/s}}"
    sinks = "{sinks: {a: {type: test_rescue, phases: [up 300ms, down 300ms, up 10s]}}}"
    result = play(scenario(steps, "{}", given, sinks), behaviour=Behaviour(line_order="reversed"))
    assert "order" in [name for name, _ in failures(result)]


@pytest.mark.parametrize("sent", [3, 12, 20])
@pytest.mark.parametrize("size", [0, 48])
@pytest.mark.parametrize("then", ["", "  - kill: wprescue\n"])
def test_a_target_that_is_cut_under_a_replay_takes_along_what_was_sent(play, sent, size, then):
    """No checkpoint has counted it: a living replay takes it for delivered, and one after a kill sends it again."""
    steps = (
        f"  - start: wprescue work\n  - upon: {{sink: a, lines: {sent}}}\n    truncate: {{{TARGET}: {size}}}\n"
        f"{then}  - wait: {{exit: wprescue}}\n{WORK}"
    )
    given = f"{{files: {{{FILE}: {{lines: 30}}}}}}"
    assert failures(play(scenario(steps, ALLOWED, given, SLOW.replace("100", "50")))) == []


def test_also_where_another_writer_has_closed_what_the_replay_had_begun(play):
    steps = (
        f"  - start: wprescue work\n  - start: wparse daemon\n  - at: 63ms\n    truncate: {{{TARGET}: 0}}\n"
        f"  - wait: {{exit: wprescue}}\n  - wait: idle\n{WORK}"
    )
    given = f"{{source: {{lines: 30, rate: 40/s}}, files: {{{FILE}: {{lines: 30}}}}}}"
    assert failures(play(scenario(steps, ALLOWED, given, SLOW.replace("100", "50")))) == []


@pytest.mark.parametrize(("equal", "lines"), [("every 2nd", 38), ("every 3rd", 40)])
@pytest.mark.parametrize("size", [0, 100])
def test_of_equal_lines_that_went_but_for_one_nobody_knows_the_place(play, equal, lines, size):
    """The one that is owed still is not the first that was read."""
    steps = f"  - start: wparse daemon\n  - at: 820ms\n    truncate: {{{TARGET}: {size}}}\n  - wait: idle\n"
    given = f"{{source: {{lines: {lines}, rate: 40/s, equal: {equal}}}}}"
    assert failures(play(scenario(steps, ALLOWED, given))) == []
