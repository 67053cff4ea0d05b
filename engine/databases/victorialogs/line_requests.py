"""What is sent to VictoriaLogs: a table is a stream, and a row is a line of it with a field for each column.

No line has a time of its own: it gets that of the moment at which the server reads it. So none is too old to be
kept, however long it has waited, and the oldest line is the one that came first.

Sources: what VictoriaLogs 1.52.1 was seen to do, and its source (`app/vlinsert`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.databases.elasticsearch.documents import DocumentValue, document_of, stored_value
from engine.databases.http_request import HttpRequest, request_target
from engine.databases.request import AskForKeys, WriteRows
from engine.rows.row_table import ColumnValue, RowTable, TableRow

MOST_LINE_BYTES = 262_143  # `-insert.maxLineSizeBytes` is 256 KiB, and the end of the line is one of them
MOST_FIELDS = 1_000  # `-insert.maxFieldsPerLine`
_AROUND = 100  # bytes: more than stands around a text, or is a column without one
_LONGEST_CHARACTER = 6  # bytes: one that is escaped
_TABLE = "wptest_table"  # no column is called so
_ACTION = b'{"create":{}}\n'
_LINES = {"Content-Type": "application/x-ndjson"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_OLDEST_FIRST = "| sort by (_time)"


def add_lines(request: WriteRows) -> HttpRequest:
    """Write rows as Elasticsearch takes them, since the answer to that says how many lines were read.

    `create` and `index` are the same: nothing that is there is looked at.
    """
    named = {"_stream_fields": _TABLE, "extra_fields": f"{_TABLE}={request.table.name}"}
    body = b"".join(line_item(request.table, row) for row in request.rows)
    return HttpRequest("POST", request_target("/insert/elasticsearch/_bulk", named), _LINES, body)


def line_item(table: RowTable, row: TableRow) -> bytes:
    """What a row is in a request: an action, and the line."""
    return _ACTION + _dumped(_fields(table, row)) + b"\n"


def why_no_line(table: RowTable, row: TableRow) -> str:
    """Why a row can't be a line, empty if it can: it would be altered or dropped, and said to be stored.

    An empty field is none, so an empty text would be read as NULL. A line that is too long is dropped, and may take
    with it what stands behind it in the request.
    """
    if "" in row or b"" in row:
        name = next(column.name for column, value in zip(table.columns, row, strict=True) if value in ("", b""))
        return f"its '{name}' is empty, and VictoriaLogs keeps no empty field"
    if has_too_many_fields(row):
        return f"it has more than {MOST_FIELDS} fields"
    return f"its line has more than {MOST_LINE_BYTES} bytes" if makes_a_long_line(table, row) else ""


def has_too_many_fields(row: TableRow) -> bool:
    """Whether a row makes a line of more fields than a line may have."""
    return len(row) > MOST_FIELDS and sum(value is not None for value in row) > MOST_FIELDS


def makes_a_long_line(table: RowTable, row: TableRow) -> bool:
    """Whether a row makes a line of more bytes than a line may have."""
    texts = sum(len(value) for value in row if isinstance(value, str | bytes))
    if _AROUND * len(row) + _LONGEST_CHARACTER * texts <= MOST_LINE_BYTES:  # surely not, as most lines
        return False
    return len(_dumped(_fields(table, row))) > MOST_LINE_BYTES


def show_lines() -> HttpRequest:
    """Let queries see all that came so far; by themselves they see a line a second later at most."""
    return HttpRequest("POST", "/internal/force_flush", {})


def select_lines(request: AskForKeys) -> HttpRequest:
    """Read the lines that have one of these keys, of those that queries see."""
    names = [column.name for column in request.table.key_columns]
    keys = " or ".join(f"({_has(names, key)})" for key in request.keys)
    return _query(request.table, f"({keys}) {_OLDEST_FIRST}" if keys else "| limit 1")


def select_stream(table: RowTable) -> HttpRequest:
    """Read all lines of a table that queries see, the oldest first."""
    return _query(table, _OLDEST_FIRST)


def _query(table: RowTable, rest: str) -> HttpRequest:
    query = f"{{{_TABLE}={_quoted(table.name)}}} {rest}"
    return HttpRequest("POST", "/select/logsql/query", _FORM, request_target("", {"query": query})[1:].encode())


def _has(names: list[str], key: TableRow) -> str:
    return " ".join(f"{_quoted(name)}:={_quoted(value)}" for name, value in zip(names, key, strict=True))


def _quoted(value: ColumnValue) -> str:
    """A name, or a value as its field has it, between quotes."""
    stored = stored_value(value)
    return json.dumps(stored if isinstance(stored, str) else json.dumps(stored), ensure_ascii=False)


def _fields(table: RowTable, row: TableRow) -> dict[str, DocumentValue]:
    """What a line has: a column that is NULL is no field."""
    return {name: value for name, value in document_of(table, row).items() if value is not None}


def _dumped(fields: Mapping[str, DocumentValue]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
