"""From a scenario that fails to the smallest one that fails for the same reason (design section 7)."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from engine.behaviour import REFERENCE
from engine.units import SECOND
from wptest.explore.rewriting.edits import bare, simpler, smaller, written_out
from wptest.explore.rewriting.plain_scenario import PlainData, load_plain
from wptest.explore.shared_runs import FindVariant, Sharing
from wptest.judge.invariants import INVARIANT_NAMES
from wptest.pool.pool_port import Desk, Pending
from wptest.run.result import Result
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.text.scenario_source import InvalidScenario
from wptest.words.finding import Outcome

MOST_RUNS = 200
_STEPS_PER_RUN = 2_000  # of the scheduler, on average: a bound in seconds that is the same everywhere
_SHORTEST = SECOND
_SLOWER = 10  # a scenario whose steps take so many times longer isn't simpler


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The smallest scenario that was found.

    Attributes:
        scenario: as plain data.
        reason: what doesn't hold in it: the name of an invariant or the path of an expectation.
        message: what the run said of it.
        runs: how many runs it took.
        steps: how many steps it has.
        complete: whether there was nothing left to try, within so many runs.
        interrupt: what ended the search before its time; None when nothing did.
    """

    scenario: PlainData
    reason: str
    message: str
    runs: int
    steps: int
    complete: bool
    interrupt: KeyboardInterrupt | None = None


class NoFailureError(Exception):
    """The scenario doesn't fail, so there is nothing to make smaller."""


def shrink(
    variant: LoadedVariant,
    options: RunOptions,
    *,
    most: int = MOST_RUNS,
    reason: str | None = None,
    sharing: Sharing | None = None,
) -> Shrunk:
    """Leave out and round down whatever the failure doesn't need, in at most so many runs or until Ctrl-C.

    `reason` is the name of the finding that must stay; without one it is a broken invariant if there is one, else
    the first thing that doesn't hold.

    With another behaviour than the reference, every smaller scenario must pass on the reference, under this seed
    and the next, or be unverified as the whole one is: it shows the behaviour's fault, and not one of its own.

    Raises:
        NoFailureError: the scenario doesn't fail so, or fails on the reference as well.
    """
    return _Shrinker(variant, options, most, reason, sharing or Sharing()).shrink()


@dataclass(frozen=True, slots=True)
class _Trial:
    """A candidate to be run, in whatever process.

    Attributes:
        find: gives the whole scenario.
        limit: longer than so many nanoseconds its steps may not take.
        sound: how it may end on the reference.
    """

    find: FindVariant
    candidate: PlainData
    options: RunOptions
    reason: str
    limit: int
    sound: frozenset[Outcome]

    def __call__(self, _desk: Desk) -> _Tried | None:
        """What came of it; None where it is no scenario."""
        try:
            variant = load_plain(self.find(), self.candidate)
        except InvalidScenario:
            return None
        own = variant.scenario.limit
        if own is None or own > self.limit:
            variant = replace(variant, scenario=variant.scenario.model_copy(update={"limit": self.limit}))
        broken = run_variant(variant, self.options)
        message = _message(broken, self.reason) if broken.virtual_time < self.limit else None
        if message is None or self.options.behaviour == REFERENCE:
            return _Tried(message, (broken.steps,))
        return self._on_the_reference(variant, message, broken.steps)

    def _on_the_reference(self, variant: LoadedVariant, message: str, steps: int) -> _Tried:
        """The same, unless it fails there as well, under this seed or the next."""
        options, each = replace(self.options, behaviour=REFERENCE), [steps]
        for seed in (options.seed, options.seed + 1):
            result = run_variant(variant, replace(options, seed=seed))
            each.append(result.steps)
            if result.outcome not in self.sound:
                return _Tried(None, tuple(each))
        return _Tried(message, tuple(each))


class _Tried(NamedTuple):
    """What a candidate says when it fails for the same reason, and not without the fault; the steps of each run."""

    message: str | None
    steps: tuple[int, ...]


