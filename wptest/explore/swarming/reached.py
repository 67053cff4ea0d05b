"""What a run reaches: which behaviour follows on which, and in which states programs begin and end.

All of it is told by roles, as the sink's name and that of a rescue file without its time, never by moments. So
two runs that do the same at other times reach the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from zlib import crc32

from engine.kernel import Event, Process
from engine.storage.disk_port import files_below
from engine.storage.faults import Operation
from wptest.explore.baseline import role_of
from wptest.judge.written_down.checkpoints import UnreadableCheckpointError, read_checkpoint
from wptest.run.world import World

Reached = frozenset[int]

_POINTS = 1 << 20  # what a run reaches is one of so many points: whoever keeps them all needs no more
_NUMBERS = re.compile(r"\d+")
_TELLING = ("sink", "code", "does", "reason")
_BOUNDARIES = ("program.started", "program.exited", "program.killed", "recovery.file_began")
_BEGINNING = 40  # letters of a message of the log: what comes behind them is about one line or one file
_SEVERAL = 3


class Reaching:
    """Watches a run from its beginning, and tells what it has reached."""

    def __init__(self) -> None:
        self._times: Counter[tuple[str, ...]] = Counter()
        self._last: dict[str, str] = {}
        self._world: World | None = None

    def attach(self, world: World) -> None:
        """Begin to watch a world that hasn't begun yet."""
        self._world = world
        world.machine.storage.watchers.append(self._operation)
        for kind in _BOUNDARIES:
            world.machine.trace.listen(kind, self._boundary)

    def reached(self, events: Iterable[Event]) -> Reached:
        """All of it, at the end of the run that these events are of."""
        last: dict[str, str] = {}
        for event in events:
            if told := _told(event):
                self._times[event.process, last.get(event.process, ""), told] += 1
                last[event.process] = told
        return frozenset(_point(*edge, _how_often(times)) for edge, times in self._times.items())

    def _operation(self, operation: Operation, path: str, process: Process) -> None:
        self._follows(process.name, f"{operation} {role_of(path)}")

    def _follows(self, process: str, what: str) -> None:
        self._times[process, self._last.get(process, ""), what] += 1
        self._last[process] = what

    def _boundary(self, event: Event) -> None:
        """A program begins or ends, or a file: in which state?"""
        assert self._world is not None, "who listens was attached to it"
        self._follows(event.process, event.kind)
        for part in _state(self._world):
            self._times[event.process, event.kind, part] = 1


def _point(*what: str) -> int:
    """The same number in every process; two of many may have the same."""
    return crc32("\n".join(what).encode()) % _POINTS


def _how_often(times: int) -> str:
    """Roughly: the difference between once and twice counts, that between 100 and 101 does not."""
    return str(times.bit_length())


def _told(event: Event) -> str:
    """An event without what is different each time."""
    fields = event.fields
    if event.kind == "log":
        return _NUMBERS.sub("#", str(fields["message"]))[:_BEGINNING]
    return " ".join([event.kind, *(str(fields[key]) for key in _TELLING if key in fields)])


def _state(world: World) -> Iterator[str]:
    """What lies in the rescue directory, how far the checkpoint says it is, and how the targets end."""
    disk, root, inventory = world.machine.disk, world.project.rescue_root, world.ledger.inventory
    files = Counter(role_of(path) for path in files_below(disk, root))
    yield " ".join(f"{role} {min(times, _SEVERAL)}" for role, times in sorted(files.items()))
    targets = sorted(inventory.written())
    yield f"torn {[target for target in targets if not inventory.is_sound(target)]}"
    try:
        done = read_checkpoint(world.machine, root)
    except UnreadableCheckpointError:
        yield "checkpoint unreadable"
        return
    for path, entry in sorted(done.items()):
        there = disk.exists(path)
        sizes = [inventory.size(target) for target in targets]
        ahead = any(entry.target < size for size in sizes)
        yield f"{role_of(path)} {there} begun {entry.lines > 0} target ahead {ahead}"
