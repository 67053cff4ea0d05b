"""What becomes of a field in a column of each kind, at the edges that servers treat each in another way."""

from __future__ import annotations

import pytest

from engine.rows.refused_row import RefusedRow
from engine.rows.row_mapping import RowMapping
from engine.rows.row_table import WHOLE_LINE, Column, ColumnKind, ColumnValue, Parsing, RowTable, TimeFormat


def value_of(column: Column, line: str | bytes, kind: str = "json") -> ColumnValue | str:
    """The value that the only column gets, or why it is refused."""
    parsing = Parsing("csv", fields=("a",)) if kind == "csv" else Parsing("json")
    data = line if isinstance(line, bytes) else line.encode()
    row = RowMapping(RowTable("t", parsing, (column, Column("line", "bytes", WHOLE_LINE)))).to_tdc(data)
    return row.why if isinstance(row, RefusedRow) else row[0]


def of_json(kind: ColumnKind, value: str, **more: object) -> ColumnValue | str:
    return value_of(Column("x", kind, "a", **more), f'{{"a":{value}}}')  # type: ignore[arg-type]


def of_text(kind: ColumnKind, value: str, **more: object) -> ColumnValue | str:
    return value_of(Column("x", kind, "a", **more), value, "csv")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "json", "value"),
    [
        ("text", '"日志 \\u00e9\\n"', "日志 é\n"),
        ("text", '""', ""),
        ("text", '"\\ud83d\\ude00"', "😀"),
        ("bytes", '"é"', b"\xc3\xa9"),
        ("bytes", '"\\u0000"', b"\0"),
        ("int64", "-9223372036854775808", -(2**63)),
        ("int64", "9223372036854775807", 2**63 - 1),
        ("uint64", "18446744073709551615", 2**64 - 1),
        ("float64", "1", 1.0),
        ("float64", "0.1", 0.1),
        ("float64", "1.7976931348623157e308", 1.7976931348623157e308),
        ("float64", "5e-324", 5e-324),
        ("float64", "0.000e9", 0.0),
        ("float64", "9007199254740992", 2.0**53),
        ("bool", "true", True),
        ("json", '{"b": [1, 1.50, "é\\u0001"], "a": null}', '{"b":[1,1.5,"é\\u0001"],"a":null}'),
        ("json", '"\\\\u0000"', '"\\\\u0000"'),
        ("text", "null", None),
        ("json", "null", None),
    ],
)
def test_a_json_field_that_fits_is_the_value(kind: ColumnKind, json: str, value: ColumnValue) -> None:
    assert of_json(kind, json) == value


@pytest.mark.parametrize(
    ("kind", "json", "why"),
    [
        ("text", "404", "is a number, where a text is expected"),
        ("text", '"a\\u0000b"', "has the character NUL"),
        ("bytes", "[1]", "is a list, where a text is expected"),
        ("int64", '"404"', "is a text, where a whole number is expected"),
        ("int64", "7.0", "is a number, where a whole number is expected"),
        ("int64", "1e3", "is a number, where a whole number is expected"),
        ("int64", "true", "is true or false, where a whole number is expected"),
        ("int64", "9223372036854775808", "is outside of -9223372036854775808 to 9223372036854775807"),
        ("uint64", "-1", "is outside of 0 to 18446744073709551615"),
        ("float64", '"0.1"', "is a text, where a number is expected"),
        ("float64", "-0.0", "is the zero below zero, which SQLite keeps as 0"),
        ("float64", "9007199254740993", "is a whole number that no float is equal to"),
        ("bool", "1", "is a number, where true or false is expected"),
        ("timestamp", "1", "is a number, where a time is expected"),
        ("ip", "{}", "is an object, where an address is expected"),
        ("json", '["\\u0000"]', "has the character NUL"),
        ("json", '{"\\u0000":1}', "has the character NUL"),
    ],
)
def test_a_json_field_of_another_type_or_range_is_refused(kind: ColumnKind, json: str, why: str) -> None:
    assert of_json(kind, json) == why


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "404", "404"),
        ("int64", "-7", -7),
        ("float64", "1e3", 1000.0),
        ("float64", "2", 2.0),
        ("bool", "false", False),
        ("json", '"{""a"": 1}"', '{"a":1}'),
        ("json", "null", None),
        ("bytes", "é", "é".encode()),
    ],
)
def test_where_all_is_text_a_number_is_what_json_writes_as_one(
    kind: ColumnKind, text: str, value: ColumnValue
) -> None:
    assert of_text(kind, text) == value


@pytest.mark.parametrize(
    "text", ["", "007", "+7", "-", " 7", "7 ", "0x7", "1_000", "7.", "\u0667", "null", '"""7"""', "true"]
)
def test_what_json_writes_as_no_number_is_none_in_a_text(text: str) -> None:
    why = of_text("int64", text)
    assert isinstance(why, str)
    assert why.endswith("where a whole number is expected")


def test_numbers_that_no_server_has_are_named_in_texts_as_well() -> None:
    assert of_text("float64", "1e999") == "has a number that is too large for 64 bits"
    assert of_text("float64", "-NaN") == "is a text, where a number is expected"
    assert of_text("float64", "NaN") == "has NaN, which is no JSON"
    assert of_text("float64", "-Infinity") == "has -Infinity, which is no JSON"
    assert of_text("json", "{") == "isn't JSON"


