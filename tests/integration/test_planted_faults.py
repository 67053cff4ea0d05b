"""Breaking the engine breaks the suite: each planted fault turns at least one shipped scenario red."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from engine import behaviour
from engine.behaviour import REFERENCE, Behaviour
from wptest.language.load import LoadedVariant, load_file
from wptest.run.run import run_variant
from wptest.run.world import RunOptions

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.wptest.yaml"))

# Which scenario is meant to catch what; others may as well.
CATCHES = {
    "replay_order": "newest-file-first",
    "resume": "checkpoint-resume",
    "target_tail": "checkpoint-resume",
    "remove_rescue_file": "checkpoint-resume",
    "rescue_name_clash": "two-outages-in-one-second",
    "unknown_sink": "unknown-sink-does-not-starve-others",
    "blank_line": "blank-and-empty",
    "poison_line": "poison-line",
    "swap_to_rescue": "outage-and-recovery",
    "swap_back": "outage-and-recovery",
}


@cache
def shipped() -> list[LoadedVariant]:
    """Every variant of the scenarios that take milliseconds; the large ones are there for other reasons."""
    loaded = [each for path in SCENARIOS for each in load_file(path)]
    return [
        variant for each in loaded if not {"soak", "volume"} & set(each.outline.tags) for variant in each.variants
    ]


def faulty_choices() -> list[tuple[str, str]]:
    hints = get_type_hints(Behaviour, vars(behaviour))
    return [(field.name, value) for field in fields(Behaviour) for value in get_args(hints[field.name])[1:]]


@pytest.mark.parametrize(("choice", "value"), faulty_choices())
def test_a_planted_fault_is_caught(choice: str, value: str) -> None:
    broken = RunOptions(behaviour=replace(REFERENCE, **{choice: value}))

    caught = {
        variant.scenario.scenario for variant in shipped() if run_variant(variant, broken).outcome.value == "failed"
    }

    assert CATCHES[choice] in caught


def test_the_first_value_of_each_choice_is_the_reference() -> None:
    hints = get_type_hints(Behaviour, vars(behaviour))

    for field in fields(Behaviour):
        assert getattr(REFERENCE, field.name) == get_args(hints[field.name])[0]
