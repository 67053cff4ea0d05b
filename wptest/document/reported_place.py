"""Where something is said, and what is wrong with a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wptest.document.record import Record


@dataclass(frozen=True)
class ReportedPlace(Record):
    """A place in a file.

    Attributes:
        file: relative to the directory of the command where it lies below it, with `/` between its parts.
        line: counts from 1; 0 is the file as a whole.
        column: counts from 1, in characters; 0 is the line as a whole.
        length: of the marked text, in characters.
        source_line: the text of that line, cut where it is long.
    """

    file: str
    line: int = 0
    column: int = 0
    length: int = 0
    source_line: str = ""


@dataclass(frozen=True)
class ReportedMistake(Record):
    """A mistake in a file, or a warning.

    Attributes:
        severity: an `error` keeps the file's scenarios from being run, a `note` asks for nothing.
        code: which mistake it is, like `WPT-E020`.
        expected: what should stand there; empty where the message says it.
        help: one thing to do; empty where the message is enough.
        about: the variable or the path that it is about, if any.
    """

    severity: Literal["error", "warning", "note"]
    code: str
    message: str
    place: ReportedPlace
    expected: str = ""
    help: str = ""
    about: str = ""


@dataclass(frozen=True)
class ReportedFile(Record):
    """A scenario file with mistakes, so that nothing in it was run.

    Attributes:
        why: the first mistake and its place, in one line.
        text: all there is to read about it.
    """

    file: str
    mistakes: tuple[ReportedMistake, ...]
    why: str = ""
    text: str = ""
