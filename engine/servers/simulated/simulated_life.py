"""One life of a simulated server, which looks its files through first, and flushes what it has kept back."""

from __future__ import annotations

from contextlib import suppress
from typing import final

from engine.databases.request import ServerRefusal, WriteRows
from engine.kernel import sleep
from engine.servers.server_call import ServerCall
from engine.servers.server_life import RequestDone, ServerLife
from engine.servers.server_setup import Setup
from engine.servers.simulated.open_table import DamagedTable, OpenTable, open_table
from engine.servers.simulated.write_request import Writing
from engine.servers.table_reader import TableReader
from engine.storage.files import Files


@final
class SimulatedLife(ServerLife):
    """One process of a simulated server.

    Attributes:
        tables: those whose files are open.
    """

    def __init__(self, setup: Setup, number: int) -> None:
        super().__init__(setup, number)
        self.tables: dict[str, OpenTable] = {}
        self._flush = setup.kind.flush(setup.settings.flush)
        self._files = Files(setup.machine.storage, self.process)
        self._flushing: set[str] = set()

    async def _recover(self) -> None:
        setup = self._setup
        await self._files.mkdir(setup.directory)
        for directory in ("", setup.directory.rpartition("/")[0]):
            await self._files.sync_dir(directory)
        for name, made in setup.tables.items():
            rules = setup.kind.rules(made, setup.settings)
            table = await open_table(self._files, setup.path(name), setup.kind, self._flush, rules)
            self.tables[name] = table
            if table.was_repaired:
                setup.emit("table.repaired", table=name, rows=len(table.state.rows))

    async def _serve(self, call: ServerCall) -> RequestDone:
        try:
            done = await self._done(call)
        except (OSError, DamagedTable) as error:
            await self._abort(error)
        if isinstance(call.request, WriteRows):
            self._plan_flush(call.request.table.name)
        return done

    async def _done(self, call: ServerCall) -> RequestDone:
        table = self.tables.get(call.request.table.name)
        if isinstance(call.request, WriteRows):
            return await Writing(self._setup, self.process, call, table).done()
        if table is None:
            return RequestDone(
                self._setup.kind.refusals.get("missing") or ServerRefusal("404", "index_not_found_exception")
            )
        reader = TableReader(self._setup.kind, self._setup.tables[call.request.table.name], call.request.table)
        return RequestDone(reader.found(table.state, call.request))

    def _plan_flush(self, name: str) -> None:
        table = self.tables.get(name)
        if table is not None and table.is_dirty and self._flush.interval and name not in self._flushing:
            self._flushing.add(name)
            self.process.spawn(self._flush_later(name, table))

    async def _flush_later(self, name: str, table: OpenTable) -> None:
        while table.is_dirty:
            await sleep(self._flush.interval)
            await self._flush_now(table)
        self._flushing.discard(name)

    async def _close(self) -> None:
        for table in self.tables.values():
            if table.is_dirty:
                await self._flush_now(table, is_last=True)
            with suppress(OSError):  # it will be looked through once more, for nothing
                await table.close()

    async def _flush_now(self, table: OpenTable, *, is_last: bool = False) -> None:
        """Flush a table; what can't be written is tried again, unless the server gives up at such errors."""
        try:
            await table.flush(is_last=is_last)
        except OSError as error:
            if self._setup.kind.broken is None:
                await self._abort(error)
        except DamagedTable as error:
            await self._abort(error)
