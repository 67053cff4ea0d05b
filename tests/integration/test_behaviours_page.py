"""docs/behaviours.md has each choice of the profile, where it is known from, and a scenario that shows it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from test_planted_faults import CATCHES, SCENARIOS

from engine.behaviour.choice import all_choices
from engine.behaviour.profile import behaviour_of
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.words.finding import Outcome

PAGE = (SCENARIOS.parent / "docs/behaviours.md").read_text(encoding="utf-8")
PROFILE = {f"{name}={value}" for name, value in behaviour_of(["wp-motor-1.17"]).changes().items()}
FILES = {path.name.removesuffix(".wptest.yaml"): path for path in SCENARIOS.rglob("*.wptest.yaml")}


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
    assert others == {"rescue_name_clash=overwrite", "thrown_error=abort"}
    assert all("read" in row.source for row in ROWS if others & set(row.choices))


def test_each_row_names_a_version_and_a_source():
    assert [
        row for row in ROWS if not re.fullmatch(r"1\.\d+(\.\d+)?( to 1\.\d+\.\d+)?, (seen|read)", row.source)
    ] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.defect or row.choices[0])
def test_a_row_s_scenarios_are_those_that_catch_its_choices(row: Row):
    assert all(name in FILES for name in row.scenarios)
    assert {Path(CATCHES[choice]).name for choice in row.choices} <= set(row.scenarios)


@pytest.mark.parametrize("row", [row for row in ROWS if row.defect], ids=lambda row: row.defect)
def test_a_defect_is_the_one_that_its_choices_name(row: Row):
    known = all_choices()
    for choice in row.choices:
        name, _, value = choice.partition("=")
        assert row.defect in known[name].defects(value)


def test_each_defect_that_a_choice_names_has_a_row():
    named = {
        defect for choice in all_choices().values() for value in choice.faults for defect in choice.defects(value)
    }
    assert named <= {row.defect for row in ROWS}


@pytest.mark.parametrize("row", SMALLEST, ids=lambda row: row.scenarios[0])
def test_the_smallest_scenario_of_a_defect_shows_it(row: Row):
    variants = [variant for each in load_file(FILES[row.scenarios[0]]) for variant in each.variants]
    assert row.defect in variants[0].scenario.tags
    options = RunOptions(behaviour=behaviour_of(row.choices))
    assert any(run_variant(variant, options).outcome is Outcome.FAILED for variant in variants)
