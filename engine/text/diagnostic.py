"""One mistake in one place, and how it is shown: message, `file:line:column`, the line, carets, help."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Self

from engine.text.display import printable, with_carets

Severity = Literal["error", "warning", "note"]

_LONG, _LONGEST, _PART = 300, 1_000, 60
_QUOTES = ("'", '"')
# A value in quotes, as messages name it, or what has no blank in it.
_LONG_PART = re.compile(r"'[^']{80,}'|\"[^\"]{80,}\"|[^\s'\"]{80,}")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What is wrong, where, what was expected there, and one action that helps.

    Line and column count from 1, `length` in characters; `line` 0 means the file as a whole. `source_line` is
    the text of the line, kept here so that a diagnostic can be shown anywhere, without its file. Only an `error`
    keeps anything from being run; a `note` asks for nothing. `about` is the variable or the
    path that it is about, where others may know more of that.
    """

    path: Path
    line: int
    column: int
    length: int
    message: str
    expected: str | None = None
    help: str | None = None
    code: StrEnum | None = None
    source_line: str = field(default="", compare=False, repr=False)
    severity: Severity = "error"
    about: str = ""

    @classmethod
    def of_file(cls, path: Path | str, message: str, help_: str | None = None, **more: Any) -> Self:
        """What is wrong with a file as a whole."""
        return cls(Path(path), 0, 0, 0, message, help=help_, **more)

    def __post_init__(self) -> None:
        for name in ("message", "expected", "help"):
            text = getattr(self, name)
            if text is not None and len(text) > _LONG:
                object.__setattr__(self, name, shortened(text))

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """By file, then place, then text; equal keys are the same mistake."""
        return (str(self.path), self.line, self.column, self.message)

    def render(self, relative_to: Path | None = None) -> str:
        """Show the mistake as plain text, its path relative to `relative_to` where that is near."""
        path = file_name(self.path, relative_to)
        # A value of the file may have characters that move a cursor, turn the text around or can't be seen.
        head = f"{self.severity}[{self.code}]: {printable(self.message)}"
        if not self.line:
            return "\n".join([head, f"  --> {path}", *self._notes(" ")])
        number = str(self.line)
        gutter = " " * len(number)
        shown = with_carets(self.source_line, self.column, self.length)
        return "\n".join(
            [
                head,
                f"{gutter} --> {path}:{self.line}:{self.column}",
                *(f"{left} | {text}".rstrip() for left, text in zip((number, gutter), shown, strict=True)),
                *self._notes(gutter),
            ]
        )

    @property
    def in_one_line(self) -> str:
        """The place, what is wrong there and what helps, without the line itself."""
        name = file_name(self.path)
        place = f"{name}:{self.line}:{self.column}" if self.line else name
        message = self.message if self.severity == "error" else f"{self.severity}: {self.message}"
        return f"{place}: {message}" + (f" ({self.help})" if self.help else "")

    def _notes(self, gutter: str) -> list[str]:
        notes = (("expected", self.expected), ("help", self.help))
        return [f"{gutter} = {name}: {printable(text)}" for name, text in notes if text]

    def __str__(self) -> str:
        return self.render()


def sorted_unique(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics in the order of their places, the same message at the same place once."""
    unique: dict[tuple[str, int, int, str], Diagnostic] = {}
    for diagnostic in diagnostics:
        unique.setdefault(diagnostic.sort_key, diagnostic)
    return [unique[key] for key in sorted(unique)]


def shown_path(path: Path, cwd: Path) -> Path:
    """The path as people write it in the directory `cwd`: from there on, unless it is somewhere else altogether."""
    if not path.is_absolute() or not cwd.is_absolute() or path.parts[:2] != cwd.parts[:2]:
        return path
    relative = Path(posixpath.relpath(path, cwd))
    return relative if len(str(relative)) < len(str(path)) else path


def file_name(path: Path, cwd: Path | None = None) -> str:
    """What people and CI systems read for a path: as in `cwd`, on one line, with nothing in it that has an effect.

    A file may be called anything. A line feed in its name would begin a line of its own, which may be a command
    to a CI system's runner.
    """
    return printable((path if cwd is None else shown_path(path, cwd)).as_posix())


def shortened(text: str) -> str:
    """A text with values of a file in it, the long ones cut: nobody reads a message of a hundred kilobytes."""
    if len(text) <= _LONG:
        return text
    text = _LONG_PART.sub(
        lambda match: f"{match[0][:_PART]}...{match[0][-1] if match[0][0] in _QUOTES else ''}", text
    )
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
