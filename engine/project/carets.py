"""A line of a file with carets below the place that is meant."""

from __future__ import annotations

from engine.display import width

_WIDEST = 160


def with_carets(line: str, column: int, length: int) -> tuple[str, str]:
    """The line, or the part of a very long one around its place, and the carets below it."""
    start = max(0, column - 1 - _WIDEST // 2) if len(line) > _WIDEST else 0
    # A control character would move the cursor, or worse; a tab stays one, above and below alike.
    shown = "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line[start:][:_WIDEST])
    before, under = shown[: column - 1 - start], shown[column - 1 - start :][:length]
    indent = "".join("\t" if char == "\t" else " " * width(char) for char in before)
    return shown, indent + "^" * max(1, width(under))
