"""The requests of a scenario's own run, and where in each of them a fault leaves the same as at another point.

Two runs are the same if who can see has seen the same at the same time: the client its answer, the server its rows
and files, the scenario the moments and events that it waits for. From there on they go on alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from engine.databases.request import FaultPoint
from engine.servers.on_machine import servers_of
from wptest.explore.breaches import demand_end
from wptest.run.running import run_variant
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant

if TYPE_CHECKING:
    from engine.servers.server import DatabaseServer
    from engine.servers.server_setup import RequestMoment

_LATE_OR_LOST = ("answer.late", "answer.lost")


@dataclass(frozen=True, slots=True)
class SeenRequests:
    """The requests to write to one table.

    Attributes:
        number: how many there are.
        points: where each can go wrong.
        patience: after how many nanoseconds a client gives up.
        unchanging: which of them, counted from 1, leave no change where they end before their commit.
        tells_late: the scenario waits for an event by which a late answer differs from one that is lost.
    """

    server: str
    table: str
    number: int
    points: tuple[FaultPoint, ...]
    patience: int
    unchanging: frozenset[int]
    tells_late: bool

    def like(self, number: int, point: FaultPoint) -> FaultPoint:
        """The first point of that request at which a fault leaves the same as at this one.

        - An answer that comes when its client has given up is one that is lost.
        - What ends before its commit, and has changed nothing by then, has ended when it was received.
        """
        if point == "answer_late" and not self.tells_late:
            return "answer_lost"
        if point == "before_commit" and number in self.unchanging:
            return "received"
        return point


def requests_of(variant: LoadedVariant, options: RunOptions) -> tuple[list[SeenRequests], int]:
    """The requests of the run as it is, without those of the closing phase; how long it takes.

    Raises:
        EndlessError: it has no end.
    """
    seen: list[_Watcher] = []

    def attach(world: World) -> None:
        seen.extend(_Watcher(server, world) for server in servers_of(world.machine))

    result = run_variant(variant, options, attach)
    demand_end(result.findings)
    tells_late = _names_any(variant.value)
    return [requests for each in seen for requests in each.requests(tells_late=tells_late)], result.virtual_time


class _State(NamedTuple):
    """What is other when anything has happened since."""

    request: int
    time: int
    operations: int
    events: int


class _Watcher:
    def __init__(self, server: DatabaseServer, world: World) -> None:
        self._server = server
        self._world = world
        self._counted: Counter[str] = Counter()
        self._numbers: dict[int, int] = {}  # of a request of the server among those to its table
        self._unchanging: defaultdict[str, set[int]] = defaultdict(set)
        self._received: _State | None = None
        server.watchers.append(self._see)

    def requests(self, *, tells_late: bool) -> Iterator[SeenRequests]:
        """What was seen, table by table."""
        from engine.servers.request_faults import cuts_of  # noqa: PLC0415 - for those who have any

        server, points = self._server, tuple(cuts_of(self._server.kind, late=True))
        for table, number in self._counted.items():
            unchanging = frozenset(self._unchanging[table])
            yield SeenRequests(server.name, table, number, points, server.patience, unchanging, tells_late)

    def _see(self, moment: RequestMoment) -> None:
        if self._world.closing:
            return
        if moment.point == "before_send":
            self._counted[moment.table] += 1
            self._numbers[moment.request] = self._counted[moment.table]
        elif moment.point == "received":
            self._received = self._alone(moment)
        elif moment.point == "before_commit" and moment.leaves == 0:
            now = self._alone(moment)
            if now is not None and now == self._received:
                self._unchanging[moment.table].add(self._numbers[moment.request])

    def _alone(self, moment: RequestMoment) -> _State | None:
        """How far the run is; None where somebody else may see this moment, or have the server answer otherwise."""
        machine = self._world.machine
        if len(self._server.watchers) > 1 or self._server.faults.rules or machine.storage.awaited:
            return None
        trace = machine.trace
        return _State(moment.request, machine.scheduler.now, trace.operations, len(trace.events))


def _names_any(value: object) -> bool:
    """Whether the events are named anywhere in a scenario."""
    if isinstance(value, Mapping):
        return any(map(_names_any, value.values()))
    if isinstance(value, list):
        return any(map(_names_any, value))
    return value in _LATE_OR_LOST
