"""Lists and tables in plain text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from engine.text.display import padded, width


def listed(names: Iterable[str], most: int) -> str:
    """The first of the names, and how many more there are."""
    names = list(names)
    if len(names) <= most + 1:  # `and 1 more` is no shorter than most names
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def aligned(rows: Sequence[Sequence[str]], *, right: Collection[int] = (), widest: int | None = None) -> list[str]:
    """Rows with their columns aligned, those in `right` at their right; what is wider than `widest` stands out."""
    columns = [max(map(width, column)) for column in zip(*rows, strict=True)]
    if widest is not None:
        columns = [min(each, widest) for each in columns]
    return [
        "  ".join(padded(cell, columns[i], right=i in right) for i, cell in enumerate(row)).rstrip() for row in rows
    ]
