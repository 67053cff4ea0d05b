"""A column as its server has it, which may be narrower than what a sink takes it for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from engine.rows.row_table import ColumnKind, RowTable

NarrowKind = Literal["int8", "int16", "int32", "uint8", "uint16", "uint32", "datetime"]
StoredKind = ColumnKind | NarrowKind
STORED_KINDS: tuple[StoredKind, ...] = (*get_args(ColumnKind), *get_args(NarrowKind))
# `no_case` takes letters of both cases, accents and blanks at the end for one.
Collation = Literal["binary", "no_case"]
Charset = Literal["utf8mb4", "utf8mb3"]  # `utf8mb3` has no characters of four bytes


@dataclass(frozen=True, slots=True)
class ServerColumn:
    """One column; a `timestamp` has microseconds since 1970, a `datetime` as many, but whole seconds.

    Attributes:
        sent: as what its sink sends a value, where that is another kind; empty where it isn't.
    """

    name: str
    kind: StoredKind
    length: int = 0
    required: bool = False
    collation: Collation = "binary"
    charset: Charset = "utf8mb4"
    sent: ColumnKind | Literal[""] = ""


def server_columns(table: RowTable) -> tuple[ServerColumn, ...]:
    """The columns of a table that is made for a sink: just as wide as the sink takes them for."""
    return tuple(
        ServerColumn(each.name, each.kind, each.length, each.required or each.name in table.key)
        for each in table.columns
    )


def table_as_read(table: RowTable, made: Sequence[ServerColumn]) -> RowTable:
    """What somebody who reads a table takes it for, of which some columns were made so."""
    kinds = {column.name: _read_as(column) for column in made}
    columns = [replace(column, kind=kinds.get(column.name, column.kind)) for column in table.columns]
    return replace(table, columns=tuple(columns))


def _read_as(column: ServerColumn) -> ColumnKind:
    match column.kind:
        case "int8" | "int16" | "int32":
            return "int64"
        case "uint8" | "uint16" | "uint32":
            return "uint64"
        case "datetime":
            return "timestamp"
        case "bool" if column.sent:  # most servers have a small number there, and 2 is one
            return "int64"
        case kind:
            return kind
