"""A text in which variables were replaced, and where its characters stand in the text as it was written."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from engine.text.problems import Span


class Piece(NamedTuple):
    """What stands for a variable: from where to where, in the filled text and in the written one."""

    start: int
    end: int
    written_start: int
    written_end: int


class Lines:
    """The lines of a text, each ended by a newline alone: which place an offset is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        while (end := text.find("\n", self._starts[-1])) >= 0:
            self._starts.append(end + 1)

    def offset(self, line: int, column: int) -> int:
        """Where a place stands, counted in characters from 0."""
        return self._starts[min(line, len(self._starts)) - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """The stretch between two offsets, as much of it as stands on its first line: one character at least."""
        line = bisect_right(self._starts, start)
        first_line = self._text[start:end].split("\n", 1)[0]
        return Span(line, start - self._starts[line - 1] + 1, max(1, len(first_line)))


@dataclass(frozen=True)
class Filled:
    """The filled text; `lacking` says whether something in it has no value and so was left as it is."""

    written: str
    text: str
    pieces: tuple[Piece, ...] = ()
    lacking: bool = False

    def span(self, span: Span) -> Span:
        """A place of the filled text, in the written one; of a value it is all that the value is written with."""
        if not self.pieces or not span.length:
            return span
        start = self._lines.offset(span.line, span.column)
        first, last = self._written(start, at_end=False), self._written(start + span.length, at_end=True)
        return self._written_lines.span(first, max(first, last))

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _written_lines(self) -> Lines:
        return Lines(self.written)

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    def _written(self, offset: int, *, at_end: bool) -> int:
        """Where a character, or the end of a stretch, stands in the written text."""
        number = bisect_right(self._starts, offset - 1 if at_end else offset)
        if not number:
            return offset
        piece = self.pieces[number - 1]
        inside = offset <= piece.end if at_end else offset < piece.end
        if inside:
            return piece.written_end if at_end else piece.written_start
        return offset - piece.end + piece.written_end
