"""Text as a terminal shows it: how wide it is, cut or filled to a width, without what would move the cursor."""

from __future__ import annotations

import unicodedata

_NO_WIDTH = ("Mn", "Me", "Cf")
ELLIPSIS = "..."


def width(text: str) -> int:
    """How many columns a terminal needs for a text: two for an East Asian character, none for a combining one."""
    return len(text) if text.isascii() else sum(map(_width, text))


def filled(text: str, columns: int, *, right: bool = False) -> str:
    """The text with blanks behind it, or in front of it to stand at the `right`, up to so many columns."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


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


def _width(char: str) -> int:
    if unicodedata.category(char) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
