"""Tables of the engine of ClickHouse 26.9 in this process, by chdb: real ones, without a server.

Requests are those that go to a server by HTTP. Their words are said to the engine, with the settings they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast, final
from urllib.parse import parse_qsl, urlsplit

from engine.databases.clickhouse.clickhouse_answers import insert_answered, oldest_first, select_answered
from engine.databases.clickhouse.clickhouse_requests import (
    FRAME_BYTES,
    ClickHouseEngine,
    create_clickhouse_table,
    insert_rows,
    select_keys,
    select_table,
)
from engine.databases.http_request import HttpRequest
from engine.databases.request import AskForKeys, ServerAnswer, ServerRequest
from engine.rows.row_table import RowTable, TableRow
from engine.rows.server_column import ServerColumn, table_as_read

OK, FAILED = 200, 500
FORMAT = b" FORMAT JSONEachRow"
OF_HTTP = ("wait_end_of_query", "decompress", "http_native_compression_disable_checksumming_on_decompress")


class Session(Protocol):
    """What is asked of a session of chdb."""

    def query(self, sql: str, fmt: str = ..., /) -> Any:
        """Say a statement, and have its answer in that format."""


@dataclass(frozen=True, slots=True)
class ChdbDatabase:
    """A database of an engine in this process; tables that it makes remember so many inserts as `window` says."""

    session: Session
    window: int = 0

    @property
    def version(self) -> str:
        """That of the engine."""
        return str(self.session.query("SELECT version()", "TSVRaw")).strip()


@final
@dataclass(slots=True)
class ChdbConnection:
    """Implements `TableConnection`."""

    database: ChdbDatabase
    engines: dict[str, ClickHouseEngine] = field(default_factory=dict)

    async def ask(self, request: ServerRequest) -> ServerAnswer:
        """See `Connection.ask`."""
        if isinstance(request, AskForKeys):
            return select_answered(request, *self._said(select_keys(request, self.engines[request.table.name])))
        return insert_answered(request, *self._said(insert_rows("26.9", request)))

    def create_table(self, table: RowTable, engine: str = "", made: Sequence[ServerColumn] = ()) -> None:
        """See `TableConnection.create_table`."""
        self.engines[table.name] = kind = cast("ClickHouseEngine", engine)
        status, answer = self._said(create_clickhouse_table(table, kind, self.database.window, made))
        assert status == OK, answer

    def read_table(self, table: RowTable, made: Sequence[ServerColumn] = ()) -> Sequence[TableRow]:
        """See `TableConnection.read_table`."""
        status, answer = self._said(select_table(table, self.engines[table.name], made))
        assert status == OK, answer
        return oldest_first(table_as_read(table, made), answer)

    def close(self) -> None:
        """See `TableConnection.close`: the session goes on."""

    def _said(self, request: HttpRequest) -> tuple[int, bytes]:
        """What the engine answers, as a server would by HTTP."""
        head, form, rows = request.body[FRAME_BYTES:].partition(FORMAT)
        settings = dict(parse_qsl(urlsplit(request.target).query))
        said = ", ".join(f"{name} = '{value}'" for name, value in settings.items() if name not in OF_HTTP)
        if form and said:
            head += f" SETTINGS {said}".encode()
        try:
            answer = self.database.session.query((head + form + rows).decode())
        except Exception as error:  # noqa: BLE001 - chdb's own type differs from version to version
            return FAILED, str(error).encode()
        return OK, answer.bytes()
