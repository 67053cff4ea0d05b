"""Whoever changes the input, and however: what was read of it is owed, and what nobody will read is told."""

from __future__ import annotations

import pytest
from scenario_bench import scenario, told

from wptest.run.running import run_on_real_disk

INPUT = "data/in_dat/gen.dat"
GIVEN = (
    f'{{source: {{rate: 100/s, patterns: {{/sample: "*"}}}}, files: {{{INPUT}: {{text: "one\\ntwo\\nthree\\n"}}}}}}'
)
SOURCE = "{source: {rate: 100/s}}"
TEN = "{source: {lines: 10}}"
DAEMON = "  - start: wparse daemon\n"
BATCH = "  - run: wparse batch\n"
REMOVE = f"  - remove: {INPUT}\n"
EMPTY = f"  - truncate: {{{INPUT}: 0}}\n"
LOOK = "  - check: {ledger: {issued: '> 0'}}\n"
IDLE = "  - wait: idle\n"
WAIT = "  - wait: 3s\n"
CRASH = "  - power_loss: {unsynced: some}\n"
STOP = "  - signal: {wparse: TERM}\n  - wait: {exit: wparse}\n"
RECOVER = "  - run: wprescue work\n"


def write(*lines):
    return f'  - write: {{{INPUT}: {{text: "{"".join(f"{line}{chr(92)}n" for line in lines)}"}}}}\n'


def generated(count):
    return f"  - run: wpgen sample -n {count}\n"


@pytest.mark.parametrize(
    ("steps", "lines", "given"),
    [
        (BATCH + REMOVE, 10, TEN),
        (BATCH + EMPTY, 10, TEN),
        (BATCH + REMOVE + generated(7) + BATCH, 17, TEN),
        (generated(7) + BATCH + generated(7) + BATCH, 14, SOURCE),
        (BATCH + write("four", "five") + BATCH, 5, GIVEN),
        (BATCH + write("one") + BATCH, 4, GIVEN),
        (DAEMON + WAIT + REMOVE + IDLE, 3, GIVEN),
        (DAEMON + WAIT + REMOVE + IDLE + write("four", "five") + IDLE, 5, GIVEN),
        (DAEMON + WAIT + REMOVE + write("fourteen letters", "five", "six") + IDLE, 6, GIVEN),
        (DAEMON + WAIT + REMOVE + write("one", "two", "three") + IDLE, 6, GIVEN),
        (DAEMON + WAIT + write("one", "two", "three", "four") + IDLE, 4, GIVEN),
        (DAEMON + WAIT + write("one", "two", "three", "four") + STOP, 3, GIVEN),
        (DAEMON + WAIT + EMPTY + LOOK + write("one", "two", "three", "four") + IDLE, 4, GIVEN),
        (DAEMON + WAIT + write("one") + LOOK + WAIT + write("one", "two", "three", "four") + IDLE, 7, GIVEN),
        (DAEMON + WAIT + EMPTY + WAIT + write("one", "two", "three", "four", "five") + IDLE, 8, GIVEN),
        (DAEMON + WAIT + write("four") + IDLE + write("five") + REMOVE + write("six") + IDLE, 5, GIVEN),
        (generated(100) + DAEMON + IDLE + generated(50) + IDLE, 150, SOURCE),
        (generated(50) + DAEMON + IDLE + generated(80) + IDLE, 80, SOURCE),
    ],
)  # fmt: skip
def test_what_was_read_is_owed_and_arrives(play, steps, lines, given):
    result = play(scenario(steps, f"{{sinks: {{a: {{lines: {lines}}}}}}}", given))

    assert told(result) == []


@pytest.mark.parametrize(
    "change", [REMOVE, EMPTY, REMOVE + write("other"), EMPTY + write("longer than anything" * 9)]
)
def test_lines_that_were_read_and_wait_for_their_turn_are_those_of_the_old_file(play, change):
    steps = DAEMON + "  - wait: 1s\n" + change + "  - wait: 9s\n" + STOP

    assert told(play(scenario(steps, "{ledger: {accepted: '>= 9'}}", "{source: {lines: 9, rate: 2/s}}"))) == []


