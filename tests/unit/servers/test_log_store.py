"""What a log store does with a request, as seen on VictoriaLogs 1.52.1."""

from __future__ import annotations

import pytest
from servers_bench import Table, row_table

from engine.rows.row_table import Column

LINE = row_table(Column("id", "text", "id"), Column("v", "text", "v"))
LONG = "x" * 262_144


def test_it_takes_everything_and_repeats_too():
    store = Table("log_store", LINE)
    assert store.says(("a", "1"), ("a", "1"), mode="create") == [201, 201]
    assert store.says(("a", "1"), mode="create") == [201]
    assert len(store.rows) == 3


def test_a_field_that_is_empty_is_none():
    store = Table("log_store", LINE)
    assert store.says(("a", ""), ("", None), mode="create") == [201, 201]
    assert store.rows == [("a", None), (None, None)]
    assert list(store.state.sent.values()) == [("a", ""), ("", None)]


def test_a_line_that_is_too_long_ends_the_request_and_those_before_it_are_stored():
    store = Table("log_store", LINE)
    assert store.says(("a", "1"), ("b", LONG), ("c", "1"), mode="create") == "400"
    assert store.rows == [("a", "1")]


@pytest.mark.parametrize(("length", "answer"), [(262_143, [201]), (262_144, "400")])
def test_a_line_is_too_long_from_256_kib_on_with_its_end(length, answer):
    around = len('{"id":"a","v":""}')
    assert Table("log_store", LINE).says(("a", "x" * (length - around)), mode="create") == answer


def test_a_line_of_too_many_fields_is_said_to_be_stored():
    table = row_table(*[Column(f"c{number}", "int64", f"c{number}") for number in range(1001)], key=())
    store = Table("log_store", table)
    whole, rest = (1,) * 1001, (None,) + (1,) * 1000
    assert store.says(whole, rest, mode="create") == [201, 201]
    assert store.rows == [rest]
