"""The options that select variants, for every command that takes PATHs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from wptest.play.name_expression import Expression, ExpressionError, parse
from wptest.play.selection import Selection, TagChoice, TagError

Command = Callable[..., Any]


def selecting(command: Command) -> Command:
    """Give a command `--tag` and `-k`, which it gets as one `selection`."""

    @wraps(command)
    def with_selection(*args: Any, tags: tuple[TagChoice, ...], words: Expression | None, **others: Any) -> Any:
        return command(*args, selection=Selection(tags, words), **others)

    return _tag(_words(with_selection))


def _read_tags(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[TagChoice, ...]:
    try:
        return tuple(map(TagChoice.read, values))
    except TagError as error:
        raise click.BadParameter(str(error)) from None


def _read_words(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Expression | None:
    if value is None:
        return None
    try:
        return parse(value)
    except ExpressionError as error:
        raise click.BadParameter(f"{value!r}: {error}") from None


_tag = click.option(
    "--tag",
    "tags",
    metavar="TAG",
    multiple=True,
    callback=_read_tags,
    help="Only scenarios with this tag; a,b is a or b, !a is without a. Given again, all must fit.",
)
_words = click.option(
    "-k",
    "words",
    metavar="EXPR",
    callback=_read_words,
    help="Only variants that have these words in their names, like 'KILL and not sent=99'.",
)
