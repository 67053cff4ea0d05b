"""How a line becomes named fields: JSON, CSV, the groups of a regular expression; pairs are in `kv_fields`."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

from engine.rows.field_pattern import field_pattern
from engine.rows.json_values import read_json
from engine.rows.kv_fields import Fields, kv_fields
from engine.rows.refused_row import UnfitValueError, beginning_of, called
from engine.rows.row_table import Parsing

_CELL = re.compile(r'(?:"((?:[^"]|"")*+)"|([^",\r\n]*))(,|\Z)')


def fields_of(parsing: Parsing) -> Callable[[str], Fields]:
    """What takes a line apart; it raises UnfitValueError where a line is written otherwise."""
    match parsing.kind:
        case "json":
            return _of_json
        case "kv":
            return kv_fields
        case "csv":
            return _of_named_cells(parsing.fields) if parsing.fields else _of_numbered_cells
        case "regex":
            return _of_groups(field_pattern(parsing.pattern))
        case "whole":
            return lambda _: {}


def csv_cells(line: str) -> list[str]:
    """The cells of a line of CSV (RFC 4180): commas between, a quote in quotes is two, blanks belong to a cell.

    Raises:
        UnfitValueError: a bare cell has a quote or a line break, or a quote isn't closed, or not at the end.
    """
    if '"' not in line and "\r" not in line and "\n" not in line:
        return line.split(",")
    cells = []
    at, more = 0, True
    while more:
        cell = _CELL.match(line, at)
        if cell is None:
            raise UnfitValueError(f"has no cell of CSV here: {beginning_of(line[at:])}")
        quoted, bare, comma = cell.groups()
        cells.append(bare if quoted is None else quoted.replace('""', '"'))
        at, more = cell.end(), comma == ","
    return cells


def _of_json(line: str) -> Fields:
    value = read_json(line)
    if not isinstance(value, dict):
        raise UnfitValueError(f"is {called(value)}, where an object is expected")
    return value


def _of_numbered_cells(line: str) -> Fields:
    return dict(zip(map(str, count(1)), csv_cells(line), strict=False))


def _of_named_cells(names: tuple[str, ...]) -> Callable[[str], Fields]:
    def fields(line: str) -> Fields:
        cells = csv_cells(line)
        if len(cells) != len(names):
            raise UnfitValueError(f"has {len(cells)} cells, where {len(names)} are expected")
        return dict(zip(names, cells, strict=True))

    return fields


def _of_groups(pattern: re.Pattern[str]) -> Callable[[str], Fields]:
    def fields(line: str) -> Fields:
        match = pattern.fullmatch(line)
        if match is None:
            raise UnfitValueError("is nothing that the pattern matches as a whole")
        return {name: value for name, value in match.groupdict().items() if value is not None}

    return fields
