"""Everything that a scenario's `explore` asks for, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from wptest.explore.crash import CrashReport, explore_crashes
from wptest.explore.errors import ErrorReport, explore_errors
from wptest.explore.schedule import ScheduleReport, explore_schedules
from wptest.language.load import LoadedVariant
from wptest.run.world import RunOptions

Report = CrashReport | ErrorReport | ScheduleReport


def explore(variant: LoadedVariant, options: RunOptions, *, most: int | None = None) -> Iterator[Report]:
    """Do each exploration that the scenario asks for, with at most `most` runs in each, and report on it."""
    asked = variant.scenario.explore
    if asked is None:
        return
    if asked.crash is not None:
        yield explore_crashes(variant, asked.crash, options, most=most)
    if asked.errors is not None:
        yield explore_errors(variant, asked.errors, options, most=most)
    if asked.schedule is not None:
        yield explore_schedules(variant, asked.schedule, options, most=most)
