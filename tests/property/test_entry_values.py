"""The books read a value of an entry as the engine writes it: two readings of one format, written apart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rescue.entry_items import field_of
from wptest.judge.written_down.entry_values import text_of_value

_TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
_SIMPLE = st.one_of(
    st.just("Null"),
    _TEXTS.map(lambda text: {"Chars": text}),
    st.booleans().map(lambda held: {"Bool": held}),
    st.integers(-(1 << 63), (1 << 63) - 1).map(lambda held: {"Digit": held}),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda held: {"Float": held}),
    st.datetimes().map(lambda held: {"Time": held.isoformat()}),
    st.ip_addresses().map(lambda held: {"IpAddr": str(held)}),
    st.tuples(st.ip_addresses(), st.integers(0, 128)).map(
        lambda held: {"IpNet": {"addr": str(held[0]), "prefix_len": held[1]}}
    ),
    st.just({"Ignore": {}}),
)


def _item(name: str, value: Any) -> dict[str, Any]:
    return {"meta": "chars", "name": name, "value": value}


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    items = st.lists(st.tuples(_TEXTS, inner), max_size=3)
    return st.one_of(
        items.map(lambda pairs: {"Array": [_item(name, value) for name, value in pairs]}),
        items.map(lambda pairs: {"Obj": {name: _item(name, value) for name, value in pairs}}),
    )


@given(st.recursive(_SIMPLE, _nested, max_leaves=5))
def test_both_readings_are_one(value):
    assert text_of_value(value) == field_of(_item("x", value)).text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Float": 2.50}, "2.5"),
        ({"Float": -3.0}, "-3"),
        ({"Float": 1e21}, "1000000000000000000000"),
        ({"Bool": True}, "true"),
        ({"Time": "2025-10-04T01:59:20"}, "2025-10-04 01:59:20"),
        ({"IpNet": {"addr": "fe80::1", "prefix_len": 64}}, "fe80::1/64"),
        ({"Hex": 255}, "0xFF"),
    ],
)
def test_values_are_as_real_sinks_write_them(value, text):
    assert text_of_value(value) == text


def test_what_is_no_value_is_an_error_as_for_the_engine():
    with pytest.raises(ValueError, match="no kind"):
        text_of_value({"Nope": 1})
