"""A part of a list that stands for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def evenly(items: Sequence[T], most: int | None) -> Sequence[T]:
    """At most so many of the items, in order and evenly spread; all of them without a bound."""
    if most is None or len(items) <= most:
        return items
    return [items[number * len(items) // most] for number in range(most)]
