"""Requests over HTTP to VictoriaLogs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from engine.databases.http_request import HttpRequest
from engine.databases.request import AskForKeys, NoAnswer, ServerAnswer, ServerRequest
from engine.databases.victorialogs.line_answers import lines_answered, lines_found, rows_of_lines
from engine.databases.victorialogs.line_requests import add_lines, select_lines, select_stream, show_lines
from engine.rows.row_table import RowTable, TableRow
from engine.rows.server_column import ServerColumn
from wptest.servers.clients import TO_ANSWER
from wptest.servers.connections.http_sending import http_answer, well_answered
from wptest.servers.http_client import HttpAnswer
from wptest.servers.kinds.victorialogs_server import of_tenant
from wptest.servers.server_address import ServerAddress


@final
class LogConnection:
    """Implements `TableConnection` for VictoriaLogs; a table is a stream of a tenant.

    Args:
        address: where it is, with the database.
        timeout: seconds that an answer is waited for.
    """

    def __init__(self, address: ServerAddress, *, timeout: float = TO_ANSWER) -> None:
        self._address = address
        self._timeout = timeout

    async def ask(self, request: ServerRequest) -> ServerAnswer:
        """See `Connection.ask`: who asks for keys sees what was written before, however short a while ago."""
        if isinstance(request, AskForKeys):
            shown = self._send(show_lines()) if request.keys else None
            answer = shown if isinstance(shown, NoAnswer) else self._send(select_lines(request))
            return answer if isinstance(answer, NoAnswer) else lines_found(request, answer.status, answer.body)
        answer = self._send(add_lines(request))
        return answer if isinstance(answer, NoAnswer) else lines_answered(request, answer.status, answer.body)

    def create_table(self, table: RowTable, engine: str = "", made: Sequence[ServerColumn] = ()) -> None:
        """See `TableConnection.create_table`: a stream begins with its first line."""

    def read_table(
        self,
        table: RowTable,
        made: Sequence[ServerColumn] = (),  # noqa: ARG002 - it has texts alone
    ) -> Sequence[TableRow]:
        """See `TableConnection.read_table`: those that no query shows yet, too."""
        well_answered("VictoriaLogs", self._send(show_lines()))
        return rows_of_lines(table, well_answered("VictoriaLogs", self._send(select_stream(table))).body)

    def close(self) -> None:
        """See `TableConnection.close`: each request has its own."""

    def _send(self, request: HttpRequest) -> HttpAnswer | NoAnswer:
        return http_answer(self._address, of_tenant(self._address.database, request), self._timeout)
