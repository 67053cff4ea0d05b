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

from wptest.explore.crashes.crash_state import Crash
from wptest.explore.exploration import Breach, Exploration, SeededScenario, Watch, nobody
from wptest.explore.grid import Struck
from wptest.explore.rewriting.crash_steps import seeds_for, struck
from wptest.explore.shared_runs import Sharing
from wptest.explore.spreading import evenly
from wptest.explore.stretch import Rerun
from wptest.explore.troubles.chain import Trouble, run_again
from wptest.explore.troubles.course import PATIENCE
from wptest.explore.troubles.kinds import Troubles
from wptest.explore.troubles.strikes import AskedToStop, FailingOperation, Strike
from wptest.explore.troubles.surveying import KnownStates, SurveyedRun, Surveying
from wptest.explore.troubles.surveys import Found, FromBeginning, RunWay
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
        return run_again(variant, options, Troubles.of_combined(plan, variant), self.troubles)

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

    KIND = "combine"

    operations: int = 0
    firsts: int = 0
    begun: int = 0
    seconds: int = 0
    shared: int = 0
    pairs: Counter[tuple[str, ...]] = field(default_factory=Counter)
    bounded: bool = False

    @property
    def counts(self) -> Mapping[str, int]:
        """See `Exploration`."""
        pairs = {"_and_".join(pair): times for pair, times in self.pairs.items()}
        return {"operations": self.operations, "firsts": self.firsts, "begun": self.begun, **pairs}

    @property
    def complete(self) -> bool:
        """Whether every trouble was tried, and every one after it."""
        return self.run == self.possible and self.begun == self.firsts


@dataclass(frozen=True, slots=True)
class _Struck:
    """A run that is struck: the way to where it begins, with its strikes, and all that leads there."""

    way: RunWay
    path: tuple[Trouble, ...]
    number: int

    def __str__(self) -> str:
        return ", then ".join(map(str, self.path))


_Next = Found | _Struck


def _path(run: _Next) -> tuple[Trouble, ...]:
    return run.crashes if isinstance(run, Found) else run.path


def _number(run: _Next) -> int:
    return run.crashes[-1].number if isinstance(run, Found) else run.number


def _both(first: _Next, second: _Next) -> tuple[Trouble, ...]:
    """The troubles of a run with two: the first may be a part of a state that the second leaves."""
    path = _path(second)
    return path if len(path) > 1 else (*_path(first), *path)


def _struck(path: Sequence[Trouble]) -> Struck:
    """The operation at which the last one comes, and of what kinds they are."""
    return path[-1].struck._replace(how=", then ".join(trouble_name(each).replace("-", " ") for each in path))


def _signature(run: _Next) -> Signature:
    """What its last trouble is, but for when it comes."""
    last = _path(run)[-1]
    if isinstance(last, Crash):
        return last.kind, last.operation, last.path, last.torn is not None
    return last.KIND, last.operation, last.path, isinstance(last, AskedToStop) and last.later > 0


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
    sharing: Sharing | None = None,
) -> CombinedExploration:
    """Let every trouble come, and after it every one that can come then; at most `most` runs, and the plan's."""
    bound = plan.most if most is None else min(plan.most, most)
    return _Combining(variant, plan, options, watch, sharing or Sharing()).explore(bound)


