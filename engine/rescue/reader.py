"""Reads a rescue file into units to be delivered, leaving out what can't be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from engine.behaviour import Behaviour
from engine.rescue.checkpoint import Position
from engine.storage.chunks import LineReader
from engine.storage.files import Handle


@dataclass(frozen=True, slots=True)
class Unit:
    """Lines that follow each other in the file; `start` is the place of the first, `end` what comes after them."""

    start: Position
    lines: Sequence[bytes]
    end: Position

    def after(self, lines: int) -> Position:
        """The place after the first `lines` of the unit."""
        if lines == len(self.lines):
            return self.end
        size = sum(len(line) + 1 for line in self.lines[:lines])
        return Position(self.start.lines + lines, self.start.offset + size)


@dataclass(slots=True)
class StillUnread:
    """What the reader left out: how many blank lines, and the lines that can't be decoded, by line number."""

    blank: int = 0
    poison: list[tuple[int, bytes]] = field(default_factory=list)


class PoisonLineError(Exception):
    """A line can't be decoded, and the behaviour is to give up (D9)."""


class RescueReader:
    """Gives units of contiguous good lines from `position` on.

    Lines are kept byte for byte, a carriage return included. Blank ones (white space only) are left out and
    counted; ones that aren't UTF-8 are left out and kept in `left.poison`. Those that the sink has `refused`, by
    number, are left out as well: they are in quarantine.
    """

    def __init__(
        self,
        handle: Handle,
        behaviour: Behaviour,
        position: Position,
        refused: Collection[tuple[int, bytes]] = frozenset(),
    ) -> None:
        self.left = StillUnread()
        self.position = position
        self._handle = handle
        self._reader = LineReader(handle, position.offset)
        self._refused = refused
        self._behaviour = behaviour
        self._sends_blank = behaviour.blank_line == "send"
        self._sends_unfinished = behaviour.unfinished_line == "sent"
        self._waiting: list[Unit] = []

    async def take(self, most: int) -> Unit | None:
        """The next unit of at most `most` lines, or None at the end; the unit may have no lines at all.

        Raises:
            PoisonLineError: the behaviour is to give up on a line that can't be decoded.
            OSError: the file can't be read.
        """
        if self._waiting:
            return self._waiting.pop(0)
        start = self.position
        lines = await self._reader.take(most, unfinished=self._sends_unfinished)
        if not lines:
            return None
        self.position = Position(start.lines + len(lines), self._reader.offset)
        if self._all_good(start, lines):
            return Unit(start, lines, self.position)
        self._waiting = self._sift(start, lines)
        return self._waiting.pop(0)

    def another(self) -> RescueReader:
        """A reader of the same file, from where this one is."""
        return RescueReader(self._handle, self._behaviour, self.position, self._refused)

    def _all_good(self, start: Position, lines: Sequence[bytes]) -> bool:
        """Whether no line has to be left out: one pass in C for each question."""
        if self._refused and any(each in self._refused for each in enumerate(lines, start.lines + 1)):
            return False
        if not self._sends_blank and not all(map(bytes.strip, lines)):
            return False
        try:
            b"\n".join(lines).decode()
        except UnicodeDecodeError:
            return False
        return True

    def _sift(self, start: Position, lines: Sequence[bytes]) -> list[Unit]:
        """Cut the batch into units between the lines that are left out."""
        units: list[Unit] = []
        good: list[bytes] = []
        begin = place = start
        for line in lines:
            after = Position(place.lines + 1, min(place.offset + len(line) + 1, self.position.offset))
            if self._is_good(line, after.lines):
                good.append(line)
            else:
                units.append(Unit(begin, good, after))
                good, begin = [], after
            place = after
        units.append(Unit(begin, good, place))
        return units

    def _is_good(self, line: bytes, number: int) -> bool:
        if (number, line) in self._refused:
            return False
        if not line.strip():
            if self._sends_blank:
                return True
            self.left.blank += 1
            return False
        try:
            line.decode()
        except UnicodeDecodeError as error:
            if self._behaviour.poison_line == "abort":
                raise PoisonLineError(f"line {number}: {error.reason}") from error
            if self._behaviour.poison_line == "quarantine":
                self.left.poison.append((number, line))
            return False
        return True
