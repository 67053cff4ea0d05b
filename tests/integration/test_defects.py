"""The shipped scenarios of defects: each shows its defect, and is as small as shrinking makes it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from defect_bases import CHOICE, REASON, SHIPPED, WRITTEN
from shipped import ROOT, loaded_from, variants_of

from engine.behaviour import REFERENCE, Behaviour
from engine.behaviour.choice import all_choices
from engine.behaviour.profile import load_profile
from engine.text.source_text import SourceText
from wptest.explore.rewriting.edits import bare
from wptest.explore.rewriting.plain_scenario import as_yaml
from wptest.explore.rewriting.shrink import shrink
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant, load_text

SCENARIOS = ROOT / "scenarios"
# One with a project directory stands above it: an installation has no repository in which `..` could lead there.
PATHS = [*(SCENARIOS / "defects").glob("*.wptest.yaml"), *SCENARIOS.glob("d[0-9][0-9]-*.wptest.yaml")]
FILES = {path.name.split("-")[0]: path for path in sorted(PATHS, key=lambda path: path.name)}
HAS_IT = {"d12": "seed"}  # the profile in which a defect can be seen; the others are in this one:
LATEST = "wp-motor-1.17"
SHRUNK_QUICKLY = ("d01", "d09", "d12")  # of the others each takes a second or more


def shipped(row: str) -> LoadedVariant:
    (variant,) = variants_of(FILES[row])
    return variant


def base(row: str) -> LoadedVariant:
    """The larger scenario that it was shrunk from; itself, where it was written as small as it is."""
    if row in WRITTEN:
        return load_text(SourceText(SCENARIOS / "base.wptest.yaml", WRITTEN[row]))[0].variants[0]
    if row not in SHIPPED:
        return shipped(row)
    name, variant = SHIPPED[row]
    (variants,) = loaded_from(SCENARIOS / f"{name}.wptest.yaml")
    return next(each for each in variants if each.id == variant)


def defective(row: str) -> Behaviour:
    """The reference with all choices of one row of the catalogue."""
    defect = f"D{int(row[1:])}"
    choices = {
        choice.name: value
        for choice in all_choices().values()
        for value in choice.faults
        if defect in choice.defects(value)
    }
    return replace(REFERENCE, **choices)


def outcome(variant: LoadedVariant, behaviour: Behaviour = REFERENCE) -> str:
    return run_variant(variant, RunOptions(behaviour=behaviour)).outcome.value


@pytest.mark.parametrize("row", FILES)
def test_a_defect_shows_in_the_version_that_has_it_and_with_nothing_else_wrong(row: str) -> None:
    variant = shipped(row)

    assert len(variant.scenario.when) <= 5
    assert outcome(variant) == "passed"
    assert outcome(variant, load_profile(HAS_IT.get(row, LATEST)).behaviour) == "failed"
    assert outcome(variant, defective(row)) == "failed"


@pytest.mark.parametrize(
    "row", [pytest.param(row, marks=[] if row in SHRUNK_QUICKLY else pytest.mark.slow) for row in FILES]
)
def test_it_is_as_small_as_shrinking_makes_it(row: str) -> None:
    behaviour = replace(REFERENCE, **CHOICE[row]) if row in CHOICE else defective(row)
    larger = base(row)

    shrunk = shrink(larger, RunOptions(behaviour=behaviour), reason=REASON.get(row))

    smallest = bare(shipped(row).value)
    assert shrunk.steps == len(smallest["when"])
    assert lines(shrunk.scenario) == lines(smallest)
    assert lines(smallest) < lines(bare(larger.value)) or larger is shipped(row)


def lines(scenario: dict[str, object]) -> int:
    return len(as_yaml(scenario).splitlines())
