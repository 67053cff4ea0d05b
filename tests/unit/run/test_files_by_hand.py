"""What operators do with files: `append`, `rename`, `copy`, `rotate`, and lines that are there a second time."""

from __future__ import annotations

import pytest
from scenario_bench import scenario, told

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
LATER = FILE.replace("24.dat", "25.dat")
GIVEN = f"{{files: {{{FILE}: {{lines: 50}}}}}}"
TARGET = "data/out_dat/a.dat"
INPUT = "data/in_dat/gen.dat"
RECOVER = "  - run: wprescue work\n"
LIVE = "{source: {lines: 300, rate: 100/s}}"
OWN = f'{{source: {{patterns: {{/sample: "*"}}}}, files: {{{INPUT}: {{text: "one\\ntwo\\n"}}}}}}'
TWICE = ("failed", "no_duplicate", f"{TARGET} has 50 lines more than once")


def arrived(lines):
    return f"{{sinks: {{a: {{lines: {lines}}}}}}}"


class TestAppend:
    @pytest.mark.parametrize(
        ("added", "lines"),
        [("{lines: 10}", 60), ('{text: "one more\\nand one\\n"}', 52), ('{bytes: "y\\n"}', 51)],
        ids=["lines", "text", "bytes"],
    )
    def test_what_is_added_to_a_rescue_file_is_owed(self, play, added, lines):
        steps = f"  - append: {{{FILE}: {added}}}\n"
        assert told(play(scenario(steps + RECOVER, f"{{ledger: {{issued: {lines}}}}}", GIVEN))) == []

    def test_what_is_added_to_the_input_is_read(self, play):
        add = f'  - {{at: 2s, append: {{{INPUT}: {{text: "three\\n"}}}}}}\n'
        assert told(play(scenario(f"  - start: wparse daemon\n{add}  - wait: idle\n", arrived(3), OWN))) == []

    def test_a_file_that_is_not_there_is_made(self, play):
        steps = f"  - append: {{{FILE}: {{lines: 10}}}}\n"
        assert told(play(scenario(steps + RECOVER, arrived(10)))) == []


class TestOwed:
    @pytest.mark.parametrize("step", ["write", "append", "given"])
    def test_lines_that_are_there_a_second_time_are_duplicates(self, play, step):
        first, second = f'{FILE}: {{text: "x\\n"}}', f'{LATER}: {{text: "x\\n", owed: false}}'
        given = f"{{files: {{{first}, {second}}}}}" if step == "given" else f"{{files: {{{first}}}}}"
        steps = "" if step == "given" else f"  - {step}: {{{second}}}\n"
        found = told(play(scenario(steps + RECOVER, given=given)))
        assert ("failed", "no_duplicate", f"{TARGET} has 1 line more than once") in found

    def test_without_it_they_are_owed_twice(self, play):
        steps = f'  - write: {{{LATER}: {{text: "x\\n"}}}}\n'
        assert told(play(scenario(steps + RECOVER, arrived(2), f'{{files: {{{FILE}: {{text: "x\\n"}}}}}}'))) == []


class TestCopy:
    def test_a_backup_that_is_brought_back_is_told(self, play):
        steps = f"  - copy: {{{FILE}: kept/a}}\n{RECOVER}  - copy: {{kept/a: {FILE}}}\n{RECOVER}"
        assert TWICE in told(play(scenario(steps, given=GIVEN)))

    def test_there_must_be_something_to_copy(self, play):
        found = told(play(scenario("  - copy: {data/x: data/y}\n" + RECOVER, given=GIVEN)))
        assert found == [("unverified", "when.0", "step 1 had no effect: No such file or directory (data/x)")]


class TestRename:
    def test_a_rescue_file_under_another_name_is_replayed_under_it(self, play):
        then = '{replay: {files: "*25.dat", lost: 0}, sinks: {a: {lines: 50}}}'
        assert told(play(scenario(f"  - rename: {{{FILE}: {LATER}}}\n" + RECOVER, then, GIVEN))) == []

    def test_an_input_that_is_replaced_is_read_as_well(self, play):
        steps = (
            f"  - start: wparse daemon\n  - wait: idle\n  - rename: {{{INPUT}: {INPUT}.old}}\n"
            f'  - append: {{{INPUT}: {{text: "three\\n"}}}}\n  - wait: idle\n'
        )
        assert told(play(scenario(steps, arrived(3), OWN))) == []


@pytest.mark.parametrize("way", ["rename", "copy"])
class TestRotate:
    def test_what_a_target_had_stays_delivered_and_what_comes_is(self, play, way):
        steps = f"  - start: wparse daemon\n  - {{at: 1s, rotate: {{{TARGET}: {way}}}}}\n  - wait: idle\n"
        then = "{ledger: {lost: 0, duplicates: 0, delivered: 300}}"
        assert told(play(scenario(steps, then, LIVE))) == []

    def test_a_sink_has_what_its_target_has_now(self, play, way):
        steps = f"  - run: wparse batch\n  - rotate: {{{TARGET}: {way}}}\n"
        then = "{sinks: {a: {lines: 50}}, ledger: {delivered: 350}}"
        assert told(play(scenario(steps + RECOVER, then, f"{LIVE[:-1]}, {GIVEN[1:]}"))) == []

    def test_older_ones_move_on(self, play, way):
        rotate = f"  - rotate: {{{TARGET}: {way}}}\n"
        steps = f"  - run: wparse batch\n{rotate}{RECOVER}{rotate}{RECOVER}"
        then = "{sinks: {a: {lines: 0}}, ledger: {delivered: 350, lost: 0}}"
        assert told(play(scenario(steps, then, f"{LIVE[:-1]}, {GIVEN[1:]}"))) == []

    def test_there_must_be_something_to_rotate(self, play, way):
        found = told(play(scenario(f"  - rotate: {{data/x: {way}}}\n" + RECOVER, given=GIVEN)))
        assert found == [("unverified", "when.0", "step 1 had no effect: No such file or directory (data/x)")]


def test_a_rotated_target_hides_no_loss(play):
    steps = f"{RECOVER}  - rotate: {{{TARGET}: copy}}\n  - remove: {TARGET}.1\n{RECOVER}"
    found = told(play(scenario(steps, given=GIVEN)))
    assert ("failed", "no_loss", f"50 of 50 lines for {TARGET} nowhere to be found") in found
