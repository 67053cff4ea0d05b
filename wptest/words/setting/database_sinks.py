"""What a scenario writes of databases: its servers, and of a sink the table, the row of a line, the batch."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from engine.project.database_conf import BatchLimits, ColumnThere, ServerConf
from engine.rows.row_table import MOST_TEXT_BYTES, Column, ColumnKind, ParseKind, Parsing, TimeFormat, WhenRefused
from engine.rows.server_column import STORED_KINDS, Charset, Collation
from engine.servers.server_settings import SETTINGS
from engine.servers.server_words import ENGINE_NAMES, NEWEST_NAMES, whole_engine_name
from engine.text.mistake import Mistake, one_of
from engine.units import format_duration
from wptest.shapes.shape import Shape, documented
from wptest.shapes.values import Count, Duration, Name, Positive, Size, value_in_words
from wptest.shapes.written import text, value_schema
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean

_KindT = TypeVar("_KindT", bound=str)
COLUMN_KINDS: tuple[ColumnKind, ...] = get_args(ColumnKind)
_PARSE_KINDS: tuple[ParseKind, ...] = tuple(kind for kind in get_args(ParseKind) if kind != "regex")
_TYPE = re.compile(r"(\w+)(?:\(\s*(\d{1,9})\s*\))?")
_WANTED_PARSING = f"{', '.join(_PARSE_KINDS)}, {{csv: [FIELD, ...]}} or {{regex: PATTERN}}"
_WITH_LENGTH = ("text", "bytes")

_USUAL = BatchLimits()


def _engine(value: str) -> str:
    whole_engine_name(value)
    return value


def _column_type(value: Any, kinds: tuple[_KindT, ...]) -> tuple[_KindT, int]:
    """A type as a scenario writes it, `int64` or `text(40)`: its kind, and how long a text may be."""
    match = _TYPE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        wrong = value_in_words(value)
        raise Mistake(f"{wrong} is not the type of a column", one_of([*kinds, "text(40)"]))
    for kind in kinds:
        if match[1] == kind:
            if match[2] is not None and kind not in _WITH_LENGTH:
                raise Mistake(f"a column of the type '{kind}' has no length", kind)
            if match[2] is not None and not int(match[2]):
                raise Mistake(
                    f"a {kind} of no length has room for nothing", f"{kind}(40), or {kind} for any length"
                )
            return kind, int(match[2] or 0)
    help_ = did_you_mean(match[1], kinds)
    expected = one_of([*kinds, "text(40)"])
    raise Mistake(f"unknown type '{match[1]}'", expected, help_=help_, code=Code.UNKNOWN_WORD)


def _parsing(value: Any) -> Parsing:
    match value:
        case {"regex": str() as pattern} if len(value) == 1:
            return Parsing("regex", pattern)
        case {"csv": [*fields]} if len(value) == 1 and fields and all(isinstance(each, str) for each in fields):
            return Parsing("csv", fields=tuple(fields))
    for kind in _PARSE_KINDS:
        if value == kind:
            return Parsing(kind)
    help_ = did_you_mean(value, _PARSE_KINDS) if isinstance(value, str) else None
    raise Mistake(f"{value_in_words(value)} is no way to take a line apart", _WANTED_PARSING, help_=help_)


_ColumnType = Annotated[
    tuple[ColumnKind, int],
    PlainValidator(partial(_column_type, kinds=COLUMN_KINDS)),
    value_schema(
        "columnType",
        "The type of a column; a text may have a length in characters.",
        text(rf"(?:{'|'.join(COLUMN_KINDS)}|(?:{'|'.join(_WITH_LENGTH)})\(\s*\d+\s*\))"),
        "int64",
        "text(40)",
    ),
]
_StoredType = Annotated[
    tuple[str, int],
    PlainValidator(partial(_column_type, kinds=STORED_KINDS)),
    WithJsonSchema({"type": "string", "examples": ["int32", "text(20)"]}),
]
_SomeBytes = Annotated[Size, Field(ge=1)]
_Engine = Annotated[str, AfterValidator(_engine), WithJsonSchema({"enum": [*NEWEST_NAMES, *ENGINE_NAMES]})]
_ParsingValue = Annotated[
    Parsing,
    PlainValidator(_parsing),
    value_schema(
        "parsing",
        "How a line becomes named fields.",
        {
            "anyOf": [
                {"enum": list(_PARSE_KINDS)},
                {
                    "type": "object",
                    "properties": {
                        "regex": {
                            "type": "string",
                            "description": "A regular expression with a group for each field.",
                        }
                    },
                    "required": ["regex"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "properties": {
                        "csv": {
                            "type": "array",
                            "items": {"type": "string"},
                            "minItems": 1,
                            "description": "The names of the fields, in their order.",
                        }
                    },
                    "required": ["csv"],
                    "additionalProperties": False,
                },
            ]
        },
        "json",
        {"regex": r"(?P<at>\S+) (?P<text>.*)"},
    ),
]


class RowColumn(Shape):
    """A column of a table, and which part of a line it gets."""

    type: _ColumnType = documented("Its type.", "int64", "text(40)", default=...)
    source: str | None = documented(
        "The field of the line that it gets, or `$line`, the whole line, or `$event_id`. Default: its own name.",
        "$line",
        alias="from",
        min_length=1,
    )
    default: bool | int | float | str | None = documented("What it gets where a line has no such field.", 0)
    required: bool = documented("A line without it is refused.", True, default=False)

    format: TimeFormat = documented("How the line writes a time.", "epoch_ms", default="any")
    most_bytes: Count = documented("How many bytes a text may have; `0` is any.", 4000, default=MOST_TEXT_BYTES)

    @property
    def written(self) -> set[str]:
        """The keys that are written, as a file has them."""
        return {"from" if name == "source" else name for name in self.model_fields_set}

    def column(self, name: str) -> Column:
        """The column of that name."""
        kind, length = self.type
        source = self.source or name
        return Column(name, kind, source, length, self.default, self.required, self.format, self.most_bytes)


class RowOfLine(Shape):
    """How a line becomes a row, `to_tdc`: it is taken apart into fields, and each column gets one."""

    parse: _ParsingValue = documented("How a line becomes named fields.", "json", default=Parsing())
    columns: dict[Name, RowColumn] = documented(
        "Columns by name.", {"code": {"type": "int64"}}, default=..., min_length=1
    )
    refuse: WhenRefused = documented(
        "What becomes of a line that is no row: it goes to quarantine, it is dropped, or the column is NULL.",
        default="quarantine",
    )


class RequestSize(Shape):
    """How large a request gets. One that isn't full goes after a while."""

    lines: Positive = documented("At most so many lines.", 500, default=_USUAL.lines)
    bytes: _SomeBytes = documented("At most so many bytes. Default: `1MiB`.", "64KiB", default=_USUAL.bytes)
    wait: Duration = documented(
        f"So long it waits for more lines. Default: `{format_duration(_USUAL.wait)}`.", "200ms", default=_USUAL.wait
    )

    @property
    def conf(self) -> BatchLimits:
        """As a project has it."""
        return BatchLimits(self.lines, self.bytes, self.wait)


