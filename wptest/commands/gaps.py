"""`wptest gaps`: what no scenario of a suite covers."""

from __future__ import annotations

from collections.abc import Iterator

import click

from wptest.commands import exits
from wptest.commands.targets import find_files
from wptest.language.diagnostic import InvalidScenario
from wptest.language.load import load_file
from wptest.report.gaps import PHASES, TROUBLES, Coverage


@click.command("gaps", epilog=exits.HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def command(paths: tuple[str, ...]) -> int:
    """Show which troubles no scenario makes for which sink, and in which phase.

    PATH is a scenario file or a directory. A number is how many scenarios there are, a dot that there is none.
    Gaps don't change the exit code.
    """
    coverage = Coverage()
    code = exits.ExitCode.PASSED
    for path in find_files(paths):
        try:
            for loaded in load_file(path):
                for variant in loaded.variants:
                    coverage.add(variant)
        except InvalidScenario as error:
            click.echo(error.render())
            code = exits.ExitCode.INVALID
    for sink in coverage.sinks:
        click.echo("\n".join(_table(coverage, sink)))
    possible, gaps = coverage.possible(), coverage.gaps()
    click.echo(f"{len(possible) - len(gaps)} of {len(possible)} covered, {len(gaps)} gaps")
    return code


def _table(coverage: Coverage, sink: str) -> Iterator[str]:
    possible = set(coverage.possible())
    yield f"{sink:<24}{''.join(f'{phase:>8}' for phase in PHASES)}"
    for trouble in TROUBLES:
        cells = [(sink, trouble, phase) for phase in PHASES]
        if possible.intersection(cells):
            shown = [str(len(coverage.cells.get(cell, ())) or ".") if cell in possible else "" for cell in cells]
            yield f"  {trouble:<22}{''.join(f'{each:>8}' for each in shown)}"
    yield ""