def test_a_text_is_as_long_as_its_characters_and_as_large_as_its_bytes() -> None:
    assert of_json("text", '"日志日"', length=3) == "日志日"
    assert of_json("text", '"日志日志"', length=3) == "has 4 characters, 3 are allowed"
    assert of_json("text", '"e\\u0301"', length=1) == "has 2 characters, 1 are allowed"  # as servers count them
    assert of_json("text", '"日志"', most_bytes=6) == "日志"
    assert of_json("text", '"日志"', most_bytes=5) == "has 6 bytes, 5 are allowed"
    assert of_json("json", '["日志"]', most_bytes=9) == "has 10 bytes, 9 are allowed"
    assert of_json("bytes", '"日志"', length=5) == "has 6 bytes, 5 are allowed"


def test_no_text_is_longer_than_a_keyword_of_opensearch_unless_the_column_says_so() -> None:
    longest = "a" * 32_766
    assert of_text("text", longest) == longest
    assert of_text("text", f"{longest}a") == "has 32,767 bytes, 32,766 are allowed"
    assert of_text("text", f"{longest}a", most_bytes=0) == f"{longest}a"
    assert of_text("bytes", f"{longest}a") == f"{longest}a".encode()


NOON = 1_796_040_000_000_000  # 2026-11-30 12:00 UTC


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("2026-11-30T12:00:00Z", NOON),
        ("2026-11-30t12:00:00z", NOON),
        ("2026-11-30T20:00:00+08:00", NOON),
        ("2026-11-30T08:30:00-03:30", NOON),
        ("2026-12-01T11:59:00+23:59", NOON),
        ("2026-11-30 12:00:00", NOON),
        ("2026-11-30 12:00:00.1", NOON + 100_000),
        ("2026-11-30T12:00:00.123456Z", NOON + 123_456),
        ("2026-11-30T12:00:00.123456000Z", NOON + 123_456),
        ("1900-01-01T00:00:00Z", -2_208_988_800_000_000),
        ("2299-12-31T23:59:59.999999Z", 10_413_791_999_999_999),
        ("2024-02-29 00:00:00", 1_709_164_800_000_000),
    ],
)
def test_a_time_is_microseconds_since_1970(text: str, since: int) -> None:
    assert of_text("timestamp", text) == since


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-30T12:00:00", "is no time like"),  # in which zone?
        ("2026-11-30 12:00:00Z", "is no time like"),
        ("2026-11-30", "is no time like"),
        ("1796040000", "is no time like"),
        ("\uff12026-11-30 12:00:00", "is no time like"),
        ("2026-11-30 12:00:00.", "is no time like"),
        ("2026-02-29 12:00:00", "is in no calendar"),
        ("2026-11-30 24:00:00", "is in no calendar"),
        ("2016-12-31T23:59:60Z", "is in no calendar"),
        ("2026-11-30T12:00:00+24:00", "is in no zone"),
        ("2026-11-30T12:00:00+00:60", "is in no zone"),
        ("2026-11-30T12:00:00.1234567Z", "is finer than microseconds"),
        ("1899-12-31T23:59:59.999999Z", "is outside of the years 1900 to 2299"),
        ("2300-01-01T00:00:00+00:01", None),
        ("2300-01-01T00:00:00Z", "is outside of the years 1900 to 2299"),
    ],
)
def test_a_time_that_some_server_would_change_is_refused(text: str, why: str | None) -> None:
    found = of_text("timestamp", text)
    assert isinstance(found, int) if why is None else str(found).startswith(why)


@pytest.mark.parametrize(
    ("written", "json", "found"),
    [
        ("epoch_s", "1796040000", NOON),
        ("epoch_ms", "1796040000001", NOON + 1_000),
        ("epoch_us", "1796040000000001", NOON + 1),
        ("epoch_s", "1796040000.5", "is a number, where a whole number is expected"),
        ("epoch_s", '"1796040000"', "is a text, where a whole number is expected"),
        ("epoch_s", "1796040000000", "is outside of the years 1900 to 2299"),  # milliseconds
        ("rfc3339", '"2026-11-30T12:00:00Z"', NOON),
        ("rfc3339", '"2026-11-30 12:00:00"', "is no time like 2026-11-30T14:00:00.5Z"),
        ("datetime", '"2026-11-30 12:00:00"', NOON),
        ("datetime", '"2026-11-30T12:00:00Z"', "is no time like 2026-11-30 14:00:00.5"),
    ],
)
def test_a_number_is_a_time_only_where_the_column_says_of_what(
    written: TimeFormat, json: str, found: object
) -> None:
    assert of_json("timestamp", json, format=written) == found


def test_a_number_since_1970_may_stand_in_a_text() -> None:
    assert of_text("timestamp", "1796040000", format="epoch_s") == NOON


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("255.255.255.255", "255.255.255.255"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("::", "::"),
        ("::FFFF:10.0.0.1", "::ffff:10.0.0.1"),
        ("::ffff:a00:1", "::ffff:10.0.0.1"),
        ("0:0:1:0:0:0:0:1", "0:0:1::1"),
    ],
)
def test_an_address_has_one_form(text: str, value: str) -> None:
    assert of_text("ip", text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.0.0",
        "10.0.0.256",
        "010.0.0.1",
        "10.0.0.1/32",
        "10.0.0.1:80",
        "fe80::1%eth0",
        "::1/128",
        "\uff11.1.1.1",
    ],
)
def test_what_is_no_address_of_the_network_is_refused(text: str) -> None:
    assert "address" in str(of_text("ip", text))
