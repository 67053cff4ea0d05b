"""Looks at a run before each operation and in the middle of each write: what would a trouble leave there?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from engine.kernel import Event, Process
from engine.kernel.by_identity import ByIdentity
from engine.storage.disk_port import read_all
from engine.storage.faults import Operation
from engine.storage.image import Image
from engine.storage.profiles import DiskProfile
from engine.storage.tables import Tables
from wptest.explore.crashes.crash_state import Books, Crash, CrashState, Key, owed_key
from wptest.explore.crashes.promised import Promised
from wptest.explore.crashes.read_set import ObservedDisk
from wptest.explore.troubles.kinds import OperationAt, Troubles
from wptest.explore.troubles.strikes import Strike
from wptest.judge.debts import Left
from wptest.judge.line_counts import split_lines
from wptest.run.aftermath import Aftermath
from wptest.run.world import World


def no_preparation(_world: World) -> None:
    """Nothing is to be done to a world."""


class SplitDisk(ObservedDisk):
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

    @contextmanager
    def durably(self) -> Iterator[None]:
        """See `MemoryDisk.durably`: what a step does before a program's write is no piece of that."""
        look, self.look = self.look, None
        with super().durably():
            yield
        self.look = look


def disk_for(troubles: Troubles) -> SplitDisk:
    """An empty disk that can tell what a power loss leaves on any disk that is looked at."""
    return SplitDisk("lying" if troubles.lying else "posix")


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

    def goes_on(self, strike: Strike) -> None:
        """One more trouble after which the run goes on; nobody asks for them here."""
        del strike


@dataclass(frozen=True, slots=True)
class Sight:
    """What the kinds of trouble see of a moment.

    Attributes:
        crash: a crash that comes now, of no kind yet.
        seen: the disk as programs see it.
        left: what is left for the targets when every program dies now.
        owed: what is owed as it is.
        books: equal for equal books: what is left, what of it is promised, and how much was given up.
        state: the state that a crash leaves, with what it leaves of the disk and of the books.
    """

    crash: Crash
    disk: SplitDisk
    seen: Image
    left: Left
    owed: Left
    finder: Finder
    books: Callable[[Left], Books]
    state: Callable[[Crash, Tables, Left], CrashState]


class Recorder:
    """Watches one run and hands over every trouble that could come in it, and what that leaves.

    Args:
        world: the run, not begun yet.
        disk: its disk.
        troubles: which.
        promised: what no power loss may take, at the start.
        crashes: the crashes before this run.
        finder: is told of each.
        since: from which operation on; the troubles before are known.
    """

    def __init__(
        self,
        world: World,
        disk: SplitDisk,
        troubles: Troubles,
        *,
        promised: Promised,
        crashes: tuple[Crash, ...],
        finder: Finder,
        since: int = 1,
    ) -> None:
        self.counts = CrashCounts()
        self._world = world
        self._disk = disk
        self._troubles = troubles
        self._promised = promised
        self._crashes = crashes
        self._finder = finder
        self._since = since
        self._last: OperationAt | None = None
        self._crash = Crash(0, "", "", "", 0, "kill")
        world.machine.storage.watchers.append(self._before)
        world.machine.trace.listen("rescue.released", self._released)
        world.machine.trace.listen("recovery.file_removed", self._removed)
        world.machine.trace.listen("data.cleaned", self._cleaned)

    def end(self) -> None:
        """The run is over: a crash may come now, and then nobody looks any more."""
        now = self._world.machine.scheduler.now
        self._pause(now)
        self._crash = Crash(self.counts.operations + 1, "", "", "", now, "kill")
        self._disk.look = None
        self._look(None)
        self._world.machine.storage.watchers.remove(self._before)

    def _before(self, operation: Operation, path: str, process: Process) -> None:
        self._disk.look = None
        if self._troubles.during not in (None, process.name):
            return
        self.counts.operations += 1
        now = self._world.machine.scheduler.now
        self._pause(now)
        if self.counts.operations < self._since:
            return
        self._crash = Crash(self.counts.operations, operation, path, process.name, now, "kill")
        self._look(None)
        if operation == "append" and self._troubles.tear and self._troubles.ending:
            self._disk.look = self._look
        self._last = OperationAt(self.counts.operations, operation, path, process.name, now)
        for kind in self._troubles.striking:
            self._tell(kind.strikes(self._last))

    def _pause(self, now: int) -> None:
        """Tell of the troubles that may come before this moment, if time has gone by."""
        if self._last is not None:
            for kind in self._troubles.striking:
                self._tell(kind.meanwhile(self._last, now))

    def _tell(self, strikes: Iterable[Strike]) -> None:
        for strike in strikes:
            self._finder.goes_on(strike)

    def _look(self, torn: int | None) -> None:
        """Tell of every disk that a crash leaves at this moment, unless an equal one is known."""
        if not self._troubles.ending:
            return
        self.counts.moments += 1
        ledger = self._world.ledger
        left, owed = ledger.debts.after_kill(), Left(ledger.dues.lines(), ledger.debts.doubtful)
        seen = self._disk.image(pending=True)
        books = self._books(left)
        key = hash((seen, books, books if owed.owed is left.owed else self._books(owed)))
        known = self._finder.known.get(key)
        if known is None:
            crash = self._crash._replace(torn=torn)
            state = partial(self._state, ByIdentity(self._world.aftermath))  # the disks of a moment share it
            sight = Sight(crash, self._disk, seen, left, owed, self._finder, self._books, state)
            images, bounded = 0, False
            for kind in self._troubles.ending:
                more, cut = kind.leave(sight)
                images, bounded = images + more, bounded or cut
            known = self._finder.known[key] = images, bounded
        self.counts.images += known[0]
        self.counts.bounded = self.counts.bounded or known[1]

    def _books(self, left: Left) -> Books:
        """Equal for equal books: what is owed, what of it is promised, and how much was given up."""
        doubtful = owed_key(left.doubtful) if left.doubtful else b""
        return owed_key(left.owed), doubtful, self._promised.key(owed_key), len(self._world.machine.drops)

    def _state(
        self, aftermath: Callable[[Left], Aftermath], crash: Crash, snapshot: Tables, left: Left
    ) -> CrashState:
        return CrashState((*self._crashes, crash), snapshot, aftermath(left), self._promised)

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
