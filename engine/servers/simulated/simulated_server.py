"""A simulated database server: the rules of an engine, and files on the machine's disk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from engine.machine import Machine
from engine.rows.row_table import RowTable
from engine.servers.connection import ServerConnection
from engine.servers.engines.known import check_flush
from engine.servers.server import DatabaseServer
from engine.servers.server_settings import ServerSettings
from engine.servers.server_setup import Setup
from engine.servers.server_table import ServerTable
from engine.servers.simulated.open_table import state_of
from engine.servers.simulated.simulated_life import SimulatedLife
from engine.servers.table_engine import EngineKind
from engine.servers.table_reader import AlteredRow, TableReader, VisibleRows
from engine.servers.table_state import TableState
from engine.storage.disk_port import read_all


@final
class SimulatedServer(DatabaseServer):
    """A server that does what the rules of its engine say.

    Args:
        machine: where it runs.
        name: what everybody calls it; its files are below `servers/NAME/`.
        kind: the engine of its tables.
        tables: which there are.
        settings: how it is set up.

    Raises:
        Mistake: the engine has no such setting.
    """

    def __init__(
        self,
        machine: Machine,
        name: str,
        kind: EngineKind,
        tables: Iterable[ServerTable],
        settings: ServerSettings | None = None,
    ) -> None:
        settings = settings or ServerSettings()
        check_flush(kind, settings.flush)
        super().__init__(Setup(machine, name, kind, {table.name: table for table in tables}, settings))

    def visible(self, table: RowTable, *, final: bool = False) -> VisibleRows:
        """See `DatabaseServer.visible`."""
        state = self.state(table.name)
        return state.version.once((table, final), lambda: self._reader(table).rows(state, final=final))

    def altered(self, table: RowTable) -> list[AlteredRow]:
        """See `DatabaseServer.altered`."""
        state = self.state(table.name)
        return self._reader(table).altered(state) if state.sent else []

    def hang_up(self, connection: ServerConnection) -> None:
        """See `DatabaseServer.hang_up`: nothing of it is kept here."""

    def state(self, table: str) -> TableState:
        """What a table holds now: what clients would see, or what it would find if it were started now.

        So it is asked of a file that somebody has removed, renamed or cut: until then clients see what is lost.
        """
        disk, path = self._setup.machine.disk, self._setup.path(table)
        if isinstance(self._now, SimulatedLife) and self.alive and table in self._now.tables:
            opened = self._now.tables[table]
            if disk.exists(path) and not opened.was_cut:
                return opened.state
        return state_of(read_all(disk, path), self.kind)[0]

    def _live(self, number: int) -> SimulatedLife:
        return SimulatedLife(self._setup, number)

    def _reader(self, table: RowTable) -> TableReader:
        return TableReader(self.kind, self._setup.tables[table.name], table)
