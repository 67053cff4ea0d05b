"""How large a request is on its way: what limits of packets and bodies are held against."""

from __future__ import annotations

from functools import cache, partial

from engine.databases.elasticsearch.bulk_requests import bulk_item
from engine.databases.request import WriteRows
from engine.databases.sql.sql_dialect import MARIADB
from engine.databases.sql.sql_sizes import head_bytes, row_bytes
from engine.kernel.by_identity import ByIdentity
from engine.rows.row_mapping import MOST_ROWS
from engine.rows.row_table import RowTable, TableRow, WriteMode

_AROUND = 200  # bytes: more than stands around one value, or is one value that is no text
_GROWTH = 8  # a character takes at most so many bytes, escaped and all


def statement_bytes(request: WriteRows, limit: int) -> int:
    """How long the statement of a request is that drivers of MySQL make, at most; 0 if surely below the limit."""
    if not _may_reach(request, limit):
        return 0
    mode: WriteMode = (
        request.mode if request.table.key and request.mode in ("insert_ignore", "upsert") else "insert"
    )
    return _head_bytes(request.table, mode) + sum(row_bytes(request.table, row) for row in request.rows)


def body_bytes(request: WriteRows, limit: int) -> int:
    """How long the body of a bulk request is; 0 if that is surely below the limit."""
    return sum(len(bulk_item(request, row)) for row in request.rows) if _may_reach(request, limit) else 0


@cache
def _head_bytes(table: RowTable, mode: WriteMode) -> int:
    return head_bytes(MARIADB, table, mode)


def _may_reach(request: WriteRows, limit: int) -> bool:
    around = _AROUND * (len(request.table.columns) * (len(request.rows) + 1) + 1)
    return around + sum(map(_most_bytes, request.rows)) >= limit


@partial(ByIdentity, most=MOST_ROWS)
def _most_bytes(row: TableRow) -> int:
    """What the texts of a row have at most."""
    return _GROWTH * sum(len(value) for value in row if isinstance(value, (str, bytes)))
