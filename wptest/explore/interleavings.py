"""Other interleavings: the same scenario, with the ready tasks drawn in another order for each seed.

With `shift`, the phases of sinks that have some are also shifted: outages come at other moments of the timeline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.kernel import RandomStreams
from engine.programs.environment import handed_on
from engine.project.model import SinkConf
from engine.sinks.kinds.test_rescue import phases_of
from engine.units import Phase
from wptest.explore.breaches import breaches
from wptest.explore.exploration import Exploration, SeedBreach, Watch, nobody
from wptest.run.result import Result
from wptest.run.running import hooks_for, run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import ScheduleExplore
from wptest.words.finding import Finding, Outcome


@dataclass(frozen=True, slots=True)
class ScheduleBreach(SeedBreach):
    """A seed under which something doesn't hold."""

    KIND = "schedule"


@dataclass(slots=True)
class ScheduleExploration(Exploration):
    """Seeds that were run; `distinct` is how many different runs they gave."""

    UNIT = "seeds"

    distinct: int = 0


def explore_schedules(
    variant: LoadedVariant,
    plan: ScheduleExplore,
    options: RunOptions,
    *,
    most: int | None = None,
    watch: Watch = nobody,
) -> ScheduleExploration:
    """Run a scenario with the seeds from 1 on; its expectations hold under every interleaving.

    When phases are shifted, only the invariants need to.
    """
    report = ScheduleExploration(plan.seeds)
    traces = set()
    with hooks_for(variant, options):
        for seed in range(1, min(plan.seeds, most or plan.seeds) + 1):
            result = run_variant(as_scheduled(variant, plan, options, seed), replace(options, seed=seed))
            report.run += 1
            traces.add(result.trace_hash)
            report.distinct = len(traces)
            if failed := failures_of(result, plan):
                report.breaches.append(ScheduleBreach(failed, seed))
            watch(report)
    return report


def failures_of(result: Result, plan: ScheduleExplore) -> tuple[Finding, ...]:
    """What doesn't hold in a run that was scheduled so."""
    if plan.shift:
        return breaches(result.findings)
    return tuple(each for each in result.findings if each.outcome is Outcome.FAILED)


def as_scheduled(variant: LoadedVariant, plan: ScheduleExplore, options: RunOptions, seed: int) -> LoadedVariant:
    """The variant with its phases as a seed has them; each sink's are shifted by themselves."""
    if not plan.shift:
        return variant
    environment = {**options.environment, **handed_on(dict(variant.scenario.given.env.items()))}
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
