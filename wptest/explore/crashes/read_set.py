"""What is looked at of the files that are on a disk: whatever else they have, it makes no difference.

Names and modes are not among it: disks are only compared where these are the same, see `names_key`. A file that is
made later has a number that no file has had before, so nobody finds it equal to one that is written down.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from engine.storage.disk_port import FileStat
from engine.storage.memory import MemoryDisk
from engine.storage.profiles import DiskProfile
from engine.storage.tables import Tables

Answer = int  # a hash, as a `Key` is


class Question(NamedTuple):
    """What is asked of a file: what is in it, or its number."""

    path: str
    of: Literal["content", "number"]

    def put_to(self, tables: Tables) -> Answer:
        """What a disk says."""
        number = tables.names.files[self.path]
        return number if self.of == "number" else hash(tables.inodes[number].look())


def names_key(tables: Tables) -> int:
    """Equal where the same names lead to files and directories, with the same modes."""
    names, first = tables.names, dict[int, str]()
    files = [
        (path, tables.inodes[number].mode, first.setdefault(number, path))
        for path, number in sorted(names.files.items())
    ]
    return hash((tuple(files), tuple(sorted(names.dirs.items()))))


class ReadSet:
    """What was asked of the files as they were at first, each question once, in order, with its answer."""

    def __init__(self, tables: Tables) -> None:
        self.asked: list[tuple[Question, Answer]] = []
        self._tables = tables
        self._unread = {number: path for path, number in sorted(tables.names.files.items(), reverse=True)}
        self._unnumbered = self._unread.copy()

    def read(self, number: int) -> None:
        """Somebody looks at what is in a file."""
        if (path := self._unread.pop(number, None)) is not None:
            self._ask(Question(path, "content"))

    def numbered(self, number: int) -> None:
        """Somebody looks at a file's number."""
        if (path := self._unnumbered.pop(number, None)) is not None:
            self._ask(Question(path, "number"))

    def emptied(self, number: int) -> None:
        """What was in a file is gone: whoever looks at it from now on sees nothing of that."""
        self._unread.pop(number, None)

    @property
    def names(self) -> int:
        """See `names_key`."""
        return names_key(self._tables)

    def is_unchanged(self, tables: Tables) -> bool:
        """Whether everything is as it was; what is there again in another file counts as looked at."""
        first = self._tables
        if names_key(first) != names_key(tables):
            return False
        for path, number in first.names.files.items():
            before, now = first.inodes[number], tables.inodes[tables.names.files[path]]
            if now is not before:
                self._unread.setdefault(number, path)
                self.read(number)
                if now.look() != before.look():
                    return False
        return True

    def _ask(self, question: Question) -> None:
        self.asked.append((question, question.put_to(self._tables)))


class ObservedDisk(MemoryDisk):
    """A disk that notes what is looked at, for whoever wants to know."""

    def __init__(self, profile: DiskProfile = "posix") -> None:
        super().__init__(profile)
        self._read_sets: list[ReadSet] = []

    def observe(self) -> ReadSet:
        """What is looked at from now on."""
        self._read_sets.append(ReadSet(self.snapshot()))
        return self._read_sets[-1]

    def ask(self, question: Question) -> Answer:
        """Look at a file."""
        number = self._tables.names.files[question.path]
        (self._read if question.of == "content" else self._numbered)(number)
        return question.put_to(self._tables)

    def read(self, descriptor: int, offset: int, size: int) -> bytes:
        """See `Disk.read`."""
        self._read(self._open.inodes.get(descriptor))
        return super().read(descriptor, offset, size)

    def size(self, descriptor: int) -> int:
        """See `Disk.size`."""
        self._read(self._open.inodes.get(descriptor))
        return super().size(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        """See `Disk.truncate`."""
        number = self._open.inodes.get(descriptor)
        if size:
            self._read(number)
        super().truncate(descriptor, size)
        if number is not None:
            for each in self._read_sets:
                each.emptied(number)

    def rewrite(self, descriptor: int, offset: int) -> None:
        """See `Disk.rewrite`."""
        self._read(self._open.inodes.get(descriptor))
        super().rewrite(descriptor, offset)

    def number(self, descriptor: int) -> int:
        """See `Disk.number`."""
        self._numbered(self._open.inodes.get(descriptor))
        return super().number(descriptor)

    def stat(self, path: str) -> FileStat:
        """See `Disk.stat`."""
        number = self._tables.names.files.get(path)
        self._read(number)
        self._numbered(number)
        return super().stat(path)

    def number_of(self, path: str) -> int | None:
        """See `Disk.number_of`."""
        number = self._tables.names.files.get(path)
        self._numbered(number)
        return number

    def content(self, path: str) -> bytes:
        """See `Disk.content`."""
        self._read(self._tables.names.files.get(path))
        return super().content(path)

    def _read(self, number: int | None) -> None:
        if number is not None:
            for each in self._read_sets:
                each.read(number)

    def _numbered(self, number: int | None) -> None:
        if number is not None:
            for each in self._read_sets:
                each.numbered(number)
