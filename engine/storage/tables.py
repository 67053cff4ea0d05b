"""All that is on the simulated disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.kernel import soundness
from engine.storage.inode import Inode
from engine.storage.names import NameTable


@dataclass(slots=True)
class Tables:
    """Inodes by number, and the names that lead to them."""

    inodes: dict[int, Inode] = field(default_factory=dict)
    names: NameTable = field(default_factory=NameTable)
    next_inode: int = 1

    def copy(self) -> Tables:
        """A copy that shares the inodes."""
        return Tables(self.inodes.copy(), self.names.copy(), self.next_inode)

    def forget_all_but(self, opened: Iterable[int] = ()) -> None:
        """Forget the inodes that no name and no descriptor leads to any more."""
        needed = self.names.numbers().union(opened)  # a file without a name lives on while somebody has it open
        if len(needed) < len(self.inodes):
            self.inodes = {number: inode for number, inode in self.inodes.items() if number in needed}
        if soundness.checked:
            self.assert_sound()

    def assert_sound(self) -> None:
        """What holds after each change: every name leads to a file, also one that a power loss would bring back."""
        named = {number for number in self.names.numbers() if number > 0}  # the others: a directory, and nothing
        assert named <= self.inodes.keys(), "a name would lead to nothing"
        assert max(self.inodes, default=0) < self.next_inode, "a new file would be one that is there already"
