"""How much of the input a program has taken, as far as that can be seen: up to the last line that came out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from wptest.subject.growth import Growth


class Input:
    """The input file, and the last of its lines that was seen anywhere else.

    Attributes:
        accepted: how many of its lines a program must have read.
    """

    def __init__(self, path: Path) -> None:
        self.accepted = 0
        self._growth = Growth(path, from_start=True)
        self._places: dict[bytes, int] = {}
        self._lines = 0

    @property
    def is_read(self) -> bool:
        """Whether its last line has been seen."""
        self._look()
        return self.accepted >= self._lines

    @property
    def lines(self) -> int:
        """How many lines it has."""
        self._look()
        return self._lines

    def seen(self, lines: Iterable[bytes]) -> None:
        """These lines were seen in a target or in a rescue file."""
        self._look()
        places = self._places
        for line in lines:
            place = places.get(line, 0)
            self.accepted = max(self.accepted, place)

    def claimed(self, lines: int) -> None:
        """A program says that it has read so many."""
        self.accepted = max(self.accepted, min(lines, self.lines))

    def _look(self) -> None:
        for line in self._growth.lines():
            self._lines += 1
            self._places.setdefault(line, self._lines)
