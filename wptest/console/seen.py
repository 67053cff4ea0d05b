"""The extensions that the scenarios of a directory see, or the mistakes in the code that has them."""

from __future__ import annotations

from pathlib import Path

import click

from wptest.extend.discovery import find_extensions
from wptest.shapes.extension import Extensions
from wptest.text.scenario_source import InvalidScenario


def extensions_seen(directory: str) -> Extensions | None:
    """The extensions; None, and every mistake shown, where something is wrong with them."""
    found = find_extensions(Path(directory))
    if not found.problems:
        return found.extensions
    click.echo(InvalidScenario(found.problems).render(Path.cwd()), err=True)
    return None
