"""The real files behind the databases of a simulated disk: SQLite is C code, which opens files by itself.

Whoever closes a file drops every lock that the process has on it, SQLite's too. So each real file is opened once
here, and stays open until the run is over.
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Callable
from io import SEEK_END, SEEK_SET, FileIO
from pathlib import Path
from typing import Any

from pyfakefs.fake_filesystem import FakeFilesystem

from engine.foreign.fake_file import StoredFile

_BESIDE = ("-journal", "-wal")  # what SQLite writes beside a database, and needs after a kill


class RealFiles:
    """The real files of one run, each in a directory of its own; there is none until the first is needed.

    They go with this object, if nobody clears them away before.

    Args:
        place: makes a directory for all of them.
    """

    def __init__(self, place: Callable[[], Path]) -> None:
        self._place = place
        self._open: list[FileIO] = []
        self._directories: list[Path] = []
        self._made = 0
        self._end = weakref.finalize(self, _clear_away, self._open, self._directories)

    def new(self, name: str) -> FileIO:
        """A real file, empty and open."""
        made = FileIO(str(self._home() / name), "x+")
        self._open.append(made)
        return made

    def copy(self, database: DatabaseFile) -> str:
        """A copy of a database with what a kill would leave beside it: whoever opens it sees what was committed."""
        real = Path(database.real)
        made = self._home() / real.name
        made.write_bytes(database.data)
        for end in _BESIDE:
            if (beside := real.with_name(real.name + end)).exists():
                shutil.copyfile(beside, made.with_name(made.name + end))
        return str(made)

    def clear_away(self) -> None:
        """Take all of them away."""
        self._end()

    def _home(self) -> Path:
        if not self._directories:
            self._directories.append(self._place())
        self._made += 1
        home = self._directories[0] / str(self._made)
        home.mkdir()
        return home


def _clear_away(opened: list[FileIO], directories: list[Path]) -> None:
    while opened:
        opened.pop().close()
    while directories:
        shutil.rmtree(directories.pop(), ignore_errors=True)


class DatabaseFile(StoredFile):
    """A simulated file's name and permissions, with a real file for its content.

    Args:
        file: the simulated file in whose place it comes, with what is in it.
        real: the real one.
        filesystem: where it is to be.
    """

    def __init__(self, file: StoredFile, real: FileIO, filesystem: FakeFilesystem) -> None:
        self._real = real
        super().__init__(str(file.name), file.st_mode, filesystem)
        self.data = file.data
        self.st_uid = file.st_uid
        self.changed()

    @property
    def stat_result(self) -> Any:
        """What `os.stat` says: SQLite tells nobody when it makes the file longer."""
        self._stat.st_size = self.size
        return self._stat

    @stat_result.setter
    def stat_result(self, made: Any) -> None:
        self._stat = made

    @property
    def real(self) -> str:
        """The path of the real file."""
        return str(self._real.name)

    @property
    def data(self) -> bytearray:
        """The content: a copy."""
        self._real.seek(0)
        return bytearray(self._real.readall())

    @data.setter
    def data(self, content: bytearray) -> None:
        self._real.seek(0)
        self._real.truncate()
        self._real.write(content)

    @property
    def size(self) -> int:
        """The size in bytes."""
        return self._real.seek(0, SEEK_END)

    @size.setter
    def size(self, size: int) -> None:
        self._real.truncate(size)
        self.changed()

    def put(self, position: int, data: bytes) -> None:
        """See `StoredFile.put`."""
        self._real.seek(position, SEEK_SET)
        self._real.write(data)
        self.changed()
