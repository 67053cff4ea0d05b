"""Files that grow, read as they do; and how much of the input a program has taken, as far as that can be seen."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


class Growth:
    """Reads what is appended to a file, in whole lines; what is there before it is asked to, doesn't count.

    Attributes:
        path: the file; it may get another name.
    """

    def __init__(self, path: Path, *, from_start: bool = False) -> None:
        self.path = path
        self._read = 0
        self._torn = b""
        self._inode = 0
        if not from_start:
            self.skip()

    def skip(self) -> None:
        """Pass over everything that is there now."""
        status = self._status()
        self._read, self._inode = (0, 0) if status is None else (status.st_size, status.st_ino)
        self._torn = b""

    def lines(self) -> list[bytes]:
        """The lines that have come since the last time, without their ends."""
        status = self._status()
        if status is None:
            self._read, self._torn = 0, b""
            return []
        if status.st_ino != self._inode or status.st_size < self._read:
            # Another file, or one that was cut: what is left of a cut one was read before.
            cut = status.st_ino == self._inode and status.st_size > 0
            self._read, self._torn, self._inode = status.st_size if cut else 0, b"", status.st_ino
        if status.st_size == self._read:
            return []
        try:
            with self.path.open("rb") as file:
                file.seek(self._read)
                data = file.read()
        except FileNotFoundError:  # it has got its other name since, and goes on there
            return []
        self._read += len(data)
        *lines, self._torn = (self._torn + data).split(b"\n")
        return lines

    def _status(self) -> os.stat_result | None:
        try:
            return self.path.stat()
        except OSError:
            return None


class Input:
    """The input file, and the last of its lines that was seen anywhere else.

    Attributes:
        accepted: how many of its lines a program must have read.
    """

    def __init__(self, path: Path) -> None:
        self.accepted = 0
        self._growth = Growth(path, from_start=True)
        self._places: dict[bytes, int] = {}
        self._lines = 0

    @property
    def is_read(self) -> bool:
        """Whether its last line has been seen."""
        self._look()
        return self.accepted >= self._lines

    @property
    def lines(self) -> int:
        """How many lines it has."""
        self._look()
        return self._lines

    def seen(self, lines: Iterable[bytes]) -> int:
        """These lines were seen in a target or in a rescue file; how many more a program must have read."""
        self._look()
        return self._accept(max((self._places.get(line, 0) for line in lines), default=0))

    def claimed(self, lines: int) -> int:
        """A program says that it has read so many; how many more that is."""
        return self._accept(min(lines, self.lines))

    def _accept(self, lines: int) -> int:
        before, self.accepted = self.accepted, max(self.accepted, lines)
        return self.accepted - before

    def _look(self) -> None:
        for line in self._growth.lines():
            self._lines += 1
            self._places.setdefault(line, self._lines)
