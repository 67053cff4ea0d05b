"""Trouble upon trouble: whatever can come, and then whatever can come after it.

A trouble that ends the run leaves a state, and the second one strikes the recovery from it: the way there is
run once for all of them. After one that lets the run go on, the second strikes the same run; all crashes in it are
looked at while it runs once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isqrt
from typing import Any, Self

from wptest.explore.breaches import demand_end
from wptest.explore.crashes.crash_points import Different
from wptest.explore.crashes.crash_state import Crash, CrashState
from wptest.explore.exploration import Breach, Exploration, SeededScenario, Watch, nobody
from wptest.explore.rewriting.crash_steps import seeds_for, struck
from wptest.explore.spreading import evenly
from wptest.explore.stretch import Rerun
from wptest.explore.troubles.chain import Runner, Trouble, run_again
from wptest.explore.troubles.course import PATIENCE, run_course
from wptest.explore.troubles.kinds import Troubles
from wptest.explore.troubles.strikes import AskedToStop, FailingOperation, Strike
from wptest.explore.troubles.telling import Signature, telling
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CombineExplore
from wptest.words.finding import Finding

_SECONDS = 3  # so many second troubles for each first one, at least, where not all can be run
_STRIKES: Mapping[str, type[Strike]] = {kind.KIND: kind for kind in (FailingOperation, AskedToStop)}


def trouble_name(trouble: Trouble) -> str:
    """What kind of trouble it is, as `explore` calls it."""
    return trouble.kind if isinstance(trouble, Crash) else trouble.KIND


@dataclass(frozen=True, slots=True)
class CombinedBreach(Breach[CombineExplore]):
    """A breach after troubles, the last one last."""

    KIND, PLAN = "combine", CombineExplore
    WHY_NOT = "with these troubles upon these operations, the scenario takes another course"

    troubles: tuple[Trouble, ...]

    def __str__(self) -> str:
        return ", then ".join(map(str, self.troubles))

    @property
    def place(self) -> Mapping[str, Any]:
        """See `Breach`."""
        return {"troubles": [_plain(each) for each in self.troubles]}

    @classmethod
    def at(cls, place: Mapping[str, Any]) -> Self:
        """See `Breach`."""
        return cls((), tuple(map(_trouble, place["troubles"])))

    def again(self, variant: LoadedVariant, options: RunOptions, plan: CombineExplore) -> Rerun:
        """See `Breach`."""
        return run_again(variant, options, Troubles.of_combined(plan), self.troubles)

    def scenarios(self, plan: CombineExplore, again: Rerun) -> Iterator[SeededScenario]:
        """See `Breach`."""
        crashes = [each.crash for each in again.stretches if each.crash is not None]
        for unsynced, seed in seeds_for(crashes, again.options.seed):
            yield struck(again.variant, again.stretches, unsynced, plan.during, PATIENCE), seed


def _plain(trouble: Trouble) -> dict[str, Any]:
    plain = trouble.without_time() if isinstance(trouble, Crash) else trouble.place
    return {"trouble": trouble_name(trouble), **plain}


def _trouble(plain: Mapping[str, Any]) -> Trouble:
    given = {name: value for name, value in plain.items() if name != "trouble"}
    kind = _STRIKES.get(plain["trouble"])
    return Crash(**given, time=0) if kind is None else kind(**given)


@dataclass(slots=True)
class CombinedExploration(Exploration):
    """What was combined; `possible` counts the runs that there are, as far as that is known.

    Attributes:
        operations: how many operations the run has without trouble.
        firsts: how many troubles may come first.
        begun: after how many of them a second one was tried.
        seconds: how many different ones may come after these.
        shared: how many runs began at a state that a crash had left, and not from the beginning.
        pairs: how many were run, by the kinds of the two.
        bounded: a power loss may leave more than was looked at.
    """

    operations: int = 0
    firsts: int = 0
    begun: int = 0
    seconds: int = 0
    shared: int = 0
    pairs: Counter[tuple[str, ...]] = field(default_factory=Counter)
    bounded: bool = False

    @property
    def complete(self) -> bool:
        """Whether every trouble was tried, and every one after it."""
        return self.run == self.possible and self.begun == self.firsts


class _Possible(Different):
    """Keeps every state, unless an equal one is known, and every trouble after which the run goes on."""

    def __init__(self) -> None:
        super().__init__()
        self._strikes: list[Strike] = []

    def goes_on(self, strike: Strike) -> None:
        """See `Finder`."""
        self._strikes.append(strike)

    def all_taken(self, after: Strike | None = None) -> list[CrashState | Strike]:
        """Both, in the order in which they would come; those `after` a strike only."""
        strikes, self._strikes = self._strikes, []
        later = [each for each in strikes if after is None or _comes_after(after, each)]
        return sorted([*self.taken(), *later], key=_number)


def _number(trouble: CrashState | Strike) -> int:
    return trouble.crashes[-1].number if isinstance(trouble, CrashState) else trouble.number


def _signature(trouble: CrashState | Strike) -> Signature:
    """What it is, but for when it comes."""
    if isinstance(trouble, CrashState):
        crash = trouble.crashes[-1]
        return crash.kind, crash.operation, crash.path, crash.torn is not None
    return trouble.KIND, trouble.operation, trouble.path, isinstance(trouble, AskedToStop) and trouble.later > 0


def _comes_after(first: Strike, second: Strike) -> bool:
    """Whether a second strike makes a difference: an operation fails once, and may meet a stop then."""
    if second.number > first.number:
        return True
    return second.number == first.number and isinstance(first, FailingOperation) and isinstance(second, AskedToStop)


def explore_combined(
    variant: LoadedVariant,
    plan: CombineExplore,
    options: RunOptions,
    *,
    most: int | None = None,
    watch: Watch = nobody,
) -> CombinedExploration:
    """Let every trouble come, and after it every one that can come then; at most `most` runs, and the plan's."""
    bound = plan.most if most is None else min(plan.most, most)
    return _Combining(variant, plan, options, watch).explore(bound)


