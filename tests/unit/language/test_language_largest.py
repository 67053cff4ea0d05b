"""A scenario has no more lines than a run may hold; else the number that makes most of them is a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.text.mistake import Mistake
from engine.text.source_text import SourceText
from wptest.kept.circumstances import variables_read
from wptest.scenario.load import load_text
from wptest.scenario.size_limit import LINES_VARIABLE, MOST_LINES, of_programs
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
SCENARIO = """\
scenario: s
project: {{sinks: {sinks}}}
given: {given}
when:
  - start: wparse daemon
{when}
"""
THREE = "{a: {}, b: {}, c: {}}"


def load(given="{}", when="  - wait: idle", sinks="{a: {}}", most=None):
    text = SCENARIO.format(given=given, when=when, sinks=sinks)
    return load_text(
        SourceText(Path("/nowhere/s.wptest.yaml"), text), {} if most is None else {LINES_VARIABLE: most}
    )


def mistake(**parts):
    with pytest.raises(InvalidScenario) as raised:
        load(**parts)
    (found,) = raised.value.diagnostics
    return found


@pytest.mark.parametrize(
    ("parts", "line", "value"),
    [
        ({"given": "{source: {lines: 10G}}"}, 3, "10G"),
        ({"given": "{source: {lines: 1e12}}"}, 3, "1e12"),
        ({"given": "{source: {for: 1000d, rate: 1M/s}}"}, 3, "1000d"),
        ({"given": f'{{files: {{"{FILE}": {{lines: 10G}}}}}}'}, 3, "10G"),
        ({"given": f'{{files: {{"{FILE}": {{lines: 1M, marked: {"x" * 5000}}}}}}}'}, 3, "1M"),
        ({"when": f'  - write: {{"{FILE}": {{lines: 10G}}}}'}, 6, "10G"),
        ({"when": "  - run: wpgen sample -n 10000000000"}, 6, "wpgen"),
        ({"given": "{env: {LINE_CNT: 10G}}", "when": "  - run: wpgen sample"}, 6, "wpgen"),
        ({"when": "  - wait: idle\ncleanup:\n  - run: wpgen sample -n 10000000000"}, 8, "wpgen"),
        ({"when": "  - wait: idle\nmeanwhile:\n  - {at: 1s, write: {data/in_dat/x: {lines: 10G}}}"}, 8, "10G"),
    ],
    ids=["10G", "1e12", "for", "file", "marked", "write", "wpgen", "LINE_CNT", "cleanup", "meanwhile"],
)
def test_more_than_a_run_can_hold_is_a_mistake_at_its_number(parts, line, value):
    found = mistake(**parts)
    assert (found.code, found.line) == (Code.TOO_LARGE, line)
    assert found.source_line[found.column - 1 :].startswith(value)
    assert "lines make the run too large" in found.message
    assert found.expected == "20,000,000 at most, in all files"
    assert f"{LINES_VARIABLE}=" in found.help


def test_a_line_counts_for_each_sink_that_gets_it():
    assert load(given="{source: {lines: 6M}}")
    assert "24,000,000 of the usual size" in mistake(given="{source: {lines: 6M}}", sinks=THREE).message


def test_what_makes_most_of_it_is_told_when_several_make_it_too_large():
    found = mistake(given="{source: {lines: 4M}}", when="  - write: {data/x.dat: {lines: 9M}}")
    assert (found.line, found.message.partition(" ")[0]) == (6, "9,000,000")


class TestTheLimit:
    def test_it_can_be_raised_to_what_the_message_says(self):
        help_ = mistake(given="{source: {lines: 1G}}").help
        assert load(given="{source: {lines: 1G}}", most=help_.rpartition("=")[2])

    def test_and_lowered(self):
        assert load(given="{source: {lines: 100}}", most="1k")
        assert "10,000 at most" in mistake(given="{source: {lines: 6k}}", most="10k").expected

    def test_one_that_is_no_number_is_told(self):
        found = mistake(given="{source: {lines: 100}}", most="lots")
        assert "the environment variable WPTEST_LARGEST: 'lots' is not a whole number" in found.message

    def test_it_holds_for_the_variables_that_programs_read(self):
        assert of_programs({"LINE_CNT": "20M"}) == {"LINE_CNT": "20000000"}
        with pytest.raises(Mistake, match="LINE_CNT: 20,000,001 lines, expected 20,000,000 at most"):
            of_programs({"LINE_CNT": str(MOST_LINES + 1)})
        assert of_programs({"LINE_CNT": "1G", LINES_VARIABLE: "1G"})
        with pytest.raises(Mistake, match="WPTEST_LARGEST: 'x' is not"):
            of_programs({LINES_VARIABLE: "x"})

    def test_a_replay_has_it_as_well(self, monkeypatch):
        monkeypatch.setenv(LINES_VARIABLE, "1G")
        assert variables_read("scenario: s") == {LINES_VARIABLE: "1G"}
