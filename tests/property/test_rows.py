"""Lines as rows: no line at all is an exception, and a lossless table gives back each line that it takes."""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import datetime
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.rows.json_values import read_json
from engine.rows.kv_fields import kv_fields
from engine.rows.line_fields import csv_cells
from engine.rows.lossless import is_lossless, what_is_lost
from engine.rows.refused_row import RefusedRow, UnfitValueError
from engine.rows.row_mapping import RowMapping
from engine.rows.row_table import (
    FROM_EVENT_ID,
    FROM_PLACE,
    WHOLE_LINE,
    Column,
    ColumnKind,
    ParseKind,
    Parsing,
    RowTable,
    TimeFormat,
    WhenRefused,
)
from engine.rows.table_problems import LONGEST_PLACE, table_problems
from tests.property.row_values import COLUMN_KINDS, COLUMN_NAMES, JSON_VALUES, TEXTS, every_kind, rows_of

pytestmark = pytest.mark.fuzz
FUZZ = settings.get_profile("fuzz")

_TYPES = {
    "text": str, "bytes": bytes, "int64": int, "uint64": int, "float64": float,
    "bool": bool, "timestamp": int, "ip": str, "json": str,
}  # fmt: skip
# What lines look like: pieces of all the grammars, so that some of each are taken.
PIECES = st.sampled_from(
    [
        *(rb'a b a= b=1 a: , " \" \ { } [ ] {"a": "b": "x" 1 -0 1e999 1e-999 NaN null true \ud800 \u0000'.split()),
        *(b"9" * 30, b" ", b", ", b"a: ", b"\0", b"\xff", b"\r", b"\n", "日".encode()),
        *(b"::1", b"wp_event_id=7 ", b"2026-11-30T14:00:00Z"),
    ]
)
LINES = st.one_of(
    st.lists(PIECES, max_size=8).map(b"".join),
    st.binary(max_size=24),
    JSON_VALUES.map(lambda value: json.dumps({"a": value}, separators=(",", ":")).encode()),
    st.lists(TEXTS | st.sampled_from(["1", "true", "::1"]), min_size=2, max_size=2).map(
        lambda cells: ",".join(cells).encode()
    ),
)
_SOURCES: dict[ParseKind, tuple[str, ...]] = {
    "json": ("a", "b", "a.b"), "kv": ("a", "b"), "csv": ("a", "b"), "regex": ("a", "b"), "whole": (),
}  # fmt: skip
WILD_COLUMNS = st.builds(
    Column,
    st.sampled_from([*COLUMN_NAMES, "A", ""]),
    st.sampled_from(COLUMN_KINDS),
    st.sampled_from(["a", "b", "a.b", "1", WHOLE_LINE, FROM_EVENT_ID, FROM_PLACE, "$x", ""]),
    length=st.sampled_from([0, 3, -1]),
    default=st.none()
    | st.sampled_from(["", "x", 1, -1, 1.5, True, b"\xff", "\ud800", math.nan, 10**400, "2026-11-30 14:00:00"]),
    required=st.booleans(),
    format=st.sampled_from(get_args(TimeFormat)),
    most_bytes=st.sampled_from([32_766, 0, 4, -1]),
)
WILD_TABLES = st.builds(
    RowTable,
    st.just("t"),
    st.builds(
        Parsing,
        st.sampled_from(get_args(ParseKind)),
        st.sampled_from(["", "(?P<a>.)(?P<b>.*)", "(", "(?P<b>x)?.*"]),
        st.sampled_from([(), ("a",), ("a", "a")]),
    ),
    st.lists(WILD_COLUMNS, max_size=3).map(tuple),
    st.lists(st.sampled_from("aby"), max_size=2).map(tuple),
)


@st.composite
def sound_tables(draw: st.DrawFn) -> RowTable:
    """Tables without a problem, about half of them lossless."""
    kind = draw(st.sampled_from(get_args(ParseKind)))
    columns = [_sound_column(draw, kind, name) for name in COLUMN_NAMES[: draw(st.integers(1, 4))]]
    keys = [each.name for each in columns if _may_be_key(each)]
    return RowTable(
        "t",
        Parsing(kind, "(?P<a>.?)(?P<b>.*)" if kind == "regex" else "", ("a", "b") if kind == "csv" else ()),
        tuple(columns),
        tuple(keys[: draw(st.integers(0, 2))]),
        draw(st.sampled_from(get_args(WhenRefused))),
    )


def _may_be_key(column: Column) -> bool:
    has_length = bool(column.length) or column.kind not in {"text", "bytes"}
    return column.required and has_length and column.kind not in {"float64", "json"} and column.default is None


def _sound_column(draw: st.DrawFn, kind: ParseKind, name: str) -> Column:
    source = draw(st.sampled_from([*_SOURCES[kind] * 3, WHOLE_LINE, FROM_EVENT_ID, FROM_PLACE]))
    column: ColumnKind = "text" if source.startswith("$") else draw(st.sampled_from(COLUMN_KINDS))
    if source == WHOLE_LINE:
        column = draw(st.sampled_from(["text", "bytes", "json"]))
    has_length = column in {"text", "bytes"}
    return Column(
        name,
        column,
        source,
        length=draw(st.sampled_from([0, 0, LONGEST_PLACE if source == FROM_PLACE else 3])) if has_length else 0,
        default="1" if column in {"text", "int64", "float64"} and draw(st.integers(0, 4)) == 0 else None,
        required=draw(st.booleans()),
        format=draw(st.sampled_from(get_args(TimeFormat))) if column == "timestamp" else "any",
        most_bytes=draw(st.sampled_from([32_766, 0, 4])),
    )


