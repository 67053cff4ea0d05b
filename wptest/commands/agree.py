"""`wptest agree`: whether the engine does what real programs do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import click

from engine.behaviour.profile import behaviour_of
from engine.text.diagnostic import file_name
from engine.text.display import padded, width
from engine.text.mistake import Mistake
from wptest.agreement.agreeing import Agreement, agreement
from wptest.agreement.reported_agreement import reported_agreement
from wptest.console import exits, shared_options
from wptest.console.exits import unwritten
from wptest.console.output import try_directory
from wptest.console.path_arguments import find_targets
from wptest.console.planning import plan
from wptest.console.reporting.reports import Reports, reporting_on_suite
from wptest.console.selecting import selecting
from wptest.console.shared_options import Whole
from wptest.console.terminal import show
from wptest.document.report_document import ReportDocument, ReportedCommand
from wptest.document.report_events import VariantEnded
from wptest.document.reported_suite import ReportedAgreements
from wptest.kept.circumstances import Circumstances
from wptest.kept.installed import versions
from wptest.play.asked import Asked
from wptest.play.job import Job, VariantGoneError, variant_of
from wptest.play.selection import Selection
from wptest.recordings.case import Case
from wptest.recordings.writing import write_case
from wptest.report.assembly import Assembly
from wptest.report.reported import reported_invalid
from wptest.subject.port import NoPlaceError
from wptest.subject.programs import NoProgramsError, Programs, versions_of
from wptest.text.scenario_source import InvalidScenario
from wptest.text.wording import so_many

_HEAD = ("scenario", "engine", "real", "verdict")
_ENGINE, _REAL = 12, 26  # columns
_MOST = 4  # differences that are shown of one variant


@click.command("agree", epilog=exits.HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--bin-dir", metavar="DIR", required=True, help="The directory of the real programs.")
@click.option(
    "--runs", type=Whole(min=1), default=3, show_default=True, help="Run the real programs so many times."
)
@click.option(
    "--behaviour",
    metavar="NAME",
    multiple=True,
    help="What the engine does: a profile, or CHOICE=VALUE; may be given again. Default: that of the programs.",
)
@click.option("--record", metavar="DIR", help="Write what real programs did, in a folder for each variant.")
@reporting_on_suite
@click.option("-v", "--verbose", is_flag=True, help="Show every difference, and every reason why one was not run.")
@selecting
@shared_options.longest
@shared_options.timeout
def command(
    paths: tuple[str, ...],
    *,
    bin_dir: str,
    runs: int,
    behaviour: tuple[str, ...],
    record: str | None,
    reports: Reports,
    verbose: bool,
    selection: Selection,
    longest: int | None,
    timeout: int,
) -> int:
    """Run scenarios on the engine and on real programs, and show where they don't do the same.

    What is compared: how the run ends, exit codes and durations of programs, the order of replays, which numbered
    lines are in which file and how often, the checkpoint, what wproj prints. Where the real programs' runs differ,
    all that was seen is right, and so is what lies between.

    PATH is as for `wptest run`. The exit code is 1 where something differs, and 2 where nothing could be run.
    """
    if record is not None:
        try_directory(record)
    asked = Asked(subject="process", bin_dir=bin_dir, longest=longest, timeout=timeout)
    try:
        circumstances = replace(asked.circumstances(Path.cwd()), pictures=reports.pictures)
        programs = circumstances.programs
        assert programs is not None, "they were asked for"
        behaves = behaviour or tuple(filter(None, [programs.dialect.profile]))
        behaviour_of(behaves)
        versions = versions_of(programs) if record is not None else {}
    except (Mistake, NoProgramsError) as error:
        raise click.UsageError(str(error)) from None
    table = _Table(circumstances, programs, behaves, reports.beside, record, versions=versions, verbose=verbose)
    table.fill(lambda: plan(find_targets(paths), selection), runs)
    reports.write(table.document(reports.command("agree", table.verdict), runs))
    table.conclude()
    return reports.end(table.verdict)


def recorded(directory: Path, case: Case, unrecorded: str, versions: Mapping[str, str]) -> str:
    """Write what was seen as a recording, where its steps have words there; what is told of that.

    Raises:
        click.ClickException: it can't be written.
    """
    if unrecorded:
        return f"not recorded: recordings have no word for {unrecorded}"
    try:
        written = write_case(directory, case, versions)
    except OSError as error:
        raise unwritten(directory / case.name, error) from None
    doubted = ", with its doubts: where something differs from it, that proves nothing" if case.doubts else ""
    return f"recorded: {written}{doubted}"


class _Table:
    """The mistakes of files that have some, one line for each other variant as it is done, then a summary."""

    def __init__(
        self,
        circumstances: Circumstances,
        programs: Programs,
        behaves: Sequence[str],
        stream: IO[str],
        record: str | None,
        *,
        versions: Mapping[str, str],
        verbose: bool,
    ) -> None:
        self._circumstances = circumstances
        self._programs = programs
        self._behaves = behaves
        self._stream = stream
        self._record = None if record is None else Path(record)
        self._versions = versions
        self._verbose = verbose
        self._rows: list[Agreement] = []
        self._invalid: dict[Path, InvalidScenario] = {}
        self._planned = 0
        self._interrupt: KeyboardInterrupt | None = None

    def fill(self, find: Callable[[], Sequence[Job]], runs: int) -> None:
        """Find the jobs and do them, until all are done or a signal asks for the end.

        Raises:
            click.UsageError: they can't be found.
        """
        try:
            jobs = find()
            self._planned = len(jobs)
            sound = [job for job in jobs if not self._is_mistaken(job)]
            if sound:
                self._introduce(sound, runs)
            for job in sound:
                # Again: it may have been changed meanwhile.
                if not self._is_mistaken(job):
                    self._add(self._row(job, runs))
        except KeyboardInterrupt as interrupt:
            self._interrupt = interrupt

    @property
    def verdict(self) -> exits.ExitCode:
        """The exit code for what was done."""
        if self._interrupt is not None:
            return exits.interrupted(self._interrupt)
        return exits.ExitCode.INVALID if self._invalid else self._code()

    def document(self, command: ReportedCommand, runs: int) -> ReportDocument:
        """Every row, and the files with mistakes."""
        assembly = Assembly(versions())
        assembly.summary.interrupted = self._interrupt is not None
        assembly.summary.planned = len(self._invalid) + self._counted()["not run"]
        for path, error in self._invalid.items():
            assembly.hear(VariantEnded(reported_invalid(error, path, self._circumstances.cwd)))
        pictured = self._circumstances.pictures != "none"
        variants = tuple(reported_agreement(row, pictured=pictured) for row in self._rows)
        agreed = ReportedAgreements(tuple(self._behaves), self._programs.speaks, runs, self._planned, variants)
        return replace(assembly.document(command), agreement=agreed)

    def conclude(self) -> None:
        """Show how many agree."""
        counted = self._counted()
        ran = self._planned - counted["not run"]
        begin = "" if self._interrupt is None else "interrupted: "
        rest = "".join(f", {counted[word]} {word}" for word in ("can't tell", "not run") if counted[word])
        self._show(f"\n{begin}{counted['agrees']} of {ran} agree{rest}")

    def _counted(self) -> Counter[str]:
        """How many have which verdict; what was never reached was not run, either."""
        counted = Counter[str](row.verdict for row in self._rows)
        counted["not run"] += self._planned - len(self._rows)
        return counted

    def _is_mistaken(self, job: Job) -> bool:
        """Whether its file has mistakes, which are told once, and make it one that is not run."""
        try:
            variant_of(job)
        except InvalidScenario as error:
            self._take_mistakes(job, error)
            return True
        except VariantGoneError:  # told in its place
            return False
        return False

    def _take_mistakes(self, job: Job, error: InvalidScenario) -> None:
        if job.path not in self._invalid:
            self._invalid[job.path] = error
            self._show(f"{error.render()}\n")
        self._rows.append(Agreement(job.name, reasons=(f"{file_name(job.path)} has mistakes",)))

    def _introduce(self, jobs: Sequence[Job], runs: int) -> None:
        self._width = max(width(each) for each in [_HEAD[0], *(job.name for job in jobs)])
        engine = " ".join(self._behaves) or "reference"
        head = f"engine: {engine}; real: {self._programs.given}, {so_many(runs, 'run')} each\n"
        self._show(f"{head}{self._line(*_HEAD)}")

    def _row(self, job: Job, runs: int) -> Agreement:
        try:
            variant = variant_of(job)
            if variant.skip:
                return Agreement(job.name, reasons=(variant.skip,))
            behaves = behaviour_of(self._behaves)
            return agreement(variant, self._programs, behaves, self._circumstances.options, runs)
        except (VariantGoneError, NoPlaceError) as error:
            return Agreement(job.name, reasons=(str(error),))

    def _add(self, row: Agreement) -> None:
        self._rows.append(row)
        self._show(self._line(row.name, row.engine, row.outcomes, row.verdict))
        self._show("\n".join(f"    {text}" for text in self._details(row)))

    def _details(self, row: Agreement) -> Iterator[str]:
        said = [*row.reasons, *(row.doubts if row.differences else ()), *map(str, row.differences)]
        shown = said if self._verbose else said[: 1 if row.reasons else _MOST]
        yield from shown
        if len(shown) < len(said):
            yield f"and {len(said) - len(shown)} more: -v shows them"
        if self._record is not None and row.case is not None:
            yield recorded(self._record, row.case, row.unrecorded, self._versions)

    def _code(self) -> exits.ExitCode:
        verdicts = {row.verdict for row in self._rows}
        if "DIFFERS" in verdicts:
            return exits.ExitCode.FAILED
        return exits.ExitCode.PASSED if "agrees" in verdicts else exits.ExitCode.UNVERIFIED

    def _line(self, name: str, engine: str, real: str, verdict: str) -> str:
        return f"{padded(name, self._width)}  {padded(engine, _ENGINE)}{padded(real, _REAL)}{verdict}"

    def _show(self, text: str) -> None:
        if text:
            show(text, self._stream)
