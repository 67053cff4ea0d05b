"""`wptest shrink`: the smallest scenario that still fails for the same reason."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import click

from engine.text.display import printable
from wptest.console import exits, shared_options
from wptest.console.output import write_file
from wptest.console.path_arguments import find_targets
from wptest.console.planning import variants_of
from wptest.console.pools.pool_choice import pool_of
from wptest.console.scenario_file import scenario_file
from wptest.console.shared_options import Whole
from wptest.explore.rewriting.shrink import MOST_RUNS, NoFailureError, Shrunk, shrink
from wptest.explore.shared_runs import Sharing
from wptest.extend.modules import Patience
from wptest.kept.circumstances import Circumstances
from wptest.play.job import Job, job_of, variant_of
from wptest.pool.pool_port import LostError
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.text.wording import so_many

_ENDING = "-shrunk"


@click.command("shrink", epilog=exits.HELP)
@click.argument("path", metavar="PATH")
@shared_options.workers
@shared_options.behaviour
@shared_options.seed
@shared_options.timeout
@click.option("--most", type=Whole(min=1), default=MOST_RUNS, show_default=True, help="Do at most N runs.")
@click.option("--reason", metavar="NAME", help="What must stay broken: the name of an invariant or expectation.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
@shared_options.circumstances
def command(
    path: str,
    *,
    workers: int,
    circumstances: Circumstances,
    most: int,
    reason: str | None,
    output: Path | None,
) -> int:
    """Make a failing scenario as small as it can be: leave out what its failure doesn't need, round the numbers.

    What comes out fails for the same reason: it breaks the same invariant, or the same expectation. With a
    behaviour it passes on the reference. It is written to standard output, or to a file.

    PATH is a scenario file, FILE::SCENARIO or FILE::SCENARIO::VARIANT; the first variant that fails is taken.
    """
    try:
        variant = _failing(path, circumstances.options)
        with pool_of(workers) as pool:
            sharing = Sharing(pool, partial(_found, job_of(variant), circumstances.timeout))
            shrunk = shrink(variant, circumstances.options, most=most, reason=reason, sharing=sharing)
    except LostError as error:
        raise click.ClickException(str(error)) from None
    except NoFailureError as error:
        raise click.UsageError(str(error)) from None
    name = str(shrunk.scenario["scenario"]).removesuffix(_ENDING) + _ENDING
    shows = f"Shows: {shrunk.reason}: {printable(shrunk.message)}"
    file = scenario_file(variant, shrunk.scenario | {"scenario": name}, circumstances, output, [shows])
    _write(file.text, output)
    click.echo("\n".join(filter(None, (_summary(variant, shrunk), file.lacks))), err=True)
    return exits.ExitCode.PASSED if shrunk.interrupt is None else exits.interrupted(shrunk.interrupt)


def _found(job: Job, timeout: int) -> LoadedVariant:
    """In a worker: the scenario that is shrunk."""
    Patience.limit = timeout
    return variant_of(job)


def _failing(path: str, run_options: RunOptions) -> LoadedVariant:
    """The first variant that fails; a single one whatever it does, for its reason why not."""
    variants = [each for each in variants_of(find_targets([path])) if not each.skip]
    if not variants:
        raise NoFailureError(f"every variant of {path} is skipped, so there is nothing to shrink")
    if len(variants) == 1:
        return variants[0]
    outcomes: Counter[str] = Counter()
    for each in variants:
        outcome = run_variant(each, run_options).outcome.value
        if outcome == "failed":
            return each
        outcomes[outcome] += 1
    came = ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items())
    raise NoFailureError(f"none of the {len(variants)} variants failed ({came}), so there is nothing to shrink")


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        write_file(output, text)
    except click.ClickException:
        click.echo(text, nl=False)  # all that work would be lost
        raise


def _summary(variant: LoadedVariant, shrunk: Shrunk) -> str:
    before = so_many(len(variant.scenario.when), "step")
    text = f"{before} before, {shrunk.steps} now, in {shrunk.runs} runs; it shows {shrunk.reason}"
    if shrunk.interrupt is not None:
        text = f"interrupted: {text}\nthere is more to try"
    elif not shrunk.complete:
        text += f"\nthere is more to try: --most {2 * shrunk.runs}"
    return text
