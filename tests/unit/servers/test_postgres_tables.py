"""What tables of PostgreSQL 15 do with a batch, as seen on the real one."""

from __future__ import annotations

import pytest
from servers_bench import Table, row_table

from engine.databases.known_codes import Meaning
from engine.databases.meaning import known_code
from engine.project.database_conf import ColumnThere, DatabaseConf, ServerConf
from engine.rows.row_table import Column, Parsing, RowTable
from engine.servers.server_conf import table_there
from engine.servers.server_table import ServerTable

LONG = "x" * 25


@pytest.mark.parametrize(("row", "code"), [((7, "b"), "23505"), ((1, None), "23502"), ((1, LONG), "22001")])
@pytest.mark.parametrize("mode", ["insert", "upsert"])
def test_a_wrong_row_undoes_the_statement(row, code, mode):
    table = Table("postgres")
    table.ask((7, "a"))
    if (code, mode) != ("23505", "upsert"):
        assert table.says((2, "a"), row, mode=mode) == code
        assert table.rows == [(7, "a")]


def test_constants_of_all_rows_are_looked_at_before_null_and_keys_of_any():
    table = Table("postgres")
    table.ask((7, "a"))
    assert table.says((7, "b"), (1, None), (2, LONG)) == "22001"
    assert table.says((7, "b"), (1, None)) == "23505"
    assert table.says((1, None), (7, "b")) == "23502"


def test_do_nothing_forgives_keys_and_no_values():
    table = Table("postgres")
    table.ask((1, "a"))
    assert table.says((1, "b"), (2, "c"), (2, "d"), (3, "e"), mode="insert_ignore") == 2
    assert table.rows == [(1, "a"), (2, "c"), (3, "e")]
    assert table.says((4, "a"), (5, None), mode="insert_ignore") == "23502"
    assert table.says((4, "a"), (5, LONG), mode="insert_ignore") == "22001"


def test_an_upsert_counts_every_row_and_refuses_a_key_that_comes_twice():
    table = Table("postgres")
    table.ask((1, "a"))
    assert table.says((1, "a"), (2, "b"), mode="upsert") == 2
    assert table.says((3, "a"), (3, "b"), mode="upsert") == "21000"
    assert table.rows == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(
    ("kind", "value", "answer"),
    [
        ("text", "a\0b", "22021"),
        ("int64", "evt-1", "22P02"),
        ("int64", "7.5", "22P02"),
        ("int64", 2**63, "22003"),
        ("int64", True, "42804"),
        ("bool", 1, "42804"),
        ("float64", "x", "22P02"),
        ("timestamp", "x", "22007"),
        ("uint64", 2**64, "23514"),
        ("uint64", -1, "23514"),
        ("uint64", 10**20, "22003"),
        ("uint64", "x", "22P02"),
        ("ip", "1" * 46, "22001"),
        ("bytes", 5, "42804"),
    ],
)
def test_a_value_of_another_type_is_refused(kind, value, answer):
    table = Table("postgres", row_table(Column("id", "int64", "id"), Column("v", kind, "v")))
    assert table.says((1, value)) == answer


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [("int64", 2.5, 2), ("bool", "yes", True), ("text", 2.0, "2"), ("text", b"a", "\\x61")],
)
def test_some_values_are_stored_as_others(kind, value, stored):
    table = Table("postgres", row_table(Column("id", "int64", "id"), Column("v", kind, "v")))
    assert table.says((1, value)) == 1
    assert table.rows == [(1, stored)]


def test_a_check_comes_behind_null_and_before_the_key():
    made = row_table(
        Column("id", "int64", "id"), Column("v", "bytes", "v", length=2), Column("n", "int64", "n", required=True)
    )
    table = Table("postgres", made)
    assert table.says((1, b"ab", 1)) == 1
    assert table.says((2, b"abc", 1)) == "23514"
    assert table.says((2, b"abc", None)) == "23502"
    assert table.says((1, b"abc", 1)) == "23514"
    assert table.says((1, b"ab", 1), (2, b"abc", 1)) == "23505"


def test_blanks_that_are_too_many_are_cut_off():
    table = Table("postgres")
    assert table.says((1, "x" * 20 + "  ")) == 1
    assert table.rows == [(1, "x" * 20)]
    assert table.state.sent == {1: (1, "x" * 20 + "  ")}


def test_an_unknown_column_refuses_the_statement():
    server = ServerTable.of(row_table(Column("id", "int64", "id")))
    assert Table("postgres", server=server).says((1, "a")) == "42703"


@pytest.mark.parametrize("sent", ["int64", "uint64", "float64"])
def test_a_number_is_no_time_and_that_is_a_matter_of_the_table(sent):
    server = ServerConf("db", "postgres@15", columns=(ColumnThere("t", "at", "timestamp"),))
    columns = (Column("at", sent, "at"), Column("line", "text", "$line"))
    there = table_there(DatabaseConf(server, RowTable("t", Parsing("json"), columns)))
    assert there.columns[0].sent == sent
    assert known_code("postgres", "42804").meaning is Meaning.CONFIGURATION
    assert "type" in known_code("postgres", "42804").about
    assert "type" not in known_code("postgres", "42P01").about
