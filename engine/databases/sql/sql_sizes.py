"""How large a statement is with its values in it, as drivers write it: for MySQL's `max_allowed_packet`."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.databases.request import WriteRows
from engine.databases.sql.sql_dialect import SqlDialect
from engine.databases.sql.sql_statements import write_rows
from engine.rows.row_table import Column, ColumnValue, RowTable, TableRow

_ESCAPED = re.compile("[\0\n\r\x1a\"'\\\\]")
_TIME = len("'1970-01-01 00:00:00.000000'")
_COMMAND = 1  # the byte before the statement


def row_bytes(table: RowTable, row: TableRow) -> int:
    """What one more row adds to a statement, at most: its values, what separates them, and what stands around."""
    values = sum(_literal(column, value) for column, value in zip(table.columns, row, strict=True))
    return values + 2 * len(row) + 2


def head_bytes(dialect: SqlDialect, request: WriteRows) -> int:
    """What a statement has besides its rows, at most."""
    one = write_rows(dialect, replace(request, rows=request.rows[:1])).text
    return _COMMAND + len(one.encode())


def statement_bytes(dialect: SqlDialect, request: WriteRows) -> int:
    """How large a request is, at most."""
    return head_bytes(dialect, request) + sum(row_bytes(request.table, row) for row in request.rows)


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
