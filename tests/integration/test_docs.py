"""Every YAML in the documentation is valid, and does what the text around it says: pass, or fail on purpose."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from engine.behaviour import CHOICES
from engine.programs.command import PROGRAMS
from engine.project.model import StrategyName
from wptest.run.running import run_variant
from wptest.scenario.load import load_file

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```yaml( [a-z ]+)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[object]:
    found = []
    for page in [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]:
        for match in BLOCK.finditer(page.read_text()):
            line = page.read_text()[: match.start()].count("\n") + 1
            kind = (match[1] or "").strip()
            if kind != "fragment":
                found.append(pytest.param(match[2], kind, page, id=f"{page.name}:{line}"))
    return found


@pytest.mark.parametrize(("text", "kind", "page"), blocks())
def test_a_complete_scenario_does_what_its_page_says(text: str, kind: str, page: Path, tmp_path: Path) -> None:
    """The Python of a page is the conftest.py beside its scenarios."""
    path = tmp_path / "documented.wptest.yaml"
    (tmp_path / "conftest.py").write_text("\n\n".join(PYTHON.findall(page.read_text())))
    path.write_text(text)
    (tmp_path / "projects").symlink_to(ROOT / "scenarios/projects")

    variants = [variant for loaded in load_file(path) for variant in loaded.variants if not variant.skip]
    outcomes = {run_variant(variant).outcome.value for variant in variants}

    assert outcomes == {"failed" if kind == "failing" else "passed"}


def test_there_are_documented_scenarios_to_check() -> None:
    assert len(blocks()) >= 5


def test_every_shipped_scenario_is_in_the_table_and_every_name_there_is_shipped() -> None:
    rows = [line for line in (ROOT / "docs/scenarios.md").read_text().splitlines() if line.startswith("| ")]
    named = {name for row in rows for name in re.findall(r"`([a-z0-9-]+)`", row.rsplit("|", 2)[1])}

    assert named == {path.name.split(".")[0] for path in (ROOT / "scenarios").rglob("*.wptest.yaml")}


def test_the_catalogue_has_for_each_row_the_choices_that_stand_for_it() -> None:
    rows = re.findall(r"^\| (D\d+) \|.*\| (`\w+=.*) \|$", (ROOT / "docs/behaviours.md").read_text(), re.MULTILINE)
    documented = {(row, name) for row, names in rows for name in re.findall(r"`([^`]+)`", names)}

    faults = [(choice, value) for choice in CHOICES for value in choice.faults]
    assert documented == {
        (row, f"{choice.name}={value}") for choice, value in faults for row in choice.defects(value)
    }


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_readme_names_every_strategy_and_every_command_of_wproj(name: str) -> None:
    wparse, wproj = (
        set(re.findall(r"`([^`]+)`", item))
        for program in ("`wparse`", "`wpgen sample`")
        for item in re.findall(rf"^- {program}.*?(?=\n- )", (ROOT / name).read_text(), re.MULTILINE | re.DOTALL)
    )
    synonyms = {"data stat", "data validate"}

    assert wparse - {"wparse"} == set(get_args(StrategyName))
    assert wproj - {"wpgen sample", "wproj"} == set(PROGRAMS["wproj"].modes) - synonyms
