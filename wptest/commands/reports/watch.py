"""`wptest watch`: run what has changed, whenever a file is saved."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from engine.text.diagnostic import file_name
from wptest.console import exits, shared_options
from wptest.console.conclusion import Verbosity, conclusion
from wptest.console.interrupt import undisturbed
from wptest.console.path_arguments import find_targets
from wptest.console.planning import plan
from wptest.console.progress import Counter as Done
from wptest.console.progress import Progress
from wptest.console.reporting.reports import Reports, report_all, reporting
from wptest.console.selecting import selecting
from wptest.console.terminal import columns_of, show
from wptest.console.watching.file_changes import FileChanges
from wptest.console.watching.vigil import Vigil
from wptest.kept.circumstances import Circumstances
from wptest.play.job import Job
from wptest.play.selection import Selection
from wptest.play.stopwatch import Stopwatch
from wptest.report.summary import Summary
from wptest.text.wording import listed, so_many

_NAMED = 5  # files that have changed


@click.command("watch", epilog=exits.HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@shared_options.workers
@report_all
@reporting
@selecting
@shared_options.seed
@shared_options.verbosity
@shared_options.timeout
@shared_options.behaviour
@shared_options.explore
@shared_options.store
@shared_options.circumstances
def command(
    paths: tuple[str, ...],
    *,
    workers: int,
    reports: Reports,
    selection: Selection,
    verbosity: Verbosity,
    circumstances: Circumstances,
) -> int:
    """Run scenarios, and again what has changed whenever a file is saved, until Ctrl-C.

    What counts is a scenario's file, its project directory, and the Python that it uses: conftest.py, and modules
    of the repository. Each run is in new processes. Reports are written anew each time, and are of all that ran.

    PATH is as for `wptest run`.
    """
    reports.refuse_standard_output("it is written again and again")
    watch = _Watch(paths, selection, replace(circumstances, pictures=reports.pictures), reports, verbosity)
    try:
        watch.begin(workers)
        while True:
            watch.go_on(workers)
    except KeyboardInterrupt as interrupt:
        watch.say("\nended")
        return reports.end(exits.interrupted(interrupt))


class _Watch:
    """One round after the other: what has changed, what is run, what came of it."""

    def __init__(
        self,
        paths: tuple[str, ...],
        selection: Selection,
        circumstances: Circumstances,
        reports: Reports,
        verbosity: Verbosity,
    ) -> None:
        self._paths = paths
        self._selection = selection
        self._reports = reports
        self._verbosity = verbosity
        self._cwd = circumstances.cwd
        self._columns = columns_of(reports.beside) if verbosity is not Verbosity.VERBOSE else None
        self._vigil = Vigil(self._jobs, circumstances, self._columns)
        self._changes = FileChanges(lambda: self._vigil.watched(self._named()))

    def begin(self, workers: int) -> None:
        """Run all.

        Raises:
            click.UsageError: there is nothing to run.
        """
        self._round(self._vigil.concerned(None), workers)

    def go_on(self, workers: int) -> None:
        """Wait for changes, and run what they concern."""
        self._changes.know()
        with undisturbed():  # a write that a signal breaks off is done again
            self.say("\nwaiting for changes; Ctrl-C ends it")
        changed = self._changes.wait()
        names = listed([file_name(each, self._cwd) for each in sorted(changed)], _NAMED)
        try:
            jobs = self._vigil.concerned(changed)
        except click.UsageError as error:
            self.say(f"changed: {names}\n{error.message}")
            self._write(exits.ExitCode.USAGE)
            return
        self.say(f"changed: {names}; {so_many(len(jobs), 'variant')} to run\n")
        self._round(jobs, workers)

    def say(self, text: str) -> None:
        """Write a line for people."""
        show(text, self._reports.beside)

    def _jobs(self) -> list[Job]:
        return plan(find_targets(self._paths), self._selection)

    def _named(self) -> Iterable[Path]:
        """The scenario files that there are below what was named, and what was named itself."""
        yield from (Path(name.split("::")[0]).absolute() for name in self._paths if not Path(name).is_dir())
        with suppress(click.UsageError):  # there is none at the moment
            yield from (target.path.absolute() for target in find_targets(self._paths))

    def _round(self, jobs: list[Job], workers: int) -> None:
        watch = Stopwatch()
        counter = Done(len(jobs))
        try:
            with Progress(counter, sys.stderr):
                fresh = self._vigil.run(jobs, workers, counter)
        except KeyboardInterrupt as interrupt:
            self._write(exits.interrupted(interrupt))
            raise
        # Every variant of a file finds the same mistakes in it.
        once = list({each.job.path if each.variant is None else each.job: each for each in fresh}.values())
        summary = Summary(counts=Counter(report.outcome for report in once))
        for line in conclusion(once, summary, watch.seconds, self._verbosity, self._columns):
            show(line, self._reports.beside)
        everything = self._vigil.assembly().summary
        if len(once) < everything.counts.total():
            self.say(f"of all: {everything.line}")
        self._write(exits.exit_code(everything))

    def _write(self, code: exits.ExitCode) -> None:
        self._reports.write(self._vigil.document(self._reports.command("watch", code)))
        if code < exits.ExitCode.HANGUP:  # else the command's end tells it
            self._reports.tell_problem()
