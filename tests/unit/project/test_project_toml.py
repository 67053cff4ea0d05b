from __future__ import annotations

import tomllib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.problems import ProjectError
from engine.text.source_text import Span
from engine.text.toml_document import parse_toml
from engine.text.toml_places import find_positions

TEXT = """\
# a comment with [brackets] and key = 1
top = "a # b"
"quoted.key" = 'x'
a.b.c = 2025-10-04 01:59:20

[sink_group]  # trailing
  name = "benchmark"
  rule = [
    "/one",   # first
    "/two",
  ]

[[sink_group.sinks]]
params = { base = "./x", file = "ü.dat" }
[sink_group.sinks.expect]
ratio = 0.66
[[sink_group.sinks]]
text = \"\"\"
two "quotes\"\"\"\"\"
after = 1
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("top",), Span(2, 1, 3), Span(2, 7, 7)),
        (("quoted.key",), Span(3, 1, 12), Span(3, 16, 3)),
        (("a", "b", "c"), Span(4, 5, 1), Span(4, 9, 19)),
        (("sink_group",), Span(6, 2, 10), Span(6, 2, 10)),
        (("sink_group", "name"), Span(7, 3, 4), Span(7, 10, 11)),
        (("sink_group", "rule"), Span(8, 3, 4), Span(8, 10, 1)),
        (("sink_group", "rule", 1), Span(10, 5, 6), Span(10, 5, 6)),
        (("sink_group", "sinks", 0), Span(13, 14, 5), Span(13, 14, 5)),
        (("sink_group", "sinks", 0, "params"), Span(14, 1, 6), Span(14, 10, 32)),
        (("sink_group", "sinks", 0, "params", "file"), Span(14, 26, 4), Span(14, 33, 7)),
        (("sink_group", "sinks", 0, "expect", "ratio"), Span(16, 1, 5), Span(16, 9, 4)),
        (("sink_group", "sinks", 1, "text"), Span(18, 1, 4), Span(18, 8, 3)),
        (("sink_group", "sinks", 1, "after"), Span(20, 1, 5), Span(20, 9, 1)),
        (("sink_group", "sinks", 1, "missing"), Span(17, 14, 5), Span(17, 14, 5)),
        (("nowhere",), Span(0, 0, 0), Span(0, 0, 0)),
    ],
)
def test_every_key_and_value_has_its_place(path, key, value):
    document = parse_toml("x.toml", TEXT.encode())

    assert (document.key_span_of(path), document.span_of(path)) == (key, value)


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
def test_carriage_returns_and_a_byte_order_mark_move_no_column(prefix):
    document = parse_toml("x.toml", prefix + b'a = 1\r\nb = "two"\r\n')

    assert document.values == {"a": 1, "b": "two"}
    assert document.span_of(("b",)) == Span(2, 5, 5)


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"a = 1\nb 2\n", 2, 3, "expected '=' after the key"),
        (b"a = yes\n", 1, 5, "'yes' is not a TOML value"),
        (b"a = True\n", 1, 5, "'True' is not a TOML value"),
        (b"a = .5\n", 1, 5, "a number begins with a digit"),
        (b"a =\n", 1, 4, "there is no value"),
        (b"a = {\n  b = 1,\n}\n", 1, 6, "an inline table stands on one line"),
        (b"a = { b = 1,\n  c = 2 }\n", 1, 13, "an inline table stands on one line"),
        (b"a = { b = 1  # why\n}\n", 1, 14, "an inline table stands on one line"),
        (b"a = { b = 1, }\n", 1, 14, "an inline table has no ',' before its '}'"),
        (b"a = 1 2\n", 1, 7, "unexpected text after the value"),
        (b"a = [1, 2\n", 1, 10, "the array is not closed with ']'"),
        (b"[table\na = 1\n", 1, 7, "the table header is not closed with ']'"),
        (b"[[table]\na = 1\n", 1, 8, "the table header is not closed with ']]'"),
        (b'a = "open\n', 1, 10, "a character that TOML doesn't allow here"),
        (b'a = "\\q"\n', 1, 8, "an unknown escape in the string"),
        (b"a = 2025-02-30\n", 1, 5, "this date or time does not exist"),
        (b"!\n", 1, 1, "expected a key, a [table] or a # comment"),
        (b"ok = 1\nlevel = 'a'\n\nlevel = 'b'\n", 4, 1, "'level' is given twice"),
        (b"[a]\nx = 1\n[b]\n[a]\ny = 1\n", 4, 2, "'a' is given twice"),
        (b"[s]\np = { x = 1, y = 2, x = 3 }\n", 2, 21, "'s.p.x' is given twice"),
        (b"a = { x = 1 }\n[a.b]\n", 2, 5, "the table is already defined"),
        (b"a = 1\nb = '\xff'\n", 2, 6, "byte 0xff is not UTF-8"),
        ("ä = 1\n".encode("latin-1"), 1, 1, "byte 0xe4 is not UTF-8"),
        (b"\xef\xbb\xbfa = '\xff'\n", 1, 6, "byte 0xff is not UTF-8"),
        (b"a = 1\nb\x00 = 2\n", 2, 2, "a NUL byte: this is not a text file, or it was torn by a power loss"),
        (b"\x00" * 100, 1, 1, "a NUL byte: this is not a text file, or it was torn by a power loss"),
        (b"a = 1\nb = " + b"9" * 5000 + b"\n", 2, 5, "a number has too many digits"),
        (b"a = " + b"[" * 50_000, 0, 0, "arrays or inline tables are nested too deeply"),
    ],
)
def test_a_mistake_is_one_problem_with_its_place(data, line, column, message):
    with pytest.raises(ProjectError) as caught:
        parse_toml("x.toml", data)

    [problem] = caught.value.problems
    assert (str(problem.path), problem.line, problem.column, problem.message) == ("x.toml", line, column, message)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_repeated_key_says_where_the_first_one_stands():
    with pytest.raises(ProjectError) as caught:
        parse_toml("x.toml", b"a = 1\n\na = 2\n")

    assert caught.value.problems[0].help == "the first one is on line 1; keep one of them"


scalars = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.booleans().map(lambda value: str(value).lower()),
    st.text("ab #[]{},='é", max_size=8).map(lambda text: f'"{text}"'),
    st.sampled_from(["2025-10-04", "2025-10-04 01:59:20", "01:59:20", "inf", "'''\na'''", '"""x\\"y"""']),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{ " + ", ".join(f"k{index} = {item}" for index, item in enumerate(items)) + " }"
        ),
    ),
    max_leaves=8,
)


