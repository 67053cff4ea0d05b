"""`to_tdc`: a line has one row, or is refused with its column, value and reason; and the line of a row."""

from __future__ import annotations

import pytest

from engine.rows.refused_row import RefusedRow
from engine.rows.row_mapping import RowMapping
from engine.rows.row_table import (
    FROM_EVENT_ID,
    FROM_PLACE,
    WHOLE_LINE,
    Column,
    Parsing,
    RowTable,
    WhenRefused,
)
from engine.text.mistake import Mistake

CODE = Column("code", "int64", "code")
HOST = Column("host", "text", "host")
LINE = Column("line", "text", WHOLE_LINE)


def table(
    *columns: Column, parsing: Parsing | None = None, key: tuple[str, ...] = (), **more: WhenRefused
) -> RowTable:
    return RowTable("t", parsing or Parsing("json"), columns, key, **more)


def refused(mapping: RowMapping, line: bytes) -> str:
    row = mapping.to_tdc(line)
    assert isinstance(row, RefusedRow)
    return str(row)


def test_a_row_has_a_value_for_each_column_in_their_order() -> None:
    columns = (
        Column("id", "uint64", FROM_EVENT_ID),
        Column("place", "text", FROM_PLACE),
        CODE,
        Column("took", "float64", "took", default=0.5),
        LINE,
    )
    mapping = RowMapping(table(*columns))
    line = b'wp_event_id=17 {"code": 404, "more": [1]}'
    assert mapping.to_tdc(line, "in.dat:3") == (17, "in.dat:3", 404, 0.5, line.decode())
    assert mapping.to_tdc(b"{}") == (None, None, None, 0.5, "{}")


@pytest.mark.parametrize(
    "line", [b"wp_event_id=017 {}", b"wp_event_id=x {}", b"wp_event_id= {}", b"wp_event_id=1{}"]
)
def test_what_is_no_event_id_is_part_of_what_is_parsed(line: bytes) -> None:
    """Two lines with other numbers may not have one key."""
    assert refused(RowMapping(table(Column("id", "uint64", FROM_EVENT_ID), LINE)), line).startswith(
        "the line isn't"
    )


def test_the_event_id_of_a_line_that_is_no_text_is_read_as_well() -> None:
    columns = (Column("id", "uint64", FROM_EVENT_ID, required=True), Column("line", "bytes", WHOLE_LINE))
    mapping = RowMapping(table(*columns, parsing=Parsing(), key=("id",)))
    line = b"wp_event_id=17 \xff\0"
    assert mapping.to_tdc(line) == (17, line)
    assert mapping.as_sent((17, line)) == line
    assert refused(mapping, b"\xff") == "'id' is missing: the line has no '$event_id'"
    assert refused(mapping, b"wp_event_id=18446744073709551616 x").startswith("'id' has a whole number beyond")


def test_a_refusal_says_which_column_of_what_and_why() -> None:
    mapping = RowMapping(table(CODE, Column("host", "text", "host", length=3, required=True), LINE))
    assert mapping.to_tdc(b'{"code":"x","host":"a"}') == RefusedRow(
        "code", "x", "is a text, where a whole number is expected"
    )
    assert refused(mapping, b'{"code":1.5,"host":"a"}') == (
        "'code' is a number, where a whole number is expected: 1.5"
    )
    assert refused(mapping, b'{"code":1}') == "'host' is missing: the line has no 'host'"
    assert refused(mapping, b'{"code":1,"host":null}') == "'host' is NULL"
    assert refused(mapping, b"") == "the line isn't JSON"
    assert refused(mapping, b'{"a\xff') == "the line isn't UTF-8 at byte 4: {\"a\ufffd"
    long = "x" * 100
    shown_whole = "x" * 60
    assert refused(mapping, f'{{"host":"{shown_whole}"}}'.encode()).endswith(f": {shown_whole}")
    assert refused(mapping, f'{{"host":"{long}"}}'.encode()) == (
        f"'host' has 100 characters, 3 are allowed: {long[:57]}..."
    )


def test_the_whole_line_is_held_to_what_its_column_can_have() -> None:
    whole = RowMapping(table(LINE, parsing=Parsing()))
    assert whole.to_tdc("日志".encode()) == ("日志",)
    assert refused(whole, b"a\0") == "'line' has the character NUL: a\0"
    assert refused(whole, b"\xed\xa0\x80").startswith("the line isn't UTF-8 at byte 1")
    as_json = RowMapping(table(Column("doc", "json", WHOLE_LINE), LINE, parsing=Parsing()))
    assert as_json.to_tdc(b'{"a": 1}') == ('{"a":1}', '{"a": 1}')
    assert refused(as_json, b"{") == "'doc' isn't JSON: {"


def test_a_default_is_for_a_field_that_is_not_there_and_null_stays_null() -> None:
    mapping = RowMapping(table(Column("code", "int64", "code", default="7"), LINE))
    assert mapping.to_tdc(b"{}") == (7, "{}")
    assert mapping.to_tdc(b'{"code":null}') == (None, '{"code":null}')


