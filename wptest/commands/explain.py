"""`wptest explain`: every value of a scenario as it runs, and where each comes from."""

from __future__ import annotations

import os

import click

from wptest.commands import exits
from wptest.commands.pick import show_each
from wptest.language.load import LoadedVariant
from wptest.report.explain import explain

_WIDEST = 60


@click.command("explain", epilog=exits.HELP)
@click.argument("path", metavar="PATH")
@click.option("--all", "every", is_flag=True, help="Show every variant, not the first alone.")
def command(path: str, *, every: bool) -> int:
    """Show every value of a scenario as it runs, and where each comes from: a line, defaults, steps, the matrix.

    PATH is a scenario file, FILE::SCENARIO or FILE::SCENARIO::VARIANT.
    """
    return show_each(path, _show, every=every)


def _show(name: str, variant: LoadedVariant) -> None:
    click.echo(name)
    rows = explain(variant, os.environ)
    path_width = min(_WIDEST, max(len(row.path) for row in rows))
    value_width = min(_WIDEST, max(len(row.value) for row in rows))
    for row in rows:
        click.echo(f"  {row.path:<{path_width}}  {row.value:<{value_width}}  {row.origin}".rstrip())
    click.echo()
