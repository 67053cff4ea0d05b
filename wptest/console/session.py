"""One `wptest run`: runs the jobs, tells of each as it ends, and sums up."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import IO

from engine.text.display import cut, padded, printable, width
from engine.units import format_duration
from wptest.console import exits
from wptest.console.conclusion import SCREEN, Verbosity, conclusion
from wptest.console.interrupt import undisturbed
from wptest.console.pools.item_order import run_jobs
from wptest.console.progress import Counter, Progress
from wptest.console.terminal import columns_of, painted, show
from wptest.kept.circumstances import Circumstances
from wptest.kept.installed import versions
from wptest.kept.last_failed import LastFailed
from wptest.play.job import Job
from wptest.play.stopwatch import Stopwatch
from wptest.play.variant_report import VariantReport
from wptest.pool.pool_port import Pool
from wptest.report.assembly import Assembly
from wptest.report.summary import Summary

PoolFor = Callable[[Sequence[Job], int], Pool]  # who works on these jobs, in at most so many processes

_OUTCOME = 10  # columns
_WIDEST_NAME = 60
_MOST = 10  # lines of what is no pass, where there are more variants than lines on a screen


def differences(changes: Mapping[str, str]) -> str:
    """How many choices differ, for people."""
    return f"{len(changes)} choice{' differs' if len(changes) == 1 else 's differ'} from the reference"


class Session:
    """Runs jobs in order and writes to `stream` for people.

    Attributes:
        reports: what came of the jobs, one for each file that is invalid.
        assembly: the same as data, and how many ended how.
        interrupt: what ended it before its time.
    """

    def __init__(
        self, circumstances: Circumstances, stream: IO[str], verbosity: Verbosity = Verbosity.NORMAL
    ) -> None:
        self.reports: list[VariantReport] = []
        self.assembly = Assembly(versions())
        self.interrupt: KeyboardInterrupt | None = None
        self._circumstances = circumstances
        self._columns = columns_of(stream) if verbosity is not Verbosity.VERBOSE else None
        self._stream = stream
        self._verbosity = verbosity
        self._listed = 0
        self._last = LastFailed(circumstances.store) if circumstances.store is not None else None
        self._width = 0
        self._watch = Stopwatch()

    @property
    def verdict(self) -> exits.ExitCode:
        """The exit code for what was run."""
        return exits.exit_code(self.summary) if self.interrupt is None else exits.interrupted(self.interrupt)

    @property
    def summary(self) -> Summary:
        """How many ended how."""
        return self.assembly.summary

    def run(self, find: Callable[[], Sequence[Job]], pool: PoolFor, *, stop_early: bool) -> None:
        """Find the jobs and run them, all or until a signal asks for the end, or one is no pass when `stop_early`.

        Raises:
            click.UsageError: they can't be found.
        """
        try:
            self._run(find(), pool, stop_early=stop_early)
        except KeyboardInterrupt as interrupt:
            self.summary.interrupted = True
            self.interrupt = interrupt

    def _run(self, jobs: Sequence[Job], pool_for: PoolFor, *, stop_early: bool) -> None:
        self.summary.planned = len(jobs)
        self._width = min(_WIDEST_NAME, max(width(job.name) for job in jobs))
        if self._verbosity is not Verbosity.QUIET:
            self._introduce()
        counter, pool = Counter(len(jobs)), pool_for(jobs, len(jobs))
        with (
            Progress(counter, sys.stderr) as progress,
            closing(run_jobs(jobs, self._circumstances, pool, counter.done, self._columns)) as reports,
        ):
            for report in reports:
                progress.clear()
                self._add(report)
                if stop_early and not report.is_pass:
                    return

    def _introduce(self) -> None:
        if behaviour := self._circumstances.behaviour:
            self._write(
                f"behaviour: {' '.join(behaviour)} ({differences(self._circumstances.behaves.changes())})\n"
            )
        if servers := self._circumstances.servers:
            self._write(f"servers: {', '.join(each.written for each in servers)}; the others are simulated\n")
        if (programs := self._circumstances.programs) is not None:
            where = programs.given or "wptest's own"
            self._write(f"subject: real processes, {where} (dialect {programs.speaks})\n")

    def conclude(self) -> None:
        """Show what there is to say of the projects, what was no pass, and the summary."""
        met = {server for each in self.reports if each.variant for server in each.variant.servers.values()}
        for choice in self._circumstances.servers:
            if choice.written not in met:
                self._write(f"--server {choice.written}: no scenario that ran has such a server")
        for line in conclusion(self.reports, self.summary, self._watch.seconds, self._verbosity, self._columns):
            show(line, self._stream)

    def _add(self, report: VariantReport) -> None:
        with undisturbed():
            is_new = self._booked(report)
        if is_new and self._is_listed(report):
            self._write(self._line(report))

    def _booked(self, report: VariantReport) -> bool:
        """Count a report; False for one that says nothing new."""
        if self._last is not None:
            self._last.note(report.job.path, report.job.scenario, report.job.variant, report.outcome)
        counted = self.summary.counts.total()
        self.assembly.hear(report.ended)
        if self.summary.counts.total() == counted:  # a file with mistakes counts once, and not with each variant
            return False
        self.reports.append(report)
        return True

    def _is_listed(self, report: VariantReport) -> bool:
        """Whether it has a line: of more than fit on a screen only the first that are no pass."""
        if self._verbosity is Verbosity.NORMAL and self.summary.planned > SCREEN:
            self._listed += not report.is_pass
            return not report.is_pass and self._listed <= _MOST
        return self._verbosity is not Verbosity.QUIET

    def _line(self, report: VariantReport) -> str:
        rest = cut(self._course(report), None if self._columns is None else self._columns - _OUTCOME - 2)
        return f"{painted(padded(report.outcome, _OUTCOME), report.outcome)}  {rest}"

    def _course(self, report: VariantReport) -> str:
        """Which it is, how long it took, and what there is to say."""
        variant = report.variant
        if variant is None:
            return report.job.name
        name = padded(report.job.name, self._width)
        if report.outcome == "skipped":
            return f"{name}  {printable(report.reason)}"
        took = f"{format_duration(variant.virtual_time_ns):>8} in {report.seconds * 1000:,.0f} ms"
        return f"{name}  {took}  {printable(report.reason)}".rstrip()

    def _write(self, text: str) -> None:
        show(text, self._stream)
