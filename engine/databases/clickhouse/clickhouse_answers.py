"""What ClickHouse's answers say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.databases.clickhouse.clickhouse_requests import PART
from engine.databases.clickhouse.each_row import rows_read
from engine.databases.request import (
    AskForKeys,
    KeysFound,
    NoAnswer,
    RowsWritten,
    ServerAnswer,
    ServerRefusal,
    WriteRows,
)
from engine.rows.row_table import RowTable, TableRow

_CODE = re.compile(r"Code: (\d+)")
_LONGEST_TEXT = 300
_PARTS_OF_NAME = 4  # the partition, the first block and the last one, how often it was merged


def insert_answered(request: WriteRows, status: int, body: bytes) -> ServerAnswer:
    """What became of an insert: all rows, or none.

    What newer versions count in a header isn't asked: an insert that they drop as a repeated one may count none.
    """
    return _refusal(status, body) or RowsWritten(len(request.rows))


def select_answered(request: AskForKeys, status: int, body: bytes) -> ServerAnswer:
    """The rows that have the keys; of several with one key, the last one that was read."""
    refusal = _refusal(status, body)
    if refusal is not None:
        return refusal
    try:
        rows = [row for row, _ in rows_read(request.table, body)]
    except ValueError:
        return NoAnswer("the answer isn't rows of the table")
    return KeysFound({request.table.key_of(row): row for row in rows})


def oldest_first(table: RowTable, body: bytes) -> list[TableRow]:
    """The rows of the table, by the blocks that they came in.

    Within a block rows keep their order if the table has no key, else they have that of the key; parts that were
    merged count as old as their first block.

    Raises:
        ValueError: the body is none of rows of this table, or has lost its end.
    """
    return [row for row, more in sorted(rows_read(table, body), key=lambda each: _first_block(each[1]))]


def _first_block(more: Mapping[str, str | None]) -> int:
    part = (more.get(PART) or "").split("_")
    if len(part) < _PARTS_OF_NAME:
        raise ValueError("a row is in no part")
    return int(part[-3])


def _refusal(status: int, body: bytes) -> ServerRefusal | None:
    """An error: by its status, or in a body that says 200 before it."""
    text = body[:_LONGEST_TEXT].decode(errors="replace").strip()
    found = _CODE.search(text)
    if status == 200 and not text.startswith("Code: "):
        return None
    return ServerRefusal(found[0] if found else str(status), text)
