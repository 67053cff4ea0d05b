"""What the engine's own programs do to a disk, as histories: rescue files, checkpoints, replays, unlocking."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.storage.disk_port import parent
from engine.storage.memory import MemoryDisk
from engine.text.source_text import SourceText
from tests.real_disks.histories import History
from wptest.run.running import run_on
from wptest.run.world import RunOptions
from wptest.scenario.load import load_text

_SCENARIOS = {
    "an outage, and its lines released": """
project: {sinks: {a: {type: test_rescue, phases: [up 1s, down 1s, up 9s]}}}
given: {source: {lines: 400, rate: 200/s}}
when:
  - start: wparse daemon
  - wait: idle
""",
    "a killed writer, its file unlocked and replayed": """
project: {sinks: {a: {type: test_rescue, phases: [up 1s, down 9s]}}}
given: {source: {lines: 400, rate: 200/s}}
when:
  - start: wparse daemon
  - at: 1800ms
    kill: wparse
  - run: wproj rescue unlock
  - run: wprescue work
then: {allow: {lost: in_memory}}
""",
    "a replay with checkpoints": """
project: {speed_limit: 1000, sinks: {a: {}}}
given: {files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 300}}}
when:
  - run: wprescue work
""",
    "a replay that is killed and goes on": """
project: {speed_limit: 1000, sinks: {a: {}}}
given: {files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 250}}}
when:
  - start: wprescue work
  - upon: {sink: a, lines: 150}
    kill: wprescue
  - run: wprescue work
""",
}


class NotingDisk(MemoryDisk):
    """A disk that notes what is done to it, in the words of histories."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[str, ...]] = []

    def open(self, path: str, *, create: bool = True, exclusive: bool = False, truncate: bool = False) -> int:
        """See `Disk.open`."""
        before = len(self.done)
        descriptor = super().open(path, create=create, exclusive=exclusive, truncate=truncate)
        self.done.insert(before, ("open", f"@{descriptor}", path))  # and then that it is emptied
        return descriptor

    def append(self, descriptor: int, data: bytes) -> int:
        """See `Disk.append`."""
        self.done.append(("append", f"@{descriptor}", str(len(data))))
        return super().append(descriptor, data)

    def truncate(self, descriptor: int, size: int) -> None:
        """See `Disk.truncate`."""
        self.done.append(("cut", f"@{descriptor}", str(size)))
        super().truncate(descriptor, size)

    def fsync(self, descriptor: int) -> None:
        """See `Disk.fsync`."""
        self.done.append(("fsync", f"@{descriptor}"))
        super().fsync(descriptor)

    def rewrite(self, descriptor: int, offset: int) -> None:
        """See `Disk.rewrite`."""
        self.done.append(("rewrite", f"@{descriptor}", str(offset)))
        super().rewrite(descriptor, offset)

    def close(self, descriptor: int) -> None:
        """See `Disk.close`."""
        self.done.append(("close", f"@{descriptor}"))
        super().close(descriptor)

    def rename(self, source: str, target: str) -> None:
        """See `Disk.rename`."""
        super().rename(source, target)
        self.done.append(("rename", source, target))

    def remove(self, path: str) -> None:
        """See `Disk.remove`."""
        super().remove(path)
        self.done.append(("remove", path))

    def mkdir(self, path: str) -> None:
        """See `Disk.mkdir`: each directory is one."""
        if not self.exists(path):
            self.mkdir(parent(path))
            super().mkdir(path)
            self.done.append(("mkdir", path))

    def sync_dir(self, path: str) -> None:
        """See `Disk.sync_dir`."""
        super().sync_dir(path)
        self.done.append(("sync_dir", path) if path else ("sync_dir",))


def engine_histories() -> Mapping[str, History]:
    """What is done to the disk in each of a few runs, without what only reads."""
    return {name: _noted(name, text) for name, text in _SCENARIOS.items()}


def _noted(name: str, text: str) -> History:
    source = SourceText(Path("noted.wptest.yaml"), f"scenario: {name.replace(' ', '-').replace(',', '')}{text}")
    disk = NotingDisk()
    run_on(disk, load_text(source)[0].variants[0], RunOptions(log_files=False))
    written = {operation[1] for operation in disk.done if operation[0] not in ("open", "close")}
    return tuple(each for each in disk.done if each[0] not in ("open", "close") or each[1] in written)
