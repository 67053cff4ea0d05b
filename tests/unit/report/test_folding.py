"""A timeline in which things repeat."""

from __future__ import annotations

from engine.text.display import width
from wptest.report.timeline_rows import TimelineRow, folded, render


def _row(time: int, details: str, mark: str = " ") -> TimelineRow:
    return TimelineRow(time * 1_000_000_000, "wprescue", "log", details, mark)


def _details(lines: list[str]) -> list[str]:
    return [line.split("  ")[-1].strip() for line in lines]


def test_a_pattern_of_several_lines_is_there_once_with_its_count_and_span() -> None:
    begin, end = _row(0, "begin"), _row(99, "end")
    rounds = [_row(time, text) for time in range(1, 41) for text in (f"try {time}", "refused", f"wait {time}ms")]

    lines = render(folded([begin, *rounds, end]))
    assert _details(lines) == [
        "begin",
        "try 1",
        "refused",
        "wait 1ms",
        "(these 3 lines 39 times more, until 40s)",
        "end",
    ]
    assert lines[4].startswith(":")


def test_one_line_that_repeats() -> None:
    lines = render(folded([_row(time, f"no agent for {time}") for time in range(9)]))

    assert _details(lines) == ["no agent for 0", "(this line 8 times more, until 8s)"]


def test_what_repeats_a_little_stays() -> None:
    rows = [_row(time, text) for time in range(2) for text in ("a", "b")] + [_row(3, "c")] * 3

    assert folded(rows) == rows


def test_steps_and_breaches_are_never_folded() -> None:
    rows = [_row(time, "signal: {wparse: HUP}", ">") for time in range(9)]

    assert folded(rows) == rows


def test_details_are_cut_to_the_terminal_alone() -> None:
    rows = [_row(1, "x" * 300), _row(2, "日" * 300)]

    assert [len(line) > 300 for line in render(rows)] == [True, True]
    assert all(line.endswith("...") for line in render(rows, 80))
    assert [width(line) for line in render(rows, 80)] == [80, 80]
    assert [width(line) for line in render(rows, 79)] == [79, 78]
