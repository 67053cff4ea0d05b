"""What is sent to databases that speak SQL; SQLite, which is always there, gives back what it was given."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from engine.databases.request import AskForKeys, WriteRows
from engine.databases.sql.sql_dialect import MARIADB, MYSQL, SQL_DIALECTS, SQLITE, SqlDialect
from engine.databases.sql.sql_sizes import head_bytes, row_bytes
from engine.databases.sql.sql_statements import SqlStatement, create_table, find_keys, read_table, write_rows
from engine.databases.sql.sql_values import row_read
from engine.rows.row_table import Column, RowTable, TableRow
from tests.unit.databases.golden import assert_golden, of_statement
from tests.unit.databases.tables import EVENT_ROWS, EVENTS, KEYLESS, ORDER_ROWS, ORDERS


def statements(dialect: SqlDialect) -> dict[str, SqlStatement]:
    keys = tuple(EVENTS.key_of(row) for row in EVENT_ROWS)
    engines = {f"create, {engine}": create_table(dialect, KEYLESS, engine) for engine in dialect.engines}
    return {
        "create": create_table(dialect, ORDERS),
        "create, a key of two columns": create_table(dialect, EVENTS),
        **(engines or {"create, no key": create_table(dialect, KEYLESS)}),
        "insert": write_rows(dialect, WriteRows(ORDERS, ORDER_ROWS)),
        "insert_ignore": write_rows(dialect, WriteRows(ORDERS, ORDER_ROWS, "insert_ignore")),
        "upsert": write_rows(dialect, WriteRows(ORDERS, ORDER_ROWS, "upsert")),
        "upsert, a key of two columns": write_rows(dialect, WriteRows(EVENTS, EVENT_ROWS, "upsert")),
        "which keys are there": find_keys(dialect, AskForKeys(ORDERS, ((7,), (8,)))),
        "which keys of two columns are there": find_keys(dialect, AskForKeys(EVENTS, keys)),
        "no keys at all": find_keys(dialect, AskForKeys(KEYLESS, ())),
        "all rows": read_table(dialect, EVENTS),
    }


@pytest.mark.parametrize("dialect", SQL_DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_statements_are_these(dialect: SqlDialect) -> None:
    told = {title: of_statement(statement) for title, statement in statements(dialect).items()}
    assert_golden(f"{dialect.name}.sql", told)


def test_every_statement_of_a_table_without_parameters_may_have_any_percent_sign() -> None:
    for dialect in SQL_DIALECTS.values():
        for statement in statements(dialect).values():
            if statement.parameters and dialect.placeholder == "%s":
                assert statement.text.replace("%%", "").count("%s") == len(statement.parameters)
                _ = statement.text % tuple(range(len(statement.parameters)))


class Sqlite:
    """A database in memory; what its statements are is tested by what it does with them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def do(self, statement: SqlStatement) -> int:
        return self._connection.execute(*statement).rowcount

    def write(self, table: RowTable, *rows: TableRow, mode: str = "insert") -> int:
        return self.do(write_rows(SQLITE, WriteRows(table, rows, mode)))

    def read(self, table: RowTable) -> list[TableRow]:
        return [row_read(table, each) for each in self._connection.execute(*read_table(SQLITE, table))]

    def find(self, table: RowTable, *keys: TableRow) -> list[TableRow]:
        found = self._connection.execute(*find_keys(SQLITE, AskForKeys(table, keys)))
        return sorted(table.key_of(row_read(table, each)) for each in found)


@pytest.fixture
def sqlite():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        database = Sqlite(connection)
        for table in (ORDERS, EVENTS, KEYLESS):
            database.do(create_table(SQLITE, table))
        yield database


@pytest.mark.parametrize(("table", "rows"), [(ORDERS, ORDER_ROWS), (EVENTS, EVENT_ROWS)], ids=["orders", "events"])
def test_a_row_that_is_read_is_the_row_that_was_written(sqlite: Sqlite, table: RowTable, rows) -> None:
    assert sqlite.write(table, *rows) == len(rows)
    assert sqlite.read(table) == list(rows)
    assert [list(map(type, row)) for row in sqlite.read(table)] == [list(map(type, row)) for row in rows]


