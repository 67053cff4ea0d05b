"""The values of columns: what a field of a line becomes in a column of each kind, or why it can't."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv6Address

from engine.rows.json_values import (
    LEAST_WHOLE,
    MOST_WHOLE,
    NotJsonError,
    has_lone_surrogate,
    json_in_one_form,
    read_json,
)
from engine.rows.refused_row import RawField, UnfitValueError, called
from engine.rows.row_table import Column, ColumnKind, ColumnValue
from engine.rows.timestamps import MICROSECONDS, read_time

ValueReader = Callable[[RawField], ColumnValue]

_RANGES: dict[ColumnKind, tuple[int, int]] = {"int64": (-(1 << 63), (1 << 63) - 1), "uint64": (0, (1 << 64) - 1)}
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"(?:{_BYTE}\.){{3}}{_BYTE}")
_NO_LITERAL = frozenset(["", *'\t\n\r "[{n'])  # what begins so is no number and no truth value
_TEXTUAL: frozenset[ColumnKind] = frozenset({"text", "bytes", "ip"})


def reader_of(column: Column, *, typed: bool) -> ValueReader:
    """What makes the values of a column; each raises UnfitValueError for what can't be one, and none gets NULL.

    Args:
        column: whose values.
        typed: fields have the types of JSON. Else they are text, and a number, `true`, `false` or JSON stands there
            as JSON writes it.
    """
    read = _reader_of_kind(column)
    is_text = column.kind in _TEXTUAL or (column.kind == "timestamp" and column.format not in MICROSECONDS)
    if typed or is_text:
        return read
    return _of_json(read) if column.kind == "json" else _of_literal(read)


def default_of(column: Column) -> ColumnValue:
    """The value that a column has where the line has no such field.

    Raises:
        UnfitValueError: its default can't be one.
    """
    default = column.default
    if default is None:
        return None
    _demand_writable(default, column)
    return reader_of(column, typed=not isinstance(default, str))(default)


def _demand_writable(default: ColumnValue, column: Column) -> None:
    """A default may be what no line can have."""
    match default:
        case str() if has_lone_surrogate(default):
            raise UnfitValueError("has half of a surrogate pair")
        case bytes() if column.kind != "bytes":
            raise UnfitValueError(f"is bytes, in a column of the type '{column.kind}'")
        case float() if not math.isfinite(default):
            raise UnfitValueError("is no finite number")
        case int() if not LEAST_WHOLE <= default <= MOST_WHOLE:
            raise UnfitValueError("is a whole number beyond 64 bits")
        case _:
            pass


def _reader_of_kind(column: Column) -> ValueReader:
    match column.kind:
        case "text":
            return _text(column.length, column.most_bytes)
        case "bytes":
            return _bytes(column.length)
        case "int64" | "uint64":
            return _whole(*_RANGES[column.kind])
        case "float64":
            return _float
        case "bool":
            return _bool
        case "timestamp":
            written = column.format
            return lambda value: read_time(value, written)
        case "ip":
            return _ip
        case "json":
            return _json(column.most_bytes)


def _of_literal(read: ValueReader) -> ValueReader:
    """Reads a number or a truth value out of a text that is nothing else."""

    def from_text(value: RawField) -> ColumnValue:
        literal: RawField = value
        if isinstance(value, str) and value.isascii() and value[:1] not in _NO_LITERAL:
            with suppress(NotJsonError):
                literal = value if value[-1:].isspace() else read_json(value)
        return read(literal)

    return from_text


def _of_json(read: ValueReader) -> ValueReader:
    def from_text(value: RawField) -> ColumnValue:
        return read(read_json(value) if isinstance(value, str) else value)

    return from_text


def _text(length: int, most_bytes: int) -> ValueReader:
    def read(value: RawField) -> str:
        if not isinstance(value, str):
            raise UnfitValueError(f"is {called(value)}, where a text is expected")
        if length and len(value) > length:
            raise UnfitValueError(f"has {len(value):,} characters, {length:,} are allowed")
        _demand_room(value, most_bytes)
        if "\0" in value:
            raise UnfitValueError("has the character NUL")
        return value

    return read


def _demand_room(value: str, most_bytes: int) -> None:
    size = len(value) if value.isascii() else len(value.encode())
    if most_bytes and size > most_bytes:
        raise UnfitValueError(f"has {size:,} bytes, {most_bytes:,} are allowed")


def _bytes(length: int) -> ValueReader:
    def read(value: RawField) -> bytes:
        if not isinstance(value, str | bytes):
            raise UnfitValueError(f"is {called(value)}, where a text is expected")
        made = value.encode() if isinstance(value, str) else value
        if length and len(made) > length:
            raise UnfitValueError(f"has {len(made):,} bytes, {length:,} are allowed")
        return made

    return read


def _whole(least: int, most: int) -> ValueReader:
    def read(value: RawField) -> int:
        if type(value) is not int:
            raise UnfitValueError(f"is {called(value)}, where a whole number is expected")
        if not least <= value <= most:
            raise UnfitValueError(f"is outside of {least} to {most}")
        return value

    return read


def _float(value: RawField) -> float:
    if type(value) is not int and type(value) is not float:
        raise UnfitValueError(f"is {called(value)}, where a number is expected")
    made = float(value)
    if made != value:
        raise UnfitValueError("is a whole number that no float is equal to")
    if not made and math.copysign(1, made) < 0:
        raise UnfitValueError("is the zero below zero, which SQLite keeps as 0")
    return made


def _bool(value: RawField) -> bool:
    if not isinstance(value, bool):
        raise UnfitValueError(f"is {called(value)}, where true or false is expected")
    return value


def _ip(value: RawField) -> str:
    """IPv4 with four numbers, IPv6 as RFC 5952 writes it."""
    if not isinstance(value, str):
        raise UnfitValueError(f"is {called(value)}, where an address is expected")
    if _IPV4.fullmatch(value):
        return value
    try:
        address = IPv6Address(value)
    except ValueError:
        raise UnfitValueError("is no IP address") from None
    if address.scope_id is not None:
        raise UnfitValueError("is an address of one machine's interface")
    mapped = address.ipv4_mapped  # which some Pythons write so, and some in hexadecimal digits
    return f"::ffff:{mapped}" if mapped is not None else str(address)


def _json(most_bytes: int) -> ValueReader:
    def read(value: RawField) -> str | None:
        if value is None:
            return None
        text = json_in_one_form(value)
        _demand_room(text, most_bytes)
        return text

    return read
