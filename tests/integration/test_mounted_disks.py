"""What is broken on purpose is caught on the disks that people have, and there the reference stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipped import variants_of
from test_planted_faults import CATCHES

from engine.behaviour.profile import behaviour_of
from engine.storage.memory import MemoryDisk
from engine.storage.profiles import MOUNTED, DiskProfile
from wptest.explore.crashes.crash_points import CrashBreach, explore_crashes
from wptest.explore.made_equal import loaded_with
from wptest.explore.planted_faults import loses_power
from wptest.run.running import run_on
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.words.explore import CrashExplore
from wptest.words.finding import Outcome

SCENARIOS = Path(__file__).parents[2] / "scenarios"
# Where a journal is written in order, the next sync of the target makes the checkpoint's name durable too.
HARMLESS = {("checkpoint_write=name_not_synced", "ext4"), ("checkpoint_write=name_not_synced", "xfs")}
LOSING_POWER = {
    scenario
    for scenario in {*CATCHES.values()}
    if any(map(loses_power, variants_of(SCENARIOS / f"{scenario}.wptest.yaml")))
}
CAUGHT = {fault: scenario for fault, scenario in CATCHES.items() if scenario in LOSING_POWER}


def outcomes_on(disk: DiskProfile, scenario: str, *faults: str) -> list[Outcome]:
    """What comes of a shipped scenario's variants on such a disk."""
    options = RunOptions(behaviour=behaviour_of(faults))
    variants = variants_of(SCENARIOS / f"{scenario}.wptest.yaml")
    return [run_on(MemoryDisk(disk), variant, options).outcome for variant in variants]


def breaches_on(disks: list[DiskProfile], scenario: str, *faults: str) -> list[CrashBreach]:
    """What doesn't hold when the power goes at any operation of a shipped scenario, whatever that leaves."""
    variant = load_file(SCENARIOS / f"{scenario}.wptest.yaml")[0].variants[0]
    plan = CrashExplore.model_validate({"as": "power-loss", "disks": disks})
    report = explore_crashes(variant, plan, RunOptions(behaviour=behaviour_of(faults)))
    assert report.run > 50
    return report.breaches


@pytest.mark.parametrize("disk", MOUNTED)
@pytest.mark.parametrize("fault", CAUGHT)
def test_what_is_not_synced_is_missed_on_the_disks_that_people_have(fault: str, disk: DiskProfile) -> None:
    failed = Outcome.FAILED in outcomes_on(disk, CAUGHT[fault], fault)
    caught = failed or breaches_on([disk], "unlock-by-hand", fault) != []
    assert caught != ((fault, disk) in HARMLESS)


@pytest.mark.parametrize("disk", MOUNTED)
@pytest.mark.parametrize("scenario", sorted(LOSING_POWER))
def test_the_reference_stands_on_them(scenario: str, disk: DiskProfile) -> None:
    assert {*outcomes_on(disk, scenario)} == {Outcome.PASSED}


@pytest.mark.parametrize(
    "scenario",
    [
        "unlock-by-hand",
        *(pytest.param(each, marks=pytest.mark.slow) for each in ("stale-lock", "lock-beside-dat", "poison-line")),
    ],
)
def test_the_reference_stands_whatever_they_leave_at_any_operation(scenario: str) -> None:
    assert breaches_on([*MOUNTED, "ext4:1k", "ext4:data=writeback"], scenario) == []


def test_it_does_not_where_a_rename_may_leave_neither_name() -> None:
    broken = breaches_on(["ext2"], "unlock-by-hand")
    assert "no_loss" in {found.name for breach in broken for found in breach.findings}


@pytest.mark.parametrize(("durability", "disk"), [("xfs", "xfs"), ("ext2", "ext2"), ("lying", "posix")])
def test_crashes_are_those_of_the_scenarios_own_disk(durability: DiskProfile, disk: DiskProfile) -> None:
    """But for one that lies, on which nothing could hold."""
    variant = variants_of(SCENARIOS / "unlock-by-hand.wptest.yaml")[0]
    own = loaded_with(variant, {"durability": durability})

    found = explore_crashes(own, CrashExplore.model_validate({"as": "power-loss"}), RunOptions())
    plan = CrashExplore.model_validate({"as": "power-loss", "disks": disk})

    assert found.counts == explore_crashes(variant, plan, RunOptions()).counts
    assert all(crash.image.startswith(f"{disk} ") for breach in found.breaches for crash in breach.crashes)
