"""Runs that have reached what none before them had, and others made of them by changing some of their faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from random import Random
from typing import NamedTuple

from wptest.explore.baseline import SeenOperation
from wptest.explore.rewriting.plain_scenario import PlainData
from wptest.explore.swarming.random_faults import ONE_EACH, Drawn, FaultyRun, Lottery
from wptest.explore.swarming.reached import Reached
from wptest.words.explore import SwarmFault

_STAYS = 0.6  # of the faults of a run that was kept
_CHANGED, _TAKEN_OVER, _STRUCK = 0.5, 0.25, 0.5  # how often each is done to it
_LEAST_NEW, _MOST_NEW = 2, 4  # faults that are drawn for it
_STRIKING = 3  # so much more often those that strike an operation
_FELT = 3  # a fault that had an effect counts so much more than one that had none
_MOST_FAULTS = 8


class _Kept(NamedTuple):
    run: FaultyRun  # with those of its faults that had an effect
    reached: Reached
    operations: Sequence[SeenOperation]  # which come of its faults


class Corpus:
    """The runs that were kept, in the order in which they were run.

    Attributes:
        times: how many runs have reached each point.
    """

    def __init__(self, lottery: Lottery) -> None:
        self.times: Counter[int] = Counter()
        self._drawn: Counter[tuple[str, int]] = Counter()
        self._lottery = lottery
        self._usual = {each.key: each.times for each in lottery.operations}
        self._kept: list[_Kept] = []
        self._weights: list[float] | None = None

    def __len__(self) -> int:
        return len(self._kept)

    def add(
        self, run: FaultyRun, telling: Collection[int], reached: Reached, seen: Sequence[SeenOperation]
    ) -> None:
        """Keep a run if it has reached something new, and what it does that the scenario by itself doesn't.

        Its faults are kept as far as they had an effect: those of the steps `telling`, counted from 0.
        """
        own = run.with_effect(telling)
        self._drawn.update(map(_like, run.faults))
        self._drawn.update([*map(_like, own.faults)] * _FELT)
        if not reached <= self.times.keys():
            operations = [each for each in seen if each.times > self._usual.get(each.key, 0)]
            self._lottery.learn(operations)
            self._kept.append(_Kept(own, reached, operations))
        self.times.update(reached)
        self._weights = None

    def changes(self, run: FaultyRun) -> PlainData:
        """What such a run adds to the scenario: its faults may strike what only runs that were kept do."""
        return self._lottery.changes(run)

    def changed(self, random: Random) -> FaultyRun:
        """Faults of a run that was kept, one of them changed, and rare ones beside them.

        Runs that reach what few do are taken more often.
        """
        if self._weights is None:
            self._weights = [1 / min(self.times[point] for point in kept.reached) for kept in self._kept]
        kept = random.choices(self._kept, self._weights)[0]
        faults = self._varied(kept.run.faults, random)
        for another in (*self._further(kept, random), *self._new(random)):
            faults = _with(faults, another)
        return FaultyRun(kept.run.seed, tuple(faults))

    def _varied(self, faults: Sequence[Drawn], random: Random) -> list[Drawn]:
        """Most of the faults, and maybe one decision of one of them made otherwise."""
        left = [fault for fault in faults if random.random() < _STAYS]
        if left and random.random() < _CHANGED:
            place = random.randrange(len(left))
            kind, decisions = left[place]
            if decisions:
                left[place] = self._lottery.drawn(kind, random, decisions, random.randrange(len(decisions)))
        return left

    def _further(self, kept: _Kept, random: Random) -> Iterator[Drawn]:
        """Maybe a fault of another run, and one at an operation that only this run's faults bring about."""
        if random.random() < _TAKEN_OVER and (others := random.choice(self._kept).run.faults):
            yield random.choice(others)
        if kept.operations and random.random() < _STRUCK:
            operation = random.choice(kept.operations)
            if kinds := self._lottery.can_strike(operation):
                yield self._lottery.strike(random.choice(kinds), operation, random)

    def _new(self, random: Random) -> Iterator[Drawn]:
        kinds = self._lottery.kinds
        weights = [_STRIKING if self._lottery.places(kind) else 1 for kind in kinds]
        for kind in random.choices(kinds, weights, k=random.randint(_LEAST_NEW, _MOST_NEW)):
            yield self._rare(kind, random)

    def _rare(self, kind: SwarmFault, random: Random) -> Drawn:
        """A fault of that kind, at what such faults have struck least."""
        places = self._lottery.places(kind)
        if not places:
            return self._lottery.drawn(kind, random)
        order = random.sample(range(places), places)
        rarest = min(order, key=lambda place: self._drawn[kind, place])
        return self._lottery.struck(kind, rarest, random)


def _like(fault: Drawn) -> tuple[str, int]:
    """Faults of one kind are alike if they strike the same, or do the same."""
    return fault.kind, fault.decisions[0] if fault.decisions else 0


def _with(faults: Sequence[Drawn], another: Drawn) -> list[Drawn]:
    """One more; of a kind that a run has once at most, it takes the place of the other."""
    if another.kind in ONE_EACH:
        faults = [fault for fault in faults if fault.kind != another.kind]
    return [*faults, another][-_MOST_FAULTS:]
