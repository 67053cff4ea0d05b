"""`--shard I/N`: one of N parts of what is to be run, for the jobs of a CI matrix."""

from __future__ import annotations

import re
from typing import NamedTuple

import click

from wptest.play.job import Job


class Shard(NamedTuple):
    """Part `number` of `parts`, counted from 1."""

    number: int
    parts: int

    def of(self, jobs: list[Job]) -> list[Job]:
        """Every `parts`th of the jobs; each is in one shard, and those of a long matrix are in different ones.

        Raises:
            click.UsageError: some shard would have nothing to run, and so would prove nothing.
        """
        if self.parts > len(jobs):
            raise click.UsageError(
                f"{self.parts} shards are too many for {len(jobs)} variant{'s' if len(jobs) > 1 else ''}"
            )
        return jobs[self.number - 1 :: self.parts]


def _read(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Shard | None:
    """Read `I/N`, with I from 1 to N."""
    if value is None:
        return None
    match = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", value, re.ASCII)
    if match is None or int(match[1]) > int(match[2]):
        raise click.BadParameter(f"'{value}' is no shard: expected I/N like 1/4, with I from 1 to N")
    return Shard(int(match[1]), int(match[2]))


option = click.option("--shard", metavar="I/N", callback=_read, help="Run part I of N only: every Nth variant.")
