"""The table that people read."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.measure import Row

_HEAD = ("", "figure", "reference", "its figure", "ratio", "aim", "met")


def table(rows: Sequence[Row]) -> str:
    """All rows, in columns."""
    cells = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.subject,
        f"{_number(row.figure)} {row.unit}",
        row.reference,
        "" if row.reference_figure is None else f"{_number(row.reference_figure)} {row.unit}",
        "" if row.ratio is None else f"{_number(row.ratio)}x",
        _aim(row),
        {True: "yes", False: "NO", None: ""}[row.met],
    )


def _aim(row: Row) -> str:
    if row.limit is None:
        return ""
    return f"<= {_number(row.limit)}{'x' if row.of == 'ratio' else f' {row.unit}'}"


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
