"""Rows as documents: their ids, their fields, and the mapping that says what fields may hold."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping

from engine.rows.row_table import Column, ColumnValue, RowTable, TableRow

MOST_ID_BYTES = 512  # above, a `_bulk` request is refused as a whole
MOST_KEYWORD_BYTES = 32_766

DocumentValue = bool | int | float | str | None

_FIELD_TYPES = {
    "int64": "long", "uint64": "unsigned_long", "float64": "double", "bool": "boolean",
    "timestamp": "long", "ip": "ip", "bytes": "binary",
}  # fmt: skip
_NOT_SEARCHED = {"type": "keyword", "index": False, "doc_values": False}  # text of any length


def id_of(key: TableRow) -> str:
    """The `_id` of a document: its key, such that no two keys have one; of several columns as a JSON array."""
    values = [stored_value(value) for value in key]
    if len(values) > 1:
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    value = values[0]
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int else json.dumps(value)


def why_no_id(table: RowTable, row: TableRow) -> str:
    """Why the key of a row can't be an `_id`, empty if it can: one too long has its whole request refused."""
    id_ = id_of(table.key_of(row)) if table.key else "none is needed"
    length = len(id_.encode())
    if length > MOST_ID_BYTES:
        return f"its key makes an _id of {length} bytes, and {MOST_ID_BYTES} are the most"
    return "" if id_ else "its key is empty, and an _id can't be"


def document_of(table: RowTable, row: TableRow) -> dict[str, DocumentValue]:
    """The document of a row, with all of its columns."""
    return {column.name: stored_value(value) for column, value in zip(table.columns, row, strict=True)}


def stored_value(value: ColumnValue) -> DocumentValue:
    """A value as a document has it: bytes are base64."""
    return b64encode(value).decode() if isinstance(value, bytes) else value


def row_of(table: RowTable, source: Mapping[str, object]) -> TableRow:
    """The row of a document.

    Raises:
        ValueError: it is no document of such a row.
    """
    return tuple(_read(column, source.get(column.name)) for column in table.columns)


def field_types(table: RowTable) -> Mapping[str, str]:
    """The type of each field; `text` for one that takes a text of any length."""
    fields = {column.name: _field(column) for column in table.columns}
    return {name: "text" if field is _NOT_SEARCHED else str(field["type"]) for name, field in fields.items()}


def mapping_of(table: RowTable) -> dict[str, object]:
    """What the fields may hold, and that there are no others: else the first document decides."""
    fields = {column.name: _field(column) for column in table.columns}
    return {"dynamic": "strict", "properties": fields}


def _field(column: Column) -> Mapping[str, object]:
    if column.kind in _FIELD_TYPES:
        return {"type": _FIELD_TYPES[column.kind]}
    short = column.kind == "text" and 0 < column.most_bytes <= MOST_KEYWORD_BYTES
    return {"type": "keyword"} if short else _NOT_SEARCHED


def _read(column: Column, value: object) -> ColumnValue:
    match column.kind, value:
        case _, None:
            return None
        case "bytes", str():
            return b64decode(value, validate=True)
        case "bool", bool():
            return value
        case "int64" | "uint64" | "timestamp", int() if not isinstance(value, bool):
            return value
        case "float64", int() | float() if not isinstance(value, bool):
            return float(value)
        case "text" | "ip" | "json", str():
            return value
        case _:
            raise ValueError(f"{column.name}: a value of {column.kind} can't be {value!r}")
