"""Tables that tests write to, and rows that are hard to write."""

from __future__ import annotations

from engine.rows.row_table import Column, Parsing, RowTable

ORDERS = RowTable(
    "orders",
    Parsing("json"),
    (
        Column("event_id", "uint64", "$event_id", required=True),
        Column("code", "int64", "code"),
        Column("line", "text", "$line", length=4000, required=True),
    ),
    key=("event_id",),
)
ORDER_ROWS = ((7, -1, "it's \\ 100 %"), (2**64 - 1, None, "é\n"))

EVENTS = RowTable(
    'od"d `name` of 100%s',
    Parsing("json"),
    (
        Column("host", "text", "host", length=64),
        Column("at", "timestamp", "at", required=True),
        Column("raw", "bytes", "raw", length=200),
        Column("big", "uint64", "big"),
        Column("share", "float64", "share"),
        Column("ok", "bool", "ok"),
        Column("peer", "ip", "peer"),
        Column("more", "json", "more"),
        Column("rest", "text", "rest", most_bytes=0),
    ),
    key=("host", "at"),
)
EVENT_ROWS = (
    ("a ", 1_700_000_000_123_456, b"\x00'\\\xff", 2**63, 1e-07, True, "::1", '{"a":1}', "x"),
    ("a", -1, None, None, None, False, None, None, None),
)

KEYLESS = RowTable("lines", Parsing("whole"), (Column("line", "text", "$line"),))
