"""What came of an exploration's runs, by the operation that was struck, and by how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Struck(NamedTuple):
    """What was struck, such as `wparse: append data/out_dat/a.dat`, and how, such as `kill`."""

    operation: str
    how: str


@dataclass(slots=True)
class Grid:
    """How many runs there are of each, how many were done, and how many of these broke something."""

    planned: Counter[Struck] = field(default_factory=Counter)
    done: Counter[Struck] = field(default_factory=Counter)
    broken: Counter[Struck] = field(default_factory=Counter)

    def book(self, struck: Struck, *, broken: bool) -> None:
        """Book a run that was done."""
        self.done[struck] += 1
        self.broken[struck] += broken

    def cells(self) -> Iterator[tuple[Struck, int, int, int]]:
        """Each with how many runs held, how many broke something, and how many were not done, in order."""
        for struck, planned in self.planned.items():
            done, broken = self.done[struck], self.broken[struck]
            yield struck, done - broken, broken, planned - done
