"""Whether a run gets on, or its programs only do the same again and again.

A program may be busy for ever: a sink takes half of what comes and fails, all of it goes to a rescue file, and that
file is replayed to the same sink. Something moves all the time, so nobody who waits for the end gives up. What
counts is whether a line gets anywhere for the first time: out of the input, into a target, or aside for good.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.foreign.sink_mistakes import UnreadableTargetError
from engine.kernel import Event, Livelock
from engine.units import format_duration
from wptest.judge.ledger import TargetAccount
from wptest.run.bounds import FruitlessError, patience
from wptest.run.lasting import as_evidence
from wptest.run.proving.failing_sinks import still_failing
from wptest.run.world import World

_FEW = 100  # events that move something: less is no going round
_MANY = 1_000_000  # there are five million at most, and nobody wants to wait for them either
_ADVANCING = ("step", "meanwhile", "cleanup", "closing")
_SHOWN = 4
_OFTEN = 25  # failures of a sink by the same refusal
_PASSING = frozenset({"log", "program.output", "monitor.stat"})


class _RefusedRow(NamedTuple):
    """Which rows were refused, since when, after how many failures of sinks, and what was settled by then."""

    what: tuple[object, ...]
    since: int
    failures: int
    settled: int


class Headway:
    """A bound of a run: asked now and then, it says when nothing has come of all that was done.

    The books are looked into only where nothing was read and no step was taken meanwhile, and then not often.

    Args:
        world: whose run it is.
        most_events: how many events a run may have; None is no limit.
    """

    def __init__(self, world: World, most_events: int | None = None) -> None:
        self._world = world
        self._machine = world.machine
        self._most_events = most_events
        self._seen = (0, 0, 0)
        self._settled: int | None = None
        self._row: _RefusedRow | None = None
        self._begin()
        self._machine.trace.listen("row.refused", self._refused)

    def __call__(self) -> None:
        """See whether the run gets on.

        Raises:
            Livelock: it has too many events.
            FruitlessError: it doesn't get on.
        """
        if self._most_events is not None and len(self._machine.trace.events) > self._most_events:
            message = f"no end in sight after {len(self._machine.trace.events):,} events"
            raise Livelock(message)
        if not self._world.subject.is_real:  # there --timeout is the bound of time
            self._look()

    def _look(self) -> None:
        turns = sum([len(self._machine.trace.of(kind)) for kind in _ADVANCING])
        seen = turns, len(self._world.programs), self._world.ledger.dues.inputs.accepted
        tried = self._machine.work - self._work
        if seen != self._seen:
            self._seen, self._settled = seen, None
            self._begin()
        elif tried < _FEW:
            return
        elif self._settled is None:
            self._settled = self._settled_now()
        elif self._takes_long or tried > _MANY:
            settled = self._settled_now()
            if settled <= self._settled:
                raise self._fruitless(self._since)
            self._settled = settled
            self._begin()

    def _refused(self, event: Event) -> None:
        """A row that a server has refused by itself is refused again, whenever it is sent.

        What a sink keeps of it may grow each time, so to ask now and then would take minutes.

        Raises:
            FruitlessError: its sink failed by it many times, nothing was settled meanwhile, and nothing is to come.
        """
        trace, now, row = self._machine.trace, self._machine.scheduler.now, self._row
        by_faults, failures = trace.of("request.fault"), len(trace.of("sink.failed"))
        if by_faults and by_faults[-1].fields["request"] == event.fields["request"]:
            return
        what = event.process, event.fields["code"], event.fields["rows"], event.fields["first"]
        if row is None or row.what != what:
            self._row = _RefusedRow(what, now, failures, self._settled_now())
        elif failures - row.failures >= _OFTEN and now >= self._world.waiting.rests_until:
            settled = self._settled_now()
            if settled <= row.settled:
                raise self._fruitless(row.since)
            self._row = _RefusedRow(what, now, failures, settled)

    def _begin(self) -> None:
        self._since, self._work = self._machine.scheduler.now, self._machine.work
        self._events = len(self._machine.trace.events)

    @property
    def _takes_long(self) -> bool:
        now, waiting = self._machine.scheduler.now, self._world.waiting
        return now >= waiting.rests_until and now - self._since > patience(os.environ) + waiting.standstill

    def _settled_now(self) -> int:
        return sum(map(_settled, self._accounts().values()))

    def _accounts(self) -> Mapping[str, TargetAccount]:
        try:
            return self._world.ledger.accounts()
        except UnreadableTargetError:  # it is told where the run is judged
            return {}

    def _fruitless(self, since: int) -> FruitlessError:
        lasted, accounts = self._machine.scheduler.now - since, self._accounts()
        left = sum(each.owed - _settled(each) for each in accounts.values())
        still = f"{self._world.waiting.running}: still trying after {format_duration(lasted)} of virtual time"
        lines = f"{left:,} line{'' if left == 1 else 's'} left"
        error = FruitlessError(f"{still} in which no line got anywhere: {lines}")
        error.evidence = (*self._places(accounts), *self._waits_for(), *self._again_and_again())
        return error

    def _places(self, accounts: Mapping[str, TargetAccount]) -> Iterator[str]:
        """Where the lines are that are left."""
        for target, account in accounts.items():
            places = account.undelivered | {"lost": account.lost.total()}
            told = [f"{count:,} {place.replace('_', ' ')}" for place, count in places.items() if count]
            if account.owed > _settled(account):
                yield f"{target}: of {account.owed:,} lines {', '.join(told)}"

    def _waits_for(self) -> Iterator[str]:
        failing = still_failing(self._world)
        if failing is not None:
            yield str(failing)
        yield from as_evidence(self._world.lasting.now())

    def _again_and_again(self) -> Iterator[str]:
        """What happens all the time."""
        events = self._machine.trace.events[self._events :]
        often = Counter(f"{each.process} {each.kind}" for each in events if each.kind not in _PASSING)
        if often:
            yield f"meanwhile: {', '.join(f'{times:,} x {what}' for what, times in often.most_common(_SHOWN))}"


def _settled(account: TargetAccount) -> int:
    """How many lines nobody has to do anything for any more."""
    return account.delivered + account.quarantined + account.dropped
