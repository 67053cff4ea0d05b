"""From a scenario that fails to the smallest one that fails for the same reason (design section 7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from engine.behaviour import REFERENCE
from engine.units import SECOND
from wptest.explore.rewriting.edits import bare, simpler, smaller, written_out
from wptest.explore.rewriting.plain_scenario import PlainData, load_plain
from wptest.judge.invariants import INVARIANT_NAMES
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
    variant: LoadedVariant, options: RunOptions, *, most: int = MOST_RUNS, reason: str | None = None
) -> Shrunk:
    """Leave out and round down whatever the failure doesn't need, in at most so many runs or until Ctrl-C.

    `reason` is the name of the finding that must stay; without one it is a broken invariant if there is one, else
    the first thing that doesn't hold.

    With another behaviour than the reference, every smaller scenario must pass on the reference, under this seed
    and the next, or be unverified as the whole one is: it shows the behaviour's fault, and not one of its own.

    Raises:
        NoFailureError: the scenario doesn't fail so, or fails on the reference as well.
    """
    return _Shrinker(variant, options, most, reason).shrink()


class _Shrinker:
    def __init__(self, variant: LoadedVariant, options: RunOptions, most: int, reason: str | None) -> None:
        self._variant = variant
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
            found = any(self._take(candidate) for candidate in edits(self._scenario))
            improved = improved or found
        return improved

    def _take(self, candidate: PlainData) -> bool:
        key = json.dumps(candidate, sort_keys=True)
        if key in self._known:
            return False
        self._known.add(key)
        variant = self._load(candidate)
        if variant is None:
            return False
        if self._spent:
            self._skipped = True
            return False
        message = self._fails(variant)
        if message is None:
            return False
        self._scenario, self._message = candidate, message
        return True

    @property
    def _spent(self) -> bool:
        needed = 1 if self._options.behaviour == REFERENCE else 3
        return self._runs_left < needed or self._steps_left <= 0

    def _load(self, candidate: PlainData) -> LoadedVariant | None:
        try:
            return load_plain(self._variant, candidate)
        except InvalidScenario:
            return None

    def _fails(self, variant: LoadedVariant) -> str | None:
        """What it says when it fails for the same reason, and doesn't without the fault."""
        own = variant.scenario.limit
        if own is None or own > self._limit:
            variant = replace(variant, scenario=variant.scenario.model_copy(update={"limit": self._limit}))
        broken = self._run(variant, self._options)
        message = _message(broken, self._reason) if broken.virtual_time < self._limit else None
        if message is None or self._options.behaviour == REFERENCE:
            return message
        return message if self._is_sound(variant) else None

    def _is_sound(self, variant: LoadedVariant) -> bool:
        options = replace(self._options, behaviour=REFERENCE)
        seeds = (options.seed, options.seed + 1)
        return all(self._run(variant, replace(options, seed=seed)).outcome in self._sound for seed in seeds)

    def _run(self, variant: LoadedVariant, options: RunOptions) -> Result:
        result = run_variant(variant, options)
        self._runs += 1
        self._runs_left -= 1
        self._steps_left -= result.steps
        return result


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
