from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from engine.text.diagnostic import Diagnostic
from engine.text.mistake import Mistake
from wptest.shapes.scenario_paths import relative_path
from wptest.shapes.values import parse_clock_time, parse_comparison
from wptest.shapes.wildcards import Glob
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario


class TestComparison:
    @pytest.mark.parametrize(
        ("written", "holds", "fails", "shown"),
        [
            (5, 5, 6, "5"),
            ("5", 5, 4, "5"),
            ("== 5", 5, 4, "5"),
            ("> 0", 1, 0, "> 0"),
            ("< 1000", 999, 1000, "< 1000"),
            ("<= 100", 100, 101, "<= 100"),
            (">= 1", 1, 0, ">= 1"),
            (">=1", 1, 0, ">= 1"),
            ("not 0", 1, 0, "!= 0"),
            ("!= 0", 1, 0, "!= 0"),
            ("20k", 20_000, 20, "20000"),
            (1e6, 1_000_000, 1, "1000000"),
        ],
    )
    def test_it_holds_for_what_it_says(self, written, holds, fails, shown):
        comparison = parse_comparison(written)

        assert (comparison.holds(holds), comparison.holds(fails), str(comparison)) == (True, False, shown)

    @pytest.mark.parametrize("written", [True, None, [], "", "x", "> x", "> > 1", "=> 1", 1.5, "-1", "not0", -1])
    def test_anything_else_is_a_mistake(self, written):
        with pytest.raises(Mistake):
            parse_comparison(written)


class TestClockTime:
    @pytest.mark.parametrize(
        "written",
        ["2025-10-04 01:59:20", "2025-10-04T01:59:20", "2025-10-04T01:59:20Z", "2025-10-04T01:59:20+00:00"],
    )
    def test_it_is_utc_however_it_is_written(self, written):
        assert parse_clock_time(written) == 1_759_543_160_000_000_000

    @pytest.mark.parametrize(
        "written",
        ["2025-10-04", "2025-13-04 01:59:20", "2025-10-04T01:59:20+02:00", "1969-12-31 23:59:59", 5, "now"],
    )
    def test_anything_else_is_a_mistake(self, written):
        with pytest.raises(Mistake, match="expected a UTC time"):
            parse_clock_time(written)


class TestGlob:
    @pytest.mark.parametrize(
        ("pattern", "text", "matches"),
        [
            ("recover begin", "recover begin", True),
            ("recover begin", "a recover begin", False),
            ("*02:10:00.dat", "data/rescue/a-2025-10-04_02:10:00.dat", True),
            ("a[1]?", "a[1]x", True),
            ("a[1]", "a1", False),
            ("a*", "a\nb", True),
            ("A", "a", False),
            ("*" * 30 + "b", "a" * 5_000, False),
            ("*a" * 30 + "b", "a" * 5_000, False),
        ],
    )
    def test_only_stars_and_question_marks_are_special(self, pattern, text, matches):
        assert Glob(pattern).matches(text) is matches


@pytest.mark.parametrize("path", ["/a", "../a", "a/../../b", "a/..", "~/a", "C:/a", "a\\b", "", "a\0b"])
def test_a_path_that_leaves_its_directory_is_a_mistake(path):
    with pytest.raises(Mistake):
        relative_path(path)


@pytest.mark.parametrize("path", ["a", "a/b", "a..b", "data/rescue/a-2025-10-04_01:59:24.dat"])
def test_a_path_that_stays_is_fine(path):
    assert relative_path(path) == path


class TestRendering:
    def diagnostic(self, line, column, length, **more):
        return Diagnostic(Path("/x/a.yaml"), 7, column, length, "wrong", source_line=line, **more)

    def test_it_shows_place_line_carets_and_help(self):
        told = self.diagnostic("  run: wprase", 8, 6, expected="a program", help="try", code=Code.COMMAND)

        assert told.render(Path("/x")).splitlines() == [
            "error[WPT-E042]: wrong",
            "  --> a.yaml:7:8",
            "7 |   run: wprase",
            "  |        ^^^^^^",
            "  = expected: a program",
            "  = help: try",
        ]

    def test_carets_stand_under_wide_characters_and_after_tabs(self):
        shown = self.diagnostic("\t中文: 日本", 6, 2).render().splitlines()

        assert shown[3] == "  | \t" + " " * 6 + "^^^^"

    def test_a_very_long_line_is_cut_around_its_place(self):
        shown = self.diagnostic("a" * 5_000 + "X" + "b" * 5_000, 5_001, 1).render().splitlines()

        assert len(shown[2]) < 200
        assert shown[2][shown[3].index("^")] == "X"

    def test_control_characters_never_reach_the_terminal(self):
        assert "\x1b" not in self.diagnostic("a\x1b[31m", 1, 1).render()

    def test_mistakes_are_sorted_unique_and_survive_pickling(self):
        late, early = self.diagnostic("", 9, 1), self.diagnostic("", 2, 1)

        error = pickle.loads(pickle.dumps(InvalidScenario([late, early, late])))

        assert error.diagnostics == [early, late]
        assert error.render().endswith("2 mistakes found")
