"""Has runs surveyed and states followed by whoever has time, and sees to it that no state is run twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import Any, NamedTuple, TypeVar

from wptest.explore.crashes.crash_state import Key
from wptest.explore.shared_runs import Sharing
from wptest.explore.troubles.kinds import Troubles
from wptest.explore.troubles.surveys import Field, Found, ReachableRun, RunSurvey, RunWay, all_followed, surveyed
from wptest.pool.pool_port import Batch, Pending, given_ahead, named
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.finding import Finding

_Next = TypeVar("_Next", bound=ReachableRun)
_numbers = count()


@dataclass(frozen=True, slots=True)
class KnownStates:
    """The states that variants of one kind have been through.

    Attributes:
        keys: of each of them.
        number: another one for each kind.
        turns: numbers the surveys.
    """

    keys: set[Key] = field(default_factory=set)
    number: int = field(default_factory=lambda: next(_numbers))
    turns: Iterator[int] = field(default_factory=count)


class SurveyedRun(NamedTuple):
    """A survey of the run at the end of a way, those of its states that nobody knew, and who knows more of them."""

    way: RunWay
    survey: RunSurvey
    new: Sequence[Found]
    near: Pending[Any]


class Surveying:
    """Has runs of a variant surveyed, and what may come in them followed."""

    def __init__(
        self, variant: LoadedVariant, options: RunOptions, troubles: Troubles, known: KnownStates, sharing: Sharing
    ) -> None:
        self._known = known
        self._pool = sharing.pool
        self._field = Field(
            kin=known.number,
            number=next(_numbers),
            find=sharing.find_for(variant),
            options=options,
            troubles=troubles,
        )

    def limit(self, took: int) -> None:
        """From now on runs with strikes end some time after so many nanoseconds."""
        self._field = replace(self._field, took=took)

    def surveys(self, runs: Sequence[ReachableRun]) -> Iterator[SurveyedRun]:
        """A survey of each, in their order.

        Raises:
            LostError: one has killed everybody who worked on it.
        """
        size = self._pool.batch
        batches = [runs[begin : begin + size] for begin in range(0, len(runs), size)]
        for batch, pending in zip(batches, given_ahead(self._pool, map(self._task, batches)), strict=True):
            surveys = named(pending, f"{batch[0]}, or the {len(batch) - 1} behind it")
            for run, survey in zip(batch, surveys, strict=True):
                yield SurveyedRun(run.way, survey, self._unknown(survey.states), pending)

    def follow(self, runs: Sequence[ReachableRun]) -> Iterator[tuple[Finding, ...]]:
        """What breaks in each, in their order.

        Raises:
            LostError: one has killed everybody who worked on it.
        """
        return self._pool.stream(partial(all_followed, of=self._field), runs)

    def with_followed(
        self, surveys: Iterable[SurveyedRun], choose: Callable[[SurveyedRun], Sequence[_Next]]
    ) -> Iterator[tuple[SurveyedRun, Iterator[tuple[_Next, tuple[Finding, ...]]]]]:
        """Each survey, and what breaks in the runs behind it that are chosen; others begin meanwhile.

        Raises:
            LostError: one has killed everybody who worked on it.
        """
        work = partial(all_followed, of=self._field)
        waiting: deque[tuple[SurveyedRun, Iterator[tuple[_Next, tuple[Finding, ...]]]]] = deque()
        for each in surveys:
            chosen = choose(each)
            waiting.append((each, zip(chosen, self._pool.give_all(work, chosen, each.near), strict=True)))
            if len(waiting) > self._pool.ahead * self._pool.batch:
                yield waiting.popleft()
        yield from waiting

    def _task(self, runs: Sequence[ReachableRun]) -> Batch[tuple[int, RunWay], RunSurvey]:
        return Batch(partial(surveyed, of=self._field), [(next(self._known.turns), each.way) for each in runs])

    def _unknown(self, states: Sequence[Found]) -> Sequence[Found]:
        """Those that nobody has told of before; from now on they are known."""
        new = [each for each in states if each.key not in self._known.keys]
        self._known.keys.update(each.key for each in new)
        return new
