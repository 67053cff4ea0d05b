"""The variants that the PATH of a command means, loaded and checked but not run."""

from __future__ import annotations

import os

import click

from wptest.commands.targets import find_targets
from wptest.language.load import LoadedVariant, load_file


def pick(path: str, *, every: bool) -> list[tuple[str, LoadedVariant]]:
    """Names and variants: the first of each scenario, or `every` one.

    Raises:
        click.UsageError: nothing is of that name.
        InvalidScenario: a file has mistakes.
    """
    picked: list[tuple[str, LoadedVariant]] = []
    for target in find_targets([path]):
        for loaded in load_file(target.path, os.environ):
            wanted = [each for each in loaded.variants if target.wants(loaded.outline.id, each.id)]
            picked += [(_name(loaded.outline.id, each.id), each) for each in (wanted if every else wanted[:1])]
    if not picked:
        message = f"there is no such scenario or variant: {path!r}"
        raise click.UsageError(message)
    return picked


def _name(scenario: str, variant: str) -> str:
    return f"{scenario}::{variant}" if variant else scenario
