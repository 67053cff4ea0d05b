"""Each real server stores what is taken as a row as that row: `to_tdc` lets nothing through that is altered."""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orders_table import BULK, is_written

from engine.databases.request import WriteRows
from engine.databases.victorialogs.line_requests import why_no_line
from engine.rows.row_mapping import RowMapping
from engine.rows.row_table import TableRow, WriteMode
from tests.property.row_values import every_kind, rows_of
from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import real_answer
from wptest.servers.opened import SERVER_KINDS
from wptest.servers.real_server import RealDatabase
from wptest.servers.sqlite_file import SqliteFile

pytest_plugins = ["wptest.servers.fixtures"]
MANY = settings(
    max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck]
)
MAPPING = RowMapping(every_kind("json"))


FLOATS = [place for place, column in enumerate(MAPPING.table.columns) if column.kind == "float64"]


@pytest.fixture(params=["sqlite", *(pytest.param(kind, marks=pytest.mark.slow) for kind in SERVER_KINDS)])
def database(request: pytest.FixtureRequest) -> RealDatabase | SqliteFile:
    return request.getfixturevalue(request.param)


def test_the_lines_that_were_sent_are_read_back(database: RealDatabase | SqliteFile) -> None:
    kind = "sqlite" if isinstance(database, SqliteFile) else database.server.kind.name
    mode: WriteMode = "create" if kind in BULK else "insert"
    numbers = count()

    @MANY
    @given(st.lists(rows_of("json"), min_size=1, max_size=30))
    def hold(rows: list[TableRow]) -> None:
        table = replace(MAPPING.table, name=f"t{next(numbers)}")
        if kind == "victorialogs":
            rows = [row for row in rows if not why_no_line(table, row)]  # it has no empty fields
        lines = [MAPPING.as_sent(row) for row in rows]
        taken: tuple[TableRow, ...] = tuple(MAPPING.to_tdc(line) for line in lines)  # type: ignore[misc] # all rows
        connection.create_table(table)
        assert is_written(real_answer(connection.ask(WriteRows(table, taken, mode))), len(rows))
        stored = list(connection.read_table(table))
        if kind == "clickhouse":
            stored = [exact(row, sent) for row, sent in zip(stored, rows, strict=True)]
        assert stored == rows
        assert [MAPPING.as_sent(row) for row in stored] == lines

    with closing(connect_to(database, direct=True)) as connection:
        hold()


def exact(stored: TableRow, sent: TableRow) -> TableRow:
    """ClickHouse before 26.7 reads numbers by an algorithm that is wrong in the last bits: seen on 18.16.1."""
    row = list(stored)
    for place in FLOATS:
        found, meant = row[place], sent[place]
        if isinstance(found, float) and isinstance(meant, float) and abs(found - meant) <= 2 * math.ulp(meant):
            row[place] = meant
    return tuple(row)
