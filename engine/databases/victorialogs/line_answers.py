"""What the answers of VictoriaLogs say of rows: how many lines were read, and not whether they were kept."""

from __future__ import annotations

import json
from base64 import b64decode

from engine.databases.request import (
    AskForKeys,
    ByItem,
    ItemStatus,
    KeysFound,
    NoAnswer,
    ServerAnswer,
    ServerRefusal,
    WriteRows,
)
from engine.rows.row_table import Column, ColumnValue, RowTable, TableRow

_OK = 200
_LONGEST_TEXT = 300


def lines_answered(request: WriteRows, status: int, body: bytes) -> ServerAnswer:
    """What became of each row; nobody knows where the answer is cut, or is about another number of them."""
    if status != _OK:
        return _refusal(status, body)
    try:
        statuses = [int(item["status"]) for each in json.loads(body)["items"] for item in each.values()]
    except (ValueError, LookupError, TypeError, AttributeError):
        return NoAnswer("the answer can't be read")
    if len(statuses) != len(request.rows):
        return NoAnswer(f"the answer has {len(statuses)} items for {len(request.rows)} rows")
    return ByItem(tuple(map(ItemStatus, statuses)))


def lines_found(request: AskForKeys, status: int, body: bytes) -> ServerAnswer:
    """The rows that have the keys; of several with one key the last."""
    if status != _OK:
        return _refusal(status, body)
    try:
        rows = {request.table.key_of(row): row for row in rows_of_lines(request.table, body)}
    except ValueError:
        return NoAnswer("the answer can't be read")
    return KeysFound({key: rows[key] for key in request.keys if key in rows})


def rows_of_lines(table: RowTable, body: bytes) -> list[TableRow]:
    """The rows of an answer to a query, in its order.

    Raises:
        ValueError: it is cut, or its lines are no such rows.
    """
    try:
        lines = [json.loads(line) for line in body.splitlines()]
        return [tuple(_read(column, line.get(column.name)) for column in table.columns) for line in lines]
    except (TypeError, AttributeError) as error:
        raise ValueError(f"no answer to a query: {error}") from error


def _read(column: Column, text: str | None) -> ColumnValue:
    """A value of which the field has the text; all fields are texts."""
    if text is None:
        return None
    match column.kind:
        case "int64" | "uint64" | "timestamp":
            return int(text)
        case "float64":
            return float(text)
        case "bool":
            return text == "true"
        case "bytes":
            return b64decode(text, validate=True)
        case "text" | "ip" | "json":
            return text


def _refusal(status: int, body: bytes) -> ServerRefusal:
    return ServerRefusal(str(status), body[:_LONGEST_TEXT].decode(errors="replace").strip())
