"""For commands that look at variants without running them: the ones that a PATH means, loaded and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click

from wptest.console.exits import ExitCode
from wptest.console.path_arguments import find_targets
from wptest.console.planning import plan
from wptest.play.job import Job, variant_of
from wptest.play.selection import Selection
from wptest.scenario.load import LoadedVariant
from wptest.text.scenario_source import InvalidScenario


def show_each(
    path: str, selection: Selection, show: Callable[[str, LoadedVariant], None], *, every: bool
) -> ExitCode:
    """Show the first variant of each scenario, or `every` one; an invalid file's mistakes instead.

    Raises:
        click.UsageError: nothing is of that name, or nothing is selected.
    """
    jobs = plan(find_targets([path]), selection)
    try:
        picked = [(job.name, variant_of(job)) for job in (jobs if every else _first_of_each(jobs))]
    except InvalidScenario as error:
        click.echo(error.render())
        return ExitCode.INVALID
    for name, variant in picked:
        show(name, variant)
    return ExitCode.PASSED


def _first_of_each(jobs: list[Job]) -> Iterator[Job]:
    """The first variant of each scenario."""
    seen = set()
    for job in jobs:
        if (job.path, job.scenario) not in seen:
            seen.add((job.path, job.scenario))
            yield job
