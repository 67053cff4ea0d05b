"""`rescue_name`: a rescue file's name says whose lines it has, and since when.

Recovery knows nothing of a rescue file but its name. One that names another sink sends lines to where they don't
belong, and one with another time is replayed in another order. Both can go well for long: so a name is looked at
when the file is made, against what the oracle itself knows of that moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from engine.kernel import Event
from engine.machine import Machine, Program
from wptest.judge.rescue_names import RescueFileNames

_SECOND = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WrongName(NamedTuple):
    """A rescue file whose name is wrong, what of it is, and when it was made, in monotonic nanoseconds."""

    path: str
    why: str
    time: int


class Naming:
    """Looks at the name of every rescue file that is made.

    It is right when it can be read, names the sink that failed, and has a second (UTC) between the failure and the
    making of the file, by the wall clock of the run. That the clock may have been set between is allowed for.
    """

    def __init__(self, machine: Machine, programs: Sequence[Program], names: RescueFileNames) -> None:
        self.wrong: list[WrongName] = []
        self._machine = machine
        self._programs = programs
        self._names = names
        self._started: dict[str, int] = {}
        self._failures: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        machine.trace.listen("program.started", self._program_started)
        machine.trace.listen("sink.failed", self._sink_failed)
        machine.trace.listen("rescue.created", self._file_made)

    def _program_started(self, event: Event) -> None:
        self._started[event.process] = self._machine.wall.shown

    def _sink_failed(self, event: Event) -> None:
        # Each replica of a group has its own outage, and the file that is made next may be of any of them.
        sink = str(event.fields.get("sink"))  # the logs of real programs don't say which it was
        failures = self._failures[event.process, sink]
        failures.append(self._machine.wall.shown)
        del failures[: -self._names.replicas(sink)]

    def _file_made(self, event: Event) -> None:
        path, sink = str(event.fields["path"]), str(event.fields["sink"])
        self.wrong += [WrongName(path, why, event.time) for why in self._wrong_of(event.process, path, sink)]

    def _wrong_of(self, process: str, path: str, sink: str) -> Iterator[str]:
        name, named = self._names.read(path), self._names.sink(path)
        if name is None:
            yield "no rescue file is called like that"
            return
        if named is None or named.id != sink:
            yield f"it has lines of {sink}, and {'no sink' if named is None else named.id} is called like that"
        first, last = self._seconds(process, sink)
        if not first <= name.time.replace(tzinfo=UTC) <= last:
            yield f"it was made at {last:%Y-%m-%d_%H:%M:%S} UTC"

    def _seconds(self, process: str, sink: str) -> tuple[datetime, datetime]:
        """The first and the last second that the name may have."""
        now = self._machine.wall.shown
        known = self._failures.get((process, sink))
        # What a program does that can't be looked into is seen later than it is done: its start is seen before.
        if known is None or any(each.opaque for each in self._programs if each.called == process):
            known = [self._started.get(process, now) - _SECOND]
        return _second(min(*known, now)), _second(max(*known, now))


def _second(nanoseconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=nanoseconds // _SECOND)
