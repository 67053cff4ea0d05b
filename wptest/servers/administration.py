"""What is said to a real server by who may do everything there, past all faults."""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from engine.databases.http_request import HttpRequest
from wptest.servers.clients import mysql_connect, postgres_connect
from wptest.servers.http_client import http_send
from wptest.servers.real_server import RealDatabase
from wptest.servers.server_errors import ServerFailedError

_OK = 200
_JSON = {"Content-Type": "application/json"}


class Administrator:
    """A connection of who may do everything, to a server where a database is; open while it is entered."""

    def __init__(self, database: RealDatabase) -> None:
        self._kind = database.server.kind.name
        self._address = replace(database.server.address, database=database.name)
        self._connection: Any = None

    def __enter__(self) -> Self:
        if self._kind == "mariadb":
            self._connection = mysql_connect(self._address)
        elif self._kind == "postgres":
            self._connection = postgres_connect(self._address)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def say(self, what: str) -> Any:
        """Say a statement, or `METHOD /path BODY` where a server has no statements; the first value of the answer.

        Raises:
            ServerFailedError: a server that is asked by HTTP refuses it; others raise what their clients do.
        """
        match self._kind:
            case "mariadb":
                with self._connection.cursor() as cursor:
                    cursor.execute(what)
                    row = cursor.fetchone()
                return row[0] if row else None
            case "postgres":
                cursor = self._connection.execute(what)
                row = cursor.fetchone() if cursor.description else None
                return row[0] if row else None
            case "clickhouse":
                return self._sent(HttpRequest("POST", "/", {}, what.encode()))
            case _:
                method, path, body = [*what.split(" ", 2), ""][:3]
                return self._sent(HttpRequest(method, path, _JSON, body.encode()))

    def _sent(self, request: HttpRequest) -> str:
        answer = http_send(self._address, request)
        if answer.status != _OK:
            raise ServerFailedError(f"{self._kind}: {answer.status} {answer.text}")
        return answer.text
