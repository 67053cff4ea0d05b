"""How large a statement is with its values in it, as drivers write it: for MySQL's `max_allowed_packet`."""

from __future__ import annotations

import re

from engine.databases.request import WriteRows
from engine.databases.sql.sql_dialect import SqlDialect
from engine.databases.sql.sql_statements import write_rows
from engine.rows.row_table import Column, ColumnValue, RowTable, TableRow, WriteMode

_ESCAPED = re.compile("[\0\n\r\x1a\"'\\\\]")
_TIME = len("'1970-01-01 00:00:00.000000'")
_COMMAND = 1  # the byte before the statement


def row_bytes(table: RowTable, row: TableRow) -> int:
    """What one more row adds to a statement, at most: its values, what separates them, and what stands around."""
    values = sum(_literal(column, value) for column, value in zip(table.columns, row, strict=True))
    return values + 2 * len(row) + 2


def head_bytes(dialect: SqlDialect, table: RowTable, mode: WriteMode) -> int:
    """What a statement has besides its rows, at most."""
    nothing = (None,) * len(table.columns)
    return _COMMAND + len(write_rows(dialect, WriteRows(table, (nothing,), mode)).text.encode())


def _literal(column: Column, value: ColumnValue) -> int:
    match value:
        case None:
            return len("NULL")
        case bool():
            return 1
        case int() if column.kind == "timestamp":
            return _TIME
        case int():
            return len(str(value))
        case float():
            return len(repr(value)) + len("e0")
        case bytes():
            return 2 * len(value) + len("_binary X''")  # as digits, which is the longest that a driver makes of it
        case str():
            return len(value.encode()) + len(_ESCAPED.findall(value)) + len("''")
