"""Every crash point: a run is cut off at each operation, and what is left must recover (design section 7)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from wptest.explore.breaches import breaches
from wptest.explore.recorder import Counts, Finder, Key, Recorder, disk_for
from wptest.explore.restart import Restart, without_logs
from wptest.explore.state import Crash, CrashState
from wptest.judge.finding import Finding
from wptest.language.explore import CrashExplore
from wptest.language.load import LoadedVariant
from wptest.run.beside import Beside
from wptest.run.director import Director
from wptest.run.world import RunOptions, World


@dataclass(frozen=True, slots=True)
class CrashFailure:
    """A breach after crashes."""

    crashes: tuple[Crash, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class CrashReport:
    """What was explored, and what broke.

    Attributes:
        found: for each depth, the operations, the moments and the images of the runs that were crashed.
        distinct: for each depth, how many different states there were.
        run: how many states were recovered and checked.
        failures: those that broke something, the fewest crashes first.
    """

    found: list[Counts] = field(default_factory=list)
    distinct: list[int] = field(default_factory=list)
    run: int = 0
    failures: list[CrashFailure] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every distinct state was run."""
        return self.run == sum(self.distinct)


def explore_crashes(
    variant: LoadedVariant, plan: CrashExplore, options: RunOptions, *, most: int | None = None
) -> CrashReport:
    """Crash a scenario's run wherever the plan says, restart, recover and check; at most `most` states."""
    return _Exploration(variant, plan, options, most).explore()


def record(variant: LoadedVariant, plan: CrashExplore, options: RunOptions, finder: Finder) -> Counts:
    """Run a scenario once; `finder` is told of every state that a crash could leave."""
    disk = disk_for(plan)
    world = World(variant, disk, without_logs(options))
    director, beside = Director(world), Beside(world)
    promised = dict(world.ledger.owed())
    recorder = Recorder(world, disk, plan, promised=promised, crashes=(), finder=finder)

    async def play() -> None:
        beside.begin()
        await director.play()
        beside.end()
        recorder.end()

    world.machine.scheduler.run(world.machine.scheduler.spawn(play()))
    return recorder.counts


class _Different(Finder):
    """Keeps every state, unless an equal one is known."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[Key] = set()
        self._states: deque[CrashState] = deque()

    def __len__(self) -> int:
        return len(self._states)

    def look_at(self, key: Key, make: Callable[[], CrashState]) -> None:
        """See `Finder`."""
        if key not in self._seen:
            self._seen.add(key)
            self._states.append(make())

    def taken(self) -> deque[CrashState]:
        """Those that are new since this was asked."""
        states, self._states = self._states, deque()
        return states


class _Exploration:
    def __init__(self, variant: LoadedVariant, plan: CrashExplore, options: RunOptions, most: int | None) -> None:
        self._variant = variant
        self._plan = plan
        self._options = options
        self._most = most
        self._restart = Restart(variant, options, plan)
        self._report = CrashReport()
        self._different = _Different()

    def explore(self) -> CrashReport:
        report = self._report
        self._begin_depth(record(self._variant, self._plan, self._options, self._different))
        for depth in range(1, self._plan.depth + 1):
            states = self._different.taken()
            deeper = depth < self._plan.depth
            found = Counts()
            for state in states:
                if self._most is not None and report.run >= self._most:
                    return report
                self._run(state, found if deeper else None)
            if deeper:
                self._begin_depth(found)
        return report

    def _begin_depth(self, counts: Counts) -> None:
        self._report.found.append(counts)
        self._report.distinct.append(len(self._different))

    def _run(self, state: CrashState, found: Counts | None) -> None:
        restarted = self._restart.run(state, self._different if found is not None else None)
        self._report.run += 1
        if found is not None:
            found.add(restarted.counts)
        if broken := breaches(restarted.findings):
            self._report.failures.append(CrashFailure(state.crashes, broken))
