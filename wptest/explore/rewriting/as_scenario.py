"""What an exploration found, as a scenario of its own: proved by running it, or why there are no words for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.behaviour import REFERENCE
from wptest.explore.breaches import breaches
from wptest.explore.rerun import ExploredData, breach_of, plan_of_breach
from wptest.explore.rewriting.plain_scenario import PlainData, load_plain
from wptest.explore.stretch import Rerun
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.text.scenario_source import InvalidScenario
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome


@dataclass(frozen=True, slots=True)
class Written:
    """A scenario that fails alone for the same reason, run with this seed; `finding` is what it shows."""

    scenario: PlainData
    seed: int
    finding: Finding


class NotExpressibleError(Exception):
    """No scenario says the same; the text says what there are no words for."""


def as_scenario(explored: ExploredData, again: Rerun) -> Written:
    """Write a breach that was just run `again`, as the first scenario that shows it: in the same words if one does.

    Raises:
        NotExpressibleError: the language has no words for it, or what it has takes another course.
    """
    wanted, alike = again.findings[0], None
    breach = breach_of(explored)
    for scenario, seed in breach.scenarios(plan_of_breach(explored), again):
        seeded = replace(again.options, seed=seed)
        found = _shown(again.variant, scenario, seeded, wanted.name)
        if found is not None and found.message == wanted.message:
            return Written(scenario, seed, found)
        if found is not None and alike is None and _is_its_fault(again.variant, scenario, seeded, wanted.name):
            alike = Written(scenario, seed, found)
    if alike is None:
        raise NotExpressibleError(breach.why_not)
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
