"""Planted faults: each faulty choice of behaviour by itself, and the scenario that catches it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.behaviour import REFERENCE, Behaviour
from engine.behaviour.choice import all_choices
from engine.behaviour.profile import behaviour_of
from engine.storage.profiles import MOUNTED, SoundDisk
from wptest.explore.breaches import EndlessError, breaches
from wptest.explore.crashes.crash_points import explore_crashes
from wptest.explore.exploration import Breach
from wptest.explore.made_equal import loaded_with, with_equal_lines
from wptest.run.bounds import TIMEOUT
from wptest.run.result import Result
from wptest.run.running import has_python_sinks, run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CrashExplore
from wptest.words.finding import Finding, Outcome
from wptest.words.verbs.power_loss import CutPower

LARGE = frozenset({"soak", "volume"})
_WORD = re.compile("[a-z0-9]{3,}")
_STEM = 5  # letters: `recover`, `recovery` and `recovered` are about the same thing
_EXPLORED = 3  # scenarios
_CRASHES = 300  # in each of them
_EQUAL = 2  # every second line

Variants = Sequence[LoadedVariant]


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """A choice, and a value of it that isn't the reference."""

    choice: str
    value: str

    def __str__(self) -> str:
        return f"{self.choice}={self.value}"

    @property
    def behaviour(self) -> Behaviour:
        """The reference with nothing else changed."""
        return behaviour_of([str(self)])

    @property
    def defects(self) -> frozenset[str]:
        """The rows of the defect catalogue that it is, such as `D1`."""
        return frozenset(all_choices()[self.choice].defects(self.value))

    @property
    def words(self) -> frozenset[str]:
        """What it is about."""
        choice = all_choices()[self.choice]
        return words_of(self.choice, self.value, choice.question, choice.faults[self.value])


@dataclass(slots=True)
class Hunt:
    """What came of looking for a fault.

    Attributes:
        caught_by: the variants that caught it, the first one of each scenario.
        shows: what doesn't hold in the first of them.
        explored: only crashing a scenario at its operations showed it, maybe with equal lines.
        power_loss: the power went in the first run that showed it.
        disks: the disks that people mount, as far as it shows on them, too, when the power goes.
        runs: how many runs it took.
    """

    fault: PlantedFault
    caught_by: list[str] = field(default_factory=list)
    shows: str = ""
    explored: bool = False
    power_loss: bool = False
    disks: tuple[SoundDisk, ...] = ()
    runs: int = 0


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """A scenario that is no pass on the reference."""

    name: str
    seed: int
    shows: str


def faults() -> list[PlantedFault]:
    """Every faulty choice there is, by topic."""
    return [PlantedFault(choice.name, value) for choice in all_choices().values() for value in choice.faults]


def hunt(fault: PlantedFault, scenarios: Sequence[Variants], *, every: bool, timeout: int = TIMEOUT) -> Hunt:
    """Run scenarios, the likely ones first, until one of them catches the fault, or `every` one.

    What none of them catches in a plain run is looked for with crashes and equal lines, in the likeliest ones.
    Each run may take so many nanoseconds of real time, or with 0 as long as it takes.
    """
    found = Hunt(fault)
    options = RunOptions(behaviour=fault.behaviour, timeout=timeout)
    likely = likely_ones(fault, scenarios)
    for variants in likely:
        if found.caught_by and not every:
            return found
        _run(found, variants, options)
    if not found.caught_by:
        _explore(found, to_be_crashed(likely), options)
    return found


def false_alarms(
    variants: Iterable[LoadedVariant], seeds: Iterable[int], *, timeout: int = TIMEOUT
) -> list[FalseAlarm]:
    """The runs on the reference that are no pass; with equal lines, those that break an invariant.

    For `timeout` see `hunt`.
    """
    alarms = []
    for variant in (each for each in variants if not is_of_its_own(each)):
        for number, seed in enumerate(seeds):
            options = RunOptions(seed, timeout=timeout)
            result = run_variant(variant, options)
            if result.outcome is not Outcome.PASSED:
                alarms.append(FalseAlarm(result.name, seed, _shows(result)))
            elif not number and (broken := _broken_with_equal_lines(variant, options)):
                alarms.append(FalseAlarm(result.name, seed, f"{broken[0].name} with equal lines"))
    return alarms


