"""What the answers of Elasticsearch and OpenSearch say of each row, and that nobody knows where it is in doubt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from engine.databases.elasticsearch.documents import id_of, row_of
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
from engine.rows.row_table import RowTable, TableRow

_OK = 200
_LONGEST_TEXT = 300
_NO_INDEX = "index_not_found_exception"


class Hits(NamedTuple):
    """Rows of a search, and the number of the last of them; None if there were none."""

    rows: Sequence[TableRow]
    last: int | None


def bulk_answered(request: WriteRows, status: int, body: bytes) -> ServerAnswer:
    """What became of each row; nobody knows where the answer is cut, or isn't about these rows."""
    if status != _OK:
        return _refusal(status, body)
    try:
        items = [(action, item) for each in json.loads(body)["items"] for action, item in each.items()]
        if len(items) != len(request.rows):
            return NoAnswer(f"the answer has {len(items)} items for {len(request.rows)} rows")
        if not all(_is_about(request, row, *item) for row, item in zip(request.rows, items, strict=True)):
            return NoAnswer("the answer is about other rows")
        return ByItem(tuple(ItemStatus(int(item["status"]), _kind(item.get("error"))) for _, item in items))
    except (ValueError, LookupError, TypeError, AttributeError):
        return NoAnswer("the answer can't be read")


def get_answered(request: AskForKeys, status: int, body: bytes) -> ServerAnswer:
    """The rows that have the keys."""
    if status != _OK:
        return _refusal(status, body)
    try:
        docs = json.loads(body)["docs"]
        if any(_kind(each.get("error")) == _NO_INDEX for each in docs):  # which is no error of the request
            return ServerRefusal(f"404 {_NO_INDEX}")
        found = [row_of(request.table, each["_source"]) for each in docs if each["found"]]
    except (ValueError, LookupError, TypeError, AttributeError):
        return NoAnswer("the answer can't be read")
    rows = {request.table.key_of(row): row for row in found}
    return KeysFound({key: rows[key] for key in request.keys if key in rows})


def search_answered(table: RowTable, body: bytes) -> Hits:
    """The rows that a search has found, in the answer's order.

    Raises:
        ValueError: the answer is cut, or of documents that are no such rows.
    """
    try:
        hits = json.loads(body)["hits"]["hits"]
        rows = [row_of(table, hit["_source"]) for hit in hits]
        return Hits(rows, hits[-1]["_seq_no"] if hits else None)
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"no answer to a search: {error}") from error


def _is_about(request: WriteRows, row: TableRow, action: str, item: Any) -> bool:
    key = request.table.key_of(row)
    return action == request.mode and (not key or item.get("_id") == id_of(key))


def _kind(error: object) -> str:
    return "" if error is None else str(error.get("type", "")) if isinstance(error, dict) else str(error)


def _refusal(status: int, body: bytes) -> ServerRefusal:
    return ServerRefusal(str(status), body[:_LONGEST_TEXT].decode(errors="replace").strip())
