"""Requests over HTTP: to ClickHouse, and to OpenSearch and Elasticsearch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast, final
from urllib.parse import quote

from engine.databases.clickhouse.clickhouse_answers import insert_answered, oldest_first, select_answered
from engine.databases.clickhouse.clickhouse_requests import (
    ClickHouseEngine,
    create_clickhouse_table,
    insert_rows,
    requests_for,
    select_keys,
    select_table,
)
from engine.databases.elasticsearch.bulk_answers import bulk_answered, get_answered, search_answered
from engine.databases.elasticsearch.bulk_requests import bulk, create_index, get_keys, refresh, search_index
from engine.databases.http_request import HttpRequest
from engine.databases.request import AskForKeys, NoAnswer, ServerAnswer, ServerRequest
from engine.rows.row_table import RowTable, TableRow
from engine.rows.server_column import ServerColumn, table_as_read
from wptest.servers.clients import TO_ANSWER
from wptest.servers.connections.http_sending import http_answer, well_answered
from wptest.servers.http_client import HttpAnswer
from wptest.servers.server_address import ServerAddress


@final
class ClickHouseConnection:
    """Implements `TableConnection`.

    Args:
        address: where it is, with the database.
        version: the server's, in its own words.
        timeout: seconds that an answer is waited for.
        window: how many inserts the tables that are made remember, to know a repeated one by.
        engine: that of the tables that it hasn't made.
    """

    def __init__(
        self,
        address: ServerAddress,
        version: str,
        *,
        timeout: float = TO_ANSWER,
        window: int = 0,
        engine: ClickHouseEngine = "MergeTree",
    ) -> None:
        self._address = address
        self._version = requests_for(version)
        self._timeout = timeout
        self._window = window
        self._engine = engine
        self._engines: dict[str, ClickHouseEngine] = {}

    async def ask(self, request: ServerRequest) -> ServerAnswer:
        """See `Connection.ask`."""
        if isinstance(request, AskForKeys):
            engine = self._engines.get(request.table.name, self._engine)
            answer = self._send(select_keys(request, engine))
            return answer if isinstance(answer, NoAnswer) else select_answered(request, answer.status, answer.body)
        answer = self._send(insert_rows(self._version, request))
        return answer if isinstance(answer, NoAnswer) else insert_answered(request, answer.status, answer.body)

    def create_table(self, table: RowTable, engine: str = "", made: Sequence[ServerColumn] = ()) -> None:
        """See `TableConnection.create_table`."""
        kind = cast("ClickHouseEngine", engine or "MergeTree")
        self._engines[table.name] = kind
        self._done(create_clickhouse_table(table, kind, self._window, made))

    def read_table(self, table: RowTable, made: Sequence[ServerColumn] = ()) -> Sequence[TableRow]:
        """See `TableConnection.read_table`."""
        engine = self._engines.get(table.name, self._engine)
        return oldest_first(table_as_read(table, made), self._done(select_table(table, engine, made)).body)

    def close(self) -> None:
        """See `TableConnection.close`: each request has its own."""

    def _send(self, request: HttpRequest) -> HttpAnswer | NoAnswer:
        more = f"&database={quote(self._address.database, safe='')}"
        return http_answer(self._address, request._replace(target=request.target + more), self._timeout)

    def _done(self, request: HttpRequest) -> HttpAnswer:
        return well_answered("ClickHouse", self._send(request))


@final
class BulkConnection:
    """Implements `TableConnection` for OpenSearch and Elasticsearch; an index has the name of database and table.

    Args:
        address: where it is, with the index that the names begin with.
        timeout: seconds that an answer is waited for.
        learns_mapping: indexes are made without a mapping, so that the first documents decide.
    """

    def __init__(self, address: ServerAddress, *, timeout: float = TO_ANSWER, learns_mapping: bool = False) -> None:
        self._address = address
        self._timeout = timeout
        self._learns_mapping = learns_mapping

    async def ask(self, request: ServerRequest) -> ServerAnswer:
        """See `Connection.ask`."""
        if isinstance(request, AskForKeys):
            question = replace(request, table=self._index(request.table))
            answer = self._send(get_keys(question))
            return answer if isinstance(answer, NoAnswer) else get_answered(question, answer.status, answer.body)
        writing = replace(request, table=self._index(request.table))
        answer = self._send(bulk(writing))
        return answer if isinstance(answer, NoAnswer) else bulk_answered(writing, answer.status, answer.body)

    def create_table(
        self,
        table: RowTable,
        engine: str = "",  # noqa: ARG002 - there is one kind of index
        made: Sequence[ServerColumn] = (),  # noqa: ARG002 - its fields are typed by its mapping
    ) -> None:
        """See `TableConnection.create_table`."""
        self._done(create_index(self._index(table), learns_mapping=self._learns_mapping))

    def read_table(
        self,
        table: RowTable,
        made: Sequence[ServerColumn] = (),  # noqa: ARG002 - documents are as they were sent
    ) -> Sequence[TableRow]:
        """See `TableConnection.read_table`: those that no search shows yet, too."""
        index = self._index(table)
        self._done(refresh(index))
        rows: list[TableRow] = []
        hits = search_answered(index, self._done(search_index(index)).body)
        while hits.last is not None:
            rows += hits.rows
            hits = search_answered(index, self._done(search_index(index, hits.last)).body)
        return rows

    def close(self) -> None:
        """See `TableConnection.close`: each request has its own."""

    def _index(self, table: RowTable) -> RowTable:
        return replace(table, name=f"{self._address.database}-{table.name}")

    def _send(self, request: HttpRequest) -> HttpAnswer | NoAnswer:
        return http_answer(self._address, request, self._timeout)

    def _done(self, request: HttpRequest) -> HttpAnswer:
        return well_answered("OpenSearch", self._send(request))
