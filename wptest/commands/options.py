"""What several subcommands share: their seed, their disk, and the circumstances that these make."""

from __future__ import annotations

import os
from pathlib import Path

import click

from engine.behaviour import REFERENCE
from engine.behaviour.profile import BehaviourError, behaviour_of
from engine.programs.environment import EnvironmentMistakeError, handed_on
from wptest.commands.jobs import Settings
from wptest.explore.also import LEVELS, Level
from wptest.report.replay import Circumstances

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
behaviour = click.option(
    "--behaviour",
    "behaviours",
    metavar="NAME",
    multiple=True,
    help="Run programs that behave so: a profile, or CHOICE=VALUE; may be given again. See `wptest behaviours`.",
)
store = click.option(
    "--store/--no-store", default=True, show_default=True, help="Keep failures, for `wptest replay`."
)
explore = click.option(
    "--explore",
    type=click.Choice(LEVELS),
    default="off",
    show_default=True,
    help="Explore what passes, where a scenario asks for it: with at most 200 runs in each exploration, or all.",
)


def settings(
    seed: int, disk: str, behaviours: tuple[str, ...] = (), *, store: bool = False, explore: Level = "off"
) -> Settings:
    """Settings from the options and the environment.

    Raises:
        click.UsageError: an environment variable makes no sense, or no behaviour has that name.
    """
    try:
        environment = handed_on(os.environ)
        chosen = behaviour_of(behaviours) if behaviours else REFERENCE
    except (EnvironmentMistakeError, BehaviourError) as error:
        raise click.UsageError(str(error)) from None
    cwd = Path.cwd()
    circumstances = Circumstances(cwd, disk, behaviours, environment, cwd if store else None)
    return Settings(seed, circumstances, chosen, explore)
