"""Numbers and lines of files as messages have them."""

from __future__ import annotations

_WIDEST = 200


def so_many(number: int, noun: str = "line") -> str:
    """`1 line`, `2 lines`."""
    return f"{number} {noun}{'s' if number != 1 else ''}"


def line_text(line: bytes) -> str:
    """A line as text that isn't too long; bytes that are not UTF-8 are escaped."""
    text = line.decode(errors="backslashreplace") or "(an empty line)"
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}..."
