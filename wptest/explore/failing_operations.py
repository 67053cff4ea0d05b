"""Every failing operation: the first one fails, then the second, and so on, until there is none left to fail.

That is how SQLite tests itself. What must hold is what must always hold: the scenario's own expectations are for
a run without these errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any, Self

from engine.kernel import Process
from engine.storage.faults import Operation, errors_of
from engine.units import format_duration
from wptest.explore.alike_errors import AlikeErrors
from wptest.explore.breaches import breaches, demand_end
from wptest.explore.exploration import Breach, Exploration, GoneError, SeededScenario, Watch, nobody
from wptest.explore.rewriting.crash_steps import without_expectations
from wptest.explore.shared_runs import Sharing
from wptest.explore.spreading import evenly
from wptest.explore.stretch import Rerun, Stretch
from wptest.explore.troubles.course import PATIENCE, limited
from wptest.explore.troubles.kinds import OperationAt, SingleError
from wptest.explore.troubles.strikes import AwaitedStrike, FailingOperation, strike_all
from wptest.run.result import Result
from wptest.run.running import hooks_for, run_variant
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import ErrorExplore
from wptest.words.finding import Finding

_Operated = tuple[Operation, str, str]  # its kind, its path, whose it is


@dataclass(frozen=True, slots=True)
class ErrorBreach(Breach[ErrorExplore]):
    """A breach after a failing operation."""

    KIND, PLAN = "errors", ErrorExplore
    WHY_NOT = "with a fault upon this operation, the scenario takes another course"

    failing: FailingOperation

    def __str__(self) -> str:
        return str(self.failing)

    @property
    def place(self) -> Mapping[str, Any]:
        """See `Breach`."""
        return {"failing": asdict(self.failing)}

    @classmethod
    def at(cls, place: Mapping[str, Any]) -> Self:
        """See `Breach`."""
        return cls((), FailingOperation(**place["failing"]))

    def again(self, variant: LoadedVariant, options: RunOptions, plan: ErrorExplore) -> Rerun:
        """See `Breach`."""
        failing = self.failing
        operations, took, _ = operations_of(variant, plan, options)
        if not any(failing.is_of(*each) for each in operations[failing.number - 1 : failing.number]):
            raise GoneError(f"the run has no such operation any more: {failing}")
        result = run_failing(limited(variant, took), plan, options, failing)
        return Rerun(variant, options, breaches(result.findings), (Stretch.whole(result),))

    def scenarios(self, plan: ErrorExplore, again: Rerun) -> Iterator[SeededScenario]:
        """See `Breach`: with the fault upon its operation, counted over all programs from the beginning."""
        failing, variant = self.failing, again.variant
        operations, took, _ = operations_of(variant, plan.model_copy(update={"during": None}), again.options)
        explored = [index for index, (*_, process) in enumerate(operations) if plan.during in (None, process)]
        upto = operations[: explored[failing.number - 1] + 1]
        nth = sum((kind, path) == (failing.operation, failing.path) for kind, path, _ in upto)
        step = {"upon": {"operation": failing.operation, "on": failing.path, "nth": nth}, **failing.step()}
        scenario = without_expectations(variant.value)
        meanwhile = [*scenario.get("meanwhile", ()), step]
        yield scenario | {"meanwhile": meanwhile, "limit": format_duration(took + PATIENCE)}, again.options.seed


@dataclass(slots=True)
class ErrorExploration(Exploration):
    """What was made to fail.

    Attributes:
        operations: how many operations the run has without errors.
        databases: files that SQLite reads and writes by itself, so that nothing in them can be made to fail.
    """

    KIND = "errors"

    operations: int = 0
    databases: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """See `Exploration`."""
        return {"operations": self.operations}


def explore_errors(
    variant: LoadedVariant,
    plan: ErrorExplore,
    options: RunOptions,
    *,
    most: int | None = None,
    watch: Watch = nobody,
    sharing: Sharing | None = None,
) -> ErrorExploration:
    """Let every operation of a scenario's run fail, one in each run; at most `most` runs, evenly spread."""
    operations, took, databases = operations_of(variant, plan, options)
    todo = list(failings_among(operations, plan))
    report = ErrorExploration(len(todo), operations=len(operations), databases=databases)
    report.grid.planned.update(failing.struck for failing in todo)
    chosen = evenly(todo, most)
    runs = partial(_all_failing, plan=plan, options=replace(options, hashed=False), took=took)
    for failing, found in zip(chosen, (sharing or Sharing()).runs(variant, runs, chosen), strict=True):
        report.run += 1
        report.grid.book(failing.struck, broken=bool(found))
        if found:
            report.breaches.append(ErrorBreach(found, failing))
        watch(report)
    return report


