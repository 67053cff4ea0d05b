"""docs/behaviours.md has each choice of the profile, where it is known from, and a scenario that shows it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from shipped import ROOT, SCENARIOS, variants_of
from test_planted_faults import CATCHES

from engine.behaviour.profile import behaviour_of

PAGE = (ROOT / "docs/behaviours.md").read_text(encoding="utf-8")
REAL = ["wp-motor-1.17", "wp-connectors-0.7"]
PROFILE = {f"{name}={value}" for name, value in behaviour_of(REAL).changes().items()}
FILES = {path.name.removesuffix(".wptest.yaml"): path for path in SCENARIOS}


class Row(NamedTuple):
    """A row of one of the tables: its number if it is of the catalogue, choices, source, scenarios."""

    defect: str
    choices: tuple[str, ...]
    source: str
    scenarios: tuple[str, ...]


def rows():
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) >= 4 and re.search(r"`\w+=\w+`", cells[-3]):
            quoted = [tuple(re.findall(r"`([^`]+)`", cell)) for cell in cells]
            defect = cells[0] if re.fullmatch(r"D\d+", cells[0]) else ""
            yield Row(defect, quoted[-3], cells[-2], quoted[-1])


ROWS = list(rows())
SMALLEST = [row for row in ROWS if row.scenarios[0].startswith(f"d{row.defect[1:].zfill(2)}-")]


def test_each_choice_of_the_profile_has_a_row():
    assert {choice for row in ROWS for choice in row.choices} >= PROFILE


def test_what_is_no_choice_of_the_profile_is_of_another_version_or_said_to_be_read():
    others = {choice for row in ROWS for choice in row.choices if choice not in PROFILE}
    assert others == {"rescue_name_clash=overwrite", "thrown_error=abort", "bare_lines=not_written"}
    assert all("read" in row.source for row in ROWS if others & set(row.choices))


def test_each_row_names_a_version_and_a_source():
    assert [
        row
        for row in ROWS
        if not re.fullmatch(r"(1\.\d+(\.\d+)?( to 1\.\d+\.\d+)?|0\.7\.5), (seen|read)", row.source)
    ] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.defect or row.choices[0])
def test_a_row_s_scenarios_are_those_that_catch_its_choices(row: Row):
    assert all(name in FILES for name in row.scenarios)
    assert {Path(CATCHES[choice]).name for choice in row.choices} <= set(row.scenarios)


@pytest.mark.parametrize("row", SMALLEST, ids=lambda row: row.scenarios[0])
def test_the_smallest_scenario_of_a_defect_has_it_as_a_tag(row: Row):
    """That it shows it is tested in test_defects.py, with the same choices: see test_docs.py."""
    assert row.defect in variants_of(FILES[row.scenarios[0]])[0].scenario.tags
