"""Random faults: each run has some, of a random choice of kinds, beside the scenario's timeline (design section 7).

A run follows from the scenario and its faults, and is itself a scenario, with its faults in `meanwhile`. Blind,
each seed draws a run. Guided, runs that have reached something new are kept, and most others are made of these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, Self

from engine.kernel.streams import RandomStreams
from engine.units import parse_duration
from wptest.explore.baseline import Baseline, Seeing, SeenOperation, baseline_of, role_of
from wptest.explore.breaches import breaches
from wptest.explore.exploration import Exploration, SeedBreach, SeededScenario, Watch, nobody
from wptest.explore.made_equal import loaded_with
from wptest.explore.rewriting.plain_scenario import PlainData, as_yaml, load_plain
from wptest.explore.shared_runs import Sharing
from wptest.explore.stretch import Rerun, Stretch
from wptest.explore.swarming.corpus import Corpus
from wptest.explore.swarming.random_faults import FaultyRun, Lottery, with_changes
from wptest.explore.swarming.reached import Reached, Reaching
from wptest.run.result import Result
from wptest.run.running import run_variant
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.words.expect import Then
from wptest.words.explore import SwarmExplore
from wptest.words.finding import Finding
from wptest.words.step import MeanwhileStep

_ROUND = 16  # runs at least that are chosen by what those before them have reached: so many can work on them
_OF_ALL = 8  # a round is such a part of all that were run before it
_AS_DRAWN = 1 / 8  # of the runs are as their seed draws them


@dataclass(frozen=True, slots=True)
class SwarmBreach(SeedBreach[SwarmExplore]):
    """A run that broke something.

    Attributes:
        changes: what it adds to the scenario; None where older versions have kept it: what the seed draws.
        number: which of the runs it was, where its faults are not those that its seed draws; else 0.
        scenario: the scenario that it is.
    """

    KIND, PLAN = "swarm", SwarmExplore
    WHY_NOT = "with these faults alone, the scenario takes another course"

    changes: PlainData | None = None
    number: int = 0
    scenario: PlainData = field(default_factory=dict)

    def __str__(self) -> str:
        return f"run {self.number}, made of seed {self.seed}" if self.number else f"seed {self.seed}"

    @property
    def place(self) -> Mapping[str, Any]:
        """See `Breach`."""
        return {"seed": self.seed, "changes": self.changes} | ({"number": self.number} if self.number else {})

    @classmethod
    def at(cls, place: Mapping[str, Any]) -> Self:
        """See `Breach`."""
        return cls((), int(place["seed"]), place.get("changes"), place.get("number", 0))

    def again(self, variant: LoadedVariant, options: RunOptions, plan: SwarmExplore) -> Rerun:
        """See `Breach`."""
        scenario = load_plain(variant, self._scenario(variant, options, plan), as_yaml)
        result = run_variant(scenario, replace(options, seed=self.seed), World.go_off_course)
        return Rerun(variant, options, breaches(result.findings), (Stretch.whole(result),))

    def scenarios(self, plan: SwarmExplore, again: Rerun) -> Iterator[SeededScenario]:
        """See `Breach`."""
        faults = self._scenario(again.variant, again.options, plan)
        yield from ((faults, seed) for seed in (again.options.seed, self.seed))

    def _scenario(self, variant: LoadedVariant, options: RunOptions, plan: SwarmExplore) -> PlainData:
        baseline = baseline_of(variant, options)
        if self.changes is not None:
            return with_changes(variant, baseline, self.changes)
        drawn = _changed(Lottery(variant, baseline, plan.faults), self.seed)
        return with_changes(variant, baseline, drawn.changes)


@dataclass(slots=True)
class SwarmExploration(Exploration):
    """Runs that were done.

    Attributes:
        drawn: how many faults of each kind there were, over all runs.
        bitten: how often they had an effect, by kind and by the program that they hit.
        corpus: what was reached and kept, where runs are made of others.
    """

    KIND, UNIT = "swarm", "seeds"

    drawn: Counter[str] = field(default_factory=Counter)
    bitten: Counter[tuple[str, str]] = field(default_factory=Counter)
    corpus: Corpus | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        """See `Exploration`."""
        guided = {} if self.corpus is None else {"reached": len(self.corpus.times), "kept": len(self.corpus)}
        return guided | {f"drawn_{kind}": times for kind, times in sorted(self.drawn.items())}


def explore_swarm(
    variant: LoadedVariant,
    plan: SwarmExplore,
    options: RunOptions,
    *,
    most: int | None = None,
    watch: Watch = nobody,
    sharing: Sharing | None = None,
    first: int = 1,
) -> SwarmExploration:
    """Run a scenario with random faults, of the seeds from `first` on; the invariants hold under all of them."""
    baseline = baseline_of(variant, options)
    lottery = Lottery(variant, baseline, plan.faults)
    corpus = Corpus(Lottery(variant, baseline, plan.faults)) if plan.guided else None
    report = SwarmExploration(plan.seeds, corpus=corpus)
    runs = partial(_all_runs, baseline=baseline, plan=plan, options=options)
    numbers = range(first, first + min(plan.seeds, most or plan.seeds))
    for chosen in _rounds(numbers, corpus):
        for one, came in zip(chosen, (sharing or Sharing()).runs(variant, runs, chosen), strict=True):
            report.run += 1
            report.drawn.update(came.drawn)
            report.bitten.update(came.bitten)
            if corpus is not None:
                corpus.add(_changed(lottery, one).run, came.effective, came.reached, came.seen)
            if came.found:
                number = 0 if isinstance(one, int) else numbers[report.run - 1]
                run, changes = _changed(lottery, one)
                scenario = with_changes(variant, baseline, changes)
                report.breaches.append(SwarmBreach(came.found, run.seed, changes, number, scenario))
            watch(report)
    return report


class _Changed(NamedTuple):
    """A run that was made of others, and what it adds to the scenario."""

    run: FaultyRun
    changes: PlainData

    def __str__(self) -> str:
        return f"a run made of seed {self.run.seed}, with {self.changes}"


_Chosen = int | _Changed  # a seed stands for the run that it draws: whoever does it can draw it


def _changed(lottery: Lottery, chosen: _Chosen) -> _Changed:
    """A run with what it adds to the scenario."""
    if isinstance(chosen, _Changed):
        return chosen
    run = lottery.run_of(chosen)
    return _Changed(run, lottery.changes(run))


def _rounds(numbers: Sequence[int], corpus: Corpus | None) -> Iterator[Sequence[_Chosen]]:
    """The runs, by rounds; those of one are chosen by what those before have reached."""
    if corpus is None:
        yield numbers
        return
    done = 0
    while done < len(numbers):
        size = max(_ROUND, done // _OF_ALL)
        yield [_chosen(number, corpus) for number in numbers[done : done + size]]
        done += size


def _chosen(number: int, corpus: Corpus) -> _Chosen:
    """The run that the seed draws, or one that was kept, with changes that it draws."""
    random = RandomStreams(number).stream("guide")
    if not len(corpus) or random.random() < _AS_DRAWN:
        return number
    run = corpus.changed(random)
    return _Changed(run, corpus.changes(run))


class _Came(NamedTuple):
    """What came of a run: which faults it had, where they had an effect, what broke, what it reached and did."""

    drawn: tuple[str, ...]
    bitten: tuple[tuple[str, str], ...]
    found: tuple[Finding, ...]
    effective: frozenset[int] = frozenset()
    reached: Reached = frozenset()
    seen: tuple[SeenOperation, ...] = ()


def _all_runs(
    variant: LoadedVariant,
    chosen: Iterable[_Chosen],
    *,
    baseline: Baseline,
    plan: SwarmExplore,
    options: RunOptions,
) -> Iterator[_Came]:
    """What comes of each run."""
    lottery = Lottery(variant, baseline, plan.faults)
    for each in chosen:
        run, changes = _changed(lottery, each)
        loaded, own = _loaded(variant, baseline, changes), replace(options, seed=run.seed)
        if plan.guided:
            yield _looked_at(loaded, own, changes)
        else:
            yield _came(run_variant(loaded, own, World.go_off_course), changes)


def _looked_at(variant: LoadedVariant, options: RunOptions, changes: PlainData) -> _Came:
    reaching, seeing = Reaching(), Seeing(variant)

    def prepare(world: World) -> None:
        world.go_off_course()
        reaching.attach(world)
        seeing.attach(world)

    result = run_variant(variant, options, prepare)
    effective = frozenset(_effective(result, changes["meanwhile"]))
    return _came(result, changes)._replace(
        effective=effective, reached=reaching.reached(result.events), seen=seeing.operations
    )


def _effective(result: Result, steps: Sequence[PlainData]) -> Iterator[int]:
    """Which of the steps that were added had an effect."""
    first = len(result.variant.scenario.meanwhile) - len(steps)
    taken = {event.fields["number"]: event.time for event in result.events if event.kind == "meanwhile"}
    bitten = {
        (event.fields["operation"], role_of(str(event.fields["path"])))
        for event in result.events
        if event.kind == "fault.bit"
    }
    killed = {(event.time, event.process) for event in result.events if event.kind == "program.killed"}
    for place, step in enumerate(steps):
        time = taken.get(first + place + 1)
        if time is None:
            continue
        if "kill" in step and (time, step["kill"]) not in killed:
            continue
        if "fault" in step and (step["fault"]["fail"], step["fault"]["on"]) not in bitten:
            continue
        yield place


def _came(result: Result, changes: PlainData) -> _Came:
    return _Came(tuple(_kinds(changes)), tuple(_effects(result)), breaches(result.findings))


def _loaded(variant: LoadedVariant, baseline: Baseline, changes: PlainData) -> LoadedVariant:
    """The variant with the faults, without the loader."""
    scenario = with_changes(variant, baseline, changes)
    return loaded_with(
        variant,
        changes["given"],
        meanwhile=tuple(map(MeanwhileStep.model_validate, scenario["meanwhile"])),
        then=Then.model_validate(scenario["then"]),
        limit=parse_duration(scenario["limit"]),
    )


def _kinds(changes: PlainData) -> Iterator[str]:
    """What a run has drawn: each of its faults, and whether lines are equal."""
    if {"source", "files"} & changes["given"].keys():
        yield "equal lines"
    for step in changes["meanwhile"]:
        yield next(kind for kind in ("fault", "clock", "kill") if kind in step)


def _effects(result: Result) -> Iterator[tuple[str, str]]:
    for event in result.events:
        if event.kind == "fault.bit":
            yield "fault", event.process
        elif event.kind == "program.killed":
            yield "kill", event.process
        elif event.kind == "meanwhile" and event.fields["does"] == "clock":
            yield "clock", "all"
