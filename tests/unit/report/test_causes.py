"""Runs that are no pass, by what they have in common."""

from __future__ import annotations

from wptest.report.causes import Cause, grouped

LOSS = Cause("failed", "WPT-R001", "no_loss", "1 line is nowhere")
DOUBLED = Cause("failed", "WPT-R002", "no_duplicate", "1 line more than once")
LINES_A = Cause("failed", "WPT-R022", "then.sinks.a.lines", "expected 1")
LINES_B = Cause("failed", "WPT-R022", "then.sinks.b.lines", "expected 2")
BITTEN = Cause("unverified", "WPT-R062", "when.0", "never bit")
BROKEN = Cause("failed", "", "run", "internal error")


def _groups(**runs: tuple[Cause, ...]) -> dict[str, list[str]]:
    return {group.title: [name for name, _ in group.runs] for group in grouped(list(runs), runs.__getitem__)}


def test_what_most_have_in_common_explains_most() -> None:
    assert _groups(a=(LINES_A, LOSS), b=(LOSS, DOUBLED), c=(DOUBLED, LOSS), d=(DOUBLED,)) == {
        "failed[WPT-R001]: no_loss": ["a", "b", "c"],
        "failed[WPT-R002]: no_duplicate": ["d"],
    }


def test_an_invariant_explains_more_than_an_expectation() -> None:
    assert _groups(a=(LINES_A, LOSS), b=(LINES_A,), c=(LINES_B,), d=(LINES_B,)) == {
        "failed[WPT-R022]: a sink has got more or fewer lines": ["b", "c", "d"],
        "failed[WPT-R001]: no_loss": ["a"],
    }


def test_outcomes_are_not_mixed_and_equal_errors_are_one() -> None:
    assert _groups(a=(BITTEN,), b=(BROKEN,), c=(BITTEN,), d=(BROKEN,), e=(BITTEN,)) == {
        "unverified[WPT-R062]: when.0": ["a", "c", "e"],
        "failed: run": ["b", "d"],
    }
