"""`to_tdc`: the row of a line in a table, or why it has none; and the line of a row.

A line that a server would store otherwise than it was sent is refused here, whatever server the row is meant for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.rows.column_values import ValueReader, default_of, reader_of
from engine.rows.event_id import EVENT_ID
from engine.rows.kv_fields import Fields
from engine.rows.line_fields import fields_of
from engine.rows.line_of_row import line_column, line_writer
from engine.rows.lossless import is_lossless
from engine.rows.refused_row import NO_FIELD, NoField, RawField, RefusedRow, UnfitValueError, beginning_of, called
from engine.rows.row_table import (
    FROM_EVENT_ID,
    FROM_PLACE,
    WHOLE_LINE,
    Column,
    ColumnValue,
    RowTable,
    TableRow,
)
from engine.rows.table_problems import table_problems

MOST_ROWS = 20_000  # so many are remembered of each table, some megabytes
_MOST_BATCHES = 200
_MOST_TABLES = 16
_LINE_AS_BYTES = "$bytes"  # a line that may be no text
_EVENT_ID = re.compile(rf"{EVENT_ID}(0|[1-9][0-9]{{0,19}}) ")


class _Cell(NamedTuple):
    """How one column gets its value."""

    name: str
    source: str
    way: tuple[str, ...]  # to a field inside of others
    read: ValueReader
    default: ColumnValue
    required: bool
    may_be_null: bool  # instead of a value that is refused


class RowMapping:
    """The mapping between the lines and the rows of one table, made ready once for many lines."""

    def __init__(self, table: RowTable) -> None:
        """Make it ready.

        Raises:
            Mistake: the table has problems; `table_problems` has all of them.
        """
        for problem in table_problems(table):
            raise problem.mistake
        self.table = table
        self._fields = fields_of(table.parsing)
        self._cells = [_cell(column, table) for column in table.columns]
        self._is_text = table.parsing.kind != "whole" or any(cell.source == WHOLE_LINE for cell in self._cells)
        self._write = line_writer(table)
        self._is_held_to_line = line_column(table) is None and is_lossless(table)
        self._knows_places = any(cell.source == FROM_PLACE for cell in self._cells)
        self._known: dict[tuple[bytes, str], TableRow | RefusedRow] = {}
        self._batches: dict[tuple[bytes, ...], tuple[TableRow, ...] | None] = {}

    def as_sent(self, row: TableRow) -> bytes:
        """The line that a row was made of, byte for byte where the table is lossless."""
        return self._write(row)

    def known_row(self, line: bytes, place: str = "") -> TableRow | RefusedRow:
        """The same as `to_tdc`, and the same object for the same line.

        A line that is sent again, by a replay or in another run, is taken apart once.
        """
        row = self._known.get((line, place))
        if row is None:
            if len(self._known) == MOST_ROWS:
                self._known.clear()
            row = self._known[bytes(line), place] = self.to_tdc(line, place)
        return row

    def known_rows(self, lines: Sequence[bytes]) -> tuple[TableRow, ...] | None:
        """The rows of a batch, and the same object for the same batch; None where not every line has one.

        Also None where rows say where their lines were first read.
        """
        if self._knows_places:
            return None
        batch = tuple(lines)
        if batch not in self._batches:
            if len(self._batches) == _MOST_BATCHES:
                self._batches.clear()
            made = [row for row in map(self.known_row, batch) if not isinstance(row, RefusedRow)]
            self._batches[batch] = tuple(made) if len(made) == len(batch) else None
        return self._batches[batch]

    def to_tdc(self, line: bytes, place: str = "") -> TableRow | RefusedRow:
        """The row of a line, or why it has none.

        Args:
            line: without its line break.
            place: where it was first read, for a column of `$place`; empty where nobody knows.
        """
        try:
            values = self._values(self._taken_apart(line, place))
        except UnfitValueError as unfit:
            return RefusedRow("", beginning_of(line), str(unfit))
        if isinstance(values, RefusedRow):
            return values
        row = tuple(values)
        if self._is_held_to_line and (written := self._write(row)) != line:
            return RefusedRow("", beginning_of(line), f"would be given back otherwise, as {beginning_of(written)}")
        return row

    def _taken_apart(self, line: bytes, place: str) -> Fields:
        if not self._is_text:
            event = _EVENT_ID.match(line[:40].decode(errors="replace"))
            fields: Fields = {}
        else:
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                raise UnfitValueError(f"isn't UTF-8 at byte {error.start + 1:,}") from None
            event = _EVENT_ID.match(text)
            fields = self._fields(text if event is None else text[event.end() :])
            fields[WHOLE_LINE] = text
        fields[_LINE_AS_BYTES] = bytes(line)  # and not what a program knows of it besides
        fields[FROM_EVENT_ID] = NO_FIELD if event is None else event[1]
        fields[FROM_PLACE] = place or NO_FIELD
        return fields

    def _values(self, fields: Fields) -> list[ColumnValue] | RefusedRow:
        values = list[ColumnValue]()
        for name, source, way, read, default, required, may_be_null in self._cells:
            found = fields.get(source, NO_FIELD)
            try:
                if way:
                    found = _inside(fields, way, found)
                value = default if found is NO_FIELD else None if found is None else read(found)
            except UnfitValueError as unfit:
                if not may_be_null:
                    return RefusedRow(name, beginning_of(found), str(unfit))
                value = None
            if value is None and required:
                why = "is NULL" if found is not NO_FIELD else f"is missing: the line has no '{source}'"
                return RefusedRow(name, "", why)
            values.append(value)
        return values


row_mapping_of = lru_cache(_MOST_TABLES)(
    RowMapping
)  # of a table that many sinks write to, in one run after another


def _cell(column: Column, table: RowTable) -> _Cell:
    source, is_json = column.source, table.parsing.kind == "json"
    return _Cell(
        column.name,
        _LINE_AS_BYTES if source == WHOLE_LINE and column.kind == "bytes" else source,
        tuple(source.split(".")) if is_json and "." in source else (),
        reader_of(column, typed=is_json and not source.startswith("$")),
        default_of(column),
        column.required,
        table.refuse == "null_column" and not column.required,
    )


def _inside(fields: Fields, way: tuple[str, ...], beside: RawField | NoField) -> RawField | NoField:
    """The field inside of others, or the one that has the whole way as its name; OpenSearch takes these for one."""
    inner: RawField | NoField = fields
    for name in way:
        if inner is None or inner is NO_FIELD:
            break
        if not isinstance(inner, dict):
            raise UnfitValueError(f"isn't there: {called(inner)} is where '{name}' should be inside")
        inner = inner.get(name, NO_FIELD)
    else:
        if inner is not NO_FIELD and beside is not NO_FIELD:
            raise UnfitValueError(f"is there twice: as '{'.'.join(way)}', and inside of '{way[0]}'")
        return inner if beside is NO_FIELD else beside
    return beside
