"""JSONEachRow: one object for each row, one row on each line, written and read back.

ClickHouse takes any bytes between quotes, and gives them back: so `bytes` are exact in a `String`. Its numbers are
read by their digits: a 64-bit integer may stand in quotes, and `-0` may be a float.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from engine.rows.row_table import Column, ColumnValue, RowTable, TableRow

_AS_BYTES = "surrogateescape"


def each_row(table: RowTable, rows: Sequence[TableRow]) -> bytes:
    """Rows as lines of a body, the last one ended as well."""
    return b"".join(_line(table.columns, row) for row in rows)


def bytes_from_text(table: RowTable, row: TableRow, place: int) -> int:
    """How many bytes the line of a row has from the text in its column `place` on, the line's end included."""
    rest = _line(table.columns[place:], row[place:])
    return len(rest) - rest.index(b':"') - len(b':"')


def _line(columns: Sequence[Column], row: TableRow) -> bytes:
    fields = {column.name: _sent(value) for column, value in zip(columns, row, strict=True)}
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode(errors=_AS_BYTES) + b"\n"


def _sent(value: ColumnValue) -> int | float | str | None:
    if isinstance(value, bool):
        return int(value)
    return value.decode(errors=_AS_BYTES) if isinstance(value, bytes) else value


def rows_read(table: RowTable, body: bytes) -> list[tuple[TableRow, dict[str, str | None]]]:
    """The rows of an answer, each with what else stands in its object.

    Raises:
        ValueError: the body is none of rows of this table, or has lost its end.
    """
    if body and not body.endswith(b"\n"):
        raise ValueError("the answer ends inside of a row")
    found = []
    for line in body.decode(errors=_AS_BYTES).split("\n")[:-1]:
        fields = json.loads(line, parse_int=str, parse_float=str)
        if not all(column.name in fields for column in table.columns):
            raise ValueError(f"no row of {table.name}: {line}")
        row = tuple(_received(column, fields.pop(column.name)) for column in table.columns)
        found.append((row, fields))
    return found


def _received(column: Column, value: str | None) -> ColumnValue:
    if value is None:
        return None
    match column.kind:
        case "int64" | "uint64" | "timestamp":
            return int(value)
        case "bool":
            return value not in ("0", False)
        case "float64":
            return float(value)
        case "bytes":
            return value.encode(errors=_AS_BYTES)
        case "text" | "ip" | "json":
            return value
