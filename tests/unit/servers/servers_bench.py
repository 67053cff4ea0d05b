"""Tables, requests and servers for the tests of simulated servers: small, with every part within reach."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from engine.databases.request import AskForKeys, ServerAnswer, WriteRows
from engine.kernel import Process, Signal
from engine.kernel.scheduler import Task
from engine.machine import Machine
from engine.machine.machine import Options
from engine.rows.row_table import Column, Parsing, RowTable
from engine.rows.server_column import ServerColumn
from engine.servers.engines.known import engine_kind
from engine.servers.request_faults import Disturbance, RequestFault
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import ServerTable
from engine.servers.simulated.simulated_server import SimulatedServer
from engine.servers.table_engine import Decision
from engine.servers.table_state import TableState
from engine.storage.memory import MemoryDisk

ID = Column("id", "int64", "id", required=True)
LINE = Column("line", "text", "line", length=20, required=True)


def row_table(*columns: Column, key: tuple[str, ...] = ("id",)) -> RowTable:
    return RowTable("orders", Parsing("json"), columns or (ID, LINE), key)


KEYED = row_table()
UNKEYED = row_table(key=())


def write(*rows: tuple, table: RowTable = KEYED, mode: str = "insert", **more: Any) -> WriteRows:
    return WriteRows(table, rows, mode, **more)


class Table:
    """One table of an engine, without a server: what was decided is done at once."""

    def __init__(self, engine: str, table: RowTable = KEYED, server: ServerTable | None = None, **settings: Any):
        self.table = table
        self.server = server or ServerTable.of(table)
        self.rules = engine_kind(engine).make(self.server, ServerSettings(**settings))
        self.state = TableState()

    def decide(self, *rows: tuple, mode: str = "insert", token: str = "") -> Decision:
        return self.rules.decide(self.state, write(*rows, table=self.table, mode=mode, token=token))

    def ask(self, *rows: tuple, mode: str = "insert", token: str = "") -> ServerAnswer:
        decision = self.decide(*rows, mode=mode, token=token)
        for unit in decision.units:
            self.state.apply(unit)
        return decision.answer

    def says(self, *rows: tuple, mode: str = "insert", token: str = "") -> Any:
        """What the answer comes to: how many rows, a code, or a status for each row."""
        return in_short(self.ask(*rows, mode=mode, token=token))

    @property
    def rows(self) -> list[tuple]:
        return list(self.state.rows.values())


def in_short(answer: ServerAnswer) -> Any:
    for name in ("affected", "code", "why", "rows"):
        if hasattr(answer, name):
            return getattr(answer, name)
    return [item.status for item in answer.items]


def narrowed(table: RowTable = KEYED, **changes: dict[str, Any]) -> ServerTable:
    """The table of a server, with other attributes of some columns: `narrowed(line={"charset": "utf8mb3"})`."""
    made = ServerTable.of(table)
    columns: tuple[ServerColumn, ...] = tuple(replace(each, **changes.get(each.name, {})) for each in made.columns)
    return replace(made, columns=columns)


class Net:
    """A server and its clients on a machine of their own."""

    def __init__(self, engine: str = "innodb", *tables: ServerTable, starts: bool = True, **settings: Any):
        self.disk = MemoryDisk()
        self.machine = Machine(self.disk, Options())
        self.table = KEYED
        made = tables or (ServerTable.of(KEYED),)
        kind = engine_kind(engine)
        self.server = SimulatedServer(self.machine, "db", kind, made, ServerSettings(**settings))
        self.client = self.new_client()
        if starts:
            self.restart()

    def new_client(self) -> Process:
        self.machine.processes += 1
        return Process(self.machine.scheduler, "client", self.machine.processes)

    def fault(self, wrong: Disturbance, **rule: Any) -> RequestFault:
        made = RequestFault(wrong, **rule)
        self.server.faults.add(made)
        return made

    def play(self, main: Coroutine[Any, Any, Any]) -> Any:
        scheduler = self.machine.scheduler
        return scheduler.run(scheduler.spawn(main), max_steps=3_000_000)

    def ask(self, *rows: tuple, connection: Any = None, **request: Any) -> Any:
        """What one request comes to, in short."""
        connection = connection or self.server.connect(self.client)
        return in_short(self.play(connection.ask(write(*rows, **request))))

    def find(self, *keys: tuple) -> Any:
        return in_short(self.play(self.server.connect(self.client).ask(AskForKeys(self.table, keys))))

    def begin(self, *rows: tuple, client: Process | None = None, **request: Any) -> Task:
        """Send a request and go on."""
        client = client or self.client
        return client.spawn(self.server.connect(client).ask(write(*rows, **request)))

    def run_for(self, duration: int) -> None:
        from engine.kernel import sleep

        async def pass_time() -> None:
            await sleep(duration)

        self.play(pass_time())

    def at(self, point: str, do: Callable[[], None], request: int = 1) -> None:
        """Do something in the middle of a request, when it comes to that point."""

        async def act(ready: list[bool]) -> None:
            from engine.kernel.scheduler import park

            while not ready:
                await park()
            self.machine.storage.has_run(self.machine.scheduler.running())
            do()

        ready: list[bool] = []
        task = self.machine.scheduler.spawn(act(ready))

        def watcher(moment: Any) -> None:
            if moment.point == point and moment.request == request and not ready:
                ready.append(True)
                self.machine.storage.let_run_first(task)

        self.server.watchers.append(watcher)
        self.run_for(0)

    def restart(self) -> None:
        """Start the server, for the first time or again, and let it look its files through."""
        self.server.start()
        self.run_for(0)

    def lose_power(self) -> None:
        self.server.kill()
        self.client.kill()
        self.disk.power_loss()
        self.client = self.new_client()

    def terminate(self) -> None:
        self.server.process.signal(Signal.TERM)
        self.run_for(0)

    @property
    def rows(self) -> list[tuple]:
        return self.server.visible(self.table)

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [dict(event.fields) for event in self.machine.trace.of(kind)]
