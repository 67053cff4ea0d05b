"""What is sent to Elasticsearch and OpenSearch.

No action has a `_type` unless that is what is asked for: OpenSearch refuses the whole request for it. One shard, so
that the server's own numbers of operations say which document is older.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from engine.databases.elasticsearch.documents import document_of, id_of, mapping_of
from engine.databases.http_request import HttpRequest
from engine.databases.request import AskForKeys, WriteRows
from engine.rows.row_table import RowTable, TableRow

MOST_HITS = 10_000  # in one answer
_ANY_ID = "-"  # asked for by whoever wants to know whether there is an answer; there has to be one id
_JSON = {"Content-Type": "application/json"}
_LINES = {"Content-Type": "application/x-ndjson"}


def create_index(table: RowTable, *, learns_mapping: bool = False) -> HttpRequest:
    """Make the index, with a mapping that takes nothing but rows of this table.

    Args:
        table: what its documents are.
        learns_mapping: give it none, so that the documents that come first decide what fields may hold.
    """
    body: dict[str, object] = {"settings": {"number_of_shards": 1, "number_of_replicas": 0}}
    if not learns_mapping:
        body["mappings"] = mapping_of(table)
    return HttpRequest("PUT", _path(table), _JSON, _dumped(body))


def bulk(request: WriteRows) -> HttpRequest:
    """Write rows as documents: `create` leaves one that is there as it is and says so, `index` writes it anew.

    The `_id` is the row's key; without a key the server makes one, and the same rows again are others.
    """
    body = b"".join(bulk_item(request, row) for row in request.rows)  # without a last newline all is refused
    return HttpRequest("POST", f"{_path(request.table)}/_bulk", _LINES, body)


def bulk_item(request: WriteRows, row: TableRow) -> bytes:
    """The two lines of one row."""
    assert request.mode in ("create", "index"), f"_bulk knows no {request.mode}"
    table = request.table
    about = {"_id": id_of(table.key_of(row))} if table.key else {}
    if "typed_actions" in request.flaws:
        about["_type"] = "_doc"
    return _dumped({request.mode: about}) + b"\n" + _dumped(document_of(table, row)) + b"\n"


def get_keys(request: AskForKeys) -> HttpRequest:
    """Read the documents that have one of these keys, also those that no search shows yet."""
    ids = [id_of(key) for key in request.keys]
    body = _dumped({"ids": ids or [_ANY_ID]})
    return HttpRequest("POST", f"{_path(request.table)}/_mget", _JSON, body)


def refresh(table: RowTable) -> HttpRequest:
    """Let searches see all that was written so far."""
    return HttpRequest("POST", f"{_path(table)}/_refresh", _JSON)


def search_index(table: RowTable, behind: int | None = None) -> HttpRequest:
    """Read documents, in the order in which they were written; one that was written anew counts from then on.

    Args:
        table: what they are.
        behind: the number of the last one that was read, where there are more than `MOST_HITS`.
    """
    body: dict[str, object] = {"size": MOST_HITS, "seq_no_primary_term": True, "sort": [{"_seq_no": "asc"}]}
    if behind is not None:
        body["search_after"] = [behind]
    return HttpRequest("POST", f"{_path(table)}/_search", _JSON, _dumped(body))


def _path(table: RowTable) -> str:
    return f"/{quote(table.name, safe='')}"


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
