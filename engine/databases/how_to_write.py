"""How a sink writes to its server: what goes into one request, how large rows are, and which can't be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from engine.databases.batches import BatchLimits
from engine.databases.clickhouse.clickhouse_requests import MOST_BLOCK_ROWS, insert_head
from engine.databases.clickhouse.each_row import each_row
from engine.databases.elasticsearch.bulk_requests import bulk_item
from engine.databases.elasticsearch.documents import why_no_id
from engine.databases.request import WriteRows
from engine.databases.server_rules import ServerRules, rules_for
from engine.databases.sql.sql_dialect import MARIADB, POSTGRES, SQLITE
from engine.databases.sql.sql_sizes import head_bytes, row_bytes
from engine.rows.row_table import RowTable, TableRow, WriteMode

_DIALECTS = {"mysql": MARIADB, "postgres": POSTGRES, "sqlite": SQLITE}


@dataclass(frozen=True, slots=True)
class HowToWrite:
    """How a sink writes its batches.

    Attributes:
        rules: what is known of the server.
        table: what it writes to.
        mode: what is done with a row whose key is there.
        limits: what a request may have at most.
        size_of: how large a row is as it is sent, at most.
        around: how large a request is besides its rows, at most.
        why_not: why a row can't be sent at all; empty if it can.
    """

    rules: ServerRules
    table: RowTable
    mode: WriteMode
    limits: BatchLimits
    size_of: Callable[[TableRow], int]
    around: int
    why_not: Callable[[TableRow], str]


def how_to_write(engine: str, table: RowTable, mode: WriteMode, limits: BatchLimits) -> HowToWrite:
    """How rows of a table are written to an engine such as `innodb@mariadb-10.11`.

    Requests have no more rows than `limits` say, and than the server takes whatever these say.

    Raises:
        KeyError: there is no such engine.
    """
    rules = rules_for(engine)
    assert mode in rules.modes, f"{engine} knows no {mode}"
    assert table.key or mode not in ("insert_ignore", "upsert"), "without a key no row is there already"
    request = WriteRows(table, (), mode)
    match rules.family:
        case "bulk":
            around, most, size_of = 0, limits.lines, lambda row: len(bulk_item(request, row))
        case "clickhouse":
            around, most, size_of = (
                len(insert_head(table)),
                MOST_BLOCK_ROWS,
                lambda row: len(each_row(table, [row])),
            )
        case "mysql" | "postgres" | "sqlite":
            dialect = _DIALECTS[rules.family]
            around, most, size_of = (
                head_bytes(dialect, table, mode),
                dialect.most_rows(table),
                partial(row_bytes, table),
            )
    limits = replace(limits, lines=min(limits.lines, most))
    why_not = _no_id(table) if rules.family == "bulk" else _null_in_key(table)
    return HowToWrite(rules, table, mode, limits, size_of, around, why_not)


def _null_in_key(table: RowTable) -> Callable[[TableRow], str]:
    return lambda row: "its key has a NULL" if None in table.key_of(row) else ""


def _no_id(table: RowTable) -> Callable[[TableRow], str]:
    null = _null_in_key(table)
    return lambda row: null(row) or why_no_id(table, row)
