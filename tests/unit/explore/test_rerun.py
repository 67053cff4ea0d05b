"""One breach of an exploration, run again by itself: the same findings, and a word when its place is gone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.behaviour import REFERENCE
from engine.text.source_text import SourceText
from wptest.explore.crashes.crash_points import explore_crashes
from wptest.explore.exploration import GoneError
from wptest.explore.explorations import explorations
from wptest.explore.rerun import breach_of, explored_data, plan_of_breach, rerun
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant, load_text
from wptest.words.explore import CrashExplore, Explore

RECOVERY = """
scenario: recovery
project: {speed_limit: 100, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 15}}}
when:
  - run: wprescue work
explore: {crash: {depth: 2, as: kill, tear: false}}
"""
OUTAGE = """
scenario: outage
project: {sinks: {a: {type: test_rescue, phases: [up 1s, down 1s]}}}
given: {source: {lines: 30, rate: 20/s}}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
explore: {EXPLORE}
"""


def load(text: str) -> LoadedVariant:
    return load_text(SourceText(Path("explored.wptest.yaml"), text))[0].variants[0]


def broken(**choices: str) -> RunOptions:
    return RunOptions(behaviour=replace(REFERENCE, **choices))


CASES = {
    "one crash": (RECOVERY, broken(target_tail="trust_checkpoint"), 0),
    "two crashes": (RECOVERY, broken(unlock_tail="keep_torn", resume="from_start"), -1),
    "a power loss": (
        RECOVERY.replace("depth: 2, as: kill", "as: power-loss"),
        broken(target_tail="trust_checkpoint"),
        -1,
    ),
    "a failing operation": (
        OUTAGE.replace("EXPLORE", "errors: {errno: EIO, occur: once}"),
        broken(swap_back="repeat_last_line"),
        0,
    ),
    "an interleaving": (
        OUTAGE.replace("EXPLORE", "schedule: {seeds: 2}"),
        broken(swap_back="repeat_last_line"),
        -1,
    ),
    "random faults": (OUTAGE.replace("EXPLORE", "swarm: {seeds: 5}"), broken(swap_to_rescue="drop_first_line"), 0),
}


@pytest.mark.parametrize("case", CASES)
def test_what_broke_breaks_again_and_holds_on_the_reference(case):
    text, options, which = CASES[case]
    variant = load(text)
    (report,) = explorations(variant, options)
    breach = report.breaches[which]
    explored = json.loads(json.dumps(explored_data(breach, variant.scenario.explore)))

    again = rerun(variant, options, explored)

    assert [each.name for each in again.findings] == [each.name for each in breach.findings]
    if case == "two crashes":  # the reference takes another course, which has no such crashes
        assert len(breach.crashes) == 2
        assert breach_of(explored).in_words == " | ".join(map(str, breach.crashes))
    else:
        assert rerun(variant, RunOptions(), explored).findings == ()


def test_a_crash_whose_place_is_gone_is_told_with_what_is_there_now():
    variant, options = load(RECOVERY), broken(target_tail="trust_checkpoint")
    (report,) = explorations(variant, options)
    explored = explored_data(report.breaches[0], variant.scenario.explore)
    explored["crashes"][0]["path"] = "data/out_dat/b.dat"

    with pytest.raises(GoneError, match=r"no such crash any more: .* data/out_dat/b.dat by wprescue; now it is "):
        rerun(variant, options, explored)


def test_a_plan_that_was_kept_when_its_disks_were_its_disk_is_read():
    variant, options = load(RECOVERY), broken(target_sync="at_the_end")
    plan = CrashExplore.model_validate({"as": "power-loss", "disks": "ext4"})
    breach = explore_crashes(variant, plan, options).breaches[0]
    explored = explored_data(breach, Explore(crash=plan))
    explored["plan"]["disk"] = explored["plan"].pop("disks")

    assert plan_of_breach(explored) == plan
    assert [each.name for each in rerun(variant, options, explored).findings] == [
        each.name for each in breach.findings
    ]


def test_an_operation_that_is_gone_is_told():
    variant, options = load(CASES["a failing operation"][0]), CASES["a failing operation"][1]
    (report,) = explorations(variant, options)
    explored = explored_data(report.breaches[0], variant.scenario.explore)
    explored["failing"]["number"] = 10_000

    with pytest.raises(GoneError, match="no such operation any more: operation 10000 fails with EIO"):
        rerun(variant, options, explored)


@pytest.mark.parametrize(
    "explored", [{"what": "crash"}, {"what": "errors", "failing": {"x": 1}}, {"what": "other"}]
)
def test_what_another_version_kept_is_told(explored):
    with pytest.raises(GoneError, match="another version"):
        rerun(load(RECOVERY), RunOptions(), explored)
