"""What can come in a run, looked for by whoever has time: its states stay where they were found.

A state is a disk and its books, and sending it takes longer than most of what is done with it. So others are told
the `RunWay` to it, and come there by the same run, which leaves the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from wptest.explore.crashes.crash_state import Crash, CrashState, Key
from wptest.explore.crashes.recorder import CrashCounts, Finder
from wptest.explore.shared_runs import FindVariant
from wptest.explore.troubles.chain import Runner
from wptest.explore.troubles.kinds import Troubles
from wptest.explore.troubles.strikes import Strike
from wptest.pool.pool_port import Desk
from wptest.run.world import RunOptions
from wptest.words.finding import Finding

_KEPT = 512  # runs, with those of their states that nobody has asked for yet

# From the beginning, or from the state that the last key is of; with the strikes behind it.
RunWay = tuple[Key | Strike, ...]


class ReachableRun(Protocol):
    """A run that can be asked for; as a text it says what leads to it."""

    @property
    def way(self) -> RunWay:
        """The way to it."""


class Found(NamedTuple):
    """A state that a run may leave, and the run from there.

    Attributes:
        way: the way to it, with its key at the end.
        key: the same in all processes of a pool, and for equal states.
        crashes: what leads to it, as far as it was crashes.
    """

    way: RunWay
    key: Key
    crashes: tuple[Crash, ...]

    def __str__(self) -> str:
        return ", then ".join(map(str, self.crashes))


class FromBeginning(NamedTuple):
    """The scenario's own run."""

    way: RunWay = ()

    def __str__(self) -> str:
        return "the scenario's own run"


class RunSurvey(NamedTuple):
    """What broke in a run, and what may come in it; no state that the same process has told of before.

    `took` is its virtual time in nanoseconds, where it began at the beginning.
    """

    findings: tuple[Finding, ...]
    counts: CrashCounts
    states: tuple[Found, ...]
    strikes: tuple[Strike, ...]
    took: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What is surveyed; it can be sent to another process if `find` can.

    Attributes:
        kin: the same number for variants that leave equal states.
        number: another one for each variant.
        took: how long a run takes without trouble, where others have strikes.
    """

    kin: int
    number: int
    find: FindVariant = field(compare=False)
    options: RunOptions = field(compare=False)
    troubles: Troubles = field(compare=False)
    took: int = field(default=0, compare=False)


def surveyed(desk: Desk, asked: Sequence[tuple[int, RunWay]], *, of: Field) -> Iterator[RunSurvey]:
    """A survey of the run at the end of each way; with each comes its number among all those of its kin."""
    surveyor = _surveyor(desk, of)
    for turn, way in asked:
        yield surveyor.survey(turn, way)


def all_followed(desk: Desk, runs: Sequence[ReachableRun], *, of: Field) -> Iterator[tuple[Finding, ...]]:
    """What breaks in each run."""
    surveyor = _surveyor(desk, of)
    for run in runs:
        yield surveyor.follow(run.way)


class _Telling(Finder):
    """Takes what may come in one run after the other, every state once."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = 0
        self._told: set[Key] = set()
        self._states: dict[Key, CrashState] = {}
        self._strikes: list[Strike] = []

    def look_at(self, key: Key, make: Callable[[], CrashState]) -> None:
        """See `Finder`."""
        if key not in self._told:
            self._told.add(key)
            self._states[key] = make()

    def goes_on(self, strike: Strike) -> None:
        """See `Finder`."""
        self._strikes.append(strike)

    def taken(self) -> tuple[dict[Key, CrashState], tuple[Strike, ...]]:
        """What is new since this was asked."""
        taken = self._states, tuple(self._strikes)
        self._states, self._strikes = {}, []
        return taken


def _surveyor(desk: Desk, asked: Field) -> _Surveyor:
    """The one of this process. One for another variant takes its place, and may keep what was told of its kin."""
    surveyor: _Surveyor | None = desk.get("surveyor")
    if surveyor is None or surveyor.of != asked:
        is_kin = surveyor is not None and surveyor.of.kin == asked.kin
        telling = surveyor.telling if surveyor is not None and is_kin else _Telling()
        surveyor = desk["surveyor"] = _Surveyor(asked, telling)
    surveyor.limit(asked.took)
    return surveyor


class _Surveyor:
    """Surveys runs, and keeps the states that they leave until somebody follows them.

    Attributes:
        of: what it surveys.
        telling: what it has told.
        runner: does the runs.
    """

    def __init__(self, of: Field, telling: _Telling) -> None:
        self.of = of
        self.telling = telling
        self.runner = Runner(of.find(), of.options, of.troubles, of.took)
        self._left: OrderedDict[RunWay, dict[Key, CrashState]] = OrderedDict()

    def limit(self, took: int) -> None:
        if took != self.of.took:  # most often it is known from the first on
            self.of = replace(self.of, took=took)
            self.runner.limit(took)

    def survey(self, turn: int, way: RunWay) -> RunSurvey:
        # Who has told what comes later must not keep it to himself where it is said to come first.
        telling = self.telling if turn >= self.telling.turn else _Telling()
        telling.turn = turn
        came = self.runner.survey(*self._begin(way), telling)
        states, strikes = telling.taken()
        self._keep(way, states)
        found = tuple(Found((*way, key), key, state.crashes) for key, state in states.items())
        return RunSurvey(came.findings, came.counts, found, strikes, came.took)

    def follow(self, way: RunWay) -> tuple[Finding, ...]:
        state, strikes = self._begin(way)
        findings = self.runner.survey(state, strikes).findings
        last = way[-1]
        if len(way) > 1 and not isinstance(last, Strike):
            self._left[way[:-1]].pop(last, None)  # nobody comes this way again
        return findings

    def _begin(self, way: RunWay) -> tuple[CrashState | None, tuple[Strike, ...]]:
        """The state where a run begins, None for the beginning, and what strikes it."""
        strikes: list[Strike] = []
        for upto in range(len(way), 0, -1):
            step = way[upto - 1]
            if not isinstance(step, Strike):
                return self._state(way[: upto - 1], step), tuple(strikes[::-1])
            strikes.append(step)
        return None, tuple(strikes[::-1])

    def _state(self, way: RunWay, key: Key) -> CrashState:
        """A state that the run at the end of a way leaves."""
        left = self._left.get(way)
        if left is None or key not in left:
            again = _Telling()
            self.runner.survey(*self._begin(way), again)
            left = again.taken()[0]
            self._keep(way, left)
        return left[key]

    def _keep(self, way: RunWay, left: dict[Key, CrashState]) -> None:
        self._left[way] = left
        self._left.move_to_end(way)
        while len(self._left) > _KEPT:
            # The first ones lead to all others.
            self._left.pop(next(each for each in self._left if each))
