"""What tables of SQLite do with a batch; the property tests hold the same rules against Python's own SQLite."""

from __future__ import annotations

from dataclasses import replace

import pytest
from servers_bench import KEYED, Table, row_table

from engine.databases.request import ServerRefusal
from engine.rows.row_table import Column
from engine.servers.server_table import ServerTable

LONG = "x" * 25


def of_others(table=KEYED):
    """A table as others make them: columns without types, and a number as key is the row's own."""
    return Table("sqlite", table, replace(ServerTable.of(table), strict=False))


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ((1, LONG), "SQLITE_CONSTRAINT_CHECK", 'CHECK constraint failed: length("line") <= 20'),
        ((1, None), "SQLITE_CONSTRAINT_NOTNULL", "NOT NULL constraint failed: orders.line"),
        ((7, "b"), "SQLITE_CONSTRAINT_UNIQUE", "UNIQUE constraint failed: orders.id"),
        (("evt-1", "b"), "SQLITE_CONSTRAINT_DATATYPE", "cannot store TEXT value in INTEGER column orders.id"),
        (("7.5", "b"), "SQLITE_CONSTRAINT_DATATYPE", "cannot store REAL value in INTEGER column orders.id"),
    ],
)
def test_a_row_that_breaks_a_rule_undoes_the_statement_and_is_told_in_the_words_of_sqlite(row, code, words):
    table = Table("sqlite")
    table.ask((7, "a"))
    assert table.ask((2, "a"), row) == ServerRefusal(code, words)
    assert table.rows == [(7, "a")]


def test_a_number_of_64_bits_without_a_sign_is_a_text_and_read_as_a_number_where_it_is_written_as_one():
    table = Table("sqlite", row_table(Column("id", "int64", "id"), Column("v", "uint64", "v")))
    table.ask((1, 2**64 - 1), (2, str(2**64 - 1)), (3, "+7"), (4, "2.5"), (5, 2.5), (6, "07"))
    assert [row[1] for row in table.rows] == [2**64 - 1, 2**64 - 1, "+7", "2.5", "2.5", "07"]
    assert table.ask((7, b"7")).text == "cannot store BLOB value in TEXT column orders.v"


def test_do_nothing_forgives_keys_and_no_values():
    table = Table("sqlite")
    assert table.says((3, "c"), (3, "d"), (4, "e"), mode="insert_ignore") == 2
    assert table.says((5, "a"), (6, None), mode="insert_ignore") == "SQLITE_CONSTRAINT_NOTNULL"
    assert table.rows == [(3, "c"), (4, "e")]


def test_or_ignore_skips_rows_that_break_a_rule():
    table = Table("sqlite")
    assert table.says((1, LONG), (2, None), (3, "c"), (3, "d"), mode="ignore_errors") == 1
    assert table.rows == [(3, "c")]


def test_or_ignore_does_not_forgive_a_text_as_rowid():
    table = of_others()
    assert table.says((1, "a"), ("evt-1", "b"), mode="ignore_errors") == "SQLITE_MISMATCH"
    assert table.says((1, "a"), (1, "b")) == "SQLITE_CONSTRAINT_PRIMARYKEY"
    assert table.rows == []


def test_an_upsert_counts_every_row():
    table = Table("sqlite")
    assert table.says((1, "a"), (1, "a"), (2, "b"), mode="upsert") == 3
    assert table.rows == [(1, "a"), (2, "b")]


def test_a_rowid_that_is_null_is_given_and_so_the_row_altered():
    table = of_others()
    assert table.says((5, "a"), (None, "b")) == 2
    assert table.rows == [(5, "a"), (6, "b")]
    assert table.state.sent == {2: (None, "b")}
    assert table.says((2**63 - 1, "c"), (None, "d")) == 2
    assert table.rows[-1] == (1, "d")


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [("int64", "12", 12), ("int64", "evt", "evt"), ("int64", 7.9, 7.9), ("text", 5, "5"), ("float64", "2", 2.0)],
)
def test_a_column_without_a_type_stores_what_its_affinity_makes_of_a_value(kind, value, stored):
    table = of_others(row_table(Column("id", "int64", "id"), Column("v", kind, "v")))
    assert table.says((1, value)) == 1
    assert table.rows == [(1, stored)]


@pytest.mark.parametrize(("kind", "value"), [("int64", "evt"), ("int64", 7.9), ("text", b"x"), ("bytes", "x")])
def test_a_column_with_a_type_takes_no_other(kind, value):
    table = Table("sqlite", row_table(Column("id", "int64", "id"), Column("v", kind, "v")))
    assert table.says((1, value)) == "SQLITE_CONSTRAINT_DATATYPE"


def test_an_unknown_column_refuses_the_statement():
    server = ServerTable.of(row_table(Column("id", "int64", "id")))
    assert Table("sqlite", server=server).says((1, "a")) == "SQLITE_ERROR"
