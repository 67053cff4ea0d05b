"""Random faults: each run has some, of a random choice of kinds, beside the scenario's timeline (design section 7).

Leaving kinds out finds more than having them all: a fault that ends a program early hides what another would show.
A run follows from the scenario and its seed, and is itself a scenario, with its faults in `meanwhile`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from engine.kernel.streams import RandomStreams
from engine.storage.faults import errors_of
from engine.units import parse_duration
from wptest.explore.baseline import Baseline, baseline_of
from wptest.explore.breaches import breaches
from wptest.explore.exploration import Exploration, SeedBreach, SeededScenario, Watch, nobody
from wptest.explore.made_equal import loaded_with, with_equal_lines
from wptest.explore.rewriting.edits import bare
from wptest.explore.rewriting.plain_scenario import PlainData, as_yaml, load_plain
from wptest.explore.stretch import Rerun, Stretch
from wptest.explore.troubles.course import PATIENCE
from wptest.run.result import Result
from wptest.run.running import run_variant
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.words.expect import Then
from wptest.words.expectations.allowances import forgiving_kills
from wptest.words.explore import SwarmExplore, SwarmFault
from wptest.words.step import MeanwhileStep

_MOST_FAULTS = 3
_EQUAL = (1, 2, 3, 10)  # every so-manieth line
_FAILING = ("open", "append", "fsync", "rename", "remove", "sync_dir", "read", "list")


@dataclass(frozen=True, slots=True)
class SwarmBreach(SeedBreach[SwarmExplore]):
    """A run that broke something: its seed, and the scenario that it is."""

    KIND, PLAN = "swarm", SwarmExplore
    WHY_NOT = "with these faults alone, the scenario takes another course"

    scenario: PlainData = field(default_factory=dict)

    def again(self, variant: LoadedVariant, options: RunOptions, plan: SwarmExplore) -> Rerun:
        """See `Breach`."""
        scenario = with_faults(variant, baseline_of(variant, options), plan, self.seed)
        result = run_variant(
            load_plain(variant, scenario, as_yaml), replace(options, seed=self.seed), World.go_off_course
        )
        return Rerun(variant, options, breaches(result.findings), (Stretch.whole(result),))

    def scenarios(self, plan: SwarmExplore, again: Rerun) -> Iterator[SeededScenario]:
        """See `Breach`."""
        baseline = baseline_of(again.variant, again.options)
        faults = with_faults(again.variant, baseline, plan, self.seed)
        yield from ((faults, seed) for seed in (again.options.seed, self.seed))


@dataclass(slots=True)
class SwarmExploration(Exploration):
    """Seeds that were run.

    Attributes:
        drawn: how many faults of each kind there were, over all runs.
        bitten: how often they had an effect, by kind and by the program that they hit.
    """

    UNIT = "seeds"

    drawn: Counter[str] = field(default_factory=Counter)
    bitten: Counter[tuple[str, str]] = field(default_factory=Counter)


def explore_swarm(
    variant: LoadedVariant,
    plan: SwarmExplore,
    options: RunOptions,
    *,
    most: int | None = None,
    watch: Watch = nobody,
) -> SwarmExploration:
    """Run a scenario with the random faults of the seeds from 1 on; the invariants hold under all of them."""
    report = SwarmExploration(plan.seeds)
    baseline = baseline_of(variant, options)
    for seed in range(1, min(plan.seeds, most or plan.seeds) + 1):
        scenario = with_faults(variant, baseline, plan, seed)
        report.drawn.update(_kinds(variant, scenario))
        result = run_variant(_loaded(variant, scenario), replace(options, seed=seed), World.go_off_course)
        report.run += 1
        report.bitten.update(_effects(result))
        if found := breaches(result.findings):
            report.breaches.append(SwarmBreach(found, seed, scenario))
        watch(report)
    return report


def with_faults(variant: LoadedVariant, baseline: Baseline, plan: SwarmExplore, seed: int) -> PlainData:
    """The scenario with the faults of a seed.

    Its expectations go: they are for a run without faults. Lines that only a killed program had may get lost.
    """
    random = RandomStreams(seed).stream("swarm")
    kinds = [kind for kind in plan.faults if random.random() < 1 / 2] or [random.choice(plan.faults)]
    scenario = bare(variant.value)
    steps: list[PlainData] = list(scenario.get("meanwhile", ()))
    for kind in kinds:
        if kind == "equal":
            scenario = _with_given(scenario, with_equal_lines(variant, random.choice(_EQUAL)))
        elif kind == "sink":
            scenario = _with_phases(scenario, _phases(variant, random))
        else:
            drawn = [_DRAW[kind](baseline, random) for _ in range(random.randint(1, _MOST_FAULTS))]
            steps += [step for step in drawn if step is not None]
    allow = forgiving_kills((scenario.get("then") or {}).get("allow", {}))
    limit = f"{(baseline.time + PATIENCE) // 1_000_000}ms"
    return {**scenario, "limit": limit, "meanwhile": steps, "then": {"allow": allow}}


def _loaded(variant: LoadedVariant, scenario: PlainData) -> LoadedVariant:
    """The variant with the faults, without the loader."""
    return loaded_with(
        variant,
        _changed(variant, scenario),
        meanwhile=tuple(map(MeanwhileStep.model_validate, scenario["meanwhile"])),
        then=Then.model_validate(scenario["then"]),
        limit=parse_duration(scenario["limit"]),
    )


def _changed(variant: LoadedVariant, scenario: PlainData) -> PlainData:
    """The parts of `given` that are others."""
    own = variant.value.get("given") or {}
    return {key: value for key, value in (scenario.get("given") or {}).items() if value != own.get(key)}


_Draw = Callable[[Baseline, Random], PlainData | None]


def _moment(baseline: Baseline, random: Random) -> str:
    return f"{random.randint(0, max(baseline.time // 1_000_000, 1))}ms"


def _storage(baseline: Baseline, random: Random) -> PlainData | None:
    """Operations of one kind on one file that fail from some moment on: for some time, or so often."""
    can_fail = [each for each in baseline.operations if errors_of(each.kind)]
    operations = [each for each in can_fail if each.kind in _FAILING] or can_fail
    if not operations:
        return None
    operation = random.choice(operations)
    fault: PlainData = {
        "on": operation.pattern,
        "fail": operation.kind,
        "errno": random.choice(errors_of(operation.kind)),
    }
    if random.random() < 1 / 2:
        fault["for"] = f"{random.choice((10, 100, 500, 2000))}ms"
    else:
        fault |= {"nth": random.randint(1, 5), "times": random.randint(1, 3)}
    return {"at": _moment(baseline, random), "fault": fault}


def _clock(baseline: Baseline, random: Random) -> PlainData:
    step = random.choice(("-1h", "-5s", "-1s", "1s", "1h"))
    change = {"step": step} if random.random() < 2 / 3 else {"truncate": random.choice(("1s", "10s"))}
    return {"at": _moment(baseline, random), "clock": change}


def _kill(baseline: Baseline, random: Random) -> PlainData | None:
    """A kill at some moment, or right before some operation of the program."""
    operations = [each for each in baseline.operations if each.by_itself]
    if not operations:
        return None
    operation = random.choice(operations)
    if random.random() < 1 / 3:
        return {"at": _moment(baseline, random), "kill": operation.process}
    upon = {"operation": operation.kind, "on": operation.pattern, "nth": random.randint(1, operation.times)}
    return {"upon": upon, "kill": operation.process}


_DRAW: Mapping[SwarmFault, _Draw] = {"storage": _storage, "clock": _clock, "kill": _kill}


def _phases(variant: LoadedVariant, random: Random) -> dict[str, list[str]]:
    """Other outages for the sinks that have some."""
    sinks = [sink.id for sink in variant.project.sinks if sink.kind.has_phases]
    return {
        sink: [
            f"{state} {random.choice((100, 300, 1000, 2500))}ms"
            for _ in range(random.randint(1, 3))
            for state in ("up", "down")
        ]
        for sink in sinks
    }


def _with_phases(scenario: PlainData, phases: Mapping[str, list[str]]) -> PlainData:
    return _with_given(scenario, {"phases": phases} if phases else {})


def _with_given(scenario: PlainData, more: PlainData) -> PlainData:
    return scenario | {"given": (scenario.get("given") or {}) | more} if more else scenario


def _kinds(variant: LoadedVariant, scenario: PlainData) -> Iterator[str]:
    """What a seed has drawn: each of its faults, and whether lines are equal."""
    if {"source", "files"} & _changed(variant, scenario).keys():
        yield "equal lines"
    for step in scenario["meanwhile"]:
        yield next((kind for kind in ("fault", "clock", "kill") if kind in step), "other")


def _effects(result: Result) -> Iterator[tuple[str, str]]:
    for event in result.events:
        if event.kind == "fault.bit":
            yield "fault", event.process
        elif event.kind == "program.killed":
            yield "kill", event.process
        elif event.kind == "meanwhile" and event.fields["does"] == "clock":
            yield "clock", "all"