class _Shrinker:
    def __init__(
        self, variant: LoadedVariant, options: RunOptions, most: int, reason: str | None, sharing: Sharing
    ) -> None:
        self._variant = variant
        self._pool = sharing.pool
        self._find = sharing.find_for(variant)
        self._options = options
        self._runs_left = most
        self._steps_left = most * _STEPS_PER_RUN
        self._runs = 0
        self._known: set[str] = set()
        self._scenario: PlainData = bare(variant.value)
        self._skipped = False
        first = self._run(variant, options)
        self._reason, self._message = _reason(first, reason)
        longest = max(_SHORTEST, first.virtual_time)
        self._sound = {Outcome.PASSED}
        if options.behaviour != REFERENCE:
            sound = self._on_the_reference()
            self._sound.add(sound.outcome)
            longest = max(longest, sound.virtual_time)
        self._limit = longest * _SLOWER

    def shrink(self) -> Shrunk:
        interrupted: KeyboardInterrupt | None = None
        try:
            while self._improve(smaller) or self._improve(self._written_out) or self._improve(simpler):
                pass
        except KeyboardInterrupt as interrupt:
            interrupted = interrupt
        return Shrunk(
            scenario=self._scenario,
            reason=self._reason,
            message=self._message,
            runs=self._runs,
            steps=len(self._scenario["when"]),
            complete=not self._skipped and interrupted is None,
            interrupt=interrupted,
        )

    def _on_the_reference(self) -> Result:
        """The run on the reference, which must not fail: nothing smaller would tell of the behaviour."""
        sound = self._run(self._variant, replace(self._options, behaviour=REFERENCE))
        if sound.outcome is Outcome.FAILED:
            raise NoFailureError(f"{sound.name} fails on the reference as well: shrink it without the behaviour")
        return sound

    def _written_out(self, scenario: PlainData) -> Iterable[PlainData]:
        return written_out(scenario, self._variant.project)

    def _improve(self, edits: Callable[[PlainData], Iterable[PlainData]]) -> bool:
        """Take the first edit that still fails, and the next ones from there; whether there was any."""
        improved = False
        found = True
        while found:
            found = self._take_first(edits(self._scenario))
            improved = improved or found
        return improved

    def _take_first(self, candidates: Iterable[PlainData]) -> bool:
        """Take the first that still fails; what comes behind it is tried meanwhile, and counts for nothing."""
        waiting: deque[tuple[PlainData, Pending[_Tried | None]]] = deque()
        for candidate in candidates:
            if _key(candidate) not in self._known:
                waiting.append((candidate, self._pool.give(self._trial(candidate))))
            if len(waiting) > self._pool.ahead and self._takes(*waiting.popleft()):
                break
        else:
            while waiting:
                if self._takes(*waiting.popleft()):
                    break
            else:
                return False
        for _, pending in waiting:
            pending.drop()
        return True

    def _trial(self, candidate: PlainData) -> _Trial:
        return _Trial(self._find, candidate, self._options, self._reason, self._limit, frozenset(self._sound))

    def _takes(self, candidate: PlainData, pending: Pending[_Tried | None]) -> bool:
        key = _key(candidate)
        if key in self._known:
            return False
        self._known.add(key)
        if self._spent:
            self._skipped = self._skipped or self._is_scenario(candidate)
            return False
        tried = pending.answer()
        if tried is None:
            return False
        for steps in tried.steps:
            self._count(steps)
        if tried.message is None:
            return False
        self._scenario, self._message = candidate, tried.message
        return True

    def _is_scenario(self, candidate: PlainData) -> bool:
        try:
            load_plain(self._variant, candidate)
        except InvalidScenario:
            return False
        return True

    @property
    def _spent(self) -> bool:
        needed = 1 if self._options.behaviour == REFERENCE else 3
        return self._runs_left < needed or self._steps_left <= 0

    def _run(self, variant: LoadedVariant, options: RunOptions) -> Result:
        result = run_variant(variant, options)
        self._count(result.steps)
        return result

    def _count(self, steps: int) -> None:
        self._runs += 1
        self._runs_left -= 1
        self._steps_left -= steps


def _key(candidate: PlainData) -> str:
    return json.dumps(candidate, sort_keys=True)


def _reason(result: Result, wanted: str | None) -> tuple[str, str]:
    """What is kept. An invariant is the best of reasons, since it needs no expectation of the scenario's own."""
    failed = [each for each in result.findings if each.outcome is Outcome.FAILED]
    if not failed:
        raise NoFailureError(f"{result.name} {result.outcome.value}, so there is nothing to shrink")
    if wanted is None:
        kept = next((each for each in failed if each.name in INVARIANT_NAMES), failed[0])
        return kept.name, kept.message
    message = _message(result, wanted)
    if message is None:
        names = ", ".join(dict.fromkeys(each.name for each in failed))
        raise NoFailureError(f"{result.name} doesn't fail for {wanted}, but for: {names}")
    return wanted, message


def _message(result: Result, reason: str) -> str | None:
    for finding in result.findings:
        if finding.outcome is Outcome.FAILED and finding.name == reason:
            return finding.message
    return None