class _Combining:
    def __init__(self, variant: LoadedVariant, plan: CombineExplore, options: RunOptions, watch: Watch) -> None:
        self._variant = variant
        self._plan = plan
        self._options = options
        self._watch = watch
        self._troubles = Troubles.of_combined(plan)
        self._possible = _Possible()
        self._report = CombinedExploration()

    def explore(self, most: int) -> CombinedExploration:
        report = self._report
        course = run_course(self._variant, self._troubles, self._options, self._possible)
        demand_end(course.result.findings)
        self._runner = Runner(self._variant, self._options, self._troubles, course.result.virtual_time)
        firsts = self._possible.all_taken()
        report.operations, report.bounded = course.counts.operations, course.counts.bounded
        report.firsts = report.possible = len(firsts)
        seconds_each = max(_SECONDS, isqrt(most) // 2)
        few = most if self._plan.depth == 1 else -(-most // (1 + seconds_each))
        chosen = [firsts[number] for number in telling(list(map(_signature, firsts)), few, 0)]
        left: list[tuple[CrashState | Strike, CrashState | Strike]] = []
        for turn, first in enumerate(chosen):
            share = (most - report.run) // (len(chosen) - turn)
            seconds = self._begin(first)
            report.begun += 1
            now = telling(list(map(_signature, seconds)), share - 1, turn)
            for number in now:
                self._follow(first, seconds[number])
            # What other firsts have too few seconds for; not more than can be run, as states take their room.
            skipped = sorted(set(range(len(seconds))) - set(now))
            left += [(first, seconds[number]) for number in skipped[: max(most - len(left), 0)]]
        for first, second in evenly(left, most - report.run):
            self._follow(first, second)
        return report

    def _begin(self, first: CrashState | Strike) -> Sequence[CrashState | Strike]:
        """Run with one trouble, and see what may come after it."""
        finder = self._possible if self._plan.depth > 1 else None
        state, strikes = (first, ()) if isinstance(first, CrashState) else (None, (first,))
        self._note(_path(first), self._runner.run(state, strikes, finder), shared=state is not None)
        seconds = self._possible.all_taken(None if isinstance(first, CrashState) else first)
        self._report.seconds += len(seconds)
        self._report.possible += len(seconds)
        return seconds

    def _follow(self, first: CrashState | Strike, second: CrashState | Strike) -> None:
        """Run with two: the first is a part of a state that the second leaves."""
        if isinstance(second, CrashState):
            findings = self._runner.run(second)
        elif isinstance(first, CrashState):
            findings = self._runner.run(first, (second,))
        else:
            findings = self._runner.run(None, (first, second))
        path = _path(second) if len(_path(second)) > 1 else (*_path(first), *_path(second))
        self._note(path, findings, shared=isinstance(first, CrashState) or isinstance(second, CrashState))

    def _note(self, path: tuple[Trouble, ...], findings: tuple[Finding, ...], *, shared: bool) -> None:
        report = self._report
        report.run += 1
        report.shared += shared
        report.pairs[tuple(map(trouble_name, path))] += 1
        if findings:
            report.breaches.append(CombinedBreach(findings, path))
        self._watch(report)


def _path(trouble: CrashState | Strike) -> tuple[Trouble, ...]:
    return trouble.crashes if isinstance(trouble, CrashState) else (trouble,)
