"""A file's text: its lines, places in it, and mistakes that stand at them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from engine.text.diagnostic import Diagnostic, Severity
from engine.text.mistake import Mistake

KeyPath = tuple[str | int, ...]

_NEWLINE = re.compile("\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line: line and column count from 1, length in characters.

    `note` is what a reader has to know of the place: that it stands in shared steps, and where they are used.
    """

    line: int
    column: int
    length: int
    note: str = ""


@dataclass(frozen=True)
class SourceText:
    """A file's path and text; `breaks` are what ends its lines."""

    path: Path
    text: str
    breaks: re.Pattern[str] = _NEWLINE

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines, without their ends."""
        return tuple(self.breaks.split(self.text))

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in self.breaks.finditer(self.text))]

    def line(self, number: int) -> str:
        """The line of that number, counted from 1; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def offset(self, line: int, column: int) -> int:
        """Where a place stands, counted in characters from 0; of a line beyond the end in the last one."""
        return self._starts[min(line, len(self._starts)) - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """The stretch between two offsets, as much of it as stands on its first line: one character at least."""
        line = bisect_right(self._starts, start)
        length = min(end, self._starts[line - 1] + len(self.line(line))) - start
        return Span(line, start - self._starts[line - 1] + 1, max(1, length))

    def diagnostic(
        self,
        span: Span,
        message: str,
        code: StrEnum | None = None,
        *,
        expected: str | None = None,
        help_: str | None = None,
        severity: Severity = "error",
    ) -> Diagnostic:
        """What stands at `span` of this file, a mistake by default; the span's note is added to its help."""
        if span.note:
            help_ = f"{help_} ({span.note})" if help_ else span.note
        place = (span.line, span.column, span.length)
        return Diagnostic(
            self.path, *place, message, expected, help_, code, self.line(span.line), severity=severity
        )

    def telling(self, span: Span, mistake: Mistake, code: StrEnum | None = None) -> Diagnostic:
        """A mistake with its place in this file; `code` is for one that doesn't say its own."""
        code = mistake.code or code
        told = self.diagnostic(span, mistake.problem, code, expected=mistake.expected, help_=mistake.help_)
        return replace(told, about=mistake.about) if mistake.about else told
