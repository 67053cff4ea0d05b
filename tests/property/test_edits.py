"""Every edit of a scenario makes it strictly simpler, and leaves the scenario that it edits alone."""

from __future__ import annotations

import copy
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.source_text import SourceText
from wptest.explore.rewriting.amounts import amounts
from wptest.explore.rewriting.edits import bare, simpler, smaller, written_out
from wptest.explore.rewriting.plain_scenario import as_yaml
from wptest.scenario.load import load_file, load_text

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").rglob("*.wptest.yaml"))

texts = st.one_of(
    st.sampled_from(["up 2s, down 3s", "2k/s", "wpgen sample -n 500", "one\ntwo\nthree\n", "1e6", "yes", "~", ""]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 10**6), st.sampled_from([0.66, 0.5]), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)
steps = st.one_of(
    st.sampled_from([{"start": "wparse daemon"}, {"wait": "idle"}, {"wait": "2s"}, {"run": "wpgen sample -n 10k"}]),
    st.dictionaries(st.sampled_from(["at", "fault", "check"]), values, min_size=1, max_size=2),
)
scenarios = st.fixed_dictionaries(
    {"scenario": st.just("a"), "project": values, "when": st.lists(steps, min_size=1, max_size=6)},
    optional={"given": values, "then": values, "title": texts, "explore": values},
)


def size(value: Any) -> int:
    """How many values and lines of texts there are."""
    if isinstance(value, str):
        return max(1, len(value.splitlines()))
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return 1 + sum(map(size, items))


def started(scenario: Any) -> int:
    """How many programs are started and run beside the steps; one that is run to its end is less."""
    return sum("start" in step for step in scenario["when"])


def total(value: Any) -> Fraction:
    """The sum of all amounts."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return sum((place.amount.number for place in amounts(value)), Fraction(0)) + sum(map(total, items))


@given(scenarios)
def test_a_smaller_scenario_has_less_in_it(scenario):
    before = copy.deepcopy(scenario)

    for edited in smaller(scenario):
        assert (size(edited), started(edited)) < (size(scenario), started(scenario))
        assert {"scenario", "project", "when"} <= set(edited)
    assert scenario == before


@pytest.mark.slow
@given(scenarios)
def test_a_simpler_scenario_is_the_same_but_for_smaller_numbers(scenario):
    before = copy.deepcopy(scenario)

    for edited in simpler(scenario):
        assert size(edited) == size(scenario)
        assert total(edited) < total(scenario)
    assert scenario == before


@given(scenarios)
def test_what_is_written_as_yaml_reads_as_it_was(scenario):
    assert yaml_read(as_yaml(scenario)) == scenario


def yaml_read(text: str) -> Any:
    from wptest.text.yaml_tree import build, compose

    (document,), problems = compose(SourceText(Path("a.yaml"), text))
    value, wrong = build(document)
    assert (problems, wrong) == ([], [])
    return value


@pytest.mark.slow
def test_every_shipped_scenario_can_be_written_and_read_again():
    for path in SCENARIOS:
        for loaded in load_file(path):
            scenario = bare(loaded.variants[0].value)
            (again,) = load_text(SourceText(path, as_yaml(scenario)))
            assert again.variants[0].value == scenario


def test_a_project_directory_can_be_written_out():
    (loaded,) = load_file(next(path for path in SCENARIOS if path.name.startswith("outage-and")))
    (variant,) = loaded.variants

    (edited,) = written_out(variant.value, variant.project)

    sinks = {"benchmark_file_sink": {"type": "test_rescue"}, "example_file_sink": {"type": "file"}}
    assert edited["project"] == {"sinks": sinks}
    assert list(written_out(edited, variant.project)) == []
    files_need = {"env": {"WP_OUT": "data"}, "paths": {"/var": "data"}}
    assert list(written_out(variant.value | {"given": files_need}, variant.project)) == [
        {key: value for key, value in edited.items() if key != "given"}
    ]
    programs_need = {"clock": "2030-01-01 00:00:00", "env": {"LINE_CNT": "5"}}
    (kept,) = written_out(variant.value | {"given": files_need | programs_need}, variant.project)
    assert kept["given"] == programs_need
