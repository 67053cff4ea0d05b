"""Output as people read it and as programs do: tables of text, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from engine.machine import Program


def aligned_table(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> list[str]:
    """A table with aligned columns: numbers to the right, texts to the left."""
    rows = list(rows)
    lines = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = [bool(rows) and all(isinstance(row[index], int) for row in rows) for index in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        padded = (
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(cells, widths, right, strict=True)
        )
        return f"| {' | '.join(padded)} |"

    rule = f"|{'|'.join('-' * (width + 2) for width in widths)}|"
    return [line(lines[0]), rule, *map(line, lines[1:])]


def out_lines(program: Program, lines: Iterable[str]) -> None:
    """Print lines to standard output."""
    for line in lines:
        program.out(line)


def out_json(program: Program, value: Any) -> None:
    """Print a value as JSON."""
    out_lines(program, json.dumps(value, indent=2).split("\n"))
