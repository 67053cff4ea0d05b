"""What is sent to ClickHouse.

A body that is cut at the end of a line is a body to ClickHouse: it stores the rows that came, and may say 200. So
the whole request, the words of the statement included, is one block of ClickHouse's own compression, without
compression: such a block says how long it is, and one that is cut anywhere is an error with nothing stored; if
nothing came at all there is no statement. Its checksum is left out, as TCP has one; there is a setting for that.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from engine.databases.clickhouse.each_row import each_row
from engine.databases.http_request import HttpRequest, request_target
from engine.databases.request import AskForKeys, WriteRows
from engine.rows.row_table import ColumnValue, RowTable
from engine.rows.server_column import ServerColumn, StoredKind, server_columns

ClickHouseVersion = Literal["18.16", "26.9"]
ClickHouseEngine = Literal["MergeTree", "ReplacingMergeTree"]

PART = "_part"  # the virtual column that says in which part a row is: `all_1_4_2` begins with the first block
MOST_BLOCK_ROWS = 1_048_576  # rows that are one block, and so are there all or not at all

_TYPES: Mapping[StoredKind, str] = {
    "text": "String", "bytes": "String", "int64": "Int64", "uint64": "UInt64", "float64": "Float64",
    "bool": "UInt8", "timestamp": "Int64", "ip": "String", "json": "String",
    "int8": "Int8", "int16": "Int16", "int32": "Int32", "uint8": "UInt8", "uint16": "UInt16", "uint32": "UInt32",
    "datetime": "DateTime",
}  # fmt: skip

_UNCOMPRESSED = 0x02
_BLOCK_HEAD = struct.Struct("<BII")  # the method, the length with this head, the length without
_NO_CHECKSUM = bytes(16)
FRAME_BYTES = len(_NO_CHECKSUM) + _BLOCK_HEAD.size  # before the words of a request that is framed

_READ_WHOLE = {"decompress": 1, "http_native_compression_disable_checksumming_on_decompress": 1}
_AS_STORED: Mapping[str, str | int] = {"output_format_json_quote_denormals": 1}  # else NaN is read as null
_ALL_VERSIONS: Mapping[str, str | int] = {
    "wait_end_of_query": 1,  # no 200 before all is done
    "input_format_skip_unknown_fields": 0,
    "input_format_allow_errors_num": 0,
    "input_format_allow_errors_ratio": 0,
    "max_insert_block_size": MOST_BLOCK_ROWS,
}
_NEWER: Mapping[str, str | int] = {
    "async_insert": 0,  # else the answer may come before the rows are stored: the default since 26
    "input_format_null_as_default": 0,
    "input_format_parallel_parsing": 0,  # else a block ends wherever a thread's share of the body does
}


def requests_for(version: str) -> ClickHouseVersion:
    """Which requests a server of this version takes, in its own words; one in between has not been seen."""
    return "18.16" if version.startswith(("18.", "19.")) else "26.9"


def create_clickhouse_table(
    table: RowTable,
    engine: ClickHouseEngine = "MergeTree",
    deduplication_window: int = 0,
    made: Sequence[ServerColumn] = (),
) -> HttpRequest:
    """Make the table.

    Args:
        table: its columns and key.
        engine: what keeps the rows; a ReplacingMergeTree needs a key, and has the newest row of each.
        deduplication_window: how many inserts the server remembers to know a repeated one by; 26.9 only.
        made: the columns, where others have made them otherwise than a sink takes them for.
    """
    columns = ", ".join(f"{_quoted(column.name)} {_type(column)}" for column in made or server_columns(table))
    assert table.key or engine == "MergeTree", "what is replaced is known by its key"
    order = ", ".join(_quoted(column.name) for column in table.key_columns)
    text = f"CREATE TABLE {_quoted(table.name)} ({columns}) ENGINE = {engine} ORDER BY tuple({order})"
    if deduplication_window:
        text += f" SETTINGS non_replicated_deduplication_window = {deduplication_window}"
    return _statement(text.encode(), {})


def insert_rows(version: ClickHouseVersion, request: WriteRows) -> HttpRequest:
    """Write rows in one request, to be stored when the answer comes, all of them or none.

    One that isn't framed is a body like those of others, which may be cut. Without a token, the server tells a
    repeated insert by its rows, where it tells it at all. Any insert into a ReplacingMergeTree is an `upsert`.
    """
    assert request.mode in ("insert", "upsert"), f"ClickHouse knows no {request.mode}"
    assert len(request.rows) <= MOST_BLOCK_ROWS, "more than a block may be stored in part"
    parameters = dict(_ALL_VERSIONS)
    if version != "18.16":
        parameters |= _NEWER
        if request.token:
            parameters["insert_deduplication_token"] = request.token
    body = insert_head(request.table) + each_row(request.table, request.rows)
    if not request.framed:
        return HttpRequest("POST", request_target("/", parameters), _headers(body), body)
    return _statement(body, parameters)


def insert_head(table: RowTable) -> bytes:
    """What stands before the rows."""
    names = ", ".join(_quoted(column.name) for column in table.columns)
    return f"INSERT INTO {_quoted(table.name)} ({names}) FORMAT JSONEachRow\n".encode()


def select_keys(request: AskForKeys, engine: ClickHouseEngine = "MergeTree") -> HttpRequest:
    """Read the rows that have one of these keys."""
    table = request.table
    names = ", ".join(_quoted(column.name) for column in table.key_columns)
    if not request.keys:  # asked by whoever wants to know whether there is an answer
        return _statement(_select(table, engine, "") + b" WHERE 1 = 0 FORMAT JSONEachRow", _AS_STORED)
    listed = b", ".join(b"(" + b", ".join(map(_literal, key)) + b")" for key in request.keys)
    where = f" WHERE ({names}) IN (".encode() + listed + b")"
    return _statement(_select(table, engine, "") + where + b" FORMAT JSONEachRow", _AS_STORED)


def select_table(
    table: RowTable, engine: ClickHouseEngine = "MergeTree", made: Sequence[ServerColumn] = ()
) -> HttpRequest:
    """Read all rows, with their parts, by one thread: `clickhouse_answers.oldest_first` brings them into order.

    Args:
        table: its columns.
        engine: what keeps the rows.
        made: the columns, where others have made them otherwise; a time of whole seconds is read in microseconds.
    """
    times = {column.name for column in made if column.kind == "datetime"}
    parameters = {**_AS_STORED, "max_threads": 1}
    return _statement(_select(table, engine, f", {PART}", times) + b" FORMAT JSONEachRow", parameters)


def _statement(body: bytes, parameters: Mapping[str, str | int]) -> HttpRequest:
    block = _NO_CHECKSUM + _BLOCK_HEAD.pack(_UNCOMPRESSED, len(body) + _BLOCK_HEAD.size, len(body)) + body
    return HttpRequest("POST", request_target("/", {**_READ_WHOLE, **parameters}), _headers(block), block)


def _headers(body: bytes) -> Mapping[str, str]:
    return {"Content-Type": "application/octet-stream", "Content-Length": str(len(body))}


def _type(column: ServerColumn) -> str:
    type_ = _TYPES[column.kind]
    return type_ if column.required else f"Nullable({type_})"


def _select(table: RowTable, engine: ClickHouseEngine, more: str, times: Collection[str] = ()) -> bytes:
    names = ", ".join((_in_microseconds if each.name in times else _quoted)(each.name) for each in table.columns)
    final = " FINAL" if engine == "ReplacingMergeTree" else ""
    return f"SELECT {names}{more} FROM {_quoted(table.name)}{final}".encode()  # noqa: S608 - names are quoted


def _in_microseconds(name: str) -> str:
    return f"toInt64(toUInt32({_quoted(name)})) * 1000000 AS {_quoted(name)}"  # no zone of the server's moves it


def _quoted(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _literal(value: ColumnValue) -> bytes:
    assert value is not None, "a key has no NULL"
    if isinstance(value, str | bytes):
        data = value.encode() if isinstance(value, str) else value
        return b"'" + data.replace(b"\\", b"\\\\").replace(b"'", b"\\'").replace(b"\0", b"\\0") + b"'"
    return str(int(value) if isinstance(value, bool) else value).encode()
