"""What a table of a database sink looks like: how a line is taken apart, the columns, the key.

Where it comes from: the seed's `to_tdc` for sinks that are databases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WHOLE_LINE = "$line"  # the whole line, its event id included
FROM_EVENT_ID = "$event_id"  # the event id before the line, as `wpgen` makes it; no part of what is parsed
FROM_PLACE = "$place"  # where the line was first read: file and number, the same in each replay

ParseKind = Literal["json", "kv", "csv", "regex", "whole"]
ColumnKind = Literal["text", "bytes", "int64", "uint64", "float64", "bool", "timestamp", "ip", "json"]
TimeFormat = Literal["any", "rfc3339", "datetime", "epoch_s", "epoch_ms", "epoch_us"]
WhenRefused = Literal["quarantine", "drop", "null_column"]
# `ignore_errors` is MySQL's INSERT IGNORE and SQLite's OR IGNORE: no statement of ours has it, but others' have.
WriteMode = Literal["insert", "insert_ignore", "upsert", "create", "index", "ignore_errors"]

MOST_TEXT_BYTES = 32_766  # OpenSearch indexes no longer keyword

ColumnValue = bool | int | float | str | bytes | None
TableRow = tuple[ColumnValue, ...]  # one value for each column, in the order of the columns


@dataclass(frozen=True, slots=True)
class Parsing:
    """How a line becomes named fields.

    Attributes:
        kind: what a line is written in.
        pattern: the regular expression of `regex`, with a named group for each field.
        fields: the names of the fields of `csv`, in their order; without them their numbers are, from "1".
    """

    kind: ParseKind = "whole"
    pattern: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: what the table calls it.
        kind: its type. A `timestamp` is in microseconds since 1970, UTC; `ip` and `json` are text of one form.
        source: the field it is made of (`a.b` is one inside of another), or `$line`, `$event_id`, `$place`.
        length: how many characters a text may have, or bytes if it is of these; 0 for any number.
        default: what it has where the line has no such field, as a line would have it.
        required: NULL is refused.
        format: how a time is written: `any` is RFC 3339 or `YYYY-MM-DD HH:MM:SS`, in UTC.
        most_bytes: how many bytes a text may have in UTF-8, 0 for any number.
    """

    name: str
    kind: ColumnKind
    source: str
    length: int = 0
    default: ColumnValue = None
    required: bool = False
    format: TimeFormat = "any"
    most_bytes: int = MOST_TEXT_BYTES


@dataclass(frozen=True, slots=True)
class RowTable:
    """A table, as a sink writes to it.

    Attributes:
        key: the columns that no two rows may share all of; none where rows can't be told apart.
        refuse: what becomes of a line that is no row.
    """

    name: str
    parsing: Parsing
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    refuse: WhenRefused = "quarantine"

    @property
    def key_columns(self) -> tuple[Column, ...]:
        """The columns of the key, in the order of the table's columns."""
        return tuple(column for column in self.columns if column.name in self.key)

    def key_of(self, row: TableRow) -> TableRow:
        """The values of a row's key, in the order of `key_columns`; none where the table has no key."""
        if not self.key:
            return ()
        return tuple([row[place] for place, column in enumerate(self.columns) if column.name in self.key])
