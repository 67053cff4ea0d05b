"""What `wptest watch` knows: what came of each variant when it ran last, and on which files it depends."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from wptest.console.pools.item_order import in_order_of_items, lost_job, play_safely
from wptest.console.pools.pool_choice import pool_of
from wptest.console.progress import Counter
from wptest.document.report_document import ReportDocument, ReportedCommand
from wptest.kept.circumstances import Circumstances
from wptest.kept.installed import versions
from wptest.play.job import Job
from wptest.play.scenario_inputs import ScenarioInputs, inputs_of
from wptest.play.variant_report import VariantReport
from wptest.report.assembly import Assembly

_Answer = tuple[VariantReport, ScenarioInputs]


class Vigil:
    """Runs what has changed, in new processes each time, since Python imports a file once.

    Args:
        find: the jobs that there are now.
    """

    def __init__(
        self, find: Callable[[], Sequence[Job]], circumstances: Circumstances, columns: int | None
    ) -> None:
        self._find = find
        self._circumstances = circumstances
        self._columns = columns
        self._jobs: Sequence[Job] = ()
        self._reports: dict[Job, VariantReport] = {}
        self._inputs: dict[Path, ScenarioInputs] = {}

    def watched(self, arguments: Iterable[Path]) -> Iterator[Path]:
        """All files and directories of which a change matters: what was named, and what that depends on."""
        yield from arguments
        for path, inputs in self._inputs.items():
            yield path
            yield from inputs.files
            yield from inputs.directories

    def concerned(self, changed: Iterable[Path] | None) -> list[Job]:
        """The jobs that have to be run again, all of them where nothing is known; what is gone is forgotten.

        Raises:
            click.UsageError: there is nothing to run.
        """
        self._jobs = ()
        self._jobs = self._find()
        there = set(self._jobs)
        self._reports = {job: told for job, told in self._reports.items() if job in there}
        return [job for job in self._jobs if changed is None or self._is_hit(job, changed)]

    def run(self, jobs: Sequence[Job], workers: int, counter: Counter) -> list[VariantReport]:
        """Run these, and remember what came of them."""
        work = partial(_played, circumstances=self._circumstances, columns=self._columns)
        lost = partial(_lost, circumstances=self._circumstances)
        fresh, pool = [], pool_of(workers, at_most=len(jobs), apart=True)
        with closing(in_order_of_items(work, jobs, pool, counter.done, lost=lost)) as answers:
            for job, (report, inputs) in zip(jobs, answers, strict=True):
                self._reports[job] = report
                path = _absolute(job.path)
                self._inputs[path] = self._inputs.get(path, ScenarioInputs()) | inputs
                fresh.append(report)
        return fresh

    @property
    def reports(self) -> list[VariantReport]:
        """What came of everything, in the order of the jobs."""
        return [self._reports[job] for job in self._jobs if job in self._reports]

    def assembly(self) -> Assembly:
        """The same as data."""
        assembly = Assembly(versions())
        assembly.summary.planned = len(self._jobs)
        for report in self.reports:
            assembly.hear(report.ended)
        return assembly

    def document(self, command: ReportedCommand) -> ReportDocument:
        """The same as a document."""
        assembly = self.assembly()
        assembly.summary.interrupted = command.interrupted
        return assembly.document(command)

    def _is_hit(self, job: Job, changed: Iterable[Path]) -> bool:
        path = _absolute(job.path)
        inputs = self._inputs.get(path)
        if inputs is None or job not in self._reports:
            return True
        return any(
            each == path or each in inputs.files or any(each.is_relative_to(top) for top in inputs.directories)
            for each in changed
        )


def _played(job: Job, circumstances: Circumstances, columns: int | None) -> _Answer:
    return play_safely(job, circumstances, columns), inputs_of(job)


def _lost(job: Job, how: str, *, circumstances: Circumstances) -> _Answer:
    return lost_job(job, how, circumstances=circumstances), ScenarioInputs()


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - a link is where it stands
