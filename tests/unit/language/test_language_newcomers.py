"""Mistakes of people who write their first scenarios are told letter by letter."""

from __future__ import annotations

from pathlib import Path

import pytest
from newcomers import CASES, shown

# Their messages say all there is to say, or what they say is told by a run.
SELF_EXPLAINING = {
    "others: run without a mode",
    "others: start with a background sign",
    "more: a command with a pipe",
    "more: an option of another program",
    "more: a regular expression as a pattern",
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_told_letter_by_letter(tmp_path: Path, name: str) -> None:
    directory = tmp_path / "scenarios"
    directory.mkdir()

    assert shown(CASES[name], directory) == CASES[name].shown


def test_each_is_told_with_what_was_expected_or_what_to_do() -> None:
    told = (" = expected: ", " = help: ", "    help: ")
    silent = {name for name, case in CASES.items() if not any(part in case.shown for part in told)}

    assert silent <= SELF_EXPLAINING


def test_they_are_many() -> None:
    assert len(CASES) >= 280
