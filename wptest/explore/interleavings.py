"""Other interleavings: the same scenario, with the ready tasks drawn in another order for each seed.

With `shift`, the phases of sinks that have some are also shifted: outages come at other moments of the timeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from engine.kernel import RandomStreams
from engine.programs.environment import handed_on
from engine.project.model import SinkConf
from engine.sinks.kinds.test_rescue import phases_of
from engine.units import Phase, format_duration
from wptest.explore.breaches import breaches
from wptest.explore.exploration import Exploration, SeedBreach, SeededScenario, Watch, nobody
from wptest.explore.rewriting.crash_steps import without_expectations
from wptest.explore.shared_runs import Sharing
from wptest.explore.stretch import Rerun, Stretch
from wptest.run.result import Result
from wptest.run.running import hooks_for, run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import ScheduleExplore
from wptest.words.finding import Finding, Outcome


@dataclass(frozen=True, slots=True)
class ScheduleBreach(SeedBreach[ScheduleExplore]):
    """A seed under which something doesn't hold."""

    KIND, PLAN = "schedule", ScheduleExplore
    WHY_NOT = "no key of a scenario draws the order of tasks: run it with --seed {}"

    def again(self, variant: LoadedVariant, options: RunOptions, plan: ScheduleExplore) -> Rerun:
        """See `Breach`."""
        result = run_variant(as_scheduled(variant, plan, options, self.seed), replace(options, seed=self.seed))
        return Rerun(variant, options, failures_of(result, plan), (Stretch.whole(result),))

    def scenarios(self, plan: ScheduleExplore, again: Rerun) -> Iterator[SeededScenario]:
        """See `Breach`: with the outages that the seed makes; none where it only draws the order of tasks."""
        if not plan.shift:
            return
        sinks = as_scheduled(again.variant, plan, again.options, self.seed).project.sinks
        phases = {
            sink.id: [f"{'up' if phase.up else 'down'} {format_duration(phase.duration)}" for phase in sink.phases]
            for sink in sinks
            if sink.phases
        }
        scenario = without_expectations(again.variant.value)
        shifted = scenario | {"given": {**scenario.get("given", {}), "phases": phases}}
        yield from ((shifted, seed) for seed in (again.options.seed, self.seed))

    @property
    def why_not(self) -> str:
        """See `Breach`."""
        return self.WHY_NOT.format(self.seed)


@dataclass(slots=True)
class ScheduleExploration(Exploration):
    """Seeds that were run; `distinct` is how many different runs they gave."""

    KIND, UNIT = "schedule", "seeds"

    distinct: int = 0

    @property
    def counts(self) -> Mapping[str, int]:
        """See `Exploration`."""
        return {"different_runs": self.distinct}


def explore_schedules(
    variant: LoadedVariant,
    plan: ScheduleExplore,
    options: RunOptions,
    *,
    most: int | None = None,
    watch: Watch = nobody,
    sharing: Sharing | None = None,
) -> ScheduleExploration:
    """Run a scenario with the seeds from 1 on; its expectations hold under every interleaving.

    When phases are shifted, only the invariants need to.
    """
    report = ScheduleExploration(plan.seeds)
    traces = set()
    seeds = range(1, min(plan.seeds, most or plan.seeds) + 1)
    runs = partial(_all_scheduled, plan=plan, options=options)
    for seed, (trace, failed) in zip(seeds, (sharing or Sharing()).runs(variant, runs, seeds), strict=True):
        report.run += 1
        traces.add(trace)
        report.distinct = len(traces)
        if failed:
            report.breaches.append(ScheduleBreach(failed, seed))
        watch(report)
    return report


def _all_scheduled(
    variant: LoadedVariant, seeds: Iterable[int], *, plan: ScheduleExplore, options: RunOptions
) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """The hash of each seed's run, and what doesn't hold in it."""
    with hooks_for(variant, options):
        for seed in seeds:
            result = run_variant(as_scheduled(variant, plan, options, seed), replace(options, seed=seed))
            yield result.trace_hash, failures_of(result, plan)


def failures_of(result: Result, plan: ScheduleExplore) -> tuple[Finding, ...]:
    """What doesn't hold in a run that was scheduled so."""
    if plan.shift:
        return breaches(result.findings)
    return tuple(each for each in result.findings if each.outcome is Outcome.FAILED)


def as_scheduled(variant: LoadedVariant, plan: ScheduleExplore, options: RunOptions, seed: int) -> LoadedVariant:
    """The variant with its phases as a seed has them; each sink's are shifted by themselves."""
    if not plan.shift:
        return variant
    environment = {**options.environment, **handed_on(variant.scenario.given.outset.variables)}
    random = RandomStreams(seed).stream("phases")

    def shifted(sink: SinkConf) -> SinkConf:
        if not sink.goes_down:
            return sink
        phases = phases_of(sink, environment)
        return replace(
            sink, phases=shifted_phases(phases, random.randrange(sum(each.duration for each in phases) or 1))
        )

    groups = tuple(replace(group, sinks=tuple(map(shifted, group.sinks))) for group in variant.project.groups)
    return replace(variant, project=replace(variant.project, groups=groups))


def shifted_phases(phases: tuple[Phase, ...], shift: int) -> tuple[Phase, ...]:
    """A cycle of phases as it goes on from some time after its beginning."""
    for number, phase in enumerate(phases):
        if shift < phase.duration:
            rest, begun = replace(phase, duration=phase.duration - shift), replace(phase, duration=shift)
            return (rest, *phases[number + 1 :], *phases[:number], *((begun,) if shift else ()))
        shift -= phase.duration
    return phases
