"""`wptest merge`: several reports, of the shards of one suite for instance, as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from engine.text.diagnostic import file_name
from wptest.console import exits, shared_options
from wptest.console.conclusion import Verbosity, conclusion
from wptest.console.reporting.reports import Reports, reporting
from wptest.console.terminal import columns_of, show
from wptest.document.document_json import NoReportError, read_document
from wptest.document.merging import Merged, UnmergeableError, merged
from wptest.document.report_events import VariantEnded
from wptest.document.reported_place import ReportedFile
from wptest.document.reported_variant import ReportedVariant
from wptest.play.job import Job
from wptest.play.variant_report import VariantReport
from wptest.report.summary import Summary
from wptest.text.wording import listed, so_many

_MOST = 10


@click.command("merge", epilog=exits.HELP)
@click.argument("files", metavar="REPORT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@reporting
@shared_options.verbosity
def command(files: tuple[Path, ...], *, reports: Reports, verbosity: Verbosity) -> int:
    """Put reports together that `--json` has written, and show what `wptest run` would have shown of them all.

    Variants are ordered by file and then by id, whatever the order of the reports. A variant that is in several
    reports is told, and the worst of its results is kept. A shard that is missing is told, too, and proves nothing:
    the exit code is 2 where it would be 0.
    """
    try:
        together = merged([(str(file), read_document(file)) for file in dict.fromkeys(files)])
    except (NoReportError, UnmergeableError) as error:
        raise click.UsageError(str(error)) from None
    document, summary = together.document, Summary.of(together.document.summary)
    reports.write(document)
    for note in (*_given_twice(files), *_notes(together)):
        click.echo(f"note: {note}", err=True)
    shown = [*map(_shown, document.invalid), *map(_shown, document.results)]
    seconds = sum(each.duration_seconds for each in document.commands)
    for line in conclusion(shown, summary, seconds, verbosity, columns_of(reports.beside)):
        show(line, reports.beside)
    return reports.end(_code(together, summary))


def _given_twice(files: tuple[Path, ...]) -> Iterator[str]:
    """What there is to say of files that are named twice: by a slip, another one may be missing."""
    yield from (f"'{file_name(file)}' is given twice, and read once" for file, n in Counter(files).items() if n > 1)


def _notes(together: Merged) -> Iterator[str]:
    for name, same in together.twice[:_MOST]:
        otherwise = "" if same else ", and didn't end in the same way: the worst is kept"
        yield f"{name} is there several times{otherwise}"
    if (rest := len(together.twice) - _MOST) > 0:
        yield f"and {so_many(rest, 'more variant')} that are there several times"
    if together.missing:
        yield f"there is no report of {listed(together.missing, _MOST)}: what its shard has to say is missing"


def _shown(told: ReportedVariant | ReportedFile) -> VariantReport:
    """A result as `wptest run` shows it."""
    path = Path(told.file)
    job = Job(path, told.scenario, told.variant) if isinstance(told, ReportedVariant) else Job(path)
    return VariantReport(job, VariantEnded(told), told.text)


def _code(together: Merged, summary: Summary) -> exits.ExitCode:
    ended = [command.exit_code for command in together.document.commands if command.interrupted]
    code = exits.ExitCode(max(ended)) if ended else exits.exit_code(summary)
    return code or (exits.ExitCode.UNVERIFIED if together.missing else exits.ExitCode.PASSED)
