"""Files that grow, read as they do."""

from __future__ import annotations

import os
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
