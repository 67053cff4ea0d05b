"""What is open on the simulated disk, and who has a lock."""

from __future__ import annotations

from engine.kernel import soundness


class Descriptors:
    """Open files by descriptor. A number is never given twice, so one from before a reboot is no other file's now.

    Attributes:
        inodes: the number of the file that each is open on.
        read_only: those that nothing can be written to.
        locks: the file of each lock, and the descriptor that has it.
    """

    __slots__ = ("_next", "inodes", "locks", "read_only")

    def __init__(self) -> None:
        self.inodes: dict[int, int] = {}
        self.read_only: set[int] = set()
        self.locks: dict[int, int] = {}
        self._next = 3

    def open(self, inode: int) -> int:
        """A new descriptor for a file."""
        descriptor = self._next
        self._next += 1
        assert descriptor not in self.inodes, "two files would have one descriptor"
        self.inodes[descriptor] = inode
        return descriptor

    def lock(self, descriptor: int) -> bool:
        """Take the lock of its file, if nobody else has it."""
        taken = self.locks.setdefault(self.inodes[descriptor], descriptor) == descriptor
        if soundness.checked:
            self.assert_sound()
        return taken

    def unlock(self, descriptor: int) -> None:
        """Give up the lock that it has; another one on the same file keeps its own."""
        inode = self.inodes.get(descriptor, 0)
        if self.locks.get(inode) == descriptor:
            del self.locks[inode]

    def close(self, descriptor: int) -> None:
        """Close it, and give up its lock."""
        if self.locks:
            self.unlock(descriptor)
        self.inodes.pop(descriptor, None)
        self.read_only.discard(descriptor)
        if soundness.checked:
            self.assert_sound()

    def close_all(self) -> None:
        """What a reboot does."""
        self.inodes.clear()
        self.read_only.clear()
        self.locks.clear()

    def assert_sound(self) -> None:
        """What holds after each change."""
        assert self.read_only <= self.inodes.keys(), "a descriptor that comes later could not be written to"
        held = {(inode, descriptor) for descriptor, inode in self.inodes.items()}
        assert self.locks.items() <= held, "a lock that nobody holds would never be given up"
        assert max(self.inodes, default=0) < self._next, "a descriptor would be given twice"
