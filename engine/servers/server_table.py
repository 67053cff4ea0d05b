"""A table as its server has it, which may be narrower than what a sink takes it for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.databases.elasticsearch.documents import field_types
from engine.rows.row_table import RowTable
from engine.rows.server_column import ServerColumn, server_columns

Dynamic = Literal["true", "false", "strict"]

RANGES = {
    f"{sign}int{bits}": (0, 2**bits - 1) if sign else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    for sign in ("", "u")
    for bits in (8, 16, 32, 64)
}


@dataclass(frozen=True, slots=True)
class ServerTable:
    """A table or an index.

    Attributes:
        key: the columns that no two rows may share all of.
        strict: columns of SQLite have types, and rows a number of their own, as in the tables that sinks make.
        mapping: an index's fields whose types were said before the first document.
        dynamic: whether an index learns a new field, leaves it unlooked at, or refuses the document.
        partition: the column by which the rows of ClickHouse are kept apart; none where all are together.
    """

    name: str
    columns: tuple[ServerColumn, ...]
    key: tuple[str, ...] = ()
    strict: bool = False
    mapping: tuple[tuple[str, str], ...] = ()
    dynamic: Dynamic = "true"
    partition: str = ""

    @classmethod
    def of(cls, table: RowTable, *, learns_mapping: bool = False) -> ServerTable:
        """The table that is made for a sink: just as wide as the sink takes it for.

        Args:
            table: what the sink takes it for.
            learns_mapping: an index is told no types, so that its first document decides what fields may hold.
        """
        mapping = () if learns_mapping else tuple(field_types(table).items())
        return cls(
            table.name, server_columns(table), table.key, True, mapping, "true" if learns_mapping else "strict"
        )
