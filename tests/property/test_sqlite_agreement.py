"""The model of SQLite's tables against Python's own SQLite: the same answers and rows, whatever is written."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers_bench import Table, row_table

from engine.databases.request import RowsWritten, ServerRefusal, WriteRows
from engine.databases.sql.sql_dialect import SQLITE
from engine.databases.sql.sql_statements import create_table, read_table, write_rows
from engine.rows.row_table import Column
from engine.servers.server_table import ServerTable

REPEATABLE = settings(max_examples=150, deadline=None, database=None, derandomize=True)
VALUES = st.one_of(
    st.integers(0, 6),
    st.sampled_from(["a", "b", "abc", "abcd", "12", " 7 ", "7.5", "1e2", "x1", "", "5.", ".5", "+3", "0x10"]),
    st.sampled_from([None, 2.0, 7.5, 1e20, -0.0, True, b"b", b"abcd", 2**62, -(2**63), float("inf")]),
)
WITHOUT_NAME = {3091: "SQLITE_CONSTRAINT_DATATYPE"}  # which Python doesn't know
MODES = {
    "insert": ("insert", ""),
    "ignore_errors": ("insert or ignore", ""),
    "insert_ignore": ("insert", " on conflict({key}) do nothing"),
    "upsert": ("insert", " on conflict({key}) do update set {sets}"),
}
TABLES = {
    "whole number as key": (
        'create table orders(id integer primary key, a text not null check(length("a") <= 3), n integer)',
        row_table(
            Column("id", "int64", "id"),
            Column("a", "text", "a", length=3, required=True),
            Column("n", "int64", "n"),
        ),
    ),
    "text as key": (
        "create table orders(id text primary key, a real not null, n blob)",
        row_table(
            Column("id", "text", "id"), Column("a", "float64", "a", required=True), Column("n", "bytes", "n")
        ),
    ),
    "two columns as key": (
        "create table orders(id integer, a text, n boolean not null, primary key(id, a))",
        row_table(
            Column("id", "int64", "id"),
            Column("a", "text", "a"),
            Column("n", "bool", "n", required=True),
            key=("id", "a"),
        ),
    ),
}
BATCHES = st.lists(
    st.tuples(st.sampled_from(sorted(MODES)), st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=5)),
    min_size=1,
    max_size=4,
)


def answer_of(connection, text, rows):
    try:
        return RowsWritten(connection.execute(text, [value for row in rows for value in row]).rowcount)
    except sqlite3.IntegrityError as error:
        return ServerRefusal(WITHOUT_NAME.get(error.sqlite_errorcode, error.sqlite_errorname), str(error))


def written(connection, table, mode, rows):
    verb, behind = MODES[mode]
    key = ", ".join(table.key)
    sets = ", ".join(f"{each.name}=excluded.{each.name}" for each in table.columns if each.name not in table.key)
    places = ", ".join("(?, ?, ?)" for _ in rows)
    sql = f"{verb} into orders values {places}{behind.format(key=key, sets=sets)}"
    return answer_of(connection, sql, rows)


def in_order(rows):
    """Rows as SQLite has them, which knows no bool, in an order that doesn't depend on how they are kept."""
    return sorted(([int(value) if isinstance(value, bool) else value for value in row] for row in rows), key=repr)


@pytest.mark.slow
@REPEATABLE
@given(st.sampled_from(sorted(TABLES)), BATCHES)
def test_the_model_does_with_tables_of_others_what_sqlite_does(which, batches):
    ddl, table = TABLES[which]
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute(ddl)
        server = ServerTable.of(table)
        columns = tuple(
            replace(own, required=column.required)
            for own, column in zip(server.columns, table.columns, strict=True)
        )
        model = Table("sqlite", table, replace(server, strict=False, columns=columns))
        for mode, rows in batches:
            answer = model.ask(*rows, mode=mode)
            assert answer == written(connection, table, mode, rows)
            there = connection.execute("select * from orders").fetchall()
            assert in_order(model.rows) == in_order(there)
    finally:
        connection.close()


@pytest.mark.slow
@REPEATABLE
@given(st.sampled_from(sorted(TABLES)), BATCHES)
def test_the_model_does_with_our_own_tables_what_sqlite_does(which, batches):
    _, table = TABLES[which]
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute(create_table(SQLITE, table).text)
        model = Table("sqlite", table)
        for mode, rows in batches:
            nothing = ((None,) * len(table.columns),) * len(rows)
            ours = "insert" if mode == "ignore_errors" else mode
            text = write_rows(SQLITE, WriteRows(table, nothing, ours)).text
            if mode != ours:
                text = text.replace("INSERT", "INSERT OR IGNORE")
            assert model.ask(*rows, mode=mode) == answer_of(connection, text, rows)
            there = connection.execute(read_table(SQLITE, table).text).fetchall()
            assert in_order(model.rows) == in_order(there)
    finally:
        connection.close()
