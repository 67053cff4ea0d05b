"""Every request of database sinks goes wrong, one in each run, at every point where it can.

What must hold is what must always hold: no line lost, none twice where the table has a key, no row altered. Without
a key a scenario says how many may be there twice.

Each run begins at the beginning. To fork this process at a request would save what comes before it, half of a run
on average. But Python writes to each object that it looks at, so the copy makes most pages its own that the rest of
the run needs: when that was measured, it took twice as long with 300 lines, and a tenth longer with 6,000.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Self

from engine.databases.request import FaultPoint
from engine.servers.on_machine import servers_on
from engine.units import SECOND, format_duration
from wptest.explore.breaches import breaches
from wptest.explore.exploration import Breach, Exploration, GoneError, SeededScenario, Watch, nobody
from wptest.explore.grid import Struck
from wptest.explore.rewriting.crash_steps import without_expectations
from wptest.explore.seen_requests import SeenRequests, requests_of
from wptest.explore.shared_runs import Sharing
from wptest.explore.spreading import evenly
from wptest.explore.stretch import Rerun, Stretch
from wptest.explore.troubles.course import PATIENCE, limited
from wptest.run.result import Result
from wptest.run.running import hooks_for, run_variant
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import RequestExplore
from wptest.words.finding import Finding

if TYPE_CHECKING:
    from engine.servers.request_faults import Disturbance, RequestFault

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

    @property
    def struck(self) -> Struck:
        """Which table it is for, and how it fails."""
        return Struck(f"request to {self.server}/{self.table}", self.point)

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
        if self.failing not in list(failings_of(requests, plan)):
            raise GoneError(f"the run has no such request any more: {self.failing}")
        result = run_request_failing(limited(variant, took), options, self.failing)
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

    KIND = "requests"

    requests: int = 0

    @property
    def counts(self) -> Mapping[str, int]:
        """See `Exploration`."""
        return {"requests": self.requests}


def explore_requests(
    variant: LoadedVariant,
    plan: RequestExplore,
    options: RunOptions,
    *,
    most: int | None = None,
    watch: Watch = nobody,
    sharing: Sharing | None = None,
) -> RequestExploration:
    """Let every request of a scenario's run go wrong, one in each run; at most `most` runs, evenly spread.

    Where a fault leaves the same at two points of a request, one of them is run for both.
    """
    requests, took = requests_of(variant, options)
    todo = list(failings_of(requests, plan))
    report = RequestExploration(len(todo), requests=sum(each.number for each in requests))
    report.grid.planned.update(failing.struck for failing in todo)
    alike = [tuple(same) for _, same in groupby(evenly(todo, most), _like(requests))]
    runs = partial(_all_failing, options=replace(options, hashed=False), took=took)
    of_each = (sharing or Sharing()).runs(variant, runs, [first for first, *_ in alike])
    for same, found in zip(alike, of_each, strict=True):
        for failing in same:
            report.run += 1
            report.grid.book(failing.struck, broken=bool(found))
            if found:
                report.breaches.append(RequestBreach(found, failing))
            watch(report)
    return report


def _all_failing(
    variant: LoadedVariant, failings: Iterable[FailingRequest], *, options: RunOptions, took: int
) -> Iterator[tuple[Finding, ...]]:
    """What breaks with each of them, in a run that takes so long without."""
    struck = limited(variant, took)
    with hooks_for(variant, options):
        for failing in failings:
            yield breaches(run_request_failing(struck, options, failing).findings)


def _like(requests: Sequence[SeenRequests]) -> Callable[[FailingRequest], object]:
    """What is the same for those of which the same comes, which stand one after the other."""
    tables = {(each.server, each.table): each for each in requests}

    def key(failing: FailingRequest) -> object:
        table = failing.server, failing.table
        return *table, failing.number, tables[table].like(failing.number, failing.point)

    return key


def failings_of(requests: Sequence[SeenRequests], plan: RequestExplore) -> Iterator[FailingRequest]:
    """Every request that may fail, and every point where the plan lets it."""
    for each in requests:
        for number in range(1, each.number + 1):
            for point in each.points:
                if plan.at is None or point in plan.at:
                    delay = each.patience + _LATER if point == "answer_late" else 0
                    yield FailingRequest(number, each.table, each.server, point, delay)


def run_request_failing(struck: LoadedVariant, options: RunOptions, failing: FailingRequest) -> Result:
    """Run a scenario that is `limited` with one failing request."""
    return run_variant(struck, options, partial(_let_fail, failing))


def _let_fail(failing: FailingRequest, world: World) -> None:
    world.go_off_course()
    servers_on(world.machine).by_name[failing.server].faults.add(failing.fault())
