"""A table with a column of each type, and how it is written to and read in any database."""

from __future__ import annotations

from contextlib import closing

from engine.databases.request import AskForKeys, ByItem, KeysFound, RowsWritten, ServerAnswer, WriteRows
from engine.rows.row_table import Column, Parsing, RowTable, TableRow, WriteMode
from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import real_answer
from wptest.servers.real_server import RealDatabase
from wptest.servers.sqlite_file import SqliteFile

ORDERS = RowTable(
    "orders",
    Parsing(),
    (
        Column("id", "uint64", "id", required=True),
        Column("line", "text", "line", length=200),
        Column("body", "bytes", "body"),
        Column("change", "int64", "change"),
        Column("share", "float64", "share"),
        Column("at", "timestamp", "at"),
        Column("done", "bool", "done"),
        Column("address", "ip", "address"),
        Column("more", "json", "more"),
    ),
    key=("id",),
)


def row(number: int) -> TableRow:
    text = f"n\u00e9 'quoted' \\ \t \U0001f4a1 {number}"
    moment = 1_759_543_164_000_001 + number
    return (number, text, b"\0\xff\n'" * 3, -number, number / 3, moment, True, "192.0.2.1", '{"a":1}')


EMPTY: TableRow = (2**63 + 7, None, None, None, None, None, None, None, None)


BULK = ("opensearch", "victorialogs")  # they are written to by `_bulk`


class Orders:
    """The table in a database, written to through the relay, and looked at past it."""

    def __init__(self, database: RealDatabase | SqliteFile) -> None:
        self.database = database
        self.mode: WriteMode = "create" if self.kind in BULK else "insert"
        self.direct = connect_to(database, direct=True)
        self.direct.create_table(ORDERS)
        self.connection = connect_to(database)

    @property
    def kind(self) -> str:
        return "sqlite" if isinstance(self.database, SqliteFile) else self.database.server.kind.name

    def write(self, *rows: TableRow) -> ServerAnswer:
        return real_answer(self.connection.ask(WriteRows(ORDERS, rows, self.mode)))

    def count(self) -> int:
        with closing(connect_to(self.database, direct=True)) as connection:
            return len(connection.read_table(ORDERS))

    def close(self) -> None:
        self.direct.close()
        self.connection.close()


def is_written(answer: ServerAnswer, rows: int = 1) -> bool:
    if isinstance(answer, ByItem):
        return [item.status for item in answer.items] == [201] * rows
    return answer == RowsWritten(rows)


def written_and_read(orders: Orders) -> None:
    rows = [row(2), row(1), EMPTY]
    assert is_written(orders.write(*rows), 3)
    assert sorted(orders.direct.read_table(ORDERS)) == sorted(rows)
    if orders.kind != "clickhouse":  # within a block it has the order of the key
        assert orders.direct.read_table(ORDERS) == rows
    asked = AskForKeys(ORDERS, ((1,), (5,), (2**63 + 7,)))
    assert real_answer(orders.connection.ask(asked)) == KeysFound({(1,): row(1), (2**63 + 7,): EMPTY})
