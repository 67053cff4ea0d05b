"""What an index of OpenSearch 2.19 does with a bulk request, as seen on the real one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from servers_bench import Table, row_table

from engine.rows.row_table import Column
from engine.servers.server_table import ServerTable

DOCUMENT = row_table(Column("id", "text", "id"), Column("v", "int64", "v"))


def index(*mapping, table=DOCUMENT, dynamic="true", **settings):
    """An index that was told these types, and nothing else of its documents."""
    server = replace(ServerTable.of(table, learns_mapping=True), mapping=mapping, dynamic=dynamic)
    return Table("bulk_index", table, server, **settings)


LONG_V = ("v", "long")


def test_the_wrong_item_is_refused_and_the_others_are_stored():
    made = index(LONG_V)
    assert made.says(("a", 1), ("b", 2), ("c", "abc"), ("d", 4), mode="index") == [201, 201, 400, 201]
    assert [row[0] for row in made.rows] == ["a", "b", "d"]


@pytest.mark.parametrize("value", ["404", 7.9, None])
def test_a_long_takes_numbers_of_all_kinds_and_keeps_them_as_they_were_sent(value):
    made = index(LONG_V)
    assert made.says(("a", value), mode="index") == [201]
    assert made.rows == [("a", value)]
    assert made.state.sent == {}


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("abc", 1, 201),  # it is a text now, and takes everything
        (1, "abc", 400),
        ("2026-01-01", "yesterday", 400),
        (True, 1, 400),
        (1.5, "x", 400),
        (None, "abc", 201),  # null teaches nothing
        (2**63, "abc", 201),  # was refused itself
    ],
)
def test_the_first_document_decides_the_type_of_a_field(first, second, status):
    made = index()
    made.ask(("a", first), mode="index")
    assert made.says(("b", second), mode="index") == [status]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("unsigned_long", 2**64 - 1, -1),
        ("double", "1e3", "x"),
        ("boolean", "true", 1),
        ("ip", "::1", "1.2.3"),
        ("date", 1_700_000_000_000, "soon"),
        ("short", 32767, 32768),
    ],
)
def test_a_field_of_another_type_refuses_what_is_none(kind, good, bad):
    made = index(("v", kind))
    assert made.says(("a", good), ("b", bad), mode="index") == [201, 400]


def test_an_index_that_is_made_for_a_sink_takes_its_rows_and_no_other_fields():
    made = Table("bulk_index", DOCUMENT)
    assert made.says(("a", 1), ("b", "abc"), mode="create") == [201, 400]
    other = row_table(Column("id", "text", "id"), Column("w", "int64", "w"))
    assert Table("bulk_index", other, ServerTable.of(DOCUMENT)).says(("a", 1), mode="create") == [400]


def test_a_document_that_is_refused_teaches_nothing():
    table = row_table(Column("id", "text", "id"), Column("x", "text", "x"), Column("v", "int64", "v"))
    made = index(LONG_V, table=table)
    assert made.says(("a", 1, "abc"), ("b", "text", 1), mode="index") == [400, 201]
    assert made.state.mapping["x"] == "text"


def test_create_tells_what_is_there_and_index_replaces_it():
    made = index()
    assert made.says(("a", 1), mode="create") == [201]
    assert made.says(("a", 2), ("b", 2), mode="create") == [409, 201]
    assert made.says(("a", 3), mode="index") == [200]
    assert made.rows == [("b", 2), ("a", 3)]  # what is written anew counts from then on


def test_the_document_is_looked_at_before_its_id():
    made = index(LONG_V)
    made.ask(("a", 1), mode="create")
    assert made.says(("a", "abc"), mode="create") == [400]


def test_without_a_key_the_server_makes_ids_and_repeats_are_stored():
    made = index(table=row_table(Column("v", "int64", "v"), key=()))
    assert made.says((1,), (1,), mode="create") == [201, 201]
    assert len(made.rows) == 2


def test_an_id_that_is_too_long_refuses_the_whole_request():
    made = index()
    assert made.says(("a", 1), ("é" * 257, 2), mode="index") == "400"
    assert made.rows == []
    assert made.says(("é" * 256, 2), mode="index") == [201]


def test_a_keyword_that_is_too_long_is_refused():
    made = index(("v", "keyword"))
    assert made.says(("a", "x" * 32767), ("b", "x" * 32766), mode="index") == [400, 201]


def test_more_fields_than_the_limit_are_refused():
    made = index(fields=2)
    assert made.says(("a", 1), mode="index") == [201]
    assert index(fields=1).says(("a", None), ("b", 1), mode="index") == [201, 400]


def test_a_strict_mapping_refuses_new_fields_and_one_that_is_off_takes_them_unlooked_at():
    assert index(("id", "text"), dynamic="strict").says(("a", 1), mode="index") == [400]
    off = index(("id", "text"), dynamic="false")
    assert off.says(("a", 1), ("b", "abc"), mode="index") == [201, 201]
    assert off.state.mapping == {}


def test_a_body_over_the_limit_is_refused_as_a_whole():
    made = index(content=200)
    assert made.says(*[(str(each), "x" * 20) for each in range(20)], mode="index") == "413"
    assert made.rows == []
    assert made.says(("a", "x" * 20), mode="index") == [201]
