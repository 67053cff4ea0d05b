"""One breach that an exploration found, run again by itself: a crash path, a failing operation, a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from wptest.explore.breaches import breaches
from wptest.explore.course import course_of
from wptest.explore.crash import CrashFailure, record
from wptest.explore.errors import ErrorFailure, Failing, operations_of, run_failing
from wptest.explore.keys import Key
from wptest.explore.plain import load_plain
from wptest.explore.recorder import Finder
from wptest.explore.restart import Restart
from wptest.explore.schedule import SeedFailure, as_scheduled, failures_of
from wptest.explore.state import Crash, CrashState
from wptest.explore.swarm import SwarmFailure, with_faults
from wptest.judge.finding import Finding
from wptest.language.explore import CrashExplore, ErrorExplore, Explore, ScheduleExplore, SwarmExplore
from wptest.language.load import LoadedVariant
from wptest.report.replay import Circumstances
from wptest.report.store import keep_explored
from wptest.run.run import run_variant
from wptest.run.world import RunOptions

Failure = CrashFailure | ErrorFailure | SeedFailure | SwarmFailure
Told = dict[str, Any]


class GoneError(Exception):
    """The run has changed: what was explored isn't in it any more."""


def told(failure: Failure, plan: Explore) -> Told:
    """What was explored when this broke, as plain data: what it was, its plan, and where in it."""
    match failure:
        case CrashFailure():
            crashes = [_without_time(crash) for crash in failure.crashes]
            return {"what": "crash", "plan": _plain(plan.crash), "crashes": crashes}
        case ErrorFailure():
            return {"what": "errors", "plan": _plain(plan.errors), "failing": asdict(failure.failing)}
        case SeedFailure():
            return {"what": "schedule", "plan": _plain(plan.schedule), "seed": failure.seed}
        case SwarmFailure():
            return {"what": "swarm", "plan": _plain(plan.swarm), "seed": failure.seed}


def keeper(variant: LoadedVariant, options: RunOptions, circumstances: Circumstances) -> Callable[[Failure], str]:
    """Keeps failures of a variant's explorations; gives their ids, or nothing where nothing is kept."""
    plan = variant.scenario.explore or Explore()

    def keep(failure: Failure) -> str:
        return keep_explored(variant, options.seed, circumstances, failure.findings, told(failure, plan))

    return keep


def how(explored: Told) -> str:
    """The same in words."""
    match explored["what"]:
        case "crash":
            return " | ".join(str(Crash(**crash, time=0)) for crash in explored["crashes"])
        case "errors":
            return str(Failing(**explored["failing"]))
        case what:
            return f"{what}: seed {explored['seed']}"


def run_again(variant: LoadedVariant, options: RunOptions, explored: Told) -> tuple[Finding, ...]:
    """Run just this once more; what breaks now.

    Raises:
        GoneError: the run doesn't come to that point any more.
    """
    try:
        run = _read(explored)
    except (KeyError, TypeError, ValueError):
        raise GoneError("what was explored can't be read: another version of wptest kept it") from None
    return run(variant, options)


def _read(explored: Told) -> Callable[[LoadedVariant, RunOptions], tuple[Finding, ...]]:
    plan = explored.get("plan", {})
    match explored["what"]:
        case "crash":
            crashes = [Crash(**crash, time=0) for crash in explored["crashes"]]
            return partial(_crash, plan=CrashExplore.model_validate(plan), crashes=crashes)
        case "errors":
            return partial(_fail, plan=ErrorExplore.model_validate(plan), failing=Failing(**explored["failing"]))
        case "schedule":
            return partial(_interleave, plan=ScheduleExplore.model_validate(plan), seed=int(explored["seed"]))
        case "swarm":
            return partial(_swarm, plan=SwarmExplore.model_validate(plan), seed=int(explored["seed"]))
        case what:
            raise ValueError(what)


def _interleave(
    variant: LoadedVariant, options: RunOptions, plan: ScheduleExplore, seed: int
) -> tuple[Finding, ...]:
    variant = as_scheduled(variant, plan, options, seed)
    return failures_of(run_variant(variant, replace(options, seed=seed)), plan)


def _swarm(variant: LoadedVariant, options: RunOptions, plan: SwarmExplore, seed: int) -> tuple[Finding, ...]:
    scenario = with_faults(variant, course_of(variant, options), plan, seed)
    return breaches(run_variant(load_plain(variant, scenario), replace(options, seed=seed)).findings)


def _crash(
    variant: LoadedVariant, options: RunOptions, plan: CrashExplore, crashes: Sequence[Crash]
) -> tuple[Finding, ...]:
    search = _Search(crashes[:1])
    record(variant, plan, options, search)
    restart = Restart(variant, options, plan)
    for depth in range(2, len(crashes) + 1):
        state, search = search.found, _Search(crashes[:depth])
        restart.run(state, search)
    return breaches(restart.run(search.found).findings)


class _Search(Finder):
    """Looks for the state of a crash path among those that a run could leave."""

    def __init__(self, crashes: Sequence[Crash]) -> None:
        super().__init__()
        self._crashes = list(crashes)
        self._found: CrashState | None = None
        self._instead: Crash | None = None

    def look_at(self, _key: Key, make: Callable[[], CrashState]) -> None:
        """See `Finder`."""
        state = make()
        path = [_without_time(crash) for crash in state.crashes]
        if path == [_without_time(crash) for crash in self._crashes]:
            self._found = self._found or state
        elif state.crashes[-1].number == self._crashes[-1].number:
            self._instead = self._instead or state.crashes[-1]

    @property
    def found(self) -> CrashState:
        """The state."""
        if self._found is not None:
            return self._found
        instead = f"; now it is {self._instead}" if self._instead is not None else ""
        raise GoneError(f"the run has no such crash any more: {self._crashes[-1]}{instead}")


def _fail(variant: LoadedVariant, options: RunOptions, plan: ErrorExplore, failing: Failing) -> tuple[Finding, ...]:
    operations, took, _ = operations_of(variant, plan, options)
    wanted = (failing.operation, failing.path, failing.process)
    if operations[failing.number - 1 : failing.number] != [wanted]:
        raise GoneError(f"the run has no such operation any more: {failing}")
    return breaches(run_failing(variant, plan, options, failing, took).findings)


def _without_time(crash: Crash) -> Told:
    """When it was doesn't matter: a repair may make a run quicker."""
    return {name: value for name, value in asdict(crash).items() if name != "time"}


def _plain(plan: CrashExplore | ErrorExplore | ScheduleExplore | SwarmExplore | None) -> Mapping[str, Any]:
    return plan.model_dump(mode="json", by_alias=True, exclude_none=True) if plan is not None else {}
