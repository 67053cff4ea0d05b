"""Reads a rescue file into units to be delivered, leaving out what can't be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.behaviour import Behaviour
from engine.rescue.entries import parse_entry
from engine.rescue.entry_items import PoisonEntryError
from engine.rescue.resuming.file_identity import Position
from engine.storage.chunks import LineReader
from engine.storage.files import Handle


class Unit(NamedTuple):
    """Lines that follow each other in the file; `start` is the place of the first, `end` what comes after them."""

    start: Position
    lines: Sequence[bytes]
    end: Position

    def after(self, lines: int) -> Position:
        """The place after the first `lines` of the unit."""
        return self.end if lines == len(self.lines) else self.right_after(lines)

    def right_after(self, lines: int) -> Position:
        """The same, before what comes next and has been left out."""
        data = b"".join(line + b"\n" for line in self.lines[:lines])
        if self.start.offset + len(data) > self.end.offset:  # the last line of a file, without an end
            return self.end
        return self.start.behind(data, lines)


class PoisonLine(NamedTuple):
    """A line that can't be decoded: its number, its bytes, and the checksum of the file up to its end."""

    number: int
    line: bytes
    checksum: int = 0


@dataclass(slots=True)
class StillUnread:
    """What the reader left out.

    Attributes:
        blank: how many blank lines.
        known: how many lines that have been delivered already.
        poison: the lines that can't be decoded.
    """

    blank: int = 0
    known: int = 0
    poison: list[PoisonLine] = field(default_factory=list)


class PoisonLineError(Exception):
    """A line can't be decoded, and the behaviour is to give up (D9)."""


class RescueReader:
    """Gives units of contiguous good lines from `position` on.

    Lines are kept byte for byte, a carriage return included. Blank ones (white space only) are left out and
    counted; ones that aren't UTF-8 are left out and kept in `left.poison`, and so is a last one without an end that
    has zeros in it: where the power goes, a file may keep its size and not its bytes. Left out are also those that
    the sink has `refused`, by number, as they are in quarantine, and `known` ones, which have been delivered
    already, as often as they were.
    """

    def __init__(
        self,
        handle: Handle,
        behaviour: Behaviour,
        position: Position,
        known: Counter[bytes] | None = None,
        refused: Collection[tuple[int, bytes]] = frozenset(),
    ) -> None:
        self.left = StillUnread()
        self.position = position
        self._known = Counter(known)
        self._reader = LineReader(handle, position.offset)
        self._refused = refused
        self._behaviour = behaviour
        self._sends_blank = behaviour.blank_line == "send"
        self._sends_unfinished = behaviour.unfinished_line == "sent"
        self._has_entries = behaviour.rescue_lines == "entries"
        self._waiting: list[Unit] = []
        self._poison: PoisonLineError | None = None

    async def take(self, most: int) -> Unit | None:
        """The next unit of at most `most` lines, or None at the end; the unit may have no lines at all.

        Raises:
            PoisonLineError: the behaviour is to give up on a line that can't be decoded.
            OSError: the file can't be read.
        """
        if self._waiting:
            return self._waiting.pop(0)
        if self._poison is not None:
            raise self._poison
        start = self.position
        lines, data = await self._reader.take_with_bytes(most, unfinished=self._sends_unfinished)
        if not lines:
            return None
        self.position = start.behind(data, len(lines))
        if self._all_good(start, lines, data):
            return Unit(start, lines, self.position)
        self._waiting = self._sift(start, lines)
        return await self.take(most)

    def _all_good(self, start: Position, lines: Sequence[bytes], data: bytes | memoryview) -> bool:
        """Whether no line has to be left out: one pass in C for each question."""
        if self._refused and any(each in self._refused for each in enumerate(lines, start.lines + 1)):
            return False
        if self._has_entries or self._known or (not self._sends_blank and not all(map(bytes.strip, lines))):
            return False
        try:
            str(data, "utf-8")
        except UnicodeDecodeError:
            return False
        return data[-1:] == b"\n" or b"\0" not in lines[-1]

    def _sift(self, start: Position, lines: Sequence[bytes]) -> list[Unit]:
        """Cut the batch into units between the lines that are left out."""
        units: list[Unit] = []
        good: list[bytes] = []
        begin = place = start
        for line in lines:
            data = line if place.offset + len(line) == self.position.offset else line + b"\n"
            after = place.behind(data, 1)
            if self._is_end(line, after, ends=data is not line):
                break
            if self._is_good(line, after, ends=data is not line):
                good.append(line)
            else:
                units.append(Unit(begin, good, after))
                good, begin = [], after
            place = after
        units.append(Unit(begin, good, place))
        return units

    def _is_end(self, line: bytes, after: Position, *, ends: bool) -> bool:
        """Whether the behaviour is to give up at a line: what comes before it is given first."""
        if self._behaviour.poison_line != "abort" or self._is_blank(line) or self._known[line] > 0:
            return False
        if why := self._why_poison(line, ends=ends):
            self._poison = PoisonLineError(f"line {after.lines}: {why}")
        return bool(why)

    def _is_good(self, line: bytes, after: Position, *, ends: bool) -> bool:
        if (after.lines, line) in self._refused:
            return False
        if self._known[line] > 0:
            self._known[line] -= 1
            self.left.known += 1
            return False
        if self._is_blank(line):
            if self._sends_blank:
                return True
            self.left.blank += 1
            return False
        why = self._why_poison(line, ends=ends)
        if why and self._behaviour.poison_line == "quarantine":
            self.left.poison.append(PoisonLine(after.lines, line, after.checksum))
        return not why

    def _is_blank(self, line: bytes) -> bool:
        return not (line.strip(b"\r") if self._has_entries else line.strip())

    def _why_poison(self, line: bytes, *, ends: bool) -> str:
        """Why a line can't be sent; empty where it can."""
        return _why_no_entry(line) if self._has_entries else _why_no_text(line, ends=ends)


def _why_no_entry(line: bytes) -> str:
    try:
        parse_entry(line.rstrip(b"\r"))
    except PoisonEntryError as error:
        return str(error) or "it is no entry"
    return ""


def _why_no_text(line: bytes, *, ends: bool) -> str:
    """Why a line can't be sent; empty where it can. Zeros in one that `ends` are its own: somebody sent them."""
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return error.reason
    return "" if ends or b"\0" not in line else "it has no end, and zeros in it"
