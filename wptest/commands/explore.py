"""`wptest explore`: run a scenario in every way that its `explore` asks for."""

from __future__ import annotations

from dataclasses import replace

import click

from wptest.commands import exits, options
from wptest.commands.pick import show_each
from wptest.explore.again import keeper
from wptest.explore.explore import NotDone, explore
from wptest.language.explore import CrashExplore, ErrorExplore, Explore
from wptest.language.load import LoadedVariant
from wptest.report.exploration import exploration_text
from wptest.run.world import RunOptions

_DEFAULT = Explore(crash=CrashExplore(), errors=ErrorExplore())


@click.command("explore", epilog=exits.HELP)
@click.argument("path", metavar="PATH")
@click.option("--all", "every", is_flag=True, help="Explore every variant, not the first alone.")
@click.option(
    "--most", type=click.IntRange(min=1), metavar="N", help="Do at most so many runs in each exploration."
)
@click.option("--depth", type=click.IntRange(1, 2), help="How many crashes one after the other.")
@options.seed
@options.behaviour
@options.store
def command(
    path: str,
    *,
    every: bool,
    most: int | None,
    depth: int | None,
    seed: int,
    behaviours: tuple[str, ...],
    store: bool,
) -> int:
    """Crash a scenario at every operation, let every operation fail, run it under other interleavings.

    What is done is what the scenario's `explore` asks for; without one, crashes and failing operations. After each
    crash the machine is started again, recovery runs, and the invariants must hold: the scenario's own
    expectations are for its own course.

    PATH is a scenario file, a directory, FILE::SCENARIO or FILE::SCENARIO::VARIANT.
    """
    settings = options.settings(seed, "memory", behaviours, store=store)
    run_options = RunOptions(seed, settings.behaviour, settings.circumstances.environment)
    broken = undone = False

    def show(name: str, variant: LoadedVariant) -> None:
        nonlocal broken, undone
        click.echo(name)
        planned = _with_plan(variant, depth)
        for report in explore(planned, run_options, most=most):
            lines = exploration_text(report, keeper(planned, run_options, settings.circumstances))
            click.echo("\n".join(f"  {line}" for line in lines))
            broken = broken or bool(report.failures)
            undone = undone or isinstance(report, NotDone)

    code = show_each(path, show, every=every)
    if broken:
        return exits.ExitCode.FAILED
    return exits.ExitCode.UNVERIFIED if undone and code == exits.ExitCode.PASSED else code


def _with_plan(variant: LoadedVariant, depth: int | None) -> LoadedVariant:
    """The variant with what is to be explored: its own plan or the default, at the depth that was asked for."""
    plan = variant.scenario.explore or _DEFAULT
    if depth is not None:
        crash = (plan.crash or CrashExplore()).model_copy(update={"depth": depth})
        plan = plan.model_copy(update={"crash": crash})
    return replace(variant, scenario=variant.scenario.model_copy(update={"explore": plan}))
