"""`wptest selftest`: plants every known fault, and shows which scenario catches it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import click

from wptest.console import exits, shared_options
from wptest.console.conclusion import SCREEN, Verbosity
from wptest.console.installation import shipped_scenarios
from wptest.console.interrupt import undisturbed
from wptest.console.path_arguments import find_targets
from wptest.console.planning import plan
from wptest.console.pools.item_order import in_order_of_items
from wptest.console.pools.pool_choice import PoolChoice, pooling
from wptest.console.progress import Counter, Progress
from wptest.console.reporting.reports import Reports, reporting_on_suite
from wptest.console.selecting import selecting
from wptest.console.shared_options import Whole
from wptest.console.terminal import columns_of
from wptest.document.report_document import ReportDocument, ReportedSummary
from wptest.document.reported_suite import ReportedAlarm, ReportedSelftest
from wptest.explore.faults_on_disks import look_on_disks
from wptest.explore.planted_faults import FalseAlarm, Hunt, PlantedFault, false_alarms, faults, hunt, is_large
from wptest.extend.modules import Patience
from wptest.kept.installed import versions
from wptest.play.job import Job, variant_of, variants_of_all
from wptest.play.selection import Selection
from wptest.play.stopwatch import Stopwatch
from wptest.pool.pool_port import Pool
from wptest.report.hunts import alarms_by_scenario, hunts_by_topic, hunts_one_by_one, reported_hunt
from wptest.shapes.wildcards import Glob
from wptest.text.wording import did_you_mean, so_many

_SEEDS = 3


@dataclass(slots=True)
class _Answers:
    """What came of all that was done.

    Attributes:
        hunts: one for each planted fault, in the order of the choices.
        alarms: the runs on the reference that are no pass.
        reference_runs: how many of them there were.
        lost: what a worker process died of, by what it worked on.
        planned: how many tasks there were: faults to look for, and scenarios to run on the reference.
        undone: how many of them were not.
        interrupt: what ended it before its time.
    """

    hunts: list[Hunt] = field(default_factory=list)
    alarms: list[FalseAlarm] = field(default_factory=list)
    reference_runs: int = 0
    lost: dict[str, str] = field(default_factory=dict)
    planned: int = 0
    undone: int = 0
    interrupt: KeyboardInterrupt | None = None
    seconds: float = 0.0

    @property
    def escaped(self) -> list[Hunt]:
        return [each for each in self.hunts if not each.caught_by]

    @property
    def runs(self) -> int:
        return self.reference_runs + sum(each.runs for each in self.hunts)

    @property
    def verdict(self) -> exits.ExitCode:
        if self.interrupt is not None:
            return exits.interrupted(self.interrupt)
        return exits.ExitCode.FAILED if self.escaped or self.alarms or self.lost else exits.ExitCode.PASSED

    def add(self, answer: _Answer) -> None:
        match answer:
            case Hunt():
                self.hunts.append(answer)
            case _Reference(alarms, runs):
                self.alarms += alarms
                self.reference_runs += runs
            case _Lost(what, how):
                self.lost[what] = how


@dataclass(frozen=True, slots=True)
class _Reference:
    """What came of a scenario on the reference."""

    alarms: list[FalseAlarm]
    runs: int


@dataclass(frozen=True, slots=True)
class _Lost:
    """What a worker process worked on when it died, and how that was."""

    what: str
    how: str


_Answer = Hunt | _Reference | _Lost


@dataclass(frozen=True, slots=True)
class _Task:
    """A fault to look for, or a scenario to run on the reference."""

    fault: PlantedFault | None
    scenarios: tuple[tuple[Job, ...], ...]

    def __str__(self) -> str:
        return str(self.fault or f"{self.scenarios[0][0].scenario} on the reference")


@click.command("selftest", epilog=exits.HELP)
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@pooling
@click.option("--choice", "glob", metavar="GLOB", default="*", help="Plant such faults only, like 'resume=*'.")
@click.option(
    "--seeds",
    type=Whole(min=0),
    default=_SEEDS,
    show_default=True,
    help="Seeds to run the reference with.",
)
@click.option(
    "--all", "every", is_flag=True, help="Run all scenarios on each fault, and count those that catch it."
)
@selecting
@shared_options.timeout
@shared_options.verbosity
@reporting_on_suite
def command(
    paths: tuple[str, ...],
    *,
    hands: PoolChoice,
    glob: str,
    seeds: int,
    every: bool,
    selection: Selection,
    timeout: int,
    verbosity: Verbosity,
    reports: Reports,
) -> int:
    """Break the programs on purpose, one fault at a time, and see which scenario catches it.

    Each faulty choice of `wptest behaviours` is planted by itself, and scenarios are run until one fails, the
    likely ones first. A fault that none of them catches is a failure, and so is a scenario that is no pass on the
    reference. PATH is as for `wptest run`; without it, the shipped scenarios are run. Many faults are counted by
    what they are about; with -v, each has a row with the variant that caught it.
    """
    planted = _chosen(glob)
    jobs = plan(find_targets(paths or (str(shipped_scenarios()),)), selection)
    work = partial(_do, seeds=seeds, every=every, timeout=timeout)
    answers = _work(lambda: _tasks(planted, _by_scenario(jobs), seeds), work, partial(hands.pool, jobs))
    document = ReportDocument(
        versions=versions(),
        commands=(reports.command("selftest", answers.verdict),),
        summary=ReportedSummary(not_run=answers.undone, interrupted=answers.interrupt is not None),
    )
    reports.write(replace(document, selftest=_reported(answers, [job.name for job in jobs])))
    click.echo("\n".join(_report(answers, verbosity, columns_of(reports.beside))), file=reports.beside)
    return reports.end(answers.verdict)


def _chosen(glob: str) -> list[PlantedFault]:
    pattern = Glob(glob)
    chosen = [each for each in faults() if pattern.matches(str(each)) or pattern.matches(each.choice)]
    if not chosen:
        hint = did_you_mean(glob, [name for each in faults() for name in (str(each), each.choice)])
        raise click.UsageError(f"no choice matches {glob!r}" + (f": {hint}" if hint else ""))
    return chosen


def _by_scenario(jobs: Sequence[Job]) -> tuple[tuple[Job, ...], ...]:
    """The variants of each scenario together, without those that aren't to be run or can't pass.

    Raises:
        InvalidScenario: a file has mistakes.
    """
    scenarios: dict[tuple[Path, str], list[Job]] = {}
    for job in jobs:
        variant = variant_of(job)
        if not variant.skip and not variant.xfail:
            scenarios.setdefault((job.path, job.scenario), []).append(job)
    return tuple(map(tuple, scenarios.values()))


def _work(
    find: Callable[[], list[_Task]], do: Callable[[_Task], _Answer], pool_for: Callable[[int], Pool]
) -> _Answers:
    """Find the tasks and do them, all or until a signal asks for the end.

    Raises:
        InvalidScenario: a file has mistakes.
    """
    answers = _Answers()
    watch = Stopwatch()
    try:
        tasks = find()
        answers.planned = answers.undone = len(tasks)
        counter, pool = Counter(len(tasks)), pool_for(len(tasks))
        with (
            Progress(counter, sys.stderr),
            closing(in_order_of_items(do, tasks, pool, counter.done, lost=_lost)) as found,
        ):
            for each in found:
                with undisturbed():
                    answers.undone -= 1
                    answers.add(each)
    except KeyboardInterrupt as interrupt:
        answers.interrupt = interrupt
    answers.seconds = watch.seconds
    return answers


def _tasks(planted: Sequence[PlantedFault], scenarios: tuple[tuple[Job, ...], ...], seeds: int) -> list[_Task]:
    # A large scenario takes as long as many faults, so it begins first.
    reference = sorted(scenarios, key=lambda jobs: not is_large([variant_of(jobs[0])])) if seeds else []
    return [*(_Task(None, (jobs,)) for jobs in reference), *(_Task(fault, scenarios) for fault in planted)]


def _do(task: _Task, *, seeds: int, every: bool, timeout: int) -> _Answer:
    Patience.limit = timeout
    if task.fault is not None:
        scenarios = variants_of_all(task.scenarios)
        found = hunt(task.fault, scenarios, every=every, timeout=timeout)
        look_on_disks(found, scenarios, timeout=timeout)
        return found
    variants = [variant_of(job) for job in task.scenarios[0]]
    # Other interleavings of a large scenario are a matter of minutes.
    numbers = range(1 if is_large(variants) else seeds)
    alarms = false_alarms(variants, numbers, timeout=timeout)
    return _Reference(alarms, len(variants) * len(numbers))


def _lost(task: _Task, how: str) -> _Answer:
    return _Lost(str(task), how)


def _report(
    answers: _Answers, verbosity: Verbosity = Verbosity.NORMAL, columns: int | None = None
) -> Iterator[str]:
    everything = verbosity is Verbosity.VERBOSE
    if verbosity is not Verbosity.QUIET:
        one_by_one = everything or len(answers.hunts) < SCREEN
        yield from hunts_one_by_one(answers.hunts) if one_by_one else hunts_by_topic(answers.hunts, columns)
        if answers.reference_runs:
            yield ""
    if answers.alarms:
        yield from alarms_by_scenario(answers.alarms, everything=everything)
    elif answers.reference_runs:
        yield f"no false alarm in {so_many(answers.reference_runs, 'run')} on the reference"
    yield from (f"\n{what}: {how}, so nothing is known of it" for what, how in answers.lost.items())
    escaped = len(answers.escaped)
    counts = f"{len(answers.hunts)} planted, {len(answers.hunts) - escaped} caught, {escaped} escaped"
    if answers.interrupt is not None:
        left = f"{answers.undone} of {answers.planned} tasks not done" if answers.planned else "nothing begun"
        counts = f"interrupted: {counts}, {left}"
    yield f"\n{counts}; {so_many(answers.runs, 'run')} in {answers.seconds:.1f}s"


def _reported(answers: _Answers, variants: Sequence[str]) -> ReportedSelftest:
    """What the document has of it."""
    return ReportedSelftest(
        hunts=tuple(map(reported_hunt, answers.hunts)),
        alarms=tuple(ReportedAlarm(each.name, each.seed, each.shows) for each in answers.alarms),
        variants=tuple(variants),
        lost=answers.lost,
        runs=answers.runs,
        reference_runs=answers.reference_runs,
        tasks=answers.planned,
        tasks_undone=answers.undone,
    )
