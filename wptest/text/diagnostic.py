"""One mistake in one place, and how it is shown: message, `file:line:column`, the line, carets, help."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.text.display import printable, with_carets
from engine.text.mistake import suggest
from wptest.text.codes import Code

Severity = Literal["error", "warning", "note"]

_MOST_NAMES = 40
_LONG, _LONGEST, _PART = 300, 1_000, 60
_QUOTES = ("'", '"')
# A value in quotes, as messages name it, or what has no blank in it.
_LONG_PART = re.compile(r"'[^']{80,}'|\"[^\"]{80,}\"|[^\s'\"]{80,}")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What is wrong, where, what was expected there, and one action that helps.

    Line and column count from 1, `length` in characters; `line` 0 means the file as a whole. `source_line` is
    the text of the line, kept here so that a diagnostic can be shown anywhere, without its file. Only an `error`
    keeps a scenario from being run; a `note` asks for nothing.
    """

    path: Path
    line: int
    column: int
    length: int
    message: str
    expected: str | None = None
    help: str | None = None
    code: Code = Code.WRONG_VALUE
    source_line: str = field(default="", compare=False, repr=False)
    severity: Severity = "error"

    def __post_init__(self) -> None:
        for name in ("message", "expected", "help"):
            text = getattr(self, name)
            if text is not None and len(text) > _LONG:
                object.__setattr__(self, name, bounded(text))

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """By file, then place, then text; equal keys are the same mistake."""
        return (str(self.path), self.line, self.column, self.message)

    def render(self, relative_to: Path | None = None) -> str:
        """Show the mistake as plain text, its path relative to `relative_to` where that is near."""
        path = self.path if relative_to is None else shown_path(self.path, relative_to)
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

    def _notes(self, gutter: str) -> list[str]:
        notes = (("expected", self.expected), ("help", self.help))
        return [f"{gutter} = {name}: {printable(text)}" for name, text in notes if text]

    def __str__(self) -> str:
        return self.render()


class InvalidScenario(Exception):
    """A scenario file with mistakes: all of them in `diagnostics`, in the order of the file, none twice."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = sorted_unique(diagnostics)
        super().__init__(self.diagnostics)

    @property
    def mistakes(self) -> int:
        """How many of them are no mere warnings."""
        return sum(each.severity == "error" for each in self.diagnostics)

    def render(self, relative_to: Path | None = None) -> str:
        """Show every mistake, an empty line between them, and their number at the end."""
        count = self.mistakes
        total = f"{count} mistake{'s' if count != 1 else ''} found"
        return "\n\n".join([*(each.render(relative_to) for each in self.diagnostics), total])

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
    relative = Path(os.path.relpath(path, cwd))
    return relative if len(str(relative)) < len(str(path)) else path


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A help line that names the known word that `word` stands for or is nearest to, or None when none is near."""
    from wptest.text.synonyms import meant  # noqa: PLC0415 - of no use to files without mistakes

    names = tuple(known)
    return suggest(meant(word, names) or word, names)


def one_of(known: Iterable[str]) -> str:
    """What was expected where a known word should stand: `one of: a, b, c`; the first of very many."""
    names = tuple(known)
    more = len(names) - _MOST_NAMES
    return f"one of: {', '.join(names[:_MOST_NAMES])}{f' and {more:,} more' if more > 0 else ''}"


def bounded(text: str) -> str:
    """A text with values of a file in it, the long ones cut: nobody reads a message of a hundred kilobytes."""
    if len(text) <= _LONG:
        return text
    text = _LONG_PART.sub(
        lambda match: f"{match[0][:_PART]}...{match[0][-1] if match[0][0] in _QUOTES else ''}", text
    )
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
