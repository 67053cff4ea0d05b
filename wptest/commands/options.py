"""What several subcommands share: their seed, their disk, and the circumstances that these make."""

from __future__ import annotations

import os
from pathlib import Path

import click

from wptest.commands.jobs import Settings
from wptest.report.replay import Circumstances
from wptest.run.environment import EnvironmentMistakeError, handed_on

seed = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of all random choices."
)
disk = click.option(
    "--disk",
    type=click.Choice(["memory", "real"]),
    default="memory",
    show_default=True,
    help="Run on a simulated disk, or on this machine's in a temporary directory; the results are the same.",
)


def settings(seed: int, disk: str) -> Settings:
    """Settings from the options and the environment.

    Raises:
        click.UsageError: an environment variable makes no sense.
    """
    try:
        environment = handed_on(os.environ)
    except EnvironmentMistakeError as error:
        raise click.UsageError(str(error)) from None
    return Settings(seed, Circumstances(Path.cwd(), disk, environment))
