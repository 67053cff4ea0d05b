"""Rows of every kind of column, and the tables that they stand in."""

from __future__ import annotations

import json
from ipaddress import IPv6Address
from typing import Any, get_args

from hypothesis import strategies as st

from engine.rows.row_table import (
    FROM_EVENT_ID,
    WHOLE_LINE,
    Column,
    ColumnKind,
    ParseKind,
    Parsing,
    RowTable,
    TableRow,
)

COLUMN_KINDS: tuple[ColumnKind, ...] = get_args(ColumnKind)
COLUMN_NAMES = ("a", "b", "c", "d", "e", "f", "g", "h", "i")

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | TEXTS
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def _ipv6(address: IPv6Address) -> str:
    mapped = address.ipv4_mapped
    return str(address) if mapped is None else f"::ffff:{mapped}"


VALUES: dict[ColumnKind, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "bytes": TEXTS.map(str.encode),
    "int64": st.integers(-(1 << 63), (1 << 63) - 1),
    "uint64": st.integers(0, (1 << 64) - 1),
    "float64": st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value or 0.0),
    "bool": st.booleans(),
    "timestamp": st.integers(-2_208_988_800_000_000, 10_413_791_999_999_999),
    "ip": st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map(_ipv6),
    "json": JSON_VALUES.filter(lambda value: value is not None).map(
        lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    ),
}
_NUMBERS = st.none() | VALUES["uint64"]


def every_kind(parsing: ParseKind) -> RowTable:
    """A table with a column of each kind, and one for the event id; lossless where lines can be written anew."""
    sources = COLUMN_NAMES if parsing in {"json", "csv"} else (WHOLE_LINE,)
    columns = [
        Column(name, kind, source, format="rfc3339" if kind == "timestamp" else "any")
        for name, kind, source in zip(COLUMN_NAMES, COLUMN_KINDS, sources, strict=False)
    ]
    pattern, fields = "(?P<a>.*)" if parsing == "regex" else "", COLUMN_NAMES if parsing == "csv" else ()
    return RowTable("t", Parsing(parsing, pattern, fields), (*columns, Column("event", "uint64", FROM_EVENT_ID)))


def rows_of(parsing: ParseKind) -> st.SearchStrategy[TableRow]:
    """Rows of `every_kind`; CSV has no NULL."""
    values = [VALUES[kind] if parsing == "csv" else st.none() | VALUES[kind] for kind in COLUMN_KINDS]
    return st.tuples(*values, _NUMBERS)
