"""A server of a run that is a real one: its lives are the run's, its rows are read where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import final

from engine.machine import Machine
from engine.project.database_conf import DatabaseConf, ServerConf
from engine.rows.row_table import RowTable
from engine.servers.connection import ServerConnection
from engine.servers.engines.known import engine_kind
from engine.servers.server import DatabaseServer
from engine.servers.server_conf import settings_of, table_there
from engine.servers.server_setup import Setup
from engine.servers.server_words import without_version
from engine.servers.table_reader import AlteredRow, VisibleRows
from wptest.servers.runs.real_life import RealLife
from wptest.servers.runs.real_requests import BY_TRIGGER, TRANSACTIONAL, RealRequests
from wptest.servers.runs.real_tables import DDL_ENGINES, Database, RealTables
from wptest.servers.runs.real_troubles import RealTroubles


@final
class ServerOfRun(DatabaseServer):
    """A database of a real server, as a server of a run.

    Args:
        machine: where the run's programs are.
        conf: what the project says of it.
        tables: what its sinks write to.
        database: where the tables are made, and nobody else is.
        is_ours: the server may be killed and stopped.
    """

    def __init__(
        self,
        machine: Machine,
        conf: ServerConf,
        tables: Sequence[DatabaseConf],
        database: Database,
        *,
        is_ours: bool,
    ) -> None:
        # A connection that was made before a restart is lost in truth, where it is.
        kind = replace(engine_kind(conf.engine), keeps_connections=False)
        there = {each.table.name: table_there(each) for each in tables}
        super().__init__(Setup(machine, conf.name, kind, there, settings_of(conf)))
        engine = without_version(conf.engine)
        window = settings_of(conf).window
        self._tables = RealTables(
            database, DDL_ENGINES.get(engine, ""), tables, window=window, learns_mapping=conf.learns_mapping
        )
        self._requests = RealRequests(database, self._tables, engine)
        self._troubles = RealTroubles(database)
        self._can_hold = engine in TRANSACTIONAL | BY_TRIGGER
        self._can_stand_still = is_ours and not kind.is_embedded

    def visible(self, table: RowTable, *, final: bool = False) -> VisibleRows:
        """See `DatabaseServer.visible`."""
        return self._tables.rows(table, final=final)

    def altered(self, table: RowTable) -> list[AlteredRow]:
        """See `DatabaseServer.altered`."""
        return self._tables.altered(table)

    def hang_up(self, connection: ServerConnection) -> None:
        """See `DatabaseServer.hang_up`."""
        self._requests.hang_up(connection)

    def close(self) -> None:
        """End its connections: the run is over."""
        self._requests.close()

    def _live(self, number: int) -> RealLife:
        return RealLife(
            self._setup,
            number,
            self._requests,
            self._troubles,
            can_hold=self._can_hold,
            can_stand_still=self._can_stand_still,
        )
