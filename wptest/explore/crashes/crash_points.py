"""Every crash point: a run is cut off at each operation, and what is left must recover (design section 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from wptest.explore.breaches import breaches, demand_end
from wptest.explore.crashes.crash_search import Search
from wptest.explore.crashes.crash_state import Crash, CrashState, Key
from wptest.explore.crashes.promised import Promised
from wptest.explore.crashes.recorder import CrashCounts, Finder, Recorder, disk_for, no_preparation
from wptest.explore.crashes.restart import Restart, Restarted, unrecorded
from wptest.explore.exploration import Breach, Exploration, SeededScenario, Watch, evenly, nobody
from wptest.explore.rewriting.crash_steps import crashed, seeds_for
from wptest.explore.stretch import Rerun, Watched
from wptest.run.bounds import bounded
from wptest.run.running import Prepare
from wptest.run.steps import Director, MeanwhilePlayer
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CrashExplore
from wptest.words.finding import Finding

_BOTH = 2


@dataclass(frozen=True, slots=True)
class CrashBreach(Breach[CrashExplore]):
    """A breach after crashes, the last one last."""

    KIND, PLAN = "crash", CrashExplore
    WHY_NOT = "with kills upon these operations, the scenario takes another course"

    crashes: tuple[Crash, ...]

    def __str__(self) -> str:
        return " | ".join(map(str, self.crashes))

    @property
    def place(self) -> Mapping[str, Any]:
        """See `Breach`."""
        return {"crashes": [crash.without_time() for crash in self.crashes]}

    @classmethod
    def at(cls, place: Mapping[str, Any]) -> Self:
        """See `Breach`."""
        return cls((), tuple(Crash(**crash, time=0) for crash in place["crashes"]))

    def again(self, variant: LoadedVariant, options: RunOptions, plan: CrashExplore) -> Rerun:
        """See `Breach`."""
        search = Search(variant, self.crashes[:1])
        record(variant, plan, options, search, search.attach)
        restart = Restart(variant, options, plan)
        state, stretch = search.found
        stretches = [stretch]
        for depth in range(2, len(self.crashes) + 1):
            search = Search(variant, self.crashes[:depth])
            restart.run(state, search, search.attach)
            state, stretch = search.found
            stretches.append(stretch)
        last = Watched()
        findings = breaches(restart.run(state, prepare=last.attach).findings)
        return Rerun(variant, options, findings, (*stretches, last.stretch(variant)))

    def scenarios(self, plan: CrashExplore, again: Rerun) -> Iterator[SeededScenario]:
        """See `Breach`."""
        del plan
        crashes = [each.crash for each in again.stretches if each.crash is not None]
        for unsynced, seed in seeds_for(crashes, again.options.seed):
            yield crashed(again.variant, again.stretches, unsynced), seed

    @property
    def why_not(self) -> str:
        """See `Breach`."""
        if images := " and ".join(crash.image for crash in self.crashes if crash.image):
            return f"a power loss leaves what is certain, or all, or a draw: no seed tried draws {images}"
        return self.WHY_NOT


@dataclass(slots=True)
class CrashExploration(Exploration):
    """What was crashed; `possible` counts the different states, and `run` those that were recovered and checked.

    Attributes:
        found: for each depth, the operations, the moments and the images of the runs that were crashed.
        distinct: for each depth, how many different states there were.
        crashed: how many of the recoveries after one crash were crashed again, at depth 2.
        fresh: nothing was known before: else what an earlier variant has found is not counted as different.
    """

    found: list[CrashCounts] = field(default_factory=list)
    distinct: list[int] = field(default_factory=list)
    crashed: int = 0
    fresh: bool = True

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

    def begin_depth(self) -> None:
        """What comes is one crash deeper."""
        self.found.append(CrashCounts())
        self.distinct.append(0)

    def add(self, counts: CrashCounts, different: int) -> None:
        """Count a run that was crashed, and the different states that it left."""
        self.found[-1].add(counts)
        self.distinct[-1] += different
        self.possible += different


def explore_crashes(
    variant: LoadedVariant,
    plan: CrashExplore,
    options: RunOptions,
    *,
    most: int | None = None,
    different: Different | None = None,
    watch: Watch = nobody,
) -> CrashExploration:
    """Crash a scenario's run wherever the plan says, restart, recover and check; at most `most` states.

    Those that `different` knows are not run again.
    """
    return _Crashing(variant, plan, options, different or Different()).explore(most, watch)


def record(
    variant: LoadedVariant,
    plan: CrashExplore,
    options: RunOptions,
    finder: Finder,
    prepare: Prepare = no_preparation,
) -> CrashCounts:
    """Run a scenario once; `finder` is told of every state that a crash could leave.

    `prepare` may do something to the world before anything happens in it.

    Raises:
        EndlessError: it doesn't end.
    """
    disk = disk_for(plan)
    found: list[Finding] = []
    with bounded(options.timeout, found):
        world = World(variant, disk, unrecorded(options))
    demand_end(found)
    prepare(world)
    director, beside = Director(world, []), MeanwhilePlayer(world, [])
    promised = Promised.at_start(world.ledger.dues.lines(), disk, world.project.rescue_root)
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
    demand_end(found)
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


class _Crashing:
    def __init__(
        self, variant: LoadedVariant, plan: CrashExplore, options: RunOptions, different: Different
    ) -> None:
        self._variant = variant
        self._plan = plan
        self._options = options
        self._restart = Restart(variant, options, plan)
        self._exploration = CrashExploration(fresh=not different.known)
        self._different = different
        self._broken: set[tuple[Crash, ...]] = set()

    def explore(self, most: int | None, watch: Watch) -> CrashExploration:
        """Do at most `most` runs, and tell `watch` after each."""
        exploration = self._exploration
        exploration.begin_depth()
        counts = record(self._variant, self._plan, self._options, self._different)
        states = self._different.taken()
        exploration.add(counts, len(states))
        self._run_all(evenly(states, most), most, watch)
        if self._plan.depth > 1:
            exploration.begin_depth()
            for state in states:
                if most is not None and exploration.run >= most:
                    break
                self._run_all(self._crash_recovery_from(state), most, watch)
        return exploration

    def _crash_recovery_from(self, state: CrashState) -> Sequence[CrashState]:
        """What other states crashes in the recovery from a state leave.

        They are run before the next recovery is crashed: kept for later, all of them would fill the memory.
        """
        restarted = self._restart.run(state, self._different)
        self._judge(state, restarted)
        states = self._different.taken()
        self._exploration.crashed += 1
        self._exploration.add(restarted.counts, len(states))
        return states

    def _run_all(self, states: Sequence[CrashState], most: int | None, watch: Watch) -> None:
        for state in states:
            if most is not None and self._exploration.run >= most:
                return
            self._judge(state, self._restart.run(state))
            self._exploration.run += 1
            watch(self._exploration)

    def _judge(self, state: CrashState, restarted: Restarted) -> None:
        """Note a breach, once where a recovery at full speed and one that may be crashed show it both."""
        if (broken := breaches(restarted.findings)) and state.crashes not in self._broken:
            self._broken.add(state.crashes)
            self._exploration.breaches.append(CrashBreach(broken, state.crashes))
