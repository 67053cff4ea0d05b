"""SQLite, the database that is always there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from orders_table import ORDERS, Orders, is_written, row, written_and_read

from engine.databases.request import RowsWritten, ServerRefusal, WriteRows
from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import real_answer
from wptest.servers.sqlite_file import SqliteFile

pytest_plugins = ["wptest.servers.fixtures"]


@pytest.fixture
def orders(sqlite: SqliteFile) -> Iterator[Orders]:
    made = Orders(sqlite)
    yield made
    made.close()


def test_a_row_of_all_types_is_read_as_it_was_written(orders: Orders) -> None:
    written_and_read(orders)


def test_a_key_that_is_there_is_told_and_nothing_is_written(orders: Orders) -> None:
    assert is_written(orders.write(row(1)))
    text = "UNIQUE constraint failed: orders.id"
    assert orders.write(row(2), row(1)) == ServerRefusal("SQLITE_CONSTRAINT_UNIQUE", text)
    assert real_answer(orders.connection.ask(WriteRows(ORDERS, (row(1), row(2)), "insert_ignore"))) == RowsWritten(
        1
    )
    assert orders.direct.read_table(ORDERS) == [row(1), row(2)]


def test_somebody_else_s_lock_is_told_when_it_lasts_too_long(orders: Orders, sqlite: SqliteFile) -> None:
    other = connect_to(sqlite, timeout=0.01)
    orders.direct._driver.connection.execute("begin immediate")
    answer = real_answer(other.ask(WriteRows(ORDERS, (row(1),))))
    assert answer == ServerRefusal("SQLITE_BUSY", "database is locked")
    orders.direct._driver.connection.execute("rollback")
    other.close()
