"""Other interleavings: the same scenario, with the ready tasks drawn in another order for each seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from wptest.judge.finding import Finding, Outcome
from wptest.language.explore import ScheduleExplore
from wptest.language.load import LoadedVariant
from wptest.run.run import hooks_for, run_variant
from wptest.run.world import RunOptions


@dataclass(frozen=True, slots=True)
class SeedFailure:
    """A seed under which something doesn't hold."""

    seed: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class ScheduleReport:
    """How many seeds there were, how many were run, how many different runs they gave, and what broke."""

    seeds: int = 0
    run: int = 0
    distinct: int = 0
    failures: list[SeedFailure] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every seed was run."""
        return self.run == self.seeds


def explore_schedules(
    variant: LoadedVariant, plan: ScheduleExplore, options: RunOptions, *, most: int | None = None
) -> ScheduleReport:
    """Run a scenario with the seeds from 1 on; its expectations hold under every interleaving."""
    report = ScheduleReport(plan.seeds)
    traces = set()
    with hooks_for(variant, options):
        for seed in range(1, min(plan.seeds, most or plan.seeds) + 1):
            result = run_variant(variant, replace(options, seed=seed))
            report.run += 1
            traces.add(result.trace_hash)
            if failed := tuple(each for each in result.findings if each.outcome is Outcome.FAILED):
                report.failures.append(SeedFailure(seed, failed))
    report.distinct = len(traces)
    return report
