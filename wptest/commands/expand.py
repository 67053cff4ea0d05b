"""`wptest expand`: the variants that matrices make, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from wptest.commands import exits
from wptest.commands.targets import Target, find_targets
from wptest.language.diagnostic import InvalidScenario
from wptest.language.outline import Outline, outline


@click.command("expand", epilog=exits.HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def command(paths: tuple[str, ...]) -> int:
    """List the variants of scenarios: what `wptest run` would run, and the values of each.

    PATH is a file, a directory, FILE::SCENARIO or FILE::SCENARIO::VARIANT.
    """
    count = 0
    code = exits.ExitCode.PASSED
    for target in find_targets(paths):
        try:
            outlines = outline(target.path)
        except InvalidScenario as error:
            click.echo(error.render())
            code = exits.ExitCode.INVALID
            continue
        for each in outlines:
            rows = list(_rows(target, each))
            count += len(rows)
            for line in _table(each.id, rows):
                click.echo(line)
    click.echo(f"\n{count} variants")
    return code


def _rows(target: Target, scenario: Outline) -> Iterator[tuple[str, dict[str, str]]]:
    """Id and values of each variant that is meant; one without values where there is no matrix."""
    if not scenario.variants and target.wants(scenario.id, ""):
        yield "", {}
    for variant in scenario.variants:
        if target.wants(scenario.id, variant.id):
            yield variant.id, {name: _text(value) for name, value in variant.values.items()}


def _table(title: str, rows: list[tuple[str, dict[str, str]]]) -> Iterator[str]:
    names = list(dict.fromkeys(name for _, values in rows for name in values))
    if rows and not names:
        yield title
        return
    cells = [["variant", *names], *([each, *(values.get(name, "-") for name in names)] for each, values in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    yield f"{title}: {len(rows)} variants"
    for row in cells:
        yield f"  {_aligned(row, widths)}"


def _aligned(row: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
