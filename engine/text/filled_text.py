"""A text in which variables were replaced, and where its characters stand in the text as it was written."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from engine.text.source_text import SourceText, Span


class Piece(NamedTuple):
    """What stands for a variable: from where to where, in the filled text and in the written one."""

    start: int
    end: int
    written_start: int
    written_end: int


@dataclass(frozen=True)
class Filled:
    """The text as it was `written` and filled in; `lacking`: something has no value and so was left as it is."""

    written: SourceText
    text: str
    pieces: tuple[Piece, ...] = ()
    lacking: bool = False

    def span(self, span: Span) -> Span:
        """A place of the filled text, in the written one; of a value it is all that the value is written with."""
        if not self.pieces or not span.length:
            return span
        start = self._filled.offset(span.line, span.column)
        first, last = self._written(start, at_end=False), self._written(start + span.length, at_end=True)
        return self.written.span(first, max(first, last))

    @cached_property
    def _filled(self) -> SourceText:
        return SourceText(self.written.path, self.text)

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
