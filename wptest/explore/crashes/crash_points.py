"""Every crash point: a run is cut off at each operation, and what is left must recover (design section 7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wptest.explore.breaches import breaches
from wptest.explore.crashes.crash_state import Crash, CrashState
from wptest.explore.crashes.recorder import Counts, Finder, Prepare, Recorder, disk_for, nothing
from wptest.explore.crashes.restart import Restart, Restarted, without_logs
from wptest.explore.crashes.state_keys import Key
from wptest.explore.endless import check
from wptest.explore.exploration import Watch, nobody
from wptest.explore.sample import evenly
from wptest.run.beside import Beside
from wptest.run.bounds import bounded
from wptest.run.director import Director
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CrashExplore
from wptest.words.finding import Finding

_BOTH = 2


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
        crashed: how many of the recoveries after one crash were crashed again, at depth 2.
        fresh: nothing was known before: else what an earlier variant has found is not counted as different.
        failures: those that broke something, the fewest crashes first.
    """

    found: list[Counts] = field(default_factory=list)
    distinct: list[int] = field(default_factory=list)
    run: int = 0
    crashed: int = 0
    fresh: bool = True
    failures: list[CrashFailure] = field(default_factory=list)

    @property
    def possible(self) -> int:
        """How many different states are known."""
        return sum(self.distinct)

    @property
    def complete(self) -> bool:
        """Whether every distinct state was run, and at depth 2 every recovery crashed."""
        return self.run == self.possible and (len(self.found) < _BOTH or self.crashed == self.distinct[0])

    @property
    def so_far(self) -> str:
        """How far it is."""
        if len(self.found) < _BOTH:
            return f"{self.run:,} of {self.possible:,} recovered and checked"
        recoveries = f"{self.crashed:,} of {self.distinct[0]:,} recoveries crashed again"
        return f"{recoveries}, {self.run:,} states recovered and checked"


def explore_crashes(
    variant: LoadedVariant,
    plan: CrashExplore,
    options: RunOptions,
    *,
    most: int | None = None,
    different: Different | None = None,
    watch: Watch = nobody,
) -> CrashReport:
    """Crash a scenario's run wherever the plan says, restart, recover and check; at most `most` states.

    Those that `different` knows are not run again.
    """
    return _Exploration(variant, plan, options, different or Different()).explore(most, watch)


def record(
    variant: LoadedVariant, plan: CrashExplore, options: RunOptions, finder: Finder, prepare: Prepare = nothing
) -> Counts:
    """Run a scenario once; `finder` is told of every state that a crash could leave.

    `prepare` may do something to the world before anything happens in it.

    Raises:
        EndlessError: it doesn't end.
    """
    disk = disk_for(plan)
    found: list[Finding] = []
    with bounded(options.timeout, found):
        world = World(variant, disk, without_logs(options))
    check(found)
    prepare(world)
    director, beside = Director(world), Beside(world)
    promised = dict(world.ledger.dues.lines())
    recorder = Recorder(world, disk, plan, promised=promised, crashes=(), finder=finder)

    async def play() -> None:
        beside.begin()
        await director.play()
        beside.end()
        recorder.end()

    with bounded(options.timeout, found, world.machine):
        world.machine.scheduler.run(
            world.machine.scheduler.spawn(play()), max_steps=options.most_steps, max_events=options.most_events
        )
    check(found)
    return recorder.counts


class Different(Finder):
    """Keeps every state, unless an equal one is known."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[Key] = set()
        self._states: list[CrashState] = []

    def look_at(self, key: Key, make: Callable[[], CrashState]) -> None:
        """See `Finder`."""
        if key not in self._seen:
            self._seen.add(key)
            self._states.append(make())

    def taken(self) -> list[CrashState]:
        """Those that are new since this was asked."""
        states, self._states = self._states, []
        return states


class _Exploration:
    def __init__(
        self, variant: LoadedVariant, plan: CrashExplore, options: RunOptions, different: Different
    ) -> None:
        self._variant = variant
        self._plan = plan
        self._options = options
        self._restart = Restart(variant, options, plan)
        self._report = CrashReport(fresh=not different.known)
        self._different = different

    def explore(self, most: int | None, watch: Watch) -> CrashReport:
        """Do at most `most` runs, and tell `watch` after each."""
        report = self._report
        report.found.append(record(self._variant, self._plan, self._options, self._different))
        states = self._different.taken()
        report.distinct.append(len(states))
        self._run_all(evenly(states, most), most, watch)
        if self._plan.depth > 1:
            report.found.append(Counts())
            report.distinct.append(0)
            for state in states:
                if most is not None and report.run >= most:
                    break
                self._run_all(self._crash_recovery_from(state), most, watch)
        return report

    def _crash_recovery_from(self, state: CrashState) -> Sequence[CrashState]:
        """What other states crashes in the recovery from a state leave.

        They are run before the next recovery is crashed: kept for later, all of them would fill the memory.
        """
        report = self._report
        restarted = self._restart.run(state, self._different)
        self._judge(state, restarted)
        report.crashed += 1
        report.found[-1].add(restarted.counts)
        states = self._different.taken()
        report.distinct[-1] += len(states)
        return states

    def _run_all(self, states: Sequence[CrashState], most: int | None, watch: Watch) -> None:
        for state in states:
            if most is not None and self._report.run >= most:
                return
            self._judge(state, self._restart.run(state))
            self._report.run += 1
            watch(self._report)

    def _judge(self, state: CrashState, restarted: Restarted) -> None:
        """Note a breach, once where a recovery at full speed and one that may be crashed show it both."""
        failures = self._report.failures
        if (broken := breaches(restarted.findings)) and all(each.crashes != state.crashes for each in failures):
            failures.append(CrashFailure(state.crashes, broken))
