"""The types that columns have in each dialect: such that what is read is what was written.

So `json` and `ip` are text everywhere: PostgreSQL's `jsonb` and MySQL's `JSON` write an object anew, and drivers
make objects of them. SQLite has no integer above 2^63-1, so its `uint64` is text, of digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

from engine.rows.server_column import NarrowKind, ServerColumn, StoredKind

TypeOf = Callable[[ServerColumn, str, bool], str]  # a column, its name in quotes, whether it belongs to the key

_MOST_VARCHAR = 16_383  # characters of utf8mb4 in the 65,535 bytes that a row of MySQL has
_LONGEST_ADDRESS = 45  # an IPv6 address that ends as an IPv4 one


def _always(type_: str) -> TypeOf:
    return lambda _column, _name, _in_key: type_


def _mysql_text(column: ServerColumn, _name: str, _in_key: bool) -> str:
    type_ = f"VARCHAR({column.length})" if 0 < column.length <= _MOST_VARCHAR else "LONGTEXT"
    if column.charset == "utf8mb4" and column.collation == "binary":  # as the table has it
        return type_
    collation = "nopad_bin" if column.collation == "binary" else "unicode_ci"
    return f"{type_} CHARACTER SET {column.charset} COLLATE {column.charset}_{collation}"


def _mysql_bytes(column: ServerColumn, _name: str, _in_key: bool) -> str:
    return f"VARBINARY({column.length})" if 0 < column.length <= _MOST_VARCHAR else "LONGBLOB"


MYSQL_TYPES: Mapping[StoredKind, TypeOf] = {
    "text": _mysql_text,
    "bytes": _mysql_bytes,
    "int64": _always("BIGINT"),
    "uint64": _always("BIGINT UNSIGNED"),
    "float64": _always("DOUBLE"),
    "bool": _always("BOOLEAN"),
    "timestamp": _always("DATETIME(6)"),
    "ip": _always(f"VARCHAR({_LONGEST_ADDRESS})"),
    "json": _always("LONGTEXT"),
    "int8": _always("TINYINT"),
    "int16": _always("SMALLINT"),
    "int32": _always("INT"),
    "uint8": _always("TINYINT UNSIGNED"),
    "uint16": _always("SMALLINT UNSIGNED"),
    "uint32": _always("INT UNSIGNED"),
    "datetime": _always("DATETIME"),
}


def _postgres_text(column: ServerColumn, _name: str, in_key: bool) -> str:
    type_ = f"VARCHAR({column.length})" if column.length else "TEXT"
    return f'{type_} COLLATE "C"' if in_key else type_


def _postgres_bytes(column: ServerColumn, name: str, _in_key: bool) -> str:
    return f"BYTEA CHECK (octet_length({name}) <= {column.length})" if column.length else "BYTEA"


def _postgres_uint64(_column: ServerColumn, name: str, _in_key: bool) -> str:
    return f"NUMERIC(20) CHECK ({name} BETWEEN 0 AND {2**64 - 1})"


POSTGRES_TYPES: Mapping[StoredKind, TypeOf] = {
    "text": _postgres_text,
    "bytes": _postgres_bytes,
    "int64": _always("BIGINT"),
    "uint64": _postgres_uint64,
    "float64": _always("DOUBLE PRECISION"),
    "bool": _always("BOOLEAN"),
    "timestamp": _always("TIMESTAMP(6)"),
    "ip": _always(f"VARCHAR({_LONGEST_ADDRESS})"),
    "json": _always("TEXT"),
    "int16": _always("SMALLINT"),
    "int32": _always("INTEGER"),
    "datetime": _always("TIMESTAMP(0)"),
}


def _sqlite_of_length(type_: str) -> TypeOf:
    return lambda column, name, _in_key: (
        f"{type_} CHECK (length({name}) <= {column.length})" if column.length else type_
    )


SQLITE_TYPES: Mapping[StoredKind, TypeOf] = {
    "text": _sqlite_of_length("TEXT"),
    "bytes": _sqlite_of_length("BLOB"),
    "int64": _always("INTEGER"),
    "uint64": _always("TEXT"),
    "float64": _always("REAL"),
    "bool": _always("INTEGER"),
    "timestamp": _always("INTEGER"),
    "ip": _always("TEXT"),
    "json": _always("TEXT"),
    **dict.fromkeys(get_args(NarrowKind), _always("INTEGER")),
}