def test_a_refused_value_is_null_where_the_table_says_so_but_never_in_a_key_or_a_required_column() -> None:
    key = Column("id", "int64", "id", required=True)
    host = Column("host", "text", "host", length=3, required=True)
    mapping = RowMapping(table(key, host, CODE, refuse="null_column", key=("id",)))
    assert mapping.to_tdc(b'{"id":1,"host":"a","code":"x"}') == (1, "a", None)
    assert refused(mapping, b'{"id":"1","host":"a"}').startswith("'id' is a text")
    assert refused(mapping, b'{"id":1,"host":"abcd"}').startswith("'host' has 4 characters")
    assert refused(mapping, b"{").startswith("the line isn't JSON")


def test_a_dot_leads_to_a_field_inside_of_another() -> None:
    mapping = RowMapping(table(Column("x", "int64", "a.b", default=9), LINE))
    taken = {line: mapping.to_tdc(line) for line in (b'{"a":{"b":1}}', b'{"a.b":2}', b'{"a":{"b":null}}', b"{}")}
    assert [row[0] for row in taken.values() if isinstance(row, tuple)] == [1, 2, None, 9]
    assert mapping.to_tdc(b'{"a":null}') == (9, '{"a":null}')
    assert refused(mapping, b'{"a":5}') == "'x' isn't there: a number is where 'b' should be inside"
    assert refused(mapping, b'{"a":{"b":1},"a.b":2}') == "'x' is there twice: as 'a.b', and inside of 'a': 2"
    flat = RowMapping(table(Column("x", "text", "a.b"), LINE, parsing=Parsing("kv")))
    assert flat.to_tdc(b"a.b=1") == ("1", "a.b=1")


def test_a_table_with_a_problem_has_no_rows() -> None:
    with pytest.raises(Mistake, match="there is no column 'x'"):
        RowMapping(table(LINE, key=("x",)))


EXACT = RowMapping(
    table(
        Column("id", "uint64", FROM_EVENT_ID),
        Column("at", "timestamp", "at", format="rfc3339"),
        HOST,
        Column("took", "float64", "took"),
        Column("ok", "bool", "ok"),
        Column("doc", "json", "doc"),
        Column("raw", "bytes", "raw"),
        Column("host_too", "text", "host", length=40),
    )
)


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b'{"host":"a"}',
        b'wp_event_id=7 {"at":"2026-11-30T12:00:00Z"}',
        b'{"at":"2026-11-30T12:00:00.500Z","host":"\xe6\x97\xa5 \\"\\\\\\n\\u0001","took":0.5,"ok":false}',
        b'{"at":"1900-01-01T00:00:00.000001Z","took":1e+16,"doc":{"b":[1,"\xe6\x97\xa5"],"a":null},"raw":"\\u0000"}',
    ],
)
def test_a_row_gives_its_line_back_without_a_column_for_it(line: bytes) -> None:
    row = EXACT.to_tdc(line)
    assert isinstance(row, tuple)
    assert EXACT.as_sent(row) == line


@pytest.mark.parametrize(
    ("line", "back"),
    [
        (b'{"host": "a"}', '{"host":"a"}'),
        (b'{"took":0.5,"host":"a"}', '{"host":"a","took":0.5}'),
        (b'{"host":"a","more":1}', '{"host":"a"}'),
        (b'{"host":null}', "{}"),
        (b'{"took":1}', '{"took":1.0}'),
        (b'{"took":0.10}', '{"took":0.1}'),
        (b'{"host":"\\u00e9"}', '{"host":"é"}'),
        (b'{"at":"2026-11-30T12:00:00.5Z"}', '{"at":"2026-11-30T12:00:00.500Z"}'),
        (b'{"at":"2026-11-30T13:00:00+01:00"}', '{"at":"2026-11-30T12:00:00Z"}'),
    ],
)
def test_a_line_that_its_row_would_give_back_otherwise_is_refused(line: bytes, back: str) -> None:
    assert EXACT.to_tdc(line) == RefusedRow("", line.decode(), f"would be given back otherwise, as {back}")


def test_an_event_id_that_no_column_keeps_is_a_line_given_back_otherwise() -> None:
    assert "would be given back otherwise" in refused(RowMapping(table(HOST)), b'wp_event_id=7 {"host":"a"}')


def test_cells_are_given_back_in_the_order_of_the_line() -> None:
    parsing = Parsing("csv", fields=("at", "host", "code"))
    mapping = RowMapping(table(CODE, HOST, Column("at", "timestamp", "at", format="epoch_ms"), parsing=parsing))
    line = b'1796040000001,"a, ""b""",-7'
    assert mapping.to_tdc(line) == (-7, 'a, "b"', 1_796_040_000_001_000)
    assert mapping.as_sent((-7, 'a, "b"', 1_796_040_000_001_000)) == line
    assert refused(mapping, b'1796040000001,"a",7').startswith("the line would be given back otherwise")


def test_a_row_that_a_server_has_altered_gives_some_other_line() -> None:
    """A number in place of a text, or a time of no calendar, is no error: the lines are compared."""
    altered = (None, 10**30, 7, "x", 1, None, b"\xff", None)
    assert EXACT.as_sent(altered) == (
        b'{"at":"1000000000000000000000000000000","host":7,"took":"x","ok":1,"raw":"\xff"}'
    )
    assert RowMapping(table(LINE)).as_sent((None,)) == b""
    assert RowMapping(table(LINE)).as_sent((5,)) == b"5"