class _Combining:
    def __init__(
        self, variant: LoadedVariant, plan: CombineExplore, options: RunOptions, watch: Watch, sharing: Sharing
    ) -> None:
        self._plan = plan
        self._watch = watch
        self._surveying = Surveying(
            variant,
            options,
            Troubles.of_combined(plan, variant),
            KnownStates(),
            sharing,
        )
        self._report = CombinedExploration()

    def explore(self, most: int) -> CombinedExploration:
        report = self._report
        (root,) = self._surveying.surveys([FromBeginning()])
        self._surveying.limit(root.survey.took)
        firsts = _sorted(root, ())
        report.operations, report.bounded = root.survey.counts.operations, root.survey.counts.bounded
        report.firsts = report.possible = len(firsts)
        report.grid.planned.update(_struck(_path(first)) for first in firsts)
        if self._plan.depth == 1:
            chosen = [firsts[number] for number in telling(list(map(_signature, firsts)), most, 0)]
            for first, findings in zip(chosen, self._surveying.follow(chosen), strict=True):
                report.begun += 1
                self._note(_path(first), findings, shared=isinstance(first, Found))
            return report
        seconds_each = max(_SECONDS, isqrt(most) // 2)
        few = -(-most // (1 + seconds_each))
        chosen = [firsts[number] for number in telling(list(map(_signature, firsts)), few, 0)]
        self._combine(_Shares(chosen, most))
        return report

    def _combine(self, shares: _Shares) -> None:
        """Run with each first trouble, and then with the second ones that are chosen for it; then with others."""
        report = self._report
        runs = self._surveying.with_followed(self._surveying.surveys(shares.firsts), shares.choose)
        for first, (run, came) in zip(shares.firsts, runs, strict=True):
            self._note(_path(first), run.survey.findings, shared=isinstance(first, Found))
            seconds = _sorted(run, _path(first))
            report.grid.planned.update(_struck(_both(first, second)) for second in seconds)
            report.seconds += len(seconds)
            report.possible += len(seconds)
            report.begun += 1
            for second, findings in came:
                self._follow(first, second, findings)
        left = evenly(shares.left, shares.most - report.run)
        for (first, second), findings in zip(
            left, self._surveying.follow([second for _, second in left]), strict=True
        ):
            self._follow(first, second, findings)

    def _follow(self, first: _Next, second: _Next, findings: tuple[Finding, ...]) -> None:
        shared = isinstance(first, Found) or isinstance(second, Found)
        self._note(_both(first, second), findings, shared=shared)

    def _note(self, path: tuple[Trouble, ...], findings: tuple[Finding, ...], *, shared: bool) -> None:
        report = self._report
        report.run += 1
        report.shared += shared
        report.pairs[tuple(map(trouble_name, path))] += 1
        report.grid.book(_struck(path), broken=bool(findings))
        if findings:
            report.breaches.append(CombinedBreach(findings, path))
        self._watch(report)


class _Shares:
    """Which second troubles are tried after each first one, where not all can be.

    Attributes:
        firsts: the first ones, which are asked for in this order.
        most: how many runs there are in all.
        left: what first ones had no share for, each with it.
    """

    def __init__(self, firsts: Sequence[_Next], most: int) -> None:
        self.firsts = firsts
        self.most = most
        self.left: list[tuple[_Next, _Next]] = []
        self._spent = 0
        self._turn = 0

    def choose(self, run: SurveyedRun) -> Sequence[_Next]:
        """Those of the next first one."""
        first = self.firsts[self._turn]
        share = (self.most - self._spent) // (len(self.firsts) - self._turn)
        seconds = _sorted(run, _path(first))
        chosen = telling(list(map(_signature, seconds)), share - 1, self._turn)
        # What other firsts have too few seconds for; not more than can be run, as each takes its room.
        skipped = sorted(set(range(len(seconds))) - set(chosen))
        self.left += [(first, seconds[number]) for number in skipped[: max(self.most - len(self.left), 0)]]
        self._spent += 1 + len(chosen)
        self._turn += 1
        return [seconds[number] for number in chosen]


def _sorted(run: SurveyedRun, path: tuple[Trouble, ...]) -> Sequence[_Next]:
    """What may come in a run that such troubles lead to, in the order in which it would come."""
    after = path[-1] if path and isinstance(path[-1], Strike) else None
    strikes = [each for each in run.survey.strikes if after is None or _comes_after(after, each)]
    struck = [_Struck((*run.way, each), (*path, each), each.number) for each in strikes]
    return sorted([*run.new, *struck], key=_number)
