"""One breach that an exploration found, kept as plain data, and run again by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wptest.explore.breaches import EndlessError
from wptest.explore.crashes.crash_points import CrashBreach
from wptest.explore.exploration import Breach, GoneError
from wptest.explore.failing_operations import ErrorBreach
from wptest.explore.failing_requests import RequestBreach
from wptest.explore.interleavings import ScheduleBreach
from wptest.explore.stretch import Rerun
from wptest.explore.swarming.swarm import SwarmBreach
from wptest.explore.troubles.combined import CombinedBreach
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import Explore

ExploredData = dict[str, Any]

_KINDS: Mapping[str, type[Breach[Any]]] = {
    kind.KIND: kind
    for kind in (CrashBreach, ErrorBreach, RequestBreach, CombinedBreach, ScheduleBreach, SwarmBreach)
}
_RENAMED = {"disk": "disks"}  # as it was kept until there were several


def explored_data(breach: Breach[Any], plan: Explore) -> ExploredData:
    """What was explored when this broke, as plain data: what it was, its plan, and where in it."""
    own = getattr(plan, breach.KIND)
    told = own.model_dump(mode="json", by_alias=True, exclude_none=True) if own is not None else {}
    return {"what": breach.KIND, "plan": told, **breach.place}


def breach_of(explored: ExploredData) -> Breach[Any]:
    """The same, to be run again."""
    return _KINDS[explored["what"]].at(explored)


def plan_of_breach(explored: ExploredData) -> Any:
    """The plan of the exploration that found it."""
    plan = {_RENAMED.get(key, key): value for key, value in explored.get("plan", {}).items()}
    return _KINDS[explored["what"]].PLAN.model_validate(plan)


def rerun(variant: LoadedVariant, options: RunOptions, explored: ExploredData) -> Rerun:
    """Run just this once more; what breaks now, and what happens until then.

    Raises:
        GoneError: the run doesn't come to that point any more.
    """
    try:
        breach, plan = breach_of(explored), plan_of_breach(explored)
    except (KeyError, TypeError, ValueError):
        raise GoneError("what was explored can't be read: another version of wptest kept it") from None
    try:
        return breach.again(variant, options, plan)
    except EndlessError as error:
        raise GoneError(str(error)) from None
