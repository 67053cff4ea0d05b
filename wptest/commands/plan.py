"""`wptest plan`: the timeline of a scenario before it runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from wptest.console import exits
from wptest.console.planning import picked
from wptest.console.selecting import selecting
from wptest.console.terminal import columns_of_picture
from wptest.play.selection import Selection
from wptest.report.picture.planned import planned_picture
from wptest.report.picture.text_lanes import text_lanes
from wptest.report.plan import plan_of
from wptest.report.remarks import remarks
from wptest.scenario.load import LoadedVariant


@click.command("plan", epilog=exits.HELP)
@click.argument("path", metavar="PATH")
@click.option("--all", "every", is_flag=True, help="Show every variant, not the first alone.")
@click.option("--lanes", is_flag=True, help="Draw it, too: programs, sinks and faults as far as they are known.")
@selecting
def command(path: str, *, every: bool, lanes: bool, selection: Selection) -> None:
    """Show when the steps of a scenario come, before it runs, and what there is to warn of.

    PATH is a scenario file, FILE::SCENARIO or FILE::SCENARIO::VARIANT. Warnings don't change the exit code.
    """
    told: dict[str, None] = {}
    for name, variant in picked(path, selection, every=every):
        _show(name, variant, lanes=lanes)
        told |= dict.fromkeys(remarks(variant, Path.cwd()))
    for remark in told:
        click.echo(f"{remark}\n")


def _show(name: str, variant: LoadedVariant, *, lanes: bool) -> None:
    plan = plan_of(variant)
    click.echo(name)
    for note in plan.notes:
        click.echo(f"  {note}")
    width = max(len(time) for time, _ in plan.rows)
    for time, text in plan.rows:
        click.echo(f"  {time:>{width}}  {text}")
    if lanes:
        columns = columns_of_picture(sys.stdout)
        click.echo("\n".join(["", *text_lanes(planned_picture(variant), columns)]))
    click.echo()
