"""Permission bits that somebody changes by hand, and whether any operation came upon that."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.storage.disk_port import Disk, parent
from engine.storage.faults import Operation

_OWNER = 0o700
_ON_THE_FILE: frozenset[Operation] = frozenset({"open", "list", "sync_dir", "stat"})  # others ask its directory


@dataclass(slots=True)
class ModeChange:
    """A change of a path's permission bits; one that takes bits away and denies nothing proves nothing.

    Attributes:
        path: the file or directory.
        before: its mode before.
        after: its mode from then on.
        is_dir: whether it is a directory.
        denied: how many operations failed for want of what was taken away.
    """

    path: str
    before: int
    after: int
    is_dir: bool
    denied: int = field(default=0, init=False)

    @property
    def takes(self) -> bool:
        """Whether it takes something away from the owner, who all programs run as."""
        return bool(self.before & ~self.after & _OWNER)

    @property
    def met(self) -> bool:
        """Whether it denied somebody something, or gave somebody a permission that was away."""
        return self.denied > 0 if self.takes else self.matters

    @property
    def matters(self) -> bool:
        """Whether it changes anything for the owner."""
        return bool((self.before ^ self.after) & _OWNER)


@dataclass(slots=True)
class Modes:
    """The changes on one machine: of each path the latest, and the mode before any."""

    latest: dict[str, ModeChange] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)

    def change(self, disk: Disk, path: str, mode: int) -> ModeChange:
        """Set a path's permission bits.

        Raises:
            OSError: there is no such path.
        """
        was = disk.stat(path)
        disk.chmod(path, mode)
        self.before.setdefault(path, was.mode)
        change = self.latest[path] = ModeChange(path, was.mode, mode, was.is_dir)
        return change

    def take_back(self, disk: Disk) -> None:
        """Give each path that is still there the bits it had."""
        for path, mode in self.before.items():
            if disk.exists(path):
                disk.chmod(path, mode)

    def deny(self, operation: Operation, path: str) -> None:
        """An operation was denied for want of a permission: the nearest change that took one away has done it."""
        if not self.latest:
            return
        place = path if operation in _ON_THE_FILE else parent(path)
        while place:
            change = self.latest.get(place)
            if change is not None and change.takes:
                change.denied += 1
                return
            place = parent(place)
