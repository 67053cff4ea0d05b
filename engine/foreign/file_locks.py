"""Advisory locks as Linux has them: those of an open file (`flock`), and those of a process on a range (`lockf`).

The two kinds know nothing of each other. A lock of an open file is shared by all its descriptors and goes with the
last of them. Those of a process on a file go when it closes any descriptor of that file, whichever it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.foreign.fake_file import OpenFile
    from engine.kernel.channel import Flag


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes of a file that a process has locked: from `start` on, before `end`; None is without an end."""

    process: int
    start: int
    end: int | None
    exclusive: bool

    def meets(self, other: Range) -> bool:
        """Whether they have a byte in common."""
        return (self.end is None or other.start < self.end) and (other.end is None or self.start < other.end)

    def without(self, other: Range) -> Iterator[Range]:
        """What is left of it beside the other."""
        if not self.meets(other):
            yield self
            return
        if self.start < other.start:
            yield Range(self.process, self.start, other.start, self.exclusive)
        if other.end is not None and (self.end is None or other.end < self.end):
            yield Range(self.process, other.end, self.end, self.exclusive)


class FileLocks:
    """Who has locked what on one disk, file by file; and who waits until any lock has gone."""

    def __init__(self) -> None:
        self._open_files: dict[int, dict[OpenFile, bool]] = {}  # who has it, and whether nobody else may
        self._ranges: dict[int, list[Range]] = {}
        self._waiting: list[Flag] = []

    def lock(self, file: OpenFile, *, exclusive: bool) -> bool:
        """Lock a file for an open file, as `flock` does; False where others are in the way.

        A lock that is changed into the other kind is given up first, and stays so where others are in the way.
        """
        holders = self._open_files.setdefault(file.file.st_ino, {})
        if holders.get(file) is exclusive:
            return True
        self.unlock(file)
        if holders and (exclusive or any(holders.values())):
            return False
        self._open_files.setdefault(file.file.st_ino, holders)[file] = exclusive
        return True

    def unlock(self, file: OpenFile) -> None:
        """Give up what an open file has locked."""
        holders = self._open_files.get(file.file.st_ino, {})
        if file in holders:
            del holders[file]
            self._tell()
        if not holders:
            self._open_files.pop(file.file.st_ino, None)

    def is_locked(self, number: int) -> bool:
        """Whether an open file has locked the file of that number."""
        return number in self._open_files

    def lock_range(self, number: int, wanted: Range) -> bool:
        """Lock bytes of a file for a process, as `lockf` does; False where other processes are in the way."""
        if self.in_the_way(number, wanted) is not None:
            return False
        self.unlock_range(number, wanted)
        self._ranges.setdefault(number, []).append(wanted)
        return True

    def in_the_way(self, number: int, wanted: Range) -> Range | None:
        """The first lock of another process that doesn't go with this one."""
        return next(
            (
                each
                for each in self._ranges.get(number, [])
                if each.process != wanted.process and each.meets(wanted) and (each.exclusive or wanted.exclusive)
            ),
            None,
        )

    def unlock_range(self, number: int, given_up: Range) -> None:
        """Give up what a process has locked of these bytes."""
        before = self._ranges.pop(number, [])
        left: list[Range] = []
        for each in before:
            left.extend(each.without(given_up) if each.process == given_up.process else (each,))
        if left:
            self._ranges[number] = left
        if left != before:
            self._tell()

    def close(self, number: int, process: int) -> None:
        """Give up all that a process has locked of a file: it has closed a descriptor of it."""
        if number in self._ranges:
            self.unlock_range(number, Range(process, 0, None, exclusive=False))

    def wait(self, flag: Flag) -> None:
        """Have `flag` set when the next lock goes."""
        self._waiting.append(flag)

    def _tell(self) -> None:
        waiting, self._waiting = self._waiting, []
        for flag in waiting:
            flag.set()
