"""Which files have changed, found by looking at them again and again.

That needs no package and works on every file system, also where the kernel tells of no change: in containers, on
network file systems, behind editors that write a new file in the old one's place. A thousand files take some
milliseconds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

_PAUSE = 0.2  # seconds between two looks
_QUIET = 0.1  # seconds: a save is often several changes, and a file is half there meanwhile

_Look = dict[Path, tuple[int, int, int]]


class FileChanges:
    """Looks at files, and tells which have changed, come or gone since it looked before.

    Args:
        watched: the files and directories to look at, asked anew each time; of a directory, all files below it.
    """

    def __init__(self, watched: Callable[[], Iterable[Path]]) -> None:
        self._watched = watched
        self._seen = self._look()

    def since(self) -> set[Path]:
        """What has changed since the last time that this was asked."""
        before, self._seen = self._seen, self._look()
        return {path for path in before.keys() | self._seen.keys() if before.get(path) != self._seen.get(path)}

    def wait(self) -> set[Path]:
        """Wait for changes until they have come to an end, and tell them all."""
        found = self.since()
        while not found:
            time.sleep(_PAUSE)
            found = self.since()
        while more := self._after(_QUIET):
            found |= more
        return found

    def know(self) -> None:
        """Look at what is watched now for the first time: it has not changed by that."""
        now = self._look()
        self._seen = now | {path: mark for path, mark in self._seen.items() if path in now}

    def _after(self, seconds: float) -> set[Path]:
        time.sleep(seconds)
        return self.since()

    def _look(self) -> _Look:
        seen: _Look = {}
        for path in self._watched():
            for file in _files(path):
                mark = _mark(file)
                if mark is not None:
                    seen[file] = mark
        return seen


def _files(path: Path) -> Iterator[Path]:
    """The file, or the files below the directory, without hidden directories and what Python has compiled."""
    if not path.is_dir():
        yield path
        return
    for parent, directories, files in os.walk(path):
        directories[:] = sorted(name for name in directories if not name.startswith(".") and name != "__pycache__")
        yield from (Path(parent, name) for name in files)


def _mark(file: Path) -> tuple[int, int, int] | None:
    """What differs when it is written: time, size, and which file it is; none where there is none."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
