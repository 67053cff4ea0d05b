"""`wptest explore`: run a scenario in every way that its `explore` asks for."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import IO

import click

from wptest.console import exits, shared_options
from wptest.console.planning import picked
from wptest.console.pools.pool_choice import PoolChoice, pooling
from wptest.console.progress import Progress, Underway
from wptest.console.reporting.reports import Reports, reporting
from wptest.console.selecting import selecting
from wptest.console.shared_options import Whole
from wptest.document.report_events import ExplorationAdvanced, ReportEvent, VariantBegun, VariantEnded
from wptest.document.reported_exploration import ReportedExploration
from wptest.explore.exploration import Exploration
from wptest.explore.explorations import Siblings, explorations
from wptest.explore.shared_runs import Sharing
from wptest.extend.modules import Patience
from wptest.kept.circumstances import Circumstances
from wptest.kept.installed import versions
from wptest.play.after_pass import examples_of
from wptest.play.job import Job, job_of, variant_of
from wptest.play.selection import Selection
from wptest.play.stopwatch import Stopwatch
from wptest.play.variant_report import VariantReport, with_remarks
from wptest.pool.pool_port import Pool
from wptest.report.assembly import Assembly
from wptest.report.reported import reported_variant
from wptest.report.reported_explorations import reported_exploration
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CrashExplore, ErrorExplore, Explore

_DEFAULT = Explore(crash=CrashExplore(), errors=ErrorExplore())


@click.command("explore", epilog=exits.HELP)
@click.argument("path", metavar="PATH")
@click.option("--all", "every", is_flag=True, help="Explore every variant, not the first alone.")
@click.option("--most", type=Whole(min=1), metavar="N", help="Do at most so many runs in each exploration.")
@click.option("--depth", type=Whole(1, 2), help="How many crashes one after the other.")
@click.option(
    "--only",
    type=click.Choice(tuple(Explore.model_fields)),
    help="Do this exploration alone, with its defaults where the scenario asks for none.",
)
@pooling
@reporting
@selecting
@shared_options.seed
@shared_options.behaviour
@shared_options.timeout
@shared_options.store
@shared_options.circumstances
def command(
    path: str,
    *,
    every: bool,
    most: int | None,
    depth: int | None,
    only: str | None,
    hands: PoolChoice,
    selection: Selection,
    circumstances: Circumstances,
    reports: Reports,
) -> int:
    """Crash a scenario at every operation, let every operation fail, run it under other interleavings.

    What is done is what the scenario's `explore` asks for; without one, crashes and failing operations. `combine`
    lets two troubles come one after the other: kills, power losses, errors and stops. After each crash the machine
    is started again, recovery runs, and the invariants must hold: the scenario's own expectations are for its own
    course.

    PATH is a scenario file, a directory, FILE::SCENARIO or FILE::SCENARIO::VARIANT.
    """
    chosen = picked(path, selection, every=every)
    drawing = replace(circumstances, pictures=reports.pictures)
    expedition = _Expedition(drawing, _Changes(depth, only), most, reports.beside)
    summary = expedition.assembly.summary
    summary.planned = len(chosen)
    interrupt = None
    try:
        jobs = [job_of(variant) for _, variant in chosen]
        with hands.pool(jobs) as pool, Progress(expedition.underway, sys.stderr) as expedition.progress:
            for name, variant in chosen:
                expedition.show(name, variant, pool)
    except KeyboardInterrupt as caught:
        interrupt = caught
        summary.interrupted = True
    code = exits.exit_code(summary) if interrupt is None else exits.interrupted(interrupt)
    reports.write(expedition.assembly.document(reports.command("explore", code)))
    code = reports.end(code)
    if interrupt is not None:
        raise interrupt
    return code


@dataclass(frozen=True, slots=True)
class _Changes:
    """What the command line changes of the plan: the depth of crashes, and the only exploration to be done."""

    depth: int | None
    only: str | None

    def applied_to(self, variant: LoadedVariant) -> LoadedVariant:
        """The variant with what is to be explored: its own plan or the default, as it was asked for."""
        plan = variant.scenario.explore or _DEFAULT
        if self.only is not None:
            own = getattr(variant.scenario.explore, self.only, None)
            default = getattr(Explore.model_validate({self.only: True}), self.only)
            plan = Explore().model_copy(update={self.only: own or default})
        if self.depth is not None and self.only in (None, "crash"):
            crash = (plan.crash or CrashExplore()).model_copy(update={"depth": self.depth})
            plan = plan.model_copy(update={"crash": crash})
        return replace(variant, scenario=variant.scenario.model_copy(update={"explore": plan}))


def _found(job: Job, changes: _Changes, timeout: int) -> LoadedVariant:
    """In a worker: the variant that is explored."""
    Patience.limit = timeout
    return changes.applied_to(variant_of(job))


class _Expedition:
    """Explores variants one after the other, and writes and tells what came of each.

    Attributes:
        assembly: what came of them.
        underway: how far it is.
    """

    progress: Progress

    def __init__(self, circumstances: Circumstances, changes: _Changes, most: int | None, stream: IO[str]) -> None:
        self.assembly = Assembly(versions())
        self.underway = Underway(most)
        self._circumstances = circumstances
        self._changes = changes
        self._most = most
        self._stream = stream
        self._siblings = Siblings() if most is None else None  # what was left out must not count as known
        self._unfinished: Exploration | None = None
        self._real = Stopwatch()

    def show(self, name: str, variant: LoadedVariant, pool: Pool) -> None:
        """Explore a variant."""
        self._tell(VariantBegun(name))
        self._unfinished = None
        self._real.lap()
        self._write(name)
        planned = self._changes.applied_to(variant)
        done: list[ReportedExploration] = []
        try:
            for each in self._explorations(name, planned, self._shared(variant, pool)):
                done.append(self._reported(each, planned))  # noqa: PERF401 - the next one may be interrupted
        except KeyboardInterrupt:
            done += self._interrupted(planned)
            raise
        finally:
            if done:
                self._tell(self._ended(planned, done))

    def _shared(self, variant: LoadedVariant, pool: Pool) -> Sharing:
        """Who explores it: another process loads it from its file."""
        return Sharing(pool, partial(_found, job_of(variant), self._changes, self._circumstances.timeout))

    def _explorations(self, name: str, variant: LoadedVariant, sharing: Sharing) -> Iterator[Exploration]:
        def watch(done: Exploration) -> None:
            self._unfinished = done
            counts = done.possible, done.run, len(done.breaches)
            self._tell(ExplorationAdvanced(name, done.kind, *counts, done.so_far))

        options = self._circumstances.options
        return explorations(
            variant, options, most=self._most, siblings=self._siblings, watch=watch, sharing=sharing
        )

    def _interrupted(self, variant: LoadedVariant) -> Iterator[ReportedExploration]:
        if self._unfinished is None:
            self._write("  interrupted before the first run of this exploration was over")
        else:
            self._write("  interrupted; what was done until then:")
            yield self._reported(self._unfinished, variant)

    def _reported(self, done: Exploration, variant: LoadedVariant) -> ReportedExploration:
        self._unfinished = None
        seconds = max(self._real.lap(), 1e-3)
        examples = examples_of(variant, self._circumstances)
        told = reported_exploration(done, variant, self._circumstances.cwd, examples, seconds)
        first, *more = told.text.split("\n")
        rate = f" ({seconds:.1f} s, {done.run / seconds:,.0f} runs a second)" if done.run else ""
        self._write("\n".join(f"  {line}" for line in (first + rate, *more)))
        return told

    def _ended(self, variant: LoadedVariant, done: Sequence[ReportedExploration]) -> VariantEnded:
        job = job_of(variant)
        told = replace(reported_variant(variant, self._circumstances), outcome="passed", reason="")
        report = VariantReport(job, VariantEnded(told)).after_exploring(done)
        seconds = sum(each.duration_seconds for each in done)
        return with_remarks(report, variant, self._circumstances, seconds).ended

    def _tell(self, event: ReportEvent) -> None:
        self.assembly.hear(event)
        self.underway.hear(event)

    def _write(self, text: str) -> None:
        self.progress.clear()
        click.echo(text, file=self._stream)