@pytest.mark.parametrize("change", [REMOVE, REMOVE + generated(3), EMPTY])
def test_lines_in_rescue_files_are_owed_too_when_their_input_is_gone(play, change):
    project = "{sinks: {a: {type: test_rescue, file: a.dat, phases: [up 1s, down 60s]}}}"
    steps = DAEMON + "  - wait: 4s\n" + STOP + change + RECOVER
    result = play(scenario(steps, "{sinks: {a: {lines: 200}}}", "{source: {lines: 200, rate: 100/s}}", project))

    assert told(result) == []


def test_what_arrived_was_invented_by_nobody_when_the_power_takes_the_input(play):
    steps = generated(60) + BATCH + CRASH + BATCH

    found = told(play(scenario(steps, "{allow: {lost: in_memory}, ledger: {issued: '>= 0'}}")))

    assert not [each for each in found if each[1] == "no_invention"]


@pytest.mark.parametrize("change", [EMPTY, write("other"), "  - run: wpgen sample -n 5\n"])
def test_lines_that_are_gone_before_they_are_read_are_told(play, change):
    steps = DAEMON + "  - wait: 1s\n" + change + "  - wait: 30s\n"
    given = "{source: {lines: 2000, rate: 100/s}}"

    (unread,) = told(play(scenario(steps, given=given)))

    assert unread[:2] == ("unverified", "when.0")
    assert f"lines of the input, {INPUT}, were gone before wparse read them" in unread[2]
    assert told(play(scenario(steps, "{ledger: {accepted: '> 900'}}", given))) == []


def test_a_last_line_without_an_end_is_told_where_somebody_waits_for_the_rest(play):
    given = GIVEN.replace("three\\n", "three")
    message = f"the last line of the input, {INPUT}, has no end, so wparse waits for the rest of it"

    assert told(play(scenario(DAEMON + IDLE, given=given))) == [("unverified", "when.0", message)]
    assert told(play(scenario(DAEMON + IDLE, "{ledger: {accepted: 2}}", given))) == []
    assert told(play(scenario(BATCH, given=given))) == []
    assert told(play(scenario(DAEMON + IDLE + write("one", "two", "three") + IDLE, given=given))) == []


def test_what_is_written_over_it_in_place_is_no_growth(play):
    steps = DAEMON + WAIT + write("fourteen letters", "five", "six") + IDLE

    assert ("failed", "no_loss") in [each[:2] for each in told(play(scenario(steps, given=GIVEN)))]


def test_an_unfinished_line_of_a_file_that_another_has_replaced_is_a_line(play):
    given = GIVEN.replace("three\\n", "thr")
    steps = DAEMON + WAIT + REMOVE + write("four") + IDLE

    assert told(play(scenario(steps, "{sinks: {a: {lines: 4}}}", given))) == []


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("grown_input=from_start", write("one", "two", "three", "four")),
        ("cut_input=position_kept", EMPTY + WAIT + write("four")),
        ("replaced_input=old_file_followed", REMOVE + write("four", "five", "six", "seven")),
    ],
)
def test_a_source_that_does_not_see_it_is_caught(variant_of, fault, change):
    from dataclasses import replace

    from engine.behaviour import REFERENCE
    from wptest.run.running import run_variant
    from wptest.run.world import RunOptions

    choice, value = fault.split("=")
    behaviour = replace(REFERENCE, **{choice: value})
    result = run_variant(
        variant_of(scenario(DAEMON + WAIT + change + IDLE, given=GIVEN)), RunOptions(behaviour=behaviour)
    )

    assert result.outcome.value == "failed"


def test_a_source_that_can_not_open_the_new_file_says_so_and_is_not_idle(play):
    chmod = f'  - chmod: {{{INPUT}: "0000"}}\n'
    back = f'  - chmod: {{{INPUT}: "0644"}}\n'
    steps = DAEMON + WAIT + REMOVE + write("four", "five", "six", "seven") + chmod + WAIT + back + IDLE

    assert told(play(scenario(steps, '{sinks: {a: {lines: 7}}, log: {wparse: ["can\'t open*"]}}', GIVEN))) == []


@pytest.mark.parametrize(
    "change", [REMOVE + write("fourteen letters", "five", "six"), EMPTY + WAIT + write("f", "g", "h")]
)
def test_a_real_disk_tells_the_same(variant_of, change):
    text = scenario(DAEMON + WAIT + change + IDLE, "{sinks: {a: {lines: 6}}}", GIVEN)

    assert told(run_on_real_disk(variant_of(text))) == []
