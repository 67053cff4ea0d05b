"""Looks at a run before each operation and in the middle of each write: what would a crash leave there?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from engine.kernel import Event, Process
from engine.storage.disk_port import read_all
from engine.storage.faults import Operation
from engine.storage.image import Image
from engine.storage.memory import MemoryDisk
from engine.storage.profiles import DiskProfile
from engine.storage.tables import Tables
from wptest.explore.crashes.crash_state import Books, Crash, CrashState, Key, OwedKeys
from wptest.explore.crashes.promised import Promised
from wptest.judge.debts import Left
from wptest.judge.line_counts import split_lines
from wptest.run.world import World
from wptest.words.explore import CrashExplore


def no_preparation(_world: World) -> None:
    """Nothing is to be done to a world."""


class SplitDisk(MemoryDisk):
    """A disk that does a write piece by piece while somebody looks, and lets them look in between."""

    def __init__(self, profile: DiskProfile) -> None:
        super().__init__(profile)
        self.look: Callable[[int], None] | None = None

    def append(self, descriptor: int, data: bytes) -> int:
        """See `Disk.append`; `look` is told how much is done."""
        if self.look is None:
            return super().append(descriptor, data)
        done = 0
        for cut in cuts(data):
            super().append(descriptor, data[done:cut])
            done = cut
            self.look(done)
        super().append(descriptor, data[done:])
        return len(data)


def disk_for(plan: CrashExplore) -> SplitDisk:
    """An empty disk that can tell what a power loss leaves on the disks of the plan."""
    return SplitDisk("lying" if "lying" in plan.disk else "posix")


def cuts(data: bytes) -> list[int]:
    """Where a write is torn: after its first byte, its first line, in the middle, before its last byte."""
    first_line = data.find(b"\n") + 1
    places = {1, first_line, len(data) // 2, len(data) - 1}
    return sorted(place for place in places if 0 < place < len(data))


@dataclass(slots=True)
class CrashCounts:
    """How much there was to explore: operations, moments to crash at, and the disks that crashes leave there.

    `bounded` says that a power loss may leave more disks at some moment than were looked at.
    """

    operations: int = 0
    moments: int = 0
    images: int = 0
    bounded: bool = False

    def add(self, other: CrashCounts) -> None:
        """Count another run's."""
        self.operations += other.operations
        self.moments += other.moments
        self.images += other.images
        self.bounded = self.bounded or other.bounded


class Finder(ABC):
    """Is told of every state that crashes leave, over one run or several.

    Attributes:
        known: the moments that it was told of, how many images each has, and whether there may be more: an equal
            one tells nothing new.
    """

    def __init__(self) -> None:
        self.known: dict[Key, tuple[int, bool]] = {}

    @abstractmethod
    def look_at(self, key: Key, make: Callable[[], CrashState]) -> None:
        """One more state; `key` is the same for equal ones."""


class Recorder:
    """Watches one run and hands over every state that a crash could leave.

    Args:
        world: the run, not begun yet.
        disk: its disk.
        plan: which crashes.
        promised: what no power loss may take, at the start.
        crashes: the crashes before this run.
        finder: is told of each state.
    """

    def __init__(
        self,
        world: World,
        disk: SplitDisk,
        plan: CrashExplore,
        *,
        promised: Promised,
        crashes: tuple[Crash, ...],
        finder: Finder,
    ) -> None:
        self.counts = CrashCounts()
        self._world = world
        self._disk = disk
        self._plan = plan
        self._promised = promised
        self._crashes = crashes
        self._finder = finder
        self._key_of = OwedKeys()
        self._next = Crash(0, "", "", "", 0, "kill")
        world.machine.storage.watchers.append(self._before)
        world.machine.trace.listen("rescue.released", self._released)
        world.machine.trace.listen("recovery.file_removed", self._removed)
        world.machine.trace.listen("data.cleaned", self._cleaned)

    def end(self) -> None:
        """The run is over: a crash may come now, and then nobody looks any more."""
        self._next = Crash(self.counts.operations + 1, "", "", "", self._world.machine.scheduler.now, "kill")
        self._disk.look = None
        self._look(None)
        self._world.machine.storage.watchers.remove(self._before)

    def _before(self, operation: Operation, path: str, process: Process) -> None:
        self._disk.look = None
        if self._plan.during not in (None, process.name):
            return
        self.counts.operations += 1
        now = self._world.machine.scheduler.now
        self._next = Crash(self.counts.operations, operation, path, process.name, now, "kill")
        self._look(None)
        if operation == "append" and self._plan.tear:
            self._disk.look = self._look

    def _look(self, torn: int | None) -> None:
        """Tell of every disk that a crash leaves at this moment, unless an equal one is known."""
        self.counts.moments += 1
        ledger = self._world.ledger
        left, full = ledger.debts.after_kill(), Left(ledger.dues.lines(), ledger.debts.doubtful)
        seen = self._disk.image(pending=True)
        books = self._books(left)
        key = hash((seen, books, books if full.owed is left.owed else self._books(full)))
        known = self._finder.known.get(key)
        if known is None:
            images, bounded = 0, False
            for kind in self._plan.kinds:
                crash = replace(self._next, torn=torn, kind=kind)
                more, cut = self._kill(crash, seen, left) if kind == "kill" else self._power_loss(crash, full)
                images, bounded = images + more, bounded or cut
            known = self._finder.known[key] = images, bounded
        self.counts.images += known[0]
        self.counts.bounded = self.counts.bounded or known[1]

    def _books(self, left: Left) -> Books:
        """Equal for equal books: what is owed, what of it is promised, and how much was given up."""
        doubtful = self._key_of(left.doubtful) if left.doubtful else b""
        return self._key_of(left.owed), doubtful, self._promised.key(self._key_of), len(self._world.machine.drops)

    def _kill(self, crash: Crash, seen: Image, left: Left) -> tuple[int, bool]:
        """Tell of the disk that a kill leaves: it is one, and there are no more."""
        key = hash((seen, self._books(left)))
        self._finder.look_at(key, lambda: self._state(crash, self._disk.snapshot(), left))
        return 1, False

    def _power_loss(self, crash: Crash, left: Left) -> tuple[int, bool]:
        """Tell of the disks that a power loss may leave; how many those are, and whether there may be more."""
        images, bounded, books = 0, False, self._books(left)
        for profile in self._plan.disk:
            disks = self._disk.crash_images(profile, bound=self._plan.images)
            bounded = bounded or not disks.complete
            images += len(disks.images)
            for number, image in enumerate(disks.images, 1):
                place = replace(crash, image=f"{profile} {number} of {len(disks.images)}")
                self._finder.look_at(hash((image.image, books)), partial(self._state, place, image.tables, left))
        return images, bounded

    def _state(self, crash: Crash, snapshot: Tables, left: Left) -> CrashState:
        return CrashState((*self._crashes, crash), snapshot, self._world.aftermath(left), self._promised)

    def _released(self, event: Event) -> None:
        """A rescue file that has its final name is durable: its lines are promised from now on."""
        path = str(event.fields["path"])
        lines = Counter(line for line in split_lines(read_all(self._disk, path)) if line.strip())
        self._promised = self._promised.with_file(path, self._world.ledger.names.target(path), lines)

    def _removed(self, event: Event) -> None:
        """Another file may get that name."""
        self._promised = self._promised.without_file(str(event.fields["path"]))

    def _cleaned(self, event: Event) -> None:
        """What an operator has removed is not promised to anybody any more."""
        self._removed(event)
        self._promised = self._promised.at_most(self._world.ledger.dues.lines())
