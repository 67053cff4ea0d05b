"""Some of many, evenly spread, where not all can be tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def evenly(items: Sequence[_Item], most: int | None) -> Sequence[_Item]:
    """At most so many of the items, in order and evenly spread; all of them without a bound."""
    if most is None or len(items) <= most:
        return items
    return [items[number] for number in spread(len(items), most, turn=0)]


def spread(items: int, most: int, turn: int) -> Sequence[int]:
    """At most so many of the numbers below `items`, evenly spread, in each turn others."""
    if items <= most:
        return range(items)
    if most <= 0:
        return ()
    offset = turn * items * 618 // 1000  # the golden section leaves no gap for long
    return sorted((number * items // most + offset) % items for number in range(most))
