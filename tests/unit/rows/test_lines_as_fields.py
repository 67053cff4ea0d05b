"""How a line is taken apart: which JSON, pairs, CSV and matches there are, and what is none of them."""

from __future__ import annotations

import pytest

from engine.rows.json_values import read_json
from engine.rows.kv_fields import kv_fields
from engine.rows.line_fields import csv_cells, fields_of
from engine.rows.refused_row import UnfitValueError
from engine.rows.row_table import Parsing


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a":1,"b":2,"a":3}', 'has the key "a" twice'),
        ('{"x":{"a":1,"\\u0061":2}}', 'has the key "a" twice'),
        ('{"a":NaN}', "has NaN, which is no JSON"),
        ('{"a":-Infinity}', "has -Infinity, which is no JSON"),
        ('{"a":18446744073709551616}', "has a whole number beyond 64 bits"),
        ('{"a":-9223372036854775809}', "has a whole number beyond 64 bits"),
        ('{"a":' + "1" * 5000 + "}", "has a whole number beyond 64 bits"),  # more digits than Python takes
        ('{"a":1e309}', "has a number that is too large for 64 bits"),
        ('{"a":1e-400}', "has a number that is too small for 64 bits"),
        ('{"a":"\\ud800"}', "has half of a surrogate pair"),
        ('{"a":["\\uDC00\\ud800"]}', "has half of a surrogate pair"),
        ('{"\\ud800":1}', "has half of a surrogate pair"),
        ("[" * 21 + "]" * 21, "is more than 20 levels deep"),
        ('{"a":' * 100_000, "is more than 20 levels deep"),
        ('{"a":1', "isn't JSON"),
        ("{'a':1}", "isn't JSON"),
        ('{"a":1,}', "isn't JSON"),
        ('{"a":01}', "isn't JSON"),
        ('{"a":"\t"}', "isn't JSON"),
        ('\ufeff{"a":1}', "isn't JSON"),
        ('{"a":1} x', "isn't JSON"),
        ("", "isn't JSON"),
    ],
)
def test_json_that_servers_read_differently_is_refused_by_its_name(text: str, why: str) -> None:
    with pytest.raises(UnfitValueError) as refused:
        read_json(text)
    assert str(refused.value) == why


def test_brackets_in_texts_are_no_levels() -> None:
    assert read_json('{"a":"' + "[{" * 50 + '\\""}') == {"a": "[{" * 50 + '"'}
    assert read_json("[" * 20 + "]" * 20) is not None


@pytest.mark.parametrize(
    ("line", "what"), [("[1]", "a list"), ("7", "a number"), ("null", "null"), ('"a"', "a text")]
)
def test_a_line_of_json_is_an_object(line: str, what: str) -> None:
    with pytest.raises(UnfitValueError, match=f"^is {what}, where an object is expected$"):
        fields_of(Parsing("json"))(line)


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("a=1 b=two", {"a": "1", "b": "two"}),
        (" a=1 \t b= ", {"a": "1", "b": ""}),
        ('msg="two words" url=/x?y=z', {"msg": "two words", "url": "/x?y=z"}),
        (r'a="C:\\temp \"x\" \n\u00e9"', {"a": 'C:\\temp "x" \né'}),
        (r"path=C:\temp", {"path": r"C:\temp"}),
        ('a=""', {"a": ""}),
        ("k8s:pod=x", {"k8s:pod": "x"}),
        ("", {}),
    ],
)
def test_pairs_with_equal_signs_are_read_as_logfmt(line: str, fields: dict[str, str]) -> None:
    assert kv_fields(line) == fields


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ('k: "v", k2: 1', {"k": "v", "k2": "1"}),
        ('t: 2019-08-06 12:12:00, r: "GET, x: 1"', {"t": "2019-08-06 12:12:00", "r": "GET, x: 1"}),
        (r'r: "say \"a\"", p: "C:\temp"', {"r": 'say "a"', "p": r"C:\temp"}),
        (r'r: "a\\"b"', {"r": r"a\"b"}),
        ("a: , b: 1", {"a": None, "b": "1"}),
        ('a: ""', {"a": ""}),
        ("a/b: 1.5", {"a/b": "1.5"}),
    ],
)
def test_pairs_with_colons_are_read_as_warpparse_writes_them(line: str, fields: dict[str, str | None]) -> None:
    assert kv_fields(line) == fields


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("word", "has no name=value here: word"),
        ("a=1 word", "has no name=value here: word"),
        ("=1", "has no name=value here: =1"),
        ("a=1 a=2", "has the name a twice"),
        ('a="x"b=1', "has no blank behind a value: b=1"),
        ('a=x"y"', 'has no blank behind a value: "y"'),
        ('a="x', 'has no text in quotes as in JSON here: "x'),
        (r'a="\x41"', r'has no text in quotes as in JSON here: "\x41"'),
        (r'a="\ud800"', "has half of a surrogate pair"),
        ("a: 1,b: 2", "has no 'name: value' here: a: 1,b: 2"),
        ("a: 1, word", "has no 'name: value' here: word"),
        ("a: 1, ", "has no 'name: value' here: "),
        ('a: "x', "has no 'name: value' here: a: \"x"),
        (r'a: "x\"', "has no 'name: value' here: a: \"x\\\""),
        ("a: [1, 2]", "has no 'name: value' here: a: [1, 2]"),
        ("a:  1", "has blanks around a value: a:  1"),
        ('a: 1, a: "2"', "has the name a twice"),
    ],
)
def test_what_is_no_line_of_pairs_is_refused_where_it_begins(line: str, why: str) -> None:
    with pytest.raises(UnfitValueError) as refused:
        kv_fields(line)
    assert str(refused.value) == why


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("", [""]),
        ("a,,b,", ["a", "", "b", ""]),
        ('"a","b, c"', ["a", "b, c"]),
        ('"say ""a""", b', ['say "a"', " b"]),
        ('"",""', ["", ""]),
        ('a,"line\nbreak\r"', ["a", "line\nbreak\r"]),
    ],
)
def test_cells_are_those_of_rfc_4180(line: str, cells: list[str]) -> None:
    assert csv_cells(line) == cells


@pytest.mark.parametrize("line", ['a"b', '"a', '"a"b', '"a""', ' "a"', "a\r", 'a,"b"c,d'])
def test_what_is_no_csv_is_refused(line: str) -> None:
    with pytest.raises(UnfitValueError, match="has no cell of CSV here"):
        csv_cells(line)


def test_fields_of_csv_have_the_names_that_the_table_gives_them_or_their_numbers() -> None:
    named = fields_of(Parsing("csv", fields=("a", "b")))
    assert named("1,2") == {"a": "1", "b": "2"}
    assert fields_of(Parsing("csv"))("x,y,z") == {"1": "x", "2": "y", "3": "z"}
    with pytest.raises(UnfitValueError, match=r"^has 3 cells, where 2 are expected$"):
        named("1,2,3")


def test_a_pattern_matches_the_line_as_a_whole_and_groups_that_take_no_part_are_no_fields() -> None:
    read = fields_of(Parsing("regex", r"(?P<at>\S+)(?: \[(?P<level>\w+)\])?(?P<rest>.*)"))
    assert read("12:00 [warn] x") == {"at": "12:00", "level": "warn", "rest": " x"}
    assert read("12:00") == {"at": "12:00", "rest": ""}
    with pytest.raises(UnfitValueError, match="is nothing that the pattern matches as a whole"):
        read(" 12:00")
