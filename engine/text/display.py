"""Text as a terminal shows it: how wide it is, cut or filled, with carets, without what would move a cursor."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

_NO_WIDTH = ("Mn", "Me", "Cf")
ELLIPSIS = "..."
_WIDEST = 160  # columns of a line that is shown with carets


def width(text: str) -> int:
    """How many columns a terminal needs for a text: two for an East Asian character, none for a combining one."""
    return len(text) if text.isascii() else sum(map(_width, text))


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """The text with blanks behind it, or in front of it to stand at the `right`, up to so many columns."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def aligned(rows: Sequence[Sequence[str]], *, right: Collection[int] = (), widest: int | None = None) -> list[str]:
    """Rows with their columns aligned, those in `right` at their right; what is wider than `widest` stands out."""
    columns = [max(map(width, column)) for column in zip(*rows, strict=True)]
    if widest is not None:
        columns = [min(each, widest) for each in columns]
    return [
        "  ".join(padded(cell, columns[i], right=i in right) for i, cell in enumerate(row)).rstrip() for row in rows
    ]


def cut(text: str, columns: int | None) -> str:
    """The text in at most so many columns, with dots where something is left out; None cuts nothing."""
    if columns is None or width(text) <= columns:
        return text
    dots = ELLIPSIS[:columns]
    room = columns - len(dots)
    for index, char in enumerate(text):
        room -= _width(char)
        if room < 0:
            return text[:index] + dots
    return text


def printable(text: str) -> str:
    """The text on one line, with nothing in it that would move a cursor or hide what follows."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def with_carets(line: str, column: int, length: int) -> tuple[str, str]:
    """The line, or the part of a very long one around its place, and the carets below it."""
    start = max(0, column - 1 - _WIDEST // 2) if len(line) > _WIDEST else 0
    # A control character would move the cursor, or worse; a tab stays one, above and below alike.
    shown = "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line[start:][:_WIDEST])
    before, under = shown[: column - 1 - start], shown[column - 1 - start :][:length]
    indent = "".join("\t" if char == "\t" else " " * width(char) for char in before)
    return shown, indent + "^" * max(1, width(under))


def _width(char: str) -> int:
    if unicodedata.category(char) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
