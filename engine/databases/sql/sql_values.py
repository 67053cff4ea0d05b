"""Values of rows as drivers take and give them: a row that is read is the row that was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from engine.databases.sql.sql_dialect import SqlDialect
from engine.rows.row_table import Column, ColumnValue, RowTable, TableRow

SqlParameter = ColumnValue | datetime  # what a driver is given

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - columns have no zone either, so that no setting of a session can move them
_MICROSECOND = timedelta(microseconds=1)
_DIGITS = re.compile(r"0|-?[1-9][0-9]*")
ZERO_TIME = -62_167_219_200_000_000  # MySQL's 0000-00-00, which stands for every time that is none


def as_parameter(dialect: SqlDialect, column: Column, value: ColumnValue) -> SqlParameter:
    """A value of a row as the driver is to have it."""
    if value is None:
        return None
    match column.kind:
        case "timestamp" if dialect.name != "sqlite":
            return _EPOCH + int(value) * _MICROSECOND
        case "uint64" if dialect.name == "sqlite":
            return str(value)
        case "bool" if dialect.name == "sqlite":
            return int(value)
        case _:
            return value


def row_read(table: RowTable, values: Sequence[object]) -> TableRow:
    """What a driver gave for the columns of a table, as a row.

    Raises:
        ValueError: this is no value of such a column, so the table is none of ours.
    """
    return tuple(_as_value(column, value) for column, value in zip(table.columns, values, strict=True))


def whole_number(digits: str) -> int | str:
    """The number that digits stand for, where it would be written so; SQLite has large ones and others as texts."""
    return int(digits) if _DIGITS.fullmatch(digits) else digits


def _as_value(column: Column, value: object) -> ColumnValue:
    match column.kind, value:
        case _, None:
            return None
        case "bool", bool() | int():
            return bool(value)
        case "int64", bool():  # PostgreSQL's truth is no number
            return value
        case "timestamp", datetime():
            return (value - _EPOCH) // _MICROSECOND
        case "timestamp", str() if value.startswith("0000-00-00"):
            return ZERO_TIME
        case "int64" | "uint64", str():
            return whole_number(value)
        case "int64" | "uint64" | "timestamp", int() | str() | Decimal():
            return int(value)
        case "float64", float() | int():
            return float(value)
        case "bytes", bytes() | bytearray() | memoryview():
            return bytes(value)
        case "text" | "ip" | "json", str():
            return value
        case _:
            raise ValueError(f"{column.name}: a value of {column.kind} can't be {value!r}")
