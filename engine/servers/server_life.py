"""One life of a server: a process that looks its files through, and does requests until its end."""

from __future__ import annotations

from contextlib import suppress
from typing import NoReturn

from engine.databases.request import ServerRefusal, WriteRows
from engine.kernel import Channel, ChannelClosed, Flag, Process, Signal, sleep
from engine.servers.open_table import DamagedTable, OpenTable, open_table
from engine.servers.request_faults import Late
from engine.servers.server_call import ServerCall
from engine.servers.server_setup import Setup
from engine.servers.table_reader import TableReader
from engine.servers.write_request import RequestDone, Writing
from engine.storage.files import Files

BACKLOG = 1024  # requests that wait for a server before others are turned away
_GRACEFUL = frozenset({Signal.TERM, Signal.INT})
_ABORTED = 134


class ServerLife:
    """One process of a server. It does one request after another, in the order in which they come.

    Attributes:
        number: which life it is, from 1.
        tables: those whose files are open.
        listening: it has looked its files through, and takes connections.
        ready: it has done that, or has ended before.
    """

    def __init__(self, setup: Setup, number: int) -> None:
        machine = setup.machine
        machine.processes += 1
        self.number = number
        self.tables: dict[str, OpenTable] = {}
        self.listening = False
        self.ready = Flag(machine.scheduler)
        self.process = Process(machine.scheduler, setup.name, machine.processes, _GRACEFUL)
        self._setup = setup
        self._flush = setup.kind.flush(setup.settings.flush)
        self._files = Files(machine.storage, self.process)
        self._inbox: Channel[ServerCall] = Channel(machine.scheduler, BACKLOG)
        self._current: ServerCall | None = None
        self._flushing: set[str] = set()
        self._error = ""
        self.process.on_end.append(self._ended)
        self.process.spawn(self._run())
        self.process.spawn(self._stop())

    @property
    def busy(self) -> bool:
        """Whether it has a request in hand, or others wait, also of clients that have given up."""
        return self.process.alive and (self._current is not None or bool(self._inbox))

    def deliver(self, call: ServerCall) -> bool:
        """Let a request wait here until its turn comes; whether there is room for it."""
        call.waiting = len(self._inbox)
        call.arrives = self._setup.machine.scheduler.now + self._setup.settings.latency
        return self._inbox.offer(call)

    async def _run(self) -> None:
        try:
            await self._recover()
        except OSError as error:
            await self._abort(error)
        self.listening = True
        self.ready.set()
        self._setup.emit("server.started" if self.number == 1 else "server.restarted", life=self.number)
        self._setup.machine.notify()
        with suppress(ChannelClosed):
            while True:
                self._current = await self._inbox.recv()
                await self._serve(self._current)
                self._current = None
        await self._close()
        await self.process.exit(0)

    async def _stop(self) -> None:
        """Asked to stop, it does what it has taken, and no more."""
        await self.process.stop.wait()
        self.listening = False
        self._inbox.close()

    async def _recover(self) -> None:
        setup = self._setup
        await self._files.mkdir(setup.directory)
        for directory in ("", setup.directory.rpartition("/")[0]):
            await self._files.sync_dir(directory)
        for name, made in setup.tables.items():
            rules = setup.kind.make(made, setup.settings)
            table = await open_table(self._files, setup.path(name), setup.kind, self._flush, rules)
            self.tables[name] = table
            if table.was_repaired:
                setup.emit("table.repaired", table=name, rows=len(table.state.rows))

    async def _serve(self, call: ServerCall) -> None:
        scheduler = self._setup.machine.scheduler
        if call.arrives > scheduler.now:
            await sleep(call.arrives - scheduler.now)
        try:
            done = await self._done(call)
        except (OSError, DamagedTable) as error:
            await self._abort(error)
        if isinstance(call.request, WriteRows):
            self._plan_flush(call.request.table.name)
        self._answer(call, done)
        if done.answer is not None:
            await self._setup.reach(call, "answer_lost", self.process)

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

    def _answer(self, call: ServerCall, done: RequestDone) -> None:
        now, wrong = self._setup.machine.scheduler.now, call.wrong
        if done.answer is None:
            call.lose(now + self._setup.settings.latency)
            return
        if call.cut_at("answer_lost"):
            self._setup.bite(call)
            self._setup.emit("answer.lost", request=call.number)
            return
        returns = now + self._setup.settings.latency
        if isinstance(wrong, Late):
            self._setup.bite(call)
            self._setup.emit("answer.late", request=call.number, delay=wrong.delay)
            returns += wrong.delay
        call.disconnects = done.disconnects
        call.finish(done.answer, returns)

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
                await self._flush_now(table)
            with suppress(OSError):  # it will be looked through once more, for nothing
                await table.close()

    async def _flush_now(self, table: OpenTable) -> None:
        """Flush a table; what can't be written is tried again, unless the server gives up at such errors."""
        try:
            await table.flush()
        except OSError as error:
            if self._setup.kind.broken is None:
                await self._abort(error)
        except DamagedTable as error:
            await self._abort(error)

    async def _abort(self, error: Exception) -> NoReturn:
        """End it, as servers do that can't trust their disk any more."""
        self._error = str(error)
        await self.process.exit(_ABORTED)

    def _ended(self) -> None:
        setup, now = self._setup, self._setup.machine.scheduler.now
        self.listening = False
        self.ready.set()
        if self.process.killed_by is not None:
            setup.emit("server.killed", signal=self.process.killed_by.name)
        elif self._error:
            setup.emit("server.aborted", error=self._error)
        else:
            setup.emit("server.stopped")
        waiting = [*([self._current] if self._current is not None else []), *self._inbox.waiting]
        for call in waiting:
            call.lose(now)
        setup.machine.notify()
