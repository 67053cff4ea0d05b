"""psycopg as a driver, for PostgreSQL."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, final

from engine.databases.request import NoAnswer, ServerRefusal
from engine.databases.sql.sql_dialect import POSTGRES, SqlDialect
from engine.databases.sql.sql_statements import SqlStatement
from wptest.servers.clients import TO_ANSWER, postgres_client, postgres_connect
from wptest.servers.connections.sql_connection import Executed
from wptest.servers.server_address import ServerAddress

# The client refuses a text with a NUL by itself: the server would say this of it.
_NO_TEXT = "22021"


@final
class PostgresDriver:
    """Implements `SqlDriver`."""

    def __init__(self, address: ServerAddress, *, timeout: float = TO_ANSWER) -> None:
        self._address = address
        self._timeout = timeout
        self._connection: Any = None
        self.dialect: SqlDialect = POSTGRES

    def execute(self, statement: SqlStatement) -> Executed:
        """See `SqlDriver.execute`: as it is, never prepared."""
        if self._connection is None:
            self._connection = postgres_connect(self._address, timeout=self._timeout)
            self._connection.prepare_threshold = None
        with _cut_after(self._timeout, self._connection.fileno()):
            cursor = self._connection.execute(statement.text, statement.parameters or None)
            return Executed(cursor.fetchall() if cursor.description else (), cursor.rowcount)

    def answer_to(self, error: Exception) -> ServerRefusal | NoAnswer | None:
        """See `SqlDriver.answer_to`."""
        client = postgres_client()
        if not isinstance(error, client.Error):
            return None
        is_new = self._connection is None
        if not is_new and self._connection.closed:
            self.close()
        if error.sqlstate is not None:
            return ServerRefusal(error.sqlstate, str(error))
        if isinstance(error, client.DataError):
            return ServerRefusal(_NO_TEXT, str(error))
        if isinstance(error, client.OperationalError):
            self.close()
            return NoAnswer(str(error), sent=not is_new)
        return None

    def close(self) -> None:
        """See `SqlDriver.close`."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None


@contextmanager
def _cut_after(seconds: float, descriptor: int) -> Iterator[None]:
    """End the connection when it takes longer: psycopg has no such limit, and the server's needs its answer."""
    connection = socket.socket(fileno=os.dup(descriptor))

    def cut() -> None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        connection.close()