def likely_ones(fault: PlantedFault, scenarios: Sequence[Variants]) -> list[Variants]:
    """Those that may show the fault, the likely ones first."""
    return by_likelihood(fault, [variants for variants in scenarios if not is_of_its_own(variants[0])])


def by_likelihood(fault: PlantedFault, scenarios: Sequence[Variants]) -> list[Variants]:
    """Those made for its defect come first, then those that share rare words with it; large ones come last."""
    told = [_words(variants[0]) for variants in scenarios]
    common = Counter(word for words in told for word in words)

    def unlikely(number: int) -> tuple[bool, bool, float]:
        shared = sorted(fault.words & told[number])
        is_its_own = not fault.defects.isdisjoint(scenarios[number][0].scenario.tags)
        likelihood = sum(math.log(len(told) / common[word]) for word in shared)
        return is_large(scenarios[number]), not is_its_own, -likelihood

    return [scenarios[number] for number in sorted(range(len(scenarios)), key=unlikely)]


def loses_power(variant: LoadedVariant) -> bool:
    """Whether the power goes in one of its steps."""
    return any(step.verb.key == CutPower.key for _, step in variant.scenario.all_steps)


def is_of_its_own(variant: LoadedVariant) -> bool:
    """Whether the scenario is about a certain behaviour: what others do, or the reference, it can't show."""
    return variant.scenario.given.outset.behaviour is not None


def is_large(variants: Variants) -> bool:
    """Whether the scenario says that it takes long."""
    return bool(LARGE & set(variants[0].scenario.tags))


def to_be_crashed(likely: Sequence[Variants]) -> Variants:
    """One variant of each of the first scenarios whose crashes can be looked at."""
    able = [variants[0] for variants in likely if not is_large(variants) and not has_python_sinks(variants[0])]
    return able[:_EXPLORED]


def words_of(*texts: str) -> frozenset[str]:
    """The words of texts, as far as they count."""
    return frozenset(word[:_STEM] for text in texts for word in _WORD.findall(text.lower().replace("_", " ")))


def _words(variant: LoadedVariant) -> frozenset[str]:
    return words_of(variant.scenario.scenario, variant.scenario.title, *variant.scenario.tags)


def _run(found: Hunt, variants: Variants, options: RunOptions) -> None:
    for variant in variants:
        result = run_variant(variant, options)
        found.runs += 1
        if result.outcome is Outcome.FAILED:
            if not found.caught_by:
                found.shows, found.power_loss = _shows(result), loses_power(variant)
            found.caught_by.append(result.name)
            return


def _broken_with_equal_lines(variant: LoadedVariant, options: RunOptions) -> tuple[Finding, ...]:
    return breaches(run_variant(_alike(variant), options).findings)


def _alike(variant: LoadedVariant) -> LoadedVariant:
    return loaded_with(variant, with_equal_lines(variant, _EQUAL))


def _explore(found: Hunt, variants: Variants, options: RunOptions) -> None:
    """Crash a few scenarios on the disks that people mount, then with equal lines."""
    for variant in (*variants, *map(_alike, variants)):
        if broken := broken_by_crashes(found, variant, CrashExplore(disks=MOUNTED), options):
            found.caught_by.append(_name(variant))
            found.shows, found.explored = broken.findings[0].name, True
            found.power_loss = any(crash["kind"] == "power-loss" for crash in broken.place["crashes"])
            return


def broken_by_crashes(
    found: Hunt, variant: LoadedVariant, plan: CrashExplore, options: RunOptions
) -> Breach[Any] | None:
    """The first breach of crashing a scenario; it counts only where the reference stands the same crashes."""
    broken = _crashed(found, variant, plan, options)
    stands = broken is None or _crashed(found, variant, plan, replace(options, behaviour=REFERENCE)) is None
    return broken if stands else None


def _crashed(found: Hunt, variant: LoadedVariant, plan: CrashExplore, options: RunOptions) -> Breach[Any] | None:
    try:
        report = explore_crashes(variant, plan, options, most=_CRASHES)
    except EndlessError:
        return None  # so a plain run has said
    found.runs += report.run
    return report.breaches[0] if report.breaches else None


def _name(variant: LoadedVariant) -> str:
    return f"{variant.scenario.scenario}::{variant.id}" if variant.id else variant.scenario.scenario


def _shows(result: Result) -> str:
    """The first thing that failed, or that is unverified."""
    ordered = sorted(result.findings, key=lambda finding: finding.outcome is not Outcome.FAILED)
    return ordered[0].name
