"""Everything that a scenario's `explore` asks for, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wptest.explore.crash import CrashReport, explore_crashes
from wptest.explore.errors import ErrorReport, explore_errors
from wptest.explore.schedule import ScheduleReport, explore_schedules
from wptest.explore.swarm import SwarmReport, explore_swarm
from wptest.language.load import LoadedVariant
from wptest.run.run import has_python_sinks
from wptest.run.world import RunOptions


@dataclass(frozen=True, slots=True)
class NotDone:
    """An exploration that can't be done: which, and why. It proves nothing."""

    what: str
    why: str
    failures: tuple[()] = ()


Report = CrashReport | ErrorReport | ScheduleReport | SwarmReport | NotDone


def explore(variant: LoadedVariant, options: RunOptions, *, most: int | None = None) -> Iterator[Report]:
    """Do each exploration that the scenario asks for, with at most `most` runs in each, and report on it."""
    asked = variant.scenario.explore
    if asked is None:
        return
    if asked.crash is not None and has_python_sinks(variant):
        yield NotDone("crash", "the disk of a python sink keeps no states to start again from")
    elif asked.crash is not None:
        yield explore_crashes(variant, asked.crash, options, most=most)
    if asked.errors is not None:
        yield explore_errors(variant, asked.errors, options, most=most)
    if asked.schedule is not None:
        yield explore_schedules(variant, asked.schedule, options, most=most)
    if asked.swarm is not None:
        yield explore_swarm(variant, asked.swarm, options, most=most)
