"""Every crash point: a run is cut off at each operation, and what is left must recover (design section 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from wptest.explore.breaches import breaches, demand_end
from wptest.explore.crashes.crash_state import Crash, CrashState, Key
from wptest.explore.crashes.recorder import CrashCounts, Finder
from wptest.explore.crashes.restart import Restart, Restarted
from wptest.explore.exploration import Breach, Exploration, SeededScenario, Watch, nobody
from wptest.explore.rewriting.crash_steps import crashed, seeds_for
from wptest.explore.spreading import evenly
from wptest.explore.stretch import Rerun
from wptest.explore.troubles.chain import run_again
from wptest.explore.troubles.course import run_course
from wptest.explore.troubles.kinds import Troubles
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CrashExplore

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
        return run_again(variant, options, Troubles.of_crashes(plan), self.crashes)

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
        self._troubles = Troubles.of_crashes(plan)
        self._restart = Restart(variant, options, self._troubles)
        self._exploration = CrashExploration(fresh=not different.known)
        self._different = different
        self._broken: set[tuple[Crash, ...]] = set()

    def explore(self, most: int | None, watch: Watch) -> CrashExploration:
        """Do at most `most` runs, and tell `watch` after each."""
        exploration = self._exploration
        exploration.begin_depth()
        course = run_course(self._variant, self._troubles, self._options, self._different)
        demand_end(course.result.findings)
        states = self._different.taken()
        exploration.add(course.counts, len(states))
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
