"""Every crash point: a run is cut off at each operation, and what is left must recover (design section 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from wptest.explore.crashes.crash_state import Crash
from wptest.explore.crashes.recorder import CrashCounts
from wptest.explore.exploration import Breach, Exploration, SeededScenario, Watch, nobody
from wptest.explore.rewriting.crash_steps import crashed, seeds_for
from wptest.explore.shared_runs import Sharing
from wptest.explore.spreading import evenly
from wptest.explore.stretch import Rerun
from wptest.explore.troubles.chain import run_again
from wptest.explore.troubles.kinds import Troubles
from wptest.explore.troubles.surveying import KnownStates, Surveying
from wptest.explore.troubles.surveys import Found, FromBeginning
from wptest.run.world import RunOptions
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
        return run_again(variant, options, Troubles.of_crashes(plan, variant), self.crashes)

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

    KIND = "crash"

    found: list[CrashCounts] = field(default_factory=list)
    distinct: list[int] = field(default_factory=list)
    crashed: int = 0
    fresh: bool = True

    @property
    def bounded(self) -> bool:
        """Whether a power loss may leave more than was looked at."""
        return any(counts.bounded for counts in self.found)

    @property
    def counts(self) -> Mapping[str, int]:
        """See `Exploration`."""
        counted: dict[str, int] = {}
        for depth, (found, distinct) in enumerate(zip(self.found, self.distinct, strict=True), 1):
            told = {"operations": found.operations, "crashes": found.images, "states": distinct}
            counted |= {f"{name}_at_depth_{depth}": number for name, number in told.items()}
        return counted

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

    def add(self, counts: CrashCounts, different: Sequence[Found]) -> None:
        """Count a run that was crashed, and the different states that it left."""
        self.found[-1].add(counts)
        self.distinct[-1] += len(different)
        self.possible += len(different)
        self.grid.planned.update(state.crashes[-1].struck for state in different)


def explore_crashes(
    variant: LoadedVariant,
    plan: CrashExplore,
    options: RunOptions,
    *,
    most: int | None = None,
    known: KnownStates | None = None,
    watch: Watch = nobody,
    sharing: Sharing | None = None,
) -> CrashExploration:
    """Crash a scenario's run wherever the plan says, restart, recover and check; at most `most` states.

    Those that are `known` are not run again.
    """
    known = known or KnownStates()
    sharing = sharing or Sharing()
    surveying = Surveying(variant, options, Troubles.of_crashes(plan, variant), known, sharing)
    return _Crashing(surveying, CrashExploration(fresh=not known.keys), most, watch).explore(plan.depth)


class _Crashing:
    def __init__(self, surveying: Surveying, exploration: CrashExploration, most: int | None, watch: Watch) -> None:
        self._surveying = surveying
        self._exploration = exploration
        self._most = most
        self._watch = watch
        self._broken: set[tuple[Crash, ...]] = set()

    def explore(self, depth: int) -> CrashExploration:
        """Crash the run, and with a second depth every recovery."""
        exploration = self._exploration
        exploration.begin_depth()
        (root,) = self._surveying.surveys([FromBeginning()])
        exploration.add(root.survey.counts, root.new)
        chosen = evenly(root.new, self._most)
        self._book_all(zip(chosen, self._surveying.follow(chosen), strict=True))
        if depth > 1:
            exploration.begin_depth()
            self._crash_recoveries(root.new)
        return exploration

    def _crash_recoveries(self, states: Sequence[Found]) -> None:
        """Crash every recovery, and see what comes of the other states that this leaves.

        These are run before recoveries far behind are crashed: kept for later, all of them would fill the memory.
        """
        if self._is_enough():
            return
        surveys = self._surveying.surveys(states)
        recoveries = self._surveying.with_followed(surveys, lambda run: run.new)
        for state, (run, came) in zip(states, recoveries, strict=True):
            self._judge(state, run.survey.findings)
            self._exploration.crashed += 1
            self._exploration.add(run.survey.counts, run.new)
            self._book_all(came)
            if self._is_enough():
                return

    def _is_enough(self) -> bool:
        return self._most is not None and self._exploration.run >= self._most

    def _book_all(self, came: Iterable[tuple[Found, tuple[Finding, ...]]]) -> None:
        for state, findings in came:
            broken = self._judge(state, findings)
            self._exploration.grid.book(state.crashes[-1].struck, broken=broken)
            self._exploration.run += 1
            self._watch(self._exploration)
            if self._is_enough():
                return

    def _judge(self, state: Found, broken: tuple[Finding, ...]) -> bool:
        """Note a breach, once where a recovery at full speed and one that may be crashed show it both."""
        if broken and state.crashes not in self._broken:
            self._broken.add(state.crashes)
            self._exploration.breaches.append(CrashBreach(broken, state.crashes))
        return bool(broken)
