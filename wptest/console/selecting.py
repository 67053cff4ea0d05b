"""The options that select what is run: tags, words in names, what failed last, one part of it all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import click

from wptest.kept.last_failed import LastFailed
from wptest.play.job import Job
from wptest.play.name_expression import NameExpression, NameExpressionError, read_name_expression
from wptest.play.selection import Selection, TagChoice, TagError
from wptest.text.wording import so_many

_Command = Callable[..., Any]


def selecting(command: _Command) -> _Command:
    """Give a command `--tag` and `-k`, which it gets as one `selection`."""

    @wraps(command)
    def with_selection(*args: Any, tags: tuple[TagChoice, ...], words: NameExpression | None, **others: Any) -> Any:
        return command(*args, selection=Selection(tags, words), **others)

    return _tag(_words(with_selection))


def _read_tags(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[TagChoice, ...]:
    try:
        return tuple(map(TagChoice.read, values))
    except TagError as error:
        raise click.BadParameter(str(error)) from None


def _read_words(_context: click.Context, _parameter: click.Parameter, value: str | None) -> NameExpression | None:
    if value is None:
        return None
    try:
        return read_name_expression(value)
    except NameExpressionError as error:
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


last_failed_only = click.option(
    "--lf",
    "--last-failed",
    "only_failed",
    is_flag=True,
    help="Only what was no pass when it ran last; everything, if nothing was.",
)
last_failed_first = click.option(
    "--ff", "--failed-first", "failed_first", is_flag=True, help="First what was no pass when it ran last."
)


def those_failed_last(jobs: Sequence[Job], cwd: Path) -> list[Job]:
    """Those that were no pass last time, and those of files with mistakes; all of them if nothing is known."""
    known = [_was_no_pass(job, cwd) for job in jobs]
    if not any(known):
        click.echo("note: nothing here was no pass last time, so nothing is left out", err=True)
        return list(jobs)
    chosen = [job for job, was_no_pass in zip(jobs, known, strict=True) if job.mistakes or was_no_pass]
    click.echo(f"note: {len(chosen):,} of {so_many(len(jobs), 'variant')}: no pass last time", err=True)
    return chosen


def failed_in_front(jobs: Sequence[Job], cwd: Path) -> list[Job]:
    """All of them, those that were no pass last time in front."""
    return sorted(jobs, key=lambda job: not _was_no_pass(job, cwd))


def _was_no_pass(job: Job, cwd: Path) -> bool:
    return LastFailed(cwd).has(job.path, job.scenario, job.variant)


class Shard(NamedTuple):
    """Part `number` of `parts`, counted from 1."""

    number: int
    parts: int

    def __str__(self) -> str:
        return f"{self.number}/{self.parts}"

    def of(self, jobs: list[Job]) -> list[Job]:
        """Every `parts`th of the jobs; each is in one shard, and those of a long matrix are in different ones.

        Raises:
            click.UsageError: some shard would have nothing to run, and so would prove nothing.
        """
        if self.parts > len(jobs):
            raise click.UsageError(f"{self.parts} shards are too many for {so_many(len(jobs), 'variant')}")
        return jobs[self.number - 1 :: self.parts]


def _read_shard(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Shard | None:
    """Read `I/N`, with I from 1 to N."""
    if value is None:
        return None
    match = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", value, re.ASCII)
    if match is None or int(match[1]) > int(match[2]):
        raise click.BadParameter(f"'{value}' is no shard: expected I/N like 1/4, with I from 1 to N")
    return Shard(int(match[1]), int(match[2]))


sharded = click.option(
    "--shard", metavar="I/N", callback=_read_shard, help="Run part I of N only: every Nth variant."
)