def test_the_rows_that_came_first_are_read_first_whatever_their_keys_are(sqlite: Sqlite) -> None:
    for key in (9, 3, 2**63, 5):
        sqlite.write(ORDERS, (key, None, "x"))
    sqlite.write(ORDERS, (3, 1, "anew"), mode="upsert")
    assert [row[0] for row in sqlite.read(ORDERS)] == [9, 3, 2**63, 5]


def test_a_key_that_is_there_is_refused_left_alone_or_written_anew(sqlite: Sqlite) -> None:
    sqlite.write(ORDERS, (1, None, "first"))
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        sqlite.write(ORDERS, (2, None, "with it"), (1, None, "second"))
    assert sqlite.write(ORDERS, (2, None, "two"), (1, None, "second"), mode="insert_ignore") == 1
    assert sqlite.read(ORDERS) == [(1, None, "first"), (2, None, "two")]
    sqlite.write(ORDERS, (1, 5, "third"), mode="upsert")
    assert sqlite.read(ORDERS)[0] == (1, 5, "third")


def test_ignore_ignores_nothing_but_a_key_that_is_there(sqlite: Sqlite) -> None:
    for row in [(3, None, None), (3, None, "x" * 4001)]:
        with pytest.raises(sqlite3.IntegrityError):
            sqlite.write(ORDERS, row, mode="insert_ignore")


def test_keys_differ_by_case_and_by_blanks(sqlite: Sqlite) -> None:
    hosts = ("abC", "abc", "abc ", "é", "e")
    rows = [(host, at, *[None] * 7) for host in hosts for at in (0, 1)]
    assert sqlite.write(EVENTS, *rows) == 10
    assert sqlite.find(EVENTS, ("abc", 1), ("é", 0), ("E", 0)) == [("abc", 1), ("é", 0)]
    assert sqlite.find(ORDERS, (1,)) == []


def test_binary_collations_of_mysql_tell_blanks_at_the_end_apart() -> None:
    """The usual utf8mb4_bin doesn't: seen on MariaDB 10.11.19, where `abc ` was a duplicate of `abc`."""
    assert "utf8mb4_nopad_bin" in create_table(MARIADB, EVENTS).text
    assert "utf8mb4_0900_bin" in create_table(MYSQL, EVENTS).text


def test_a_value_that_is_none_of_its_column_is_told() -> None:
    with pytest.raises(ValueError, match="event_id: a value of uint64 can't be b'x'"):
        row_read(ORDERS, (b"x", None, "y"))


def test_a_table_of_nothing_but_a_key_has_nothing_to_write_anew() -> None:
    table = replace(ORDERS, columns=ORDERS.columns[:1])
    for dialect in SQL_DIALECTS.values():
        requests = [WriteRows(table, ((1,),), mode) for mode in ("upsert", "insert_ignore")]
        assert len({write_rows(dialect, request) for request in requests}) == 1


def statement_bytes(table: RowTable, *rows: TableRow) -> int:
    return head_bytes(MARIADB, table, "insert") + sum(row_bytes(table, row) for row in rows)


# As PyMySQL 1.2.4 writes the statements of these rows.
SIZES = {"orders": 121, "events": 294}


@pytest.mark.parametrize(("table", "rows"), [(ORDERS, ORDER_ROWS), (EVENTS, EVENT_ROWS)], ids=["orders", "events"])
def test_a_statement_is_no_larger_than_it_is_said_to_be(table: RowTable, rows, request) -> None:
    real = SIZES[request.node.callspec.id]
    assert real <= statement_bytes(table, *rows) <= real * 1.2


def test_what_has_to_be_escaped_is_counted_twice() -> None:
    plain, escaped = (statement_bytes(KEYLESS, (text * 100,)) for text in ("x", "'"))
    assert escaped - plain == 100
    column = Column("raw", "bytes", "$line")
    assert statement_bytes(replace(KEYLESS, columns=(column,)), (b"x" * 100,)) > 200
