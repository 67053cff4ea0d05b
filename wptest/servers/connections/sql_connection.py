"""Requests in SQL: the statements are those of the writers, the drivers say them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, final

from engine.databases.request import (
    AskForKeys,
    KeysFound,
    NoAnswer,
    RowsWritten,
    ServerAnswer,
    ServerRefusal,
    ServerRequest,
)
from engine.databases.sql.sql_dialect import SqlDialect
from engine.databases.sql.sql_statements import SqlStatement, create_table, find_keys, read_table, write_rows
from engine.databases.sql.sql_values import row_read
from engine.rows.row_table import RowTable, TableRow
from engine.rows.server_column import ServerColumn, table_as_read


@dataclass(frozen=True, slots=True)
class Executed:
    """What a statement has brought: rows, and how many were changed."""

    rows: Sequence[Sequence[Any]]
    affected: int


class SqlDriver(Protocol):
    """A client of a server's that speaks SQL."""

    @property
    def dialect(self) -> SqlDialect:
        """Which statements it takes."""

    def execute(self, statement: SqlStatement) -> Executed:
        """Say a statement, by a connection that is there or a new one, and commit it."""

    def answer_to(self, error: Exception) -> ServerRefusal | NoAnswer | None:
        """What an error of `execute` says; None if it is no answer of a server's, but a mistake of ours."""

    def close(self) -> None:
        """End the connection, if there is one."""


@final
class SqlConnection:
    """Implements `TableConnection`."""

    def __init__(self, driver: SqlDriver) -> None:
        self._driver = driver
        self._dialect = driver.dialect

    async def ask(self, request: ServerRequest) -> ServerAnswer:
        """See `Connection.ask`."""
        try:
            if isinstance(request, AskForKeys):
                return self._found(request, self._driver.execute(find_keys(self._dialect, request)))
            return RowsWritten(self._driver.execute(write_rows(self._dialect, request)).affected)
        except Exception as error:
            answer = self._driver.answer_to(error)
            if answer is None:
                raise
            return answer

    def say(self, statement: str) -> ServerRefusal | NoAnswer | None:
        """Say a statement that brings no rows; what was answered if it isn't done."""
        try:
            self._driver.execute(SqlStatement(statement))
        except Exception as error:
            answer = self._driver.answer_to(error)
            if answer is None:
                raise
            return answer
        return None

    def create_table(self, table: RowTable, engine: str = "", made: Sequence[ServerColumn] = ()) -> None:
        """See `TableConnection.create_table`."""
        self._driver.execute(create_table(self._dialect, table, engine, made))

    def read_table(self, table: RowTable, made: Sequence[ServerColumn] = ()) -> Sequence[TableRow]:
        """See `TableConnection.read_table`."""
        there = table_as_read(table, made)
        return [row_read(there, row) for row in self._driver.execute(read_table(self._dialect, table)).rows]

    def close(self) -> None:
        """See `TableConnection.close`."""
        self._driver.close()

    def _found(self, request: AskForKeys, done: Executed) -> KeysFound:
        rows = [row_read(request.table, row) for row in done.rows]
        return KeysFound({request.table.key_of(row): row for row in rows})
