"""Every YAML in the documentation is valid, and does what the text around it says: pass, or fail on purpose."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from engine.behaviour.choice import all_choices
from engine.programs.program_specs import PROGRAMS
from engine.project.model import StrategyName
from engine.storage.profiles import PROFILES
from wptest.judge.invariants import INVARIANT_NAMES
from wptest.run.running import run_variant
from wptest.scenario.load import load_file
from wptest.words.expect import EXPECTATION_WORDS
from wptest.words.step import TRIGGERS, VERBS
from wptest.words.storage_fault import FAULT_KINDS

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```yaml( [a-z ]+)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"\[`([\w.]+)`\]\(\.\./([\w/.]+)\)")
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
    page = (ROOT / "docs/behaviours.md").read_text()
    rows = re.findall(r"^\| (D\d+) \|.*\| (`\w+=.*) \| [^|]+ \|$", page, re.MULTILINE)
    documented = {(row, name) for row, names in rows for name in re.findall(r"`([^`]+)`", names)}

    faults = [(choice, value) for choice in all_choices().values() for value in choice.faults]
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
    synonyms = {mode for mode in PROGRAMS["wproj"].modes if mode.startswith("data stat")} | {"data validate"}

    assert wparse - {"wparse"} == set(get_args(StrategyName))
    assert wproj - {"wpgen sample", "wproj"} == set(PROGRAMS["wproj"].modes) - synonyms


@pytest.mark.parametrize(("name", "path"), CODE.findall((ROOT / "docs/one-line.md").read_text()))
def test_the_way_of_a_line_leads_past_code_that_there_is(name: str, path: str) -> None:
    place = ROOT / path
    assert place.exists()
    if name[0].isupper():
        assert re.search(rf"^class {name}\b", place.read_text(), re.MULTILINE)


def named(page: str) -> set[str]:
    """The words that a page shows as code."""
    prose, *blocks = re.split(r"^```\w*.*\n", (ROOT / page).read_text(), flags=re.MULTILINE)
    code = blocks[::2] + re.findall(r"`([^`\n]+)`", "\n".join([prose, *blocks[1::2]]))
    return set(re.findall(r"\w+", "\n".join(code)))


@pytest.mark.parametrize("page", ["docs/language.md", "docs/language.zh.md"])
def test_every_word_of_the_language_is_on_its_page(page: str) -> None:
    kinds = (VERBS, TRIGGERS, FAULT_KINDS, EXPECTATION_WORDS)
    assert not {word for kind in kinds for word in kind} - named(page)


def test_every_invariant_and_every_disk_profile_is_on_its_page() -> None:
    assert not INVARIANT_NAMES - named("docs/invariants.md")
    assert not [name for name in PROFILES if f"`{name}`" not in (ROOT / "docs/disks.md").read_text()]
