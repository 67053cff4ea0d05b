"""`wptest timeline`: run a scenario and print what happened, one line for each event."""

from __future__ import annotations

import click

from wptest.collect.find import VariantGoneError
from wptest.collect.selection import Selection
from wptest.commands import exits, failed_last, options
from wptest.commands.jobs import Job, Settings, execute
from wptest.commands.planning import plan
from wptest.commands.selecting import selecting
from wptest.commands.targets import find_targets
from wptest.language.diagnostic import InvalidScenario
from wptest.language.glob import Glob
from wptest.report.summary import Summary
from wptest.report.text import headline
from wptest.report.timeline import render, rows_of


@click.command("timeline", epilog=exits.HELP)
@click.argument("path", metavar="PATH")
@selecting
@failed_last.only
@options.seed
@click.option("--all", "every", is_flag=True, help="Show every variant, not the first alone.")
@click.option("--events", "globs", metavar="GLOB", multiple=True, help="Show such events only, like 'rescue.*'.")
@options.disk
@options.behaviour
def command(
    path: str,
    *,
    selection: Selection,
    only_failed: bool,
    seed: int,
    every: bool,
    globs: tuple[str, ...],
    disk: str,
    behaviours: tuple[str, ...],
) -> int:
    """Run a scenario and print what happened, one line for each event, and how it ended.

    PATH is a scenario file, FILE::SCENARIO or FILE::SCENARIO::VARIANT. A stretch of deliveries is one line.
    """
    settings = options.settings(seed, disk, behaviours)
    jobs = plan(find_targets([path]), selection)
    if only_failed:
        jobs = failed_last.failed(jobs, settings)
    shown = jobs if every else jobs[:1]
    if len(shown) < len(jobs):
        click.echo(f"the first of {len(jobs)} variants; --all shows all, FILE::SCENARIO::VARIANT another one\n")
    summary = Summary(planned=len(shown))
    for job in shown:
        summary.add(_show(job, settings, globs))
    return exits.exit_code(summary)


def _show(job: Job, settings: Settings, globs: tuple[str, ...]) -> str:
    try:
        result = execute(job, settings)
    except InvalidScenario as error:
        click.echo(error.render(settings.circumstances.cwd))
        return "invalid"
    except VariantGoneError as error:
        raise click.UsageError(str(error)) from None
    patterns = [Glob(glob) for glob in globs]
    events = [each for each in result.events if not patterns or any(glob.matches(each.kind) for glob in patterns)]
    click.echo("\n".join([result.name, *render(rows_of(result, events)), headline(result), ""]))
    return result.outcome.value
