"""What an exploration found, as a scenario of its own: proved by running it, or why there are no words for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.behaviour import REFERENCE
from engine.units import format_duration
from wptest.explore.baseline import baseline_of
from wptest.explore.breaches import breaches
from wptest.explore.failing_operations import PATIENCE, FailingOperation, operations_of
from wptest.explore.interleavings import as_scheduled
from wptest.explore.rerun import ExploredData
from wptest.explore.rewriting.crash_steps import crashed, seeds_for, without_expectations
from wptest.explore.rewriting.plain_scenario import PlainData, load_plain
from wptest.explore.stretch import Rerun
from wptest.explore.swarm import with_faults
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.text.scenario_source import InvalidScenario
from wptest.words.explore import ErrorExplore, ScheduleExplore, SwarmExplore
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome

_Candidate = tuple[PlainData, int]  # a scenario, and the seed that it is run with


@dataclass(frozen=True, slots=True)
class Written:
    """A scenario that fails alone for the same reason, run with this seed; `finding` is what it shows."""

    scenario: PlainData
    seed: int
    finding: Finding


class NotExpressibleError(Exception):
    """No scenario says the same; the text says what there are no words for."""


def as_scenario(variant: LoadedVariant, options: RunOptions, explored: ExploredData, again: Rerun) -> Written:
    """Write a breach that was just run `again`, as the first scenario that shows it: in the same words if one does.

    Raises:
        NotExpressibleError: the language has no words for it, or what it has takes another course.
    """
    wanted, alike = again.findings[0], None
    for scenario, seed in _candidates(variant, options, explored, again):
        seeded = replace(options, seed=seed)
        found = _shown(variant, scenario, seeded, wanted.name)
        if found is not None and found.message == wanted.message:
            return Written(scenario, seed, found)
        if found is not None and alike is None and _is_its_fault(variant, scenario, seeded, wanted.name):
            alike = Written(scenario, seed, found)
    if alike is None:
        raise NotExpressibleError(_why_not(explored))
    return alike


def _shown(variant: LoadedVariant, scenario: PlainData, options: RunOptions, name: str) -> Finding | None:
    """What breaks so; None where it doesn't, or something else fails as well."""
    try:
        loaded = load_plain(variant, scenario)
    except InvalidScenario:
        return None
    findings = run_variant(loaded, options).findings
    broken = breaches(findings)
    # A run that sinks hold up for good was bounded when it was explored, too.
    failed = [each for each in findings if each.outcome is Outcome.FAILED and each.code is not Failure.LIMIT]
    if len(broken) < len(failed):
        return None
    return next((each for each in broken if each.name == name), None)


def _is_its_fault(variant: LoadedVariant, scenario: PlainData, options: RunOptions, name: str) -> bool:
    """Whether the reference doesn't break so, where another behaviour did."""
    if options.behaviour == REFERENCE:
        return True
    return _shown(variant, scenario, replace(options, behaviour=REFERENCE), name) is None


def _candidates(
    variant: LoadedVariant, options: RunOptions, explored: ExploredData, again: Rerun
) -> Iterator[_Candidate]:
    plan = explored.get("plan", {})
    match explored["what"]:
        case "crash":
            crashes = [each.crash for each in again.stretches if each.crash is not None]
            for unsynced, seed in seeds_for(crashes, options.seed):
                yield crashed(variant, again.stretches, unsynced), seed
        case "errors":
            failing = FailingOperation(**explored["failing"])
            yield _failing(variant, options, ErrorExplore.model_validate(plan), failing), options.seed
        case "schedule":
            shifted = _shifted(variant, options, ScheduleExplore.model_validate(plan), int(explored["seed"]))
            yield from ((shifted, seed) for seed in (options.seed, int(explored["seed"])) if shifted)
        case _:
            seed = int(explored["seed"])
            faults = with_faults(variant, baseline_of(variant, options), SwarmExplore.model_validate(plan), seed)
            yield from ((faults, each) for each in (options.seed, seed))


def _failing(
    variant: LoadedVariant, options: RunOptions, plan: ErrorExplore, failing: FailingOperation
) -> PlainData:
    """The scenario with the fault upon its operation, counted over all programs from the beginning."""
    operations, took, _ = operations_of(variant, plan.model_copy(update={"during": None}), options)
    explored = [index for index, (*_, process) in enumerate(operations) if plan.during in (None, process)]
    upto = operations[: explored[failing.number - 1] + 1]
    nth = sum((kind, path) == (failing.operation, failing.path) for kind, path, _ in upto)
    fault: PlainData = {"on": failing.path, "fail": failing.operation, "errno": failing.errno}
    fault |= {"times": 1} if failing.occur == "once" else {}
    step = {"upon": {"operation": failing.operation, "on": failing.path, "nth": nth}, "fault": fault}
    scenario = without_expectations(variant.value)
    meanwhile = [*scenario.get("meanwhile", ()), step]
    return scenario | {"meanwhile": meanwhile, "limit": format_duration(took + PATIENCE)}


def _shifted(variant: LoadedVariant, options: RunOptions, plan: ScheduleExplore, seed: int) -> PlainData:
    """The scenario with the outages that a seed makes; empty where a seed only draws the order of tasks."""
    if not plan.shift:
        return {}
    sinks = as_scheduled(variant, plan, options, seed).project.sinks
    phases = {
        sink.id: [f"{'up' if phase.up else 'down'} {format_duration(phase.duration)}" for phase in sink.phases]
        for sink in sinks
        if sink.phases
    }
    scenario = without_expectations(variant.value)
    return scenario | {"given": {**scenario.get("given", {}), "phases": phases}}


def _why_not(explored: ExploredData) -> str:
    match explored["what"]:
        case "crash":
            crashes = explored["crashes"]
            if images := " and ".join(each["image"] for each in crashes if each["image"]):
                return f"a power loss leaves what is certain, or all, or a draw: no seed tried draws {images}"
            return "with kills upon these operations, the scenario takes another course"
        case "errors":
            return "with a fault upon this operation, the scenario takes another course"
        case "schedule":
            return f"no key of a scenario draws the order of tasks: run it with --seed {explored['seed']}"
        case _:
            return "with these faults alone, the scenario takes another course"
