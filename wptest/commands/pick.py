"""For commands that look at variants without running them: the ones that a PATH means, loaded and checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import click

from wptest.commands.exits import ExitCode
from wptest.commands.targets import find_targets
from wptest.language.diagnostic import InvalidScenario
from wptest.language.load import LoadedVariant, load_file


def show_each(path: str, show: Callable[[str, LoadedVariant], None], *, every: bool) -> ExitCode:
    """Show the first variant of each scenario, or `every` one; an invalid file's mistakes instead.

    Raises:
        click.UsageError: nothing is of that name.
    """
    try:
        picked = list(_picked(path, every=every))
    except InvalidScenario as error:
        click.echo(error.render())
        return ExitCode.INVALID
    if not picked:
        message = f"there is no such scenario or variant: {path!r}"
        raise click.UsageError(message)
    for name, variant in picked:
        show(name, variant)
    return ExitCode.PASSED


def _picked(path: str, *, every: bool) -> Iterator[tuple[str, LoadedVariant]]:
    for target in find_targets([path]):
        for loaded in load_file(target.path, os.environ):
            wanted = [each for each in loaded.variants if target.wants(loaded.outline.id, each.id)]
            yield from ((_name(loaded.outline.id, each.id), each) for each in (wanted if every else wanted[:1]))


def _name(scenario: str, variant: str) -> str:
    return f"{scenario}::{variant}" if variant else scenario
