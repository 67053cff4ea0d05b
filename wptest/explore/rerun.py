"""One breach that an exploration found, run again by itself: a crash path, a failing operation, a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from wptest.explore.baseline import baseline_of
from wptest.explore.breaches import EndlessError, breaches
from wptest.explore.crashes.crash_points import record
from wptest.explore.crashes.crash_search import GoneError, Search
from wptest.explore.crashes.crash_state import Crash
from wptest.explore.crashes.restart import Restart
from wptest.explore.exploration import Breach
from wptest.explore.failing_operations import FailingOperation, operations_of, run_failing
from wptest.explore.interleavings import as_scheduled, failures_of
from wptest.explore.rewriting.plain_scenario import as_yaml, load_plain
from wptest.explore.stretch import Rerun, Stretch, Watched
from wptest.explore.swarm import with_faults
from wptest.run.result import Result
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CrashExplore, ErrorExplore, Explore, ScheduleExplore, SwarmExplore

ExploredData = dict[str, Any]


def explored_data(breach: Breach, plan: Explore) -> ExploredData:
    """What was explored when this broke, as plain data: what it was, its plan, and where in it."""
    return {"what": breach.KIND, "plan": _plain(getattr(plan, breach.KIND)), **breach.place}


def in_words(explored: ExploredData) -> str:
    """The same in words."""
    match explored["what"]:
        case "crash":
            return " | ".join(str(Crash(**crash, time=0)) for crash in explored["crashes"])
        case "errors":
            return str(FailingOperation(**explored["failing"]))
        case what:
            return f"{what}: seed {explored['seed']}"


def rerun(variant: LoadedVariant, options: RunOptions, explored: ExploredData) -> Rerun:
    """Run just this once more; what breaks now, and what happens until then.

    Raises:
        GoneError: the run doesn't come to that point any more.
    """
    try:
        run = _read(explored)
    except (KeyError, TypeError, ValueError):
        raise GoneError("what was explored can't be read: another version of wptest kept it") from None
    try:
        return run(variant, options)
    except EndlessError as error:
        raise GoneError(str(error)) from None


def _read(explored: ExploredData) -> Callable[[LoadedVariant, RunOptions], Rerun]:
    plan = explored.get("plan", {})
    match explored["what"]:
        case "crash":
            crashes = [Crash(**crash, time=0) for crash in explored["crashes"]]
            return partial(_crash, plan=CrashExplore.model_validate(plan), crashes=crashes)
        case "errors":
            return partial(
                _fail, plan=ErrorExplore.model_validate(plan), failing=FailingOperation(**explored["failing"])
            )
        case "schedule":
            return partial(_interleave, plan=ScheduleExplore.model_validate(plan), seed=int(explored["seed"]))
        case "swarm":
            return partial(_swarm, plan=SwarmExplore.model_validate(plan), seed=int(explored["seed"]))
        case what:
            raise ValueError(what)


def _interleave(variant: LoadedVariant, options: RunOptions, plan: ScheduleExplore, seed: int) -> Rerun:
    result = run_variant(as_scheduled(variant, plan, options, seed), replace(options, seed=seed))
    return Rerun(failures_of(result, plan), (_whole(result),))


def _swarm(variant: LoadedVariant, options: RunOptions, plan: SwarmExplore, seed: int) -> Rerun:
    scenario = with_faults(variant, baseline_of(variant, options), plan, seed)
    result = run_variant(load_plain(variant, scenario, as_yaml), replace(options, seed=seed))
    return Rerun(breaches(result.findings), (_whole(result),))


def _fail(variant: LoadedVariant, options: RunOptions, plan: ErrorExplore, failing: FailingOperation) -> Rerun:
    operations, took, _ = operations_of(variant, plan, options)
    wanted = (failing.operation, failing.path, failing.process)
    if operations[failing.number - 1 : failing.number] != [wanted]:
        raise GoneError(f"the run has no such operation any more: {failing}")
    result = run_failing(variant, plan, options, failing, took)
    return Rerun(breaches(result.findings), (_whole(result),))


def _whole(result: Result) -> Stretch:
    return Stretch(result.variant, result.events)


def _crash(variant: LoadedVariant, options: RunOptions, plan: CrashExplore, crashes: Sequence[Crash]) -> Rerun:
    search = Search(variant, crashes[:1])
    record(variant, plan, options, search, search.attach)
    restart = Restart(variant, options, plan)
    stretches = [search.stretch]
    for depth in range(2, len(crashes) + 1):
        state, search = search.found, Search(variant, crashes[:depth])
        restart.run(state, search, search.attach)
        stretches.append(search.stretch)
    last = Watched()
    findings = breaches(restart.run(search.found, prepare=last.attach).findings)
    return Rerun(findings, (*stretches, last.stretch(variant)))


def _plain(plan: CrashExplore | ErrorExplore | ScheduleExplore | SwarmExplore | None) -> Mapping[str, Any]:
    return plan.model_dump(mode="json", by_alias=True, exclude_none=True) if plan is not None else {}
