"""What an exploration found, as a scenario that fails alone for the same reason, or why there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.behaviour import REFERENCE
from engine.text.source_text import SourceText
from wptest.explore.explorations import explorations
from wptest.explore.rerun import explored_data, rerun
from wptest.explore.rewriting.as_scenario import NotExpressibleError, Written, as_scenario
from wptest.explore.rewriting.plain_scenario import as_yaml
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant, load_text

RECOVERY = """
scenario: recovery
project: {speed_limit: 100, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 15}}}
when:
  - run: wprescue work
explore: {EXPLORE}
"""
LIVE = """
scenario: live
matrix: {lines: [30]}
project: {sinks: {a: {type: test_rescue, phases: [up 1s, down 1s]}, b: {}}}
given: {source: {lines: "${{ matrix.lines }}", rate: 20/s}}
when:
  - start: wparse daemon
  - at: 600ms
    fault: {on: data/out_dat/b.dat, fail: write, errno: EIO, for: 200ms}
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
then: {sinks: {a: {lines: 30}}}
explore: {EXPLORE}
"""
CRASHES = "crash: {as: kill, tear: false}"
CASES = {
    "one crash": (RECOVERY, CRASHES, {"target_tail": "trust_checkpoint"}),
    "two crashes": (
        RECOVERY,
        "crash: {as: kill, depth: 2, tear: false}",
        {"unlock_tail": "keep_torn", "resume": "from_start"},
    ),
    "a torn write": (RECOVERY, "crash: {as: kill}", {"target_tail": "trust_checkpoint"}),
    "a power loss": (RECOVERY, "crash: {as: power-loss}", {"target_tail": "trust_checkpoint"}),
    "a live program": (LIVE, CRASHES, {"swap_back": "repeat_last_line"}),
    "an error": (LIVE, "errors: {during: wparse, errno: EIO, occur: once}", {"swap_back": "repeat_last_line"}),
    "an error for good": (RECOVERY, "errors: {errno: EIO, occur: for-good}", {"resume": "from_start"}),
    "random faults": (LIVE, "swarm: {seeds: 5}", {"swap_to_rescue": "drop_first_line"}),
    "shifted outages": (LIVE, "schedule: {seeds: 5, shift: true}", {"swap_to_rescue": "drop_first_line"}),
}


def load(text: str) -> LoadedVariant:
    return load_text(SourceText(Path("explored.wptest.yaml"), text))[0].variants[0]


def written(text: str, explored: str, choices: dict[str, str]) -> list[tuple[Written, RunOptions, str]]:
    """The first breach and the last, as scenarios, with how they are run and what they must say."""
    variant = load(text.replace("EXPLORE", explored))
    options = RunOptions(behaviour=replace(REFERENCE, **choices))
    (report,) = explorations(variant, options)
    made = []
    for failure in (report.breaches[0], report.breaches[-1]):
        what = explored_data(failure, variant.scenario.explore)
        again = rerun(variant, options, what)
        made.append((as_scenario(what, again), options, again.findings[0].message))
    return made


@pytest.mark.parametrize("case", CASES)
def test_it_fails_alone_with_the_same_words(case: str) -> None:
    for scenario, options, message in written(*CASES[case]):
        variant = load(as_yaml(scenario.scenario))  # as it is written to a file
        result = run_variant(variant, replace(options, seed=scenario.seed))

        assert message in [finding.message for finding in result.findings]
        assert scenario.finding.message == message
        assert variant.scenario.explore is None
        assert not variant.values


@pytest.mark.slow
def test_the_steps_until_the_crash_are_there_and_then_those_of_the_restart() -> None:
    (scenario, _, _), _ = written(*CASES["a live program"])

    verbs = [next(iter(step)) for step in scenario.scenario["when"]]
    assert verbs[0] == "start"
    assert scenario.scenario["when"][-3:] == [
        {"heal": True},
        {"run": "wproj rescue unlock"},
        {"run": "wprescue work"},
    ]
    assert {"wait": {"exit": "wparse"}} in scenario.scenario["when"]
    assert [step["kill"] for step in scenario.scenario["meanwhile"]] == ["wparse"]


@pytest.mark.parametrize(
    ("text", "explored", "choices", "why"),
    [
        (
            LIVE,
            "schedule: {seeds: 2}",
            {"swap_back": "repeat_last_line"},
            "no key of a scenario draws the order of tasks: run it with --seed 1",
        ),
        (
            RECOVERY,
            "crash: {as: power-loss, disks: lying, tear: false}",
            {"target_tail": "trust_checkpoint"},
            r"a power loss leaves what is certain, or all, or a draw: no seed tried draws lying \d+ of \d+",
        ),
    ],
    ids=["an interleaving", "a rare disk"],
)
def test_what_there_are_no_words_for_is_said(text: str, explored: str, choices: dict[str, str], why: str) -> None:
    with pytest.raises(NotExpressibleError, match=why):
        written(text, explored, choices)
