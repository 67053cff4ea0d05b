"""Entries of rescue files: what public versions of WarpParse write, and which of it they can read again."""

from __future__ import annotations

import json

import pytest

from engine.project.wpl import WplRule
from engine.rescue.entries import parse_entry, plain_line, raw_entry, record_entry
from engine.rescue.entry_items import PoisonEntryError


def record(*values: tuple[object, object]) -> bytes:
    items = [{"meta": meta, "name": "f", "value": value} for meta, value in values]
    return json.dumps({"version": 1, "kind": "record", "record": {"id": 7, "items": items}}).encode()


@pytest.mark.parametrize("line", [b"a b  c", b"", "日志 \u2028".encode(), b'{"kind":"raw"}', b"\ta\r"])
def test_a_line_comes_back_out_of_both_kinds_of_entry(line: bytes) -> None:
    assert parse_entry(raw_entry(line)).line == line
    assert parse_entry(record_entry(line)).line == line
    assert b"\n" not in record_entry(line)


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert parse_entry(record_entry(b"a\xffb")).line == "a\ufffdb".encode()


def test_what_is_nested_too_deeply_to_be_read_is_no_entry() -> None:
    with pytest.raises(PoisonEntryError):
        parse_entry(b"[" * 100_000)


def test_entries_look_as_real_programs_write_them() -> None:
    assert raw_entry(b"wp_event_id=2 web") == b'{"version":1,"kind":"raw","raw":"wp_event_id=2 web"}'
    assert raw_entry("日志 é".encode()) == '{"version":1,"kind":"raw","raw":"日志 é"}'.encode()
    assert record_entry(b"x") == (
        b'{"version":1,"kind":"record","record":{"id":0,"items":[{"meta":"chars","name":"msg","value":{"Chars":"x"}}]}}'
    )


def test_a_record_of_a_line_with_a_hex_field_cant_be_read_back_by_a_recovery() -> None:
    entry = record_entry(b"a 0x1F", rule=WplRule("/x", has_hex=True))
    assert plain_line(entry) == b"a 0x1F"
    with pytest.raises(PoisonEntryError, match="Hex"):
        parse_entry(entry)


def test_a_key_that_an_entry_knows_of_stands_there_once() -> None:
    assert parse_entry(b'{"more":1,"more":2,"kind":"raw","raw":"a"}').line == b"a"
    with pytest.raises(PoisonEntryError, match="twice"):
        parse_entry(b'{"kind":"raw","raw":"a","raw":"b"}')


def test_words_of_a_line_are_fields_where_its_rule_says_so() -> None:
    rule = WplRule("/x", fields=(("chars", "tag"), ("symbol", "symbol")))
    items = json.loads(record_entry(b"1 web", rule=rule))["record"]["items"]
    assert items == [
        {"meta": "chars", "name": "tag", "value": {"Chars": "1"}},
        {"meta": "symbol", "name": "symbol", "value": {"Symbol": "web"}},
    ]
    for line in (b"1 web", b"1", b"1  web", b"1 web more"):
        assert parse_entry(record_entry(line, rule=rule)).line == line


def test_a_record_is_its_values_with_spaces_between_them() -> None:
    line = record(
        ("digit", {"Digit": 5}),
        ("ignore", {"Ignore": {}}),
        ("symbol", {"Symbol": "typ"}),
        ("ip", {"IpAddr": "10.0.0.1"}),
        ("float", {"Float": 1.0}),
        ("float", {"Float": 1e-7}),
        ("time", {"Time": "2025-10-04T01:59:20"}),
        ("bool", {"Bool": True}),
        ("ip_net", {"IpNet": {"addr": "10.0.0.0", "prefix_len": 8}}),
        ({"array": "digit"}, {"Array": [{"meta": "digit", "name": "", "value": {"Digit": 1}}]}),
        ("obj", {"Obj": {"k": {"meta": "chars", "name": "k", "value": {"Chars": "v"}}}}),
        ("chars", "Null"),
    )
    expected = b"5 typ 10.0.0.1 1 0.0000001 2025-10-04 01:59:20 true 10.0.0.0/8 [1] {k=v} "
    assert parse_entry(line).line == expected


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind":"raw","raw":"x"}',
        b'{"version":9,"kind":"raw","raw":"x"}',
        b'{"version":1,"kind":"raw","raw":"x","more":{}}',
        b' {"version":1,"kind":"raw","raw":"x"} ',
    ],
)
def test_versions_and_other_keys_are_not_looked_at(line: bytes) -> None:
    assert parse_entry(line).line == b"x"


@pytest.mark.parametrize(
    "line",
    [
        b"oops",
        b"   ",
        b"\xff\xfe",
        b'{"version":1,"kind":"raw","raw":"x',
        b'["raw"]',
        b'{"version":1,"kind":"other","raw":"x"}',
        b'{"version":1,"raw":"x"}',
        b'{"version":256,"kind":"raw","raw":"x"}',
        b'{"version":1,"kind":"raw","raw":1}',
        b'{"version":1,"kind":"record","record":{"items":[]}}',
        record(("float", {"Float": None})),
        record(("digit", {"Digit": 1 << 63})),
        record(("chars", {"Strange": 1})),
        record(("strange", {"Chars": "x"})),
        record(("ip", {"IpAddr": "10.0.0"})),
        b"[" * 100_000,
    ],
)
def test_what_a_recovery_can_not_read_is_poison_and_stays_as_it_is(line: bytes) -> None:
    with pytest.raises(PoisonEntryError):
        parse_entry(line)
    assert plain_line(line) == line


def test_the_line_of_an_entry_with_a_carriage_return_behind_it() -> None:
    assert plain_line(raw_entry(b"x") + b"\r") == b"x"
    assert plain_line(b"no entry\r") == b"no entry\r"


@pytest.mark.parametrize(
    "value",
    [
        ("hex", {"Hex": 255}),
        ({"array": "hex"}, {"Array": [{"meta": "hex", "name": "", "value": {"Hex": 255}}]}),
    ],
)
def test_a_value_that_is_too_wide_to_be_read_back_is_poison_and_still_a_line(value: tuple[object, object]) -> None:
    with pytest.raises(PoisonEntryError, match="128 bits"):
        parse_entry(record(value))
    assert plain_line(record(value)).strip(b"[]") == b"0xFF"
