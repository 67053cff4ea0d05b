"""On which of the disks that people mount a planted fault shows, where the power has to go for that.

A run whose `given` names no disk loses all that is not certain, which is more than most disks lose.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.storage.profiles import MOUNTED, SoundDisk
from wptest.explore.made_equal import loaded_with
from wptest.explore.planted_faults import Hunt, Variants, broken_by_crashes, likely_ones, loses_power, to_be_crashed
from wptest.run.bounds import TIMEOUT
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CrashExplore
from wptest.words.finding import Outcome


def look_on_disks(found: Hunt, scenarios: Sequence[Variants], *, timeout: int = TIMEOUT) -> None:
    """Say of a fault that shows when the power goes on which of these disks it does. For `timeout` see `hunt`."""
    if not found.power_loss:
        return
    likely = likely_ones(found.fault, scenarios)
    losing_power = [variant for variants in likely for variant in variants if loses_power(variant)]
    losing_power.sort(key=lambda variant: variant.scenario.scenario != found.caught_by[0].partition("::")[0])
    crashed = to_be_crashed(likely)
    found.disks = tuple(disk for disk in MOUNTED if _shows(found, disk, losing_power, crashed, timeout))


def _shows(found: Hunt, disk: SoundDisk, losing_power: Variants, crashed: Variants, timeout: int) -> bool:
    options = RunOptions(behaviour=found.fault.behaviour, timeout=timeout)
    if any(_fails(found, loaded_with(variant, {"durability": disk}), options) for variant in losing_power):
        return True
    plan = CrashExplore.model_validate({"as": "power-loss", "disks": disk})
    return any(broken_by_crashes(found, variant, plan, options) for variant in crashed)


def _fails(found: Hunt, variant: LoadedVariant, options: RunOptions) -> bool:
    """Whether it fails on such a disk, and the reference passes there."""
    found.runs += 1
    if run_variant(variant, options).outcome is not Outcome.FAILED:
        return False
    found.runs += 1
    return run_variant(variant, RunOptions(timeout=options.timeout)).outcome is Outcome.PASSED
