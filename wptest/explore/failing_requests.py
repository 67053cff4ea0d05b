"""Every request of database sinks goes wrong, one in each run, at every point where it can.

What must hold is what must always hold: no line lost, none twice where the table has a key, no row altered. Without
a key a scenario says how many may be there twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from engine.databases.request import FaultPoint
from engine.servers.on_machine import servers_of, servers_on
from engine.units import SECOND, format_duration
from wptest.explore.breaches import breaches, demand_end
from wptest.explore.exploration import Breach, Exploration, GoneError, SeededScenario, Watch, nobody
from wptest.explore.rewriting.crash_steps import without_expectations
from wptest.explore.spreading import evenly
from wptest.explore.stretch import Rerun, Stretch
from wptest.explore.troubles.course import PATIENCE, limited
from wptest.run.result import Result
from wptest.run.running import hooks_for, run_variant
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import RequestExplore

if TYPE_CHECKING:
    from engine.servers.request_faults import Disturbance, RequestFault
    from engine.servers.server_setup import RequestMoment

_LATER = SECOND  # an answer that is late comes so long after its client has given up


@dataclass(frozen=True, slots=True)
class FailingRequest:
    """One request that goes wrong.

    Attributes:
        number: which request to write to the table, counted from 1.
        table: the table.
        server: its server.
        point: where it goes wrong.
        delay: how many nanoseconds late its answer is, where it is late.
    """

    number: int
    table: str
    server: str
    point: FaultPoint
    delay: int = 0

    def __str__(self) -> str:
        late = f" by {format_duration(self.delay)}" if self.delay else ""
        return f"request {self.number} to {self.server}/{self.table} fails: {self.point}{late}"

    def fault(self) -> RequestFault:
        """The same as a fault."""
        from engine.servers.request_faults import CutAt, Late, RequestFault  # noqa: PLC0415 - where there are any

        wrong: Disturbance = Late(self.delay) if self.delay else CutAt(self.point)
        return RequestFault(wrong, self.table, self.number, 1)

    def step(self) -> Mapping[str, Any]:
        """The same as a step."""
        how = {"late": format_duration(self.delay)} if self.delay else {"at": self.point}
        return {
            "fail_requests": {"server": self.server, "table": self.table, **how, "nth": self.number, "times": 1}
        }


@dataclass(frozen=True, slots=True)
class RequestBreach(Breach[RequestExplore]):
    """A breach after a failing request."""

    KIND, PLAN = "requests", RequestExplore
    WHY_NOT = "with a fault of this request, the scenario takes another course"

    failing: FailingRequest

    def __str__(self) -> str:
        return str(self.failing)

    @property
    def place(self) -> Mapping[str, Any]:
        """See `Breach`."""
        return {"failing": asdict(self.failing)}

    @classmethod
    def at(cls, place: Mapping[str, Any]) -> Self:
        """See `Breach`."""
        return cls((), FailingRequest(**place["failing"]))

    def again(self, variant: LoadedVariant, options: RunOptions, plan: RequestExplore) -> Rerun:
        """See `Breach`."""
        requests, took = requests_of(variant, options)
        if self.failing not in list(_failings(requests, plan)):
            raise GoneError(f"the run has no such request any more: {self.failing}")
        result = _run_failing(variant, options, self.failing, took)
        return Rerun(variant, options, breaches(result.findings), (Stretch.whole(result),))

    def scenarios(self, plan: RequestExplore, again: Rerun) -> Iterator[SeededScenario]:
        """See `Breach`: with the fault from the beginning."""
        del plan
        _, took = requests_of(again.variant, again.options)
        scenario = without_expectations(again.variant.value)
        steps = [self.failing.step(), *scenario["when"]]
        yield scenario | {"when": steps, "limit": format_duration(took + PATIENCE)}, again.options.seed


@dataclass(slots=True)
class RequestExploration(Exploration):
    """What was made to fail; `requests` is how many the run has without faults."""

    requests: int = 0


@dataclass(frozen=True, slots=True)
class _Requests:
    """The requests to write to one table: how many there are, where each can go wrong, when a client gives up."""

    server: str
    table: str
    number: int
    points: tuple[FaultPoint, ...]
    patience: int


def explore_requests(
    variant: LoadedVariant,
    plan: RequestExplore,
    options: RunOptions,
    *,
    most: int | None = None,
    watch: Watch = nobody,
) -> RequestExploration:
    """Let every request of a scenario's run go wrong, one in each run; at most `most` runs, evenly spread."""
    requests, took = requests_of(variant, options)
    todo = list(_failings(requests, plan))
    report = RequestExploration(len(todo), requests=sum(each.number for each in requests))
    with hooks_for(variant, options):
        for failing in evenly(todo, most):
            result = _run_failing(variant, options, failing, took)
            report.run += 1
            if found := breaches(result.findings):
                report.breaches.append(RequestBreach(found, failing))
            watch(report)
    return report


def requests_of(variant: LoadedVariant, options: RunOptions) -> tuple[list[_Requests], int]:
    """The requests of the run as it is, without those of the closing phase; how long it takes."""
    from engine.servers.request_faults import cuts_of  # noqa: PLC0415 - for those who have any

    counted: Counter[tuple[str, str]] = Counter()
    known: dict[str, tuple[tuple[FaultPoint, ...], int]] = {}

    def watch(world: World) -> None:
        def watcher(moment: RequestMoment) -> None:
            if moment.point == "before_send" and not world.closing:
                counted[moment.server, moment.table] += 1

        for server in servers_of(world.machine):
            server.watchers.append(watcher)
            known[server.name] = tuple(cuts_of(server.kind, late=True)), server.patience

    result = run_variant(variant, options, watch)
    demand_end(result.findings)
    requests = [_Requests(server, table, number, *known[server]) for (server, table), number in counted.items()]
    return requests, result.virtual_time


def _failings(requests: list[_Requests], plan: RequestExplore) -> Iterator[FailingRequest]:
    for each in requests:
        for number in range(1, each.number + 1):
            for point in each.points:
                if plan.at is None or point in plan.at:
                    delay = each.patience + _LATER if point == "answer_late" else 0
                    yield FailingRequest(number, each.table, each.server, point, delay)


def _run_failing(variant: LoadedVariant, options: RunOptions, failing: FailingRequest, took: int) -> Result:
    """Run a scenario with one failing request; without it, its steps took so long."""
    return run_variant(limited(variant, took), options, partial(_let_fail, failing))


def _let_fail(failing: FailingRequest, world: World) -> None:
    world.go_off_course()
    servers_on(world.machine).by_name[failing.server].faults.add(failing.fault())
