"""`wptest gaps`: what no scenario of a suite covers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from engine.text.display import padded
from wptest.console import exits
from wptest.console.path_arguments import find_targets
from wptest.console.planning import by_file
from wptest.console.reporting.reports import Reports, reporting_on_suite
from wptest.console.selecting import selecting
from wptest.document.report_events import VariantEnded
from wptest.kept.installed import versions
from wptest.play.job import variant_of
from wptest.play.selection import Selection
from wptest.report.assembly import Assembly
from wptest.report.gaps import PHASES, TROUBLES, Coverage
from wptest.report.reported import reported_invalid
from wptest.text.scenario_source import InvalidScenario
from wptest.text.wording import so_many


@click.command("gaps", epilog=exits.HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@reporting_on_suite
@selecting
def command(paths: tuple[str, ...], *, selection: Selection, reports: Reports) -> int:
    """Show which troubles no scenario makes for which sink, and in which phase; and which tags scenarios have.

    PATH is as for `wptest run`. A number is how many scenarios there are, a dot that there is none. Gaps don't
    change the exit code.
    """
    coverage, assembly = Coverage(), Assembly(versions())
    code = exits.ExitCode.PASSED
    for file, jobs in by_file(find_targets(paths), selection).items():
        try:
            for job in jobs:
                coverage.add(variant_of(job))
        except InvalidScenario as error:
            assembly.hear(VariantEnded(reported_invalid(error, file, Path.cwd())))
            click.echo(error.render(), file=reports.beside)
            code = exits.ExitCode.INVALID
    assembly.summary.planned = assembly.summary.counts.total()
    reports.write(replace(assembly.document(reports.command("gaps", code)), gaps=coverage.reported()))
    for sink in coverage.sinks:
        click.echo("\n".join([*_table(coverage, sink), ""]), file=reports.beside)
    possible, gaps = coverage.possible(), coverage.gaps()
    counts = f"{len(possible) - len(gaps)} of {len(possible)} covered, {so_many(len(gaps), 'gap')}"
    click.echo(f"{counts}\n{_tags(coverage)}", file=reports.beside)
    return reports.end(code)


def _table(coverage: Coverage, sink: str) -> Iterator[str]:
    possible = set(coverage.possible())
    yield f"{padded(sink, 24)}{''.join(f'{phase:>8}' for phase in PHASES)}"
    for trouble in TROUBLES:
        cells = [(sink, trouble, phase) for phase in PHASES]
        if possible.intersection(cells):
            shown = [str(len(coverage.cells.get(cell, ())) or ".") if cell in possible else "" for cell in cells]
            yield f"  {trouble:<22}{''.join(f'{each:>8}' for each in shown)}"


def _tags(coverage: Coverage) -> str:
    """Every tag with the number of its scenarios, the most frequent first."""
    by_number = sorted(coverage.tags.items(), key=lambda item: (-len(item[1]), item[0]))
    return f"tags: {', '.join(f'{tag} {len(scenarios)}' for tag, scenarios in by_number) or 'none'}"
