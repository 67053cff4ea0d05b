"""sqlite3 as a driver, for a file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import final

from engine.databases.request import NoAnswer, ServerRefusal
from engine.databases.sql.sql_dialect import SQLITE, SqlDialect
from engine.databases.sql.sql_statements import SqlStatement
from wptest.servers.connections.sql_connection import Executed

_WITHOUT_NAME = {3091: "SQLITE_CONSTRAINT_DATATYPE"}  # codes that Python calls "unknown"
TO_WAIT_FOR_A_LOCK = 5.0  # seconds, as sqlite3 does by itself


@final
class SqliteDriver:
    """Implements `SqlDriver`: every statement is answered, since nothing lies between."""

    def __init__(self, path: Path | str, *, timeout: float = TO_WAIT_FOR_A_LOCK) -> None:
        self.connection = sqlite3.connect(path, timeout=timeout, isolation_level=None)
        self.dialect: SqlDialect = SQLITE

    def execute(self, statement: SqlStatement) -> Executed:
        """See `SqlDriver.execute`."""
        cursor = self.connection.execute(statement.text, statement.parameters)
        return Executed(cursor.fetchall(), max(cursor.rowcount, 0))

    def answer_to(self, error: Exception) -> ServerRefusal | NoAnswer | None:
        """See `SqlDriver.answer_to`."""
        if isinstance(error, sqlite3.Error) and (name := getattr(error, "sqlite_errorname", "")):
            return ServerRefusal(_WITHOUT_NAME.get(error.sqlite_errorcode, name), str(error))
        return None

    def close(self) -> None:
        """See `SqlDriver.close`."""
        self.connection.close()
