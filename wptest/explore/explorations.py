"""Everything that a scenario's `explore` asks for, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wptest.document.reported_exploration import ExplorationKind
from wptest.explore.breaches import EndlessError
from wptest.explore.crashes.crash_points import explore_crashes
from wptest.explore.exploration import Exploration, Watch, nobody
from wptest.explore.failing_operations import explore_errors
from wptest.explore.failing_requests import explore_requests
from wptest.explore.interleavings import explore_schedules
from wptest.explore.shared_runs import Sharing
from wptest.explore.swarming.swarm import explore_swarm
from wptest.explore.troubles.combined import explore_combined
from wptest.explore.troubles.surveying import KnownStates
from wptest.pool.pool_port import LostError
from wptest.run.running import has_python_sinks
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant

_NO_STATES = "the disk of a python sink keeps no states to start again from"


@dataclass(slots=True, kw_only=True)
class NotDone(Exploration):
    """An exploration that can't be done: which, and why. It proves nothing."""

    what: ExplorationKind
    why: str

    @property
    def kind(self) -> ExplorationKind:
        """See `Exploration`."""
        return self.what


class Siblings:
    """Variants that differ in nothing but their timeline: what is left by a crash recovers in the same way."""

    def __init__(self) -> None:
        self._known: list[tuple[object, KnownStates]] = []

    def known_to(self, variant: LoadedVariant, options: RunOptions) -> KnownStates:
        """The states that the siblings of a variant have been through; what it adds, its siblings know too."""
        timeless = variant.scenario.model_copy(update={"when": (), "meanwhile": ()})
        kin = variant.project, timeless, options
        for other, known in self._known:
            if other == kin:
                return known
        self._known.append((kin, KnownStates()))
        return self._known[-1][1]


def explorations(
    variant: LoadedVariant,
    options: RunOptions,
    *,
    most: int | None = None,
    siblings: Siblings | None = None,
    watch: Watch = nobody,
    sharing: Sharing | None = None,
) -> Iterator[Exploration]:
    """Do each exploration that the scenario asks for, with at most `most` runs in each, and report on it.

    States after crashes that one of the `siblings` has been through are not run again. Where a run ends everybody
    who works on it, the last ones are what was done until then, and which it was.
    """
    asked = variant.scenario.explore
    if asked is None:
        return
    unfinished: Exploration | None = None

    def noting(done: Exploration) -> None:
        nonlocal unfinished
        unfinished = done
        watch(done)

    try:
        if asked.crash is not None and has_python_sinks(variant):
            yield NotDone(what="crash", why=_NO_STATES)
        elif asked.crash is not None:
            known = siblings.known_to(variant, options) if siblings else None
            yield explore_crashes(
                variant, asked.crash, options, most=most, known=known, watch=noting, sharing=sharing
            )
        if asked.errors is not None:
            yield explore_errors(variant, asked.errors, options, most=most, watch=noting, sharing=sharing)
        if asked.requests is not None and not variant.project.servers:
            yield NotDone(what="requests", why="no sink of the project writes to a database")
        elif asked.requests is not None:
            yield explore_requests(variant, asked.requests, options, most=most, watch=noting, sharing=sharing)
        if asked.combine is not None and has_python_sinks(variant):
            yield NotDone(what="combine", why=_NO_STATES)
        elif asked.combine is not None:
            yield explore_combined(variant, asked.combine, options, most=most, watch=noting, sharing=sharing)
        if asked.schedule is not None:
            yield explore_schedules(variant, asked.schedule, options, most=most, watch=noting, sharing=sharing)
        if asked.swarm is not None:
            yield explore_swarm(variant, asked.swarm, options, most=most, watch=noting, sharing=sharing)
    except EndlessError as error:
        yield NotDone(what="exploration", why=str(error))
    except LostError as error:
        if unfinished is not None and not unfinished.complete:
            yield unfinished
        yield NotDone(what="exploration", why=str(error))