@given(st.lists(values, min_size=1, max_size=5))
def test_scanner_and_tomllib_find_the_same_keys(written):
    text = "".join(f"[[t]] # {index}\nkey = {value}\n" for index, value in enumerate(written))

    found = {path for path in find_positions(text).keys if len(path) != 1}

    assert found == {("t", index) for index in range(len(written))} | _keys(tomllib.loads(text)["t"], ("t",))


def _keys(value, path):
    if isinstance(value, list):
        return {key for index, item in enumerate(value) for key in _keys(item, (*path, index))}
    if isinstance(value, dict):
        inner = {key for name, item in value.items() for key in _keys(item, (*path, name))}
        return inner | {(*path, name) for name in value}
    return set()


@given(st.binary(max_size=60) | st.text("a=[]{}\"'#.,\\ \n1-:", max_size=60).map(str.encode))
def test_no_bytes_raise_anything_else(data):
    with suppress(ProjectError):
        parse_toml("x.toml", data)


def test_what_stands_in_and_behind_arrays_of_arrays_has_its_place():
    document = parse_toml("x.toml", b"a = [[1,[2]],[3]]\nb = { c = [4], d = [{ e = 5 }] }\nf = 6\n")
    assert document.span_of(("a", 0, 1, 0)) == Span(1, 10, 1)
    assert document.span_of(("a", 1, 0)) == Span(1, 15, 1)
    assert document.span_of(("b", "d", 0, "e")) == Span(2, 27, 1)
    assert document.span_of(("f",)) == Span(3, 5, 1)