def _taken(mapping: RowMapping, line: bytes) -> None:
    """A row of the types of its columns, which gives back its line if the table is lossless."""
    row = mapping.to_tdc(line, "in.dat:1")
    if isinstance(row, RefusedRow):
        assert row.why
        assert str(row)
        return
    columns = mapping.table.columns
    assert len(row) == len(columns)
    for column, value in zip(columns, row, strict=True):
        assert value is None or type(value) is _TYPES[column.kind]
        assert value is not None or not column.required
        if isinstance(value, str) and column.most_bytes:
            assert len(value.encode()) <= column.most_bytes
            assert "\0" not in value
    if is_lossless(mapping.table):
        assert mapping.as_sent(row) == line
    assert isinstance(mapping.as_sent(row), bytes)


@FUZZ
@given(sound_tables(), st.lists(LINES, min_size=1, max_size=8))
def test_a_line_has_a_row_or_is_refused_and_a_lossless_table_gives_it_back(
    table: RowTable, lines: list[bytes]
) -> None:
    assert table_problems(table) == []
    mapping = RowMapping(table)
    for line in lines:
        _taken(mapping, line)


@FUZZ
@given(WILD_TABLES, LINES)
def test_a_table_has_problems_or_takes_lines(table: RowTable, line: bytes) -> None:
    what_is_lost(table)
    if problems := table_problems(table):
        assert all(problem.mistake.problem for problem in problems)
    else:
        _taken(RowMapping(table), line)


@FUZZ
@given(st.data())
@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_line_that_is_written_of_a_row_has_that_row(kind: ParseKind, data: st.DataObject) -> None:
    mapping = RowMapping(every_kind(kind))
    assert is_lossless(mapping.table)
    row = data.draw(rows_of(kind))
    assert mapping.to_tdc(mapping.as_sent(row)) == row


@FUZZ
@given(LINES)
@pytest.mark.parametrize("kind", get_args(ParseKind))
def test_no_line_is_an_exception_to_columns_ofevery_kind(kind: ParseKind, line: bytes) -> None:
    _taken(RowMapping(every_kind(kind)), line)


@FUZZ
@given(JSON_VALUES)
def test_json_is_read_as_python_reads_it(value: Any) -> None:
    for ascii_only in (True, False):
        read = read_json(json.dumps(value, ensure_ascii=ascii_only))
        assert read == value
        assert json.dumps(read) == json.dumps(value)


@FUZZ
@given(st.text(st.sampled_from('{}[]",:\\ 01-.eEuda8Nn'), max_size=20))
@example('{"a":1,"a":2}')
@example("[" * 5000)
@example("1" * 5000)
def test_what_is_read_as_json_is_json_and_all_else_is_refused(text: str) -> None:
    try:
        value = read_json(text)
    except UnfitValueError:
        return
    assert value == json.loads(text)
    json.dumps(value, allow_nan=False)


@FUZZ
@given(st.dictionaries(st.text(st.sampled_from("ab_é1"), min_size=1), TEXTS, min_size=1))
def test_pairs_are_read_as_shippers_and_warpparse_write_them(fields: dict[str, str]) -> None:
    shipped = " ".join(f"{name}={json.dumps(value)}" for name, value in fields.items())
    assert kv_fields(shipped) == fields
    # WarpParse's own form doesn't tell a backslash before a quote from one that belongs to it.
    plain = {name: value.replace("\\", "/") for name, value in fields.items()}
    record = ", ".join('{}: "{}"'.format(name, value.replace('"', '\\"')) for name, value in plain.items())
    assert kv_fields(record) == plain


@FUZZ
@given(st.lists(TEXTS, min_size=2))
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_cells_are_read_as_csv_writers_write_them(quoting: int, cells: list[str]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=quoting, lineterminator="\r\n").writerow(cells)
    assert csv_cells(written.getvalue().removesuffix("\r\n")) == cells


@FUZZ
@given(st.datetimes(datetime(1900, 1, 1), datetime(2299, 12, 31)))  # noqa: DTZ001 - as lines write them, without a zone
def test_a_time_is_the_same_in_every_format(then: datetime) -> None:
    texts = [f"{then.isoformat()}Z", then.isoformat(" "), f"{then.isoformat()}+00:00"]
    mapping = RowMapping(RowTable("t", Parsing("csv", "", ("a",)), (Column("a", "timestamp", "a"),)))
    rows = {mapping.to_tdc(text.encode()) for text in texts}
    assert len(rows) == 1
    (since,) = rows.pop()  # type: ignore[misc] # a row, or the test fails
    assert math.isclose(since / 1e6, (then - datetime(1970, 1, 1)).total_seconds(), abs_tol=1e-4)  # noqa: DTZ001
