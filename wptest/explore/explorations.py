"""Everything that a scenario's `explore` asks for, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wptest.explore.breaches import EndlessError
from wptest.explore.crashes.crash_points import Different, explore_crashes
from wptest.explore.exploration import Exploration, Watch, nobody
from wptest.explore.failing_operations import explore_errors
from wptest.explore.failing_requests import explore_requests
from wptest.explore.interleavings import explore_schedules
from wptest.explore.swarm import explore_swarm
from wptest.explore.troubles.combined import explore_combined
from wptest.run.running import has_python_sinks
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant

_NO_STATES = "the disk of a python sink keeps no states to start again from"


@dataclass(slots=True, kw_only=True)
class NotDone(Exploration):
    """An exploration that can't be done: which, and why. It proves nothing."""

    what: str
    why: str


class Siblings:
    """Variants that differ in nothing but their timeline: what is left by a crash recovers in the same way."""

    def __init__(self) -> None:
        self._known: list[tuple[object, Different]] = []

    def known_to(self, variant: LoadedVariant, options: RunOptions) -> Different:
        """The states that the siblings of a variant have been through; what it adds, its siblings know too."""
        timeless = variant.scenario.model_copy(update={"when": (), "meanwhile": ()})
        kin = variant.project, timeless, options
        for other, different in self._known:
            if other == kin:
                return different
        self._known.append((kin, Different()))
        return self._known[-1][1]


def explorations(
    variant: LoadedVariant,
    options: RunOptions,
    *,
    most: int | None = None,
    siblings: Siblings | None = None,
    watch: Watch = nobody,
) -> Iterator[Exploration]:
    """Do each exploration that the scenario asks for, with at most `most` runs in each, and report on it.

    States after crashes that one of the `siblings` has been through are not run again.
    """
    asked = variant.scenario.explore
    if asked is None:
        return
    try:
        if asked.crash is not None and has_python_sinks(variant):
            yield NotDone(what="crash", why=_NO_STATES)
        elif asked.crash is not None:
            known = siblings.known_to(variant, options) if siblings else None
            yield explore_crashes(variant, asked.crash, options, most=most, different=known, watch=watch)
        if asked.errors is not None:
            yield explore_errors(variant, asked.errors, options, most=most, watch=watch)
        if asked.requests is not None and not variant.project.servers:
            yield NotDone(what="requests", why="no sink of the project writes to a database")
        elif asked.requests is not None:
            yield explore_requests(variant, asked.requests, options, most=most, watch=watch)
        if asked.combine is not None and has_python_sinks(variant):
            yield NotDone(what="combine", why=_NO_STATES)
        elif asked.combine is not None:
            yield explore_combined(variant, asked.combine, options, most=most, watch=watch)
        if asked.schedule is not None:
            yield explore_schedules(variant, asked.schedule, options, most=most, watch=watch)
        if asked.swarm is not None:
            yield explore_swarm(variant, asked.swarm, options, most=most, watch=watch)
    except EndlessError as error:
        yield NotDone(what="exploration", why=str(error))
