"""What is the same in all lives of a server: what it is, where its files are, who watches its requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.databases.request import FaultPoint
from engine.kernel import Process
from engine.kernel.trace import FieldValue
from engine.machine import Machine
from engine.project.database_conf import TABLES
from engine.servers.server_call import ServerCall
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import ServerTable
from engine.servers.table_engine import EngineKind


class RequestMoment(NamedTuple):
    """A request to write has come to a point where something can go wrong with it.

    Attributes:
        request: which of the server's requests to write, counted from 1.
        leaves: how many changes of the table are left if it ends here; None where nobody knows.
    """

    server: str
    table: str
    request: int
    point: FaultPoint
    leaves: int | None


@dataclass(frozen=True, slots=True)
class Setup:
    """A server of a machine.

    Attributes:
        watchers: told of every moment, in the middle of it; whom they wake with `Storage.let_run_first` runs before
            anything else happens to the request.
    """

    machine: Machine
    name: str
    kind: EngineKind
    tables: Mapping[str, ServerTable]
    settings: ServerSettings
    watchers: list[Callable[[RequestMoment], None]] = field(default_factory=list)

    @property
    def directory(self) -> str:
        """Where its files are."""
        return f"{TABLES}/{self.name}"

    def path(self, table: str) -> str:
        """The file of a table."""
        return f"{self.directory}/{table}.rows"

    def emit(self, kind: str, **fields: FieldValue) -> None:
        """Record an event of this server."""
        self.machine.emit(self.name, kind, **fields)

    async def reach(self, call: ServerCall, point: FaultPoint, process: Process) -> None:
        """A request has come to a point, where others may kill whoever has it in hand."""
        if call.number:
            moment = RequestMoment(self.name, call.request.table.name, call.number, point, call.leaves)
            for watcher in self.watchers:
                watcher(moment)
        if self.machine.storage.awaited or not process.alive:
            await self.machine.storage.give_way(process)

    def is_over_with_its_client(self, call: ServerCall) -> bool:
        """Whether nobody goes on with a request: what is embedded is a part of the process that was killed."""
        return self.kind.is_embedded and call.is_abandoned

    def cut(self, call: ServerCall, point: FaultPoint) -> bool:
        """Whether the connection of a request ends at this point; if so, its fault takes effect."""
        if not call.cut_at(point):
            return False
        self.bite(call)
        return True

    def bite(self, call: ServerCall) -> None:
        """The fault of a request takes effect."""
        fault = call.fault
        assert fault is not None, "nothing goes wrong by itself"
        fault.bitten += 1
        self.emit("request.fault", request=call.number, fault=fault.wrong.label)
