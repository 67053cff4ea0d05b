"""The table of docs/subjects.md: how many of the shipped variants processes can run, and what stands in the way.

As a script it writes the table.
"""

from __future__ import annotations

import re
from collections import Counter
from unittest.mock import patch

from shipped import ROOT, SCENARIOS, variants_of

from wptest.subject import reality
from wptest.subject.expressible import obstacles
from wptest.subject.programs import find_programs
from wptest.words.obstacle import Beyond

PAGE = ROOT / "docs" / "subjects.md"
_COUNTS = re.compile(r"\d+ of \d+ variants")
_ROWS = re.compile(r"(?<=\| what \| variants \|\n\|---\|---\|\n)(?:\|.*\n)*")


def with_table(page: str) -> str:
    """The page with the numbers of now, whatever this machine allows: they are about the scenarios."""
    variants = [variant for path in SCENARIOS for variant in variants_of(path)]
    programs = find_programs()
    nothing = {"why_no_rooms": lambda: "", "why_unbound": lambda: ""}
    with patch.multiple(reality, **nothing):
        kinds = [{found.kind for found in obstacles(variant, programs)} for variant in variants]
    counts = Counter(kind for each in kinds for kind in each)
    rows = "".join(f"| {kind.value} | {counts[kind]} |\n" for kind in Beyond if counts[kind])
    page = _COUNTS.sub(f"{sum(not each for each in kinds)} of {len(variants)} variants", page)
    return _ROWS.sub(rows, page)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
