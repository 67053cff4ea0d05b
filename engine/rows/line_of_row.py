"""The line that a row was made of: out of the column that has it, or written anew from the columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json.encoder import encode_basestring

from engine.rows.event_id import EVENT_ID
from engine.rows.row_table import FROM_EVENT_ID, WHOLE_LINE, Column, ColumnValue, RowTable, TableRow
from engine.rows.timestamps import MICROSECONDS, write_time

LineWriter = Callable[[TableRow], bytes]


def line_column(table: RowTable) -> int | None:
    """The place of the column that has the whole line as it is; None where there is none."""
    kept = (place for place, column in enumerate(table.columns) if _keeps_line(column))
    return next(kept, None)


def line_writer(table: RowTable) -> LineWriter:
    """What gives the lines of a table's rows back; of a row that a server has altered it gives some other line."""
    place = line_column(table)
    if place is not None:
        return lambda row: _in_bytes(row[place])
    places = {column.source: place for place, column in reversed([*enumerate(table.columns)])}
    body = _csv_writer(table, places) if table.parsing.kind == "csv" else _json_writer(table, places)
    event = places.get(FROM_EVENT_ID)

    def write(row: TableRow) -> bytes:
        number = "" if event is None else _as_text(table.columns[event], row[event])
        before = f"{EVENT_ID}{number} " if number else ""
        return _in_bytes(before + body(row))

    return write


def _keeps_line(column: Column) -> bool:
    return column.source == WHOLE_LINE and column.kind in ("text", "bytes")


def _in_bytes(value: ColumnValue) -> bytes:
    if isinstance(value, bytes):
        return value
    return b"" if value is None else str(value).encode(errors="surrogateescape")


def _json_writer(table: RowTable, places: Mapping[str, int]) -> Callable[[TableRow], str]:
    """An object without blanks, its members in the order of the columns; NULL is a member that isn't there."""
    members = [
        (f"{encode_basestring(source)}:", place, table.columns[place])
        for source, place in sorted(places.items(), key=lambda item: item[1])
        if not source.startswith("$")
    ]

    def write(row: TableRow) -> str:
        written = [name + _as_json(column, row[place]) for name, place, column in members if row[place] is not None]
        return f"{{{','.join(written)}}}"

    return write


def _csv_writer(table: RowTable, places: Mapping[str, int]) -> Callable[[TableRow], str]:
    """Cells in the order of the line, in quotes where they have a comma, a quote or a line break."""
    cells = [(places[name], table.columns[places[name]]) for name in table.parsing.fields if name in places]

    def write(row: TableRow) -> str:
        return ",".join([_as_cell(_as_text(column, row[place])) for place, column in cells])

    return write


def _as_cell(text: str) -> str:
    is_quoted = any(each in text for each in ',"\r\n')
    return '"{}"'.format(text.replace('"', '""')) if is_quoted else text


def _as_json(column: Column, value: ColumnValue) -> str:
    text = _as_text(column, value)
    is_bare = isinstance(value, int | float) and (column.kind != "timestamp" or column.format in MICROSECONDS)
    return text if is_bare or column.kind == "json" else encode_basestring(text)


def _as_text(column: Column, value: ColumnValue) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case bytes():
            return value.decode(errors="surrogateescape")
        case int() if column.kind == "timestamp":
            return _time(column, value)
        case _:
            return str(value)


def _time(column: Column, since: int) -> str:
    try:
        return write_time(since, column.format)
    except OverflowError:  # a server has altered it
        return str(since)
