"""What a behaviour breaks: each of its choices by itself, and the scenario that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, groupby

from engine.behaviour import Behaviour
from wptest.explore.planted_faults import PlantedFault, by_likelihood, is_of_its_own
from wptest.run.bounds import TIMEOUT
from wptest.run.result import Result
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.finding import Outcome

BEYOND_INVARIANTS = "expectations"


def broken_guarantees(
    behaviour: Behaviour, variants: Iterable[LoadedVariant], *, every: bool, timeout: int = TIMEOUT
) -> Mapping[str, str]:
    """The guarantees that a behaviour breaks, with the first run that shows each; empty when none does.

    A guarantee is an invariant or, last, what a scenario expects beyond them. Without `every`, one failing
    scenario is enough; where a single choice differs, those that are about it are run first. Each run may take so
    many nanoseconds of real time, or with 0 as long as it takes.
    """
    found: dict[str, str] = {}
    failing = ""
    for variant in _likely_first(behaviour, (each for each in variants if not is_of_its_own(each))):
        if failing not in ("", variant.scenario.scenario) and not every:
            break
        result = run_variant(variant, RunOptions(behaviour=behaviour, timeout=timeout))
        for guarantee in _broken(result):
            failing = variant.scenario.scenario
            found.setdefault(guarantee, result.name)
    return dict(sorted(found.items(), key=lambda item: item[0] == BEYOND_INVARIANTS))


def _likely_first(behaviour: Behaviour, variants: Iterable[LoadedVariant]) -> Iterable[LoadedVariant]:
    changes = list(behaviour.changes().items())
    if len(changes) != 1:
        return variants
    scenarios = [
        list(group)
        for _, group in groupby(variants, key=lambda each: (each.document.source.path, each.scenario.scenario))
    ]
    return chain.from_iterable(by_likelihood(PlantedFault(*changes[0]), scenarios))


def _broken(result: Result) -> list[str]:
    failed = [finding for finding in result.findings if finding.outcome is Outcome.FAILED]
    return [BEYOND_INVARIANTS if finding.path else finding.name for finding in failed]
