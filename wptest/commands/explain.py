"""`wptest explain`: every value of a scenario as it runs, and where each comes from."""

from __future__ import annotations

import os

import click

from engine.text.display import aligned, printable
from wptest.console import exits
from wptest.console.planning import picked
from wptest.console.selecting import selecting
from wptest.play.selection import Selection
from wptest.report.explain import explain

_WIDEST = 60


@click.command("explain", epilog=exits.HELP)
@click.argument("path", metavar="PATH")
@click.option("--all", "every", is_flag=True, help="Show every variant, not the first alone.")
@selecting
def command(path: str, *, every: bool, selection: Selection) -> None:
    """Show every value of a scenario as it runs, and where each comes from: a line, defaults, steps, the matrix.

    PATH is a scenario file, FILE::SCENARIO or FILE::SCENARIO::VARIANT.
    """
    for name, variant in picked(path, selection, every=every):
        click.echo(name)
        rows = [tuple(map(printable, (row.path, row.value, row.origin))) for row in explain(variant, os.environ)]
        click.echo("".join(f"  {line}\n" for line in aligned(rows, widest=_WIDEST)))
