"""Random choices that are written down, so that they can be made again, and one of them otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

_Item = TypeVar("_Item")
_NEAR = 8  # a decision that is changed a little moves by so manieth of all that it could be


class Decisions:
    """Choices among so many: those that were made before are made again, the others are drawn.

    Attributes:
        made: all of them, as numbers.

    Args:
        random: draws what isn't known.
        known: those of another time, the first ones first; where there are fewer to choose from now, the
            remainder counts.
        changed: which of these is made otherwise.
    """

    def __init__(self, random: Random, known: Sequence[int] = (), changed: int | None = None) -> None:
        self.made: list[int] = []
        self._random = random
        self._known = known
        self._changed = changed

    def between(self, least: int, most: int) -> int:
        """A number, both ends included."""
        return least + self._made(self._below(most - least + 1))

    def among(self, items: Sequence[_Item]) -> _Item:
        """One of the items."""
        return items[self.between(0, len(items) - 1)]

    def happens(self, share: float) -> bool:
        """Whether something happens that does in such a share of all cases."""
        place = len(self.made)
        if self._is_known(place):
            return bool(self._made(self._known[place] % 2))
        if place == self._changed:
            return bool(self._made(1 - self._known[place] % 2))
        return bool(self._made(int(self._random.random() < share)))

    def _below(self, many: int) -> int:
        place = len(self.made)
        if self._is_known(place):
            return self._known[place] % many
        if place == self._changed and self._random.random() < 1 / 2:
            step = 1 + self._random.randrange(max(many // _NEAR, 1))
            return (self._known[place] + self._random.choice((-step, step))) % many
        return self._random.randrange(many)

    def _is_known(self, place: int) -> bool:
        return place < len(self._known) and place != self._changed

    def _made(self, number: int) -> int:
        self.made.append(number)
        return number