class StoredColumn(Shape):
    """A column as the server has it."""

    type: _StoredType | None = documented("Its type there.", "int32", "text(20)")
    collation: Collation | None = documented("How the server compares its texts.", "no_case")
    charset: Charset | None = documented("Which characters it has.", "utf8mb3")

    def there(self, table: str, name: str) -> ColumnThere:
        """The same as a project has it."""
        kind, length = self.type or ("", 0)
        return ColumnThere(table, name, kind, length, self.collation or "", self.charset or "")


class InlineServer(Shape):
    """A database server; what isn't said is as with a server that nobody has set up."""

    engine: _Engine = documented("How its tables keep rows.", "innodb", default=...)
    flush: str | int | None = documented("When rows are durable, in the server's own words.", 2, "async")
    packet: _SomeBytes | None = documented("The largest statement that it takes.", "1MiB")
    content: _SomeBytes | None = documented("The largest body of a request that it takes.", "1MiB")
    queue: Positive | None = documented("So many requests wait before others are refused.", 2)
    window: Count | None = documented("So many blocks are remembered to tell repeats.", 100)
    block_rows: Positive | None = documented("So many rows make a block.", 10)
    partitions: Positive | None = documented("The rows of a request may be of so many partitions.", 100)
    latency: Duration | None = documented("How long a request or an answer is on its way.", "2ms")
    patience: Annotated[Duration, Field(gt=0)] | None = documented(
        "How long its clients wait for an answer. Default: `10s`.", "3s"
    )
    learns_mapping: bool = documented(
        "The first document decides what the fields of an index may hold.", True, default=False
    )
    tables: dict[Name, dict[Name, StoredColumn]] = documented(
        "Columns of tables that were there before, and are otherwise than their sinks take them for.",
        {"orders": {"line": {"type": "text(20)"}}},
        default={},
    )

    @property
    def set_up(self) -> dict[str, str]:
        """The settings that are written: what the engine calls each, and the key."""
        keys = {key: key for key in (*SETTINGS, "learns_mapping")} | {"timeout": "patience"}
        return {name: key for name, key in keys.items() if key in self.model_fields_set}

    def conf(self, name: str) -> ServerConf:
        """The same as a project has it."""
        said = {key: getattr(self, key) for key in SETTINGS if key in type(self).model_fields}
        said["timeout"] = self.patience
        settings = [
            (key, str(value) if key == "flush" else value) for key, value in said.items() if value is not None
        ]
        columns = [
            column.there(table, key) for table, others in self.tables.items() for key, column in others.items()
        ]
        return ServerConf(
            name, whole_engine_name(self.engine), tuple(settings), tuple(columns), self.learns_mapping
        )
