"""The text of a scenario file and places in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from engine.text.mistake import Mistake, reason_of
from wptest.text.codes import Code
from wptest.text.diagnostic import Diagnostic, InvalidScenario

MAX_BYTES = 10_000_000

# The breaks that YAML counts lines by: str.splitlines() knows more, and would count differently.
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


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
    """A file's path and text."""

    path: Path
    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines, without their ends."""
        return tuple(_LINE_BREAK.split(self.text))

    def line(self, number: int) -> str:
        """The line of that number, counted from 1; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def diagnostic(
        self, span: Span, message: str, code: Code, *, expected: str | None = None, help_: str | None = None
    ) -> Diagnostic:
        """A diagnostic that stands at `span` of this file; the span's note is added to its help."""
        if span.note:
            help_ = f"{help_} ({span.note})" if help_ else span.note
        return Diagnostic(
            self.path,
            span.line,
            span.column,
            span.length,
            message,
            expected,
            help_,
            code,
            self.line(span.line),
        )

    def telling(self, span: Span, mistake: Mistake, code: Code) -> Diagnostic:
        """A mistake as the diagnostic that stands at `span`; `code` is for one that doesn't say its own."""
        code = mistake.code if isinstance(mistake.code, Code) else code
        return self.diagnostic(span, mistake.problem, code, expected=mistake.expected, help_=mistake.help_)


def read_source(path: Path) -> SourceText:
    """Read a scenario file.

    Raises:
        InvalidScenario: when the file can't be read, is too large, is not UTF-8 text or is empty.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise _whole_file(path, f"the file can't be read: {reason_of(error)}", Code.UNREADABLE) from None
    if size > MAX_BYTES:
        message = f"the file has {size:,} bytes, more than the {MAX_BYTES:,} that a scenario file may have"
        raise _whole_file(path, message, Code.TOO_LARGE)
    return source_from(path, data)


def source_from(path: Path, data: bytes) -> SourceText:
    """Decode a scenario file's bytes; `path` is only where the mistakes are said to be.

    Raises:
        InvalidScenario: when the bytes are not UTF-8 text or hold nothing but white space.
    """
    zero = data.find(b"\0")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        zero = error.start if zero < 0 else min(zero, error.start)
    if zero >= 0:
        message = f"the file is not UTF-8 text: its byte {zero + 1:,} is 0x{data[zero]:02x}"
        raise _whole_file(path, message, Code.BINARY)
    if not text.strip():
        help_ = "a scenario needs at least 'scenario', 'project' and 'when'"
        raise _whole_file(path, "the file is empty", Code.EMPTY, help_)
    return SourceText(path, text)


def _whole_file(path: Path, message: str, code: Code, help_: str | None = None) -> InvalidScenario:
    return InvalidScenario([Diagnostic(path, 0, 0, 0, message, None, help_, code)])
