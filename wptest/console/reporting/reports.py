"""The reports that a command writes besides what it shows: each made from the document, and from nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import IO, Any, cast, get_args

import click

from wptest.console.exits import ExitCode, interrupted, unwritten
from wptest.console.reporting.on_github import GitHubJob
from wptest.document.report_document import CommandName, ReportDocument, ReportedCommand, ReportedSummary
from wptest.kept.choices import PictureLevel
from wptest.kept.installed import versions
from wptest.kept.whole_file import clash_of, try_out, write_whole
from wptest.play.stopwatch import Stopwatch

# What makes each report of a document: a module that is imported when it is wanted, and a function in it. Those of
# `_PLACED` are shown beside files, so they are told where the command's directory is in the repository.
_MAKERS = {
    "report": "wptest.report.page.html_page:html_page",
    "json": "wptest.document.document_json:document_text",
    "junit": "wptest.report.formats.junit:junit",
    "gitlab": "wptest.report.formats.gitlab:code_quality",
    "sarif": "wptest.report.formats.sarif:sarif",
}
_PLACED = ("gitlab", "sarif")
_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")  # the variables of CI systems that say where the repository is


class Reports:
    """The files to be, or standard output (`-`), or none.

    They are tried out before anything runs, so that a place that can't be written to is known at once. Standard
    output is kept for the one that wants it: what else is printed, by somebody's own code for one, goes to standard
    error.

    Args:
        files: where each is to go, by what it is: `json`, `junit`, ...
        inputs: what is read, which nothing may go over.
        github: annotations and the summary of a step are wanted.
        pictures: of which runs the page is to have pictures, if there is one.

    Attributes:
        pictures: of which runs pictures are wanted.
        beside: where people read meanwhile.

    Raises:
        click.ClickException: one can't be written (see `exits.unwritten`), or goes where it mustn't.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        *,
        inputs: Iterable[str] = (),
        github: bool = False,
        pictures: PictureLevel = "no pass",
    ) -> None:
        self.pictures: PictureLevel = pictures if "report" in files else "none"
        self._files = files
        self._problem: click.ClickException | None = None
        self._written = False
        self._stdout = sys.stdout
        self._began = datetime.now(UTC)
        self._watch = Stopwatch()
        if list(files.values()).count("-") > 1:
            raise click.UsageError("only one report can go to standard output")
        places = {kind: Path(name) for kind, name in files.items() if name != "-"}
        if clash := clash_of(places, (Path(each.split("::")[0]) for each in inputs)):
            raise click.UsageError(clash)
        for name in files.values():
            if name == "-":
                sys.stdout = sys.stderr
                continue
            try:
                try_out(Path(name))
            except OSError as error:
                raise unwritten(name, error) from None
        self.beside: IO[str] = sys.stdout
        try:
            self._github = GitHubJob(self.beside) if github else None
        except OSError as error:
            raise unwritten(str(error.filename), error) from None

    @property
    def wanted(self) -> bool:
        """Whether somebody wants any."""
        return bool(self._files) or self._github is not None

    def refuse_standard_output(self, why: str) -> None:
        """Say that no report can go there.

        Raises:
            click.UsageError: one should.
        """
        if "-" in self._files.values():
            raise click.UsageError(f"no report can go to standard output: {why}")

    def command(self, name: CommandName, code: ExitCode, *, shard: str = "") -> ReportedCommand:
        """The command as the document has it, now that it is over."""
        return ReportedCommand(
            name=name,
            arguments=tuple((click.get_current_context().find_root().obj or [])[1:]),
            began_at=self._began.isoformat(timespec="seconds").replace("+00:00", "Z"),
            duration_seconds=round(self._watch.seconds, 3),
            exit_code=code,
            interrupted=code >= ExitCode.HANGUP,
            shard=shard,
        )

    def write(self, document: ReportDocument) -> None:
        """Write each of them, all of it or nothing; what couldn't be written before may be by now."""
        self._written = True
        self._problem = None
        for kind, name in self._files.items():
            text = _made(kind, document)
            if name == "-":
                sys.stdout = self._stdout
                click.echo(text, nl=False)
                continue
            try:
                write_whole(Path(name), text)
            except OSError as error:
                self._problem = self._problem or unwritten(name, error)
        if self._github is not None:
            try:
                self._github.take(document, _below())
            except OSError as error:
                self._problem = self._problem or unwritten(str(error.filename), error)

    def write_what_never_began(self, code: ExitCode) -> None:
        """Write that a signal has ended the command, unless it has written what it did until then."""
        if self._written:
            return
        name = str(click.get_current_context().info_name)
        if name not in get_args(CommandName):  # what puts reports together has none of its own
            return
        ended = self.command(cast("CommandName", name), code)
        summary = ReportedSummary(interrupted=True)
        self.write(ReportDocument(versions=versions(), commands=(ended,), summary=summary))
        self.end(code)

    def tell_problem(self) -> None:
        """Say that one can't be written, as long as that is so."""
        if self._problem is not None:
            self._problem.show()

    def end(self, code: ExitCode) -> ExitCode:
        """The exit code: the run's own, or UNWRITTEN for a pass whose report can't be written, which is said."""
        if self._github is not None:
            self._github.tell()
        self.tell_problem()
        return code if self._problem is None else code or ExitCode.UNWRITTEN


