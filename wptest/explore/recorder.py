"""Looks at a run before each operation and in the middle of each write: what would a crash leave there?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.kernel import Event, Process
from engine.storage import MemoryDisk, Profile
from engine.storage.disk import read_all
from engine.storage.faults import Operation
from wptest.check.lines import split_lines
from wptest.explore.images import image_key
from wptest.explore.state import Crash, CrashState, Owed
from wptest.language.explore import CrashExplore
from wptest.run.world import World


class SplitDisk(MemoryDisk):
    """A disk that does a write piece by piece while somebody looks, and lets them look in between."""

    def __init__(self, profile: Profile) -> None:
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


def cuts(data: bytes) -> list[int]:
    """Where a write is torn: after its first byte, its first line, in the middle, before its last byte."""
    first_line = data.find(b"\n") + 1
    places = {1, first_line, len(data) // 2, len(data) - 1}
    return sorted(place for place in places if 0 < place < len(data))


@dataclass(slots=True)
class Counts:
    """How much there was to explore: operations, moments to crash at, and the disks that crashes leave there."""

    operations: int = 0
    moments: int = 0
    images: int = 0


class Recorder:
    """Watches one run and hands over every state that a crash could leave.

    Args:
        world: the run, not begun yet.
        disk: its disk.
        plan: which crashes.
        promised: what no power loss may take, at the start.
        crashes: the crashes before this run.
        found: is told of each state.
    """

    def __init__(
        self,
        world: World,
        disk: SplitDisk,
        plan: CrashExplore,
        *,
        promised: Owed,
        crashes: tuple[Crash, ...],
        found: Callable[[CrashState], None],
    ) -> None:
        self.counts = Counts()
        self._world = world
        self._disk = disk
        self._plan = plan
        self._promised = dict(promised)
        self._crashes = crashes
        self._found = found
        self._next = Crash(0, "", "", "", 0, "kill")
        world.machine.storage.watchers.append(self._before)
        world.machine.trace.listen("rescue.released", self._released)

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
        """Tell of every disk that a crash leaves at this moment."""
        self.counts.moments += 1
        crash = replace(self._next, torn=torn)
        if "kill" in self._plan.kinds:
            self._tell(crash, self._world.ledger.owed_after_kill())
        if "power-loss" in self._plan.kinds:
            self._tell(replace(crash, kind="power-loss"), self._world.ledger.owed())

    def _tell(self, crash: Crash, owed: Owed) -> None:
        self.counts.images += 1
        disk, logs = self._disk, self._world.project.log_dir
        if crash.kind == "power-loss":
            disk = SplitDisk(self._disk.profile)
            disk.restore(self._disk.snapshot())
            disk.power_loss()
        aftermath = self._world.aftermath(owed)
        crashes = (*self._crashes, crash)
        self._found(CrashState(crashes, disk.snapshot(), image_key(disk, logs), aftermath, dict(self._promised)))

    def _released(self, event: Event) -> None:
        """A rescue file that has its final name is durable: its lines are promised from now on."""
        path = str(event.fields["path"])
        lines = Counter(line for line in split_lines(read_all(self._disk, path)) if line.strip())
        target = self._world.ledger.rescue_file_target(path)
        self._promised[target] = self._promised.get(target, Counter()) | lines
