"""Places in texts: lines and offsets, the keys and values of a document, mistakes that stand at them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.mistake import Mistake
from engine.text.source_text import SourceText, Span
from engine.text.toml_document import parse_toml
from wptest.text.scenario_source import scenario_text
from wptest.text.yaml_tree import compose

TOML = parse_toml("x.toml", b'top = 1\n[table]\nlist = ["a", "b"]\n[[many]]\nname = "x"\n')
(YAML,) = compose(scenario_text(Path("x.yaml"), "top: 1\ntable:\n  list: [a, b]\nmany:\n  - name: x\n"))[0]


@given(
    text=st.text(st.sampled_from("ab\n\r\u2028é")),
    breaks=st.sampled_from([re.compile("\n"), re.compile("\r\n|[\n\r]")]),
)
def test_an_offset_is_a_place_and_back_again(text, breaks):
    source = SourceText(Path("x"), text, breaks)

    for offset in range(len(text)):
        span = source.span(offset, offset + 1)
        assert source.offset(span.line, span.column) == offset
        assert not breaks.match(text[offset]) or span.column > len(source.line(span.line))


def test_a_stretch_ends_with_its_line_and_has_one_character_at_least():
    source = SourceText(Path("x"), "abc\nde")

    assert source.span(1, 6) == Span(1, 2, 2)
    assert source.span(6, 6) == Span(2, 3, 1)


@pytest.mark.parametrize("document", [TOML, YAML], ids=["toml", "yaml"])
def test_what_is_not_there_stands_where_its_nearest_parent_does(document):
    assert document.span_of(("table", "nowhere")).line == document.span_of(("table",)).line == 2
    assert document.key_span_of(("many", 0, "nowhere")).line == document.span_of(("many", 0)).line
    assert document.span_of(("table", "list", 1)).length == len(document.source.line(3).split(",")[1].strip(" ]"))


def test_a_mistake_keeps_its_own_code_and_gets_another_one_otherwise():
    source = SourceText(Path("x"), "a: 5s")
    told = source.telling(Span(1, 4, 2, "in the steps 'stop'"), Mistake("wrong", "right", help_="do it"))

    assert (told.message, told.expected, told.help) == ("wrong", "right", "do it (in the steps 'stop')")
    assert told.source_line == "a: 5s"


def test_a_note_on_a_place_alone_is_the_help():
    assert SourceText(Path("x"), "a").diagnostic(Span(1, 1, 1, "used on line 3"), "wrong").help == "used on line 3"
