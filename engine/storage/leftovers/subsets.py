"""Every choice of some of a number of things, the most telling ones first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeVar

_T = TypeVar("_T")


def some_of(things: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """None, all, the first ones, all but one, one, and then the others."""
    yield ()
    yield things
    for number in range(1, len(things)):
        yield things[:number]
    for missing in range(len(things)):
        yield [thing for number, thing in enumerate(things) if number != missing]
    for number in range(1, len(things) - 1):
        yield from combinations(things, number)