def _all_failing(
    variant: LoadedVariant,
    failings: Iterable[FailingOperation],
    *,
    plan: ErrorExplore,
    options: RunOptions,
    took: int,
) -> Iterator[tuple[Finding, ...]]:
    """What breaks with each of them, in a run that takes so long without."""
    struck, errors = limited(variant, took), AlikeErrors(variant)
    with hooks_for(variant, options):
        for _, at_one in groupby(failings, lambda failing: failing.number):
            yield from _at_one(struck, at_one, plan, options, errors)


def _at_one(
    struck: LoadedVariant,
    failings: Iterable[FailingOperation],
    plan: ErrorExplore,
    options: RunOptions,
    errors: AlikeErrors,
) -> Iterator[tuple[Finding, ...]]:
    """What breaks with each failure of one operation; where all holds with one, it does with those like it."""
    held = set[object]()
    for failing in failings:
        family = errors.family(failing)
        if (family, failing.occur) in held:
            yield ()
            continue
        result, comes_again = _run_failing(struck, plan, options, failing)
        found = breaches(result.findings)
        if not found:
            held.update((family, occur) for occur in (plan.occur if not comes_again else (failing.occur,)))
        yield found


def run_failing(
    struck: LoadedVariant, plan: ErrorExplore, options: RunOptions, failing: FailingOperation
) -> Result:
    """Run a scenario that is `limited` with one failing operation."""
    return _run_failing(struck, plan, options, failing)[0]


def _run_failing(
    struck: LoadedVariant, plan: ErrorExplore, options: RunOptions, failing: FailingOperation
) -> tuple[Result, bool]:
    """What comes of it, and whether such an operation comes again: if not, once is for good."""
    awaited: list[AwaitedStrike] = []

    def let_fail(world: World) -> None:
        world.go_off_course()
        awaited.extend(strike_all((failing,), plan.during, world))

    result = run_variant(struck, options, let_fail)
    return result, any(each.rule is None or each.rule.seen > 1 for each in awaited)


def operations_of(
    variant: LoadedVariant, plan: ErrorExplore, options: RunOptions
) -> tuple[list[_Operated], int, tuple[str, ...]]:
    """The operations of the run as it is, without those of the closing phase; how long it takes; its databases."""
    operations: list[_Operated] = []
    databases: dict[str, None] = {}

    def watch(world: World) -> None:
        def watcher(operation: Operation, path: str, process: Process) -> None:
            if not errors_of(operation):
                databases[path] = None
            elif plan.during in (None, process.name) and not world.closing:
                operations.append((operation, path, process.name))

        world.machine.storage.watchers.append(watcher)

    result = run_variant(variant, options, watch)
    demand_end(result.findings)
    return operations, result.virtual_time, tuple(databases)


def failings_among(operations: list[_Operated], plan: ErrorExplore) -> Iterator[FailingOperation]:
    """Every way in which the plan lets one of the operations fail, operation by operation."""
    for number, (operation, path, process) in enumerate(operations, 1):
        asked = plan.errno if plan.errno is not None else errors_of(operation)
        yield from SingleError(asked, plan.occur).strikes(OperationAt(number, operation, path, process, 0))
