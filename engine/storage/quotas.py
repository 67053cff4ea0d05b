"""How much fits: into a directory, ENOSPC when it is full, and into a named pipe; a short write comes before."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.storage.disk_port import Disk, files_below
from engine.storage.errors import failure

CAPACITY = 65536  # bytes: what Linux gives a pipe


@dataclass(slots=True)
class Room:
    """A directory that so many bytes fit into, from when somebody says so; one that is never full proves nothing.

    Attributes:
        directory: which one.
        size: how many bytes fit.
        before: how many did until then; None where there was no bound.
        most: how many were in it at most, as far as anything was written.
        was_full: something did not fit.
    """

    directory: str
    size: int
    before: int | None = None
    most: int = field(default=0, init=False)
    was_full: bool = field(default=False, init=False)

    @property
    def narrows(self) -> bool:
        """Whether less fits than before."""
        return self.before is None or self.size < self.before


@dataclass(slots=True)
class Quotas:
    """Directories that can fill up, as a small partition mounted there would; of each what was said last."""

    rooms: dict[str, Room] = field(default_factory=dict)

    def resize(self, sizes: Mapping[str, int]) -> list[Room]:
        """From now on so many bytes fit into these directories."""
        made = []
        for directory, size in sizes.items():
            assert size >= 0, "less than nothing can't fit"
            known = self.rooms.get(directory)
            self.rooms[directory] = Room(directory, size, None if known is None else known.size)
            made.append(self.rooms[directory])
        return made

    def fit(self, disk: Disk, path: str, data: bytes) -> bytes:
        """As much of `data` as still fits where `path` is; a real kernel writes that much, too.

        Raises:
            OSError: ENOSPC, when not one byte does.
        """
        left = len(data)
        for room in self.rooms.values():
            if path.startswith(f"{room.directory}/"):
                used = _used(disk, room.directory)
                fitting = min(len(data), max(0, room.size - used))  # more may be in it: it was larger before
                room.was_full = room.was_full or fitting < len(data)
                room.most = max(room.most, used + fitting)
                left = min(left, fitting)
        if left <= 0 < len(data):
            raise failure(errno.ENOSPC, path)
        assert 0 <= left <= len(data), "a negative size would cut from the other end"
        return data[:left]


@dataclass(slots=True)
class Pipes:
    """The pipes of one machine: how many bytes wait in each. What went through one stays in its file."""

    waiting: dict[str, int] = field(default_factory=dict)

    def make(self, path: str) -> None:
        """From now on the file at this path is a pipe."""
        self.waiting[path] = 0

    def fit(self, path: str, data: bytes) -> bytes:
        """As much of `data` as fits into what is at `path`; all of it where that is no pipe.

        Raises:
            BlockingIOError: not one byte does, until somebody reads.
        """
        if path not in self.waiting:
            return data
        fitting = data[: CAPACITY - self.waiting[path]]
        if data and not fitting:
            raise failure(errno.EAGAIN, path)
        self.waiting[path] += len(fitting)
        assert self.waiting[path] <= CAPACITY, "a pipe would hold more than it can"
        return fitting

    def read(self, path: str, most: int) -> int:
        """Take at most so many bytes out of a pipe; how many there were."""
        taken = min(most, self.waiting[path])
        self.waiting[path] -= taken
        return taken


def _used(disk: Disk, directory: str) -> int:
    return sum(disk.stat(path).size for path in files_below(disk, directory))