def _made(kind: str, document: ReportDocument) -> str:
    module, name = _MAKERS[kind].split(":")
    make = getattr(import_module(module), name)
    text: str = make(document, _below()) if kind in _PLACED else make(document)
    return text


def _below() -> str:
    """Our directory from the root of the repository on, as far as a CI system says where that is."""
    cwd = Path.cwd()
    for name in _ROOTS:
        root = os.environ.get(name)
        if root and cwd.is_relative_to(root):
            return cwd.relative_to(root).as_posix()
    return ""


_page = click.option(
    "--report", metavar="FILE", help="Write the report as one HTML page, with pictures of what is no pass."
)
_json = click.option("-o", "--json", metavar="FILE", help="Write the report as JSON; - for standard output.")
_OPTIONS = (
    _page,
    _json,
    click.option("--junit", metavar="FILE", help="Write it as JUnit's XML."),
    click.option("--gitlab", metavar="FILE", help="Write it as a code quality report of GitLab."),
    click.option("--sarif", metavar="FILE", help="Write it as SARIF, for code scanning."),
    click.option(
        "--github/--no-github",
        default=None,
        help="Annotate files and summarise the step for GitHub Actions. Default: where GITHUB_ACTIONS is true.",
    ),
)


report_all = click.option("--report-all", is_flag=True, help="With --report, draw the runs that pass as well.")


def reporting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options for all reports of variants, which it gets as one `reports`."""

    @wraps(command)
    def with_reports(*args: Any, github: bool | None, report_all: bool = False, **others: Any) -> Any:
        files = {kind: others.pop(kind) for kind in _MAKERS}
        wanted = os.environ.get("GITHUB_ACTIONS") == "true" if github is None else github
        if report_all and files["report"] is None:
            raise click.UsageError("--report-all says what --report FILE draws: give that as well")
        pictures: PictureLevel = "all" if report_all else "no pass"
        inputs = others.get("paths") or ()
        reports = Reports(_named(files), inputs=inputs, github=wanted, pictures=pictures)
        return _ended(reports, lambda: command(*args, reports=reports, **others))

    decorated: Callable[..., Any] = with_reports
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def reporting_on_suite(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that looks at a whole suite its reports, as a page and as JSON, which it gets as `reports`."""

    @wraps(command)
    def with_reports(*args: Any, json: str | None, report: str | None, **others: Any) -> Any:
        reports = Reports(_named({"report": report, "json": json}))
        return _ended(reports, lambda: command(*args, reports=reports, **others))

    return _page(_json(with_reports))


def _ended(reports: Reports, command: Callable[[], Any]) -> Any:
    """What a command returns; its reports are written, however early a signal ends it."""
    try:
        code = command()
    except KeyboardInterrupt as interrupt:
        reports.write_what_never_began(interrupted(interrupt))
        raise
    if code is not None and code >= ExitCode.HANGUP:
        reports.write_what_never_began(ExitCode(code))
    return code


def _named(files: Mapping[str, str | None]) -> dict[str, str]:
    """The files that somebody has named.

    Raises:
        click.UsageError: one by an empty name, as of a variable that isn't set.
    """
    for kind, name in files.items():
        if name == "":
            raise click.UsageError(f"--{kind} needs the name of a file, and its name is empty")
    return {kind: name for kind, name in files.items() if name is not None}
