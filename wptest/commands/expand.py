"""`wptest expand`: the variants that matrices make, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click

from engine.text.display import aligned, printable
from wptest.console import exits
from wptest.console.path_arguments import find_targets
from wptest.console.planning import Mistaken, chosen
from wptest.console.selecting import selecting
from wptest.play.selection import Candidate, Selection
from wptest.text.scenario_source import InvalidScenario
from wptest.text.wording import so_many


@click.command("expand", epilog=exits.HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@selecting
def command(paths: tuple[str, ...], *, selection: Selection) -> int:
    """List the variants of scenarios: what `wptest run` would run, the values of each, and the scenario's tags.

    PATH is a file, a directory, FILE::SCENARIO or FILE::SCENARIO::VARIANT.
    """
    found = chosen(find_targets(paths), selection)
    mistaken = [each for each in found if isinstance(each, Mistaken)]
    for each in mistaken:
        click.echo(InvalidScenario(each.diagnostics).render(Path.cwd()))
    candidates = [each for each in found if isinstance(each, Candidate)]
    for _, variants in groupby(candidates, lambda each: (each.path, each.outline.id)):
        for line in _scenario(list(variants)):
            click.echo(line)
    click.echo(f"\n{so_many(len(candidates), 'variant')}")
    return exits.ExitCode.INVALID if mistaken else exits.ExitCode.PASSED


def _scenario(variants: Sequence[Candidate]) -> Iterator[str]:
    outline = variants[0].outline
    tags = f"  [{', '.join(map(printable, outline.tags))}]" if outline.tags else ""
    if not outline.variants:
        yield f"{outline.id}{tags}"
        return
    yield f"{outline.id}: {so_many(len(variants), 'variant')}{tags}"
    rows = [(each.variant_id, dict(each.variant.values)) for each in variants if each.variant is not None]
    names = list(dict.fromkeys(name for _, values in rows for name in values))
    cells = [[name, *(_text(values[axis]) if axis in values else "-" for axis in names)] for name, values in rows]
    yield from (f"  {line}" for line in aligned([["variant", *names], *cells]))


def _text(value: object) -> str:
    return printable(", ".join(map(str, value)) if isinstance(value, list) else str(value))
