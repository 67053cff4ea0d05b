"""What `os.scandir` gives to foreign code."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

from engine.foreign.foreign_files import ForeignFiles


class DirectoryEntry:
    """What `os.scandir` gives: a name in a directory, with the path as the caller wrote it."""

    def __init__(self, files: ForeignFiles, name: str, path: str) -> None:
        self.name = name
        self.path = path
        self._files = files

    def __fspath__(self) -> str:
        return self.path

    def stat(self, *, follow_symlinks: bool = True) -> Any:
        """See `os.DirEntry`."""
        return os.stat(self.path, follow_symlinks=follow_symlinks)  # noqa: PTH116 - foreign code's own

    def inode(self) -> int:
        """See `os.DirEntry`."""
        return int(os.lstat(self.path).st_ino)

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """See `os.DirEntry`."""
        return self._is(stat.S_ISDIR, follow_symlinks=follow_symlinks)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """See `os.DirEntry`."""
        return self._is(stat.S_ISREG, follow_symlinks=follow_symlinks)

    def is_symlink(self) -> bool:
        """See `os.DirEntry`."""
        return bool(self._files.disk.filesystem.islink(self._full))

    def is_junction(self) -> bool:
        """See `os.DirEntry`."""
        return False

    def _is(self, kind: Callable[[int], bool], *, follow_symlinks: bool) -> bool:
        """What it leads to is looked at only if it is a link; one that leads nowhere is nothing, and no error."""
        found = self._files.disk.filesystem.lresolve(self._full)
        if follow_symlinks and self.is_symlink():
            try:
                return kind(self._files.disk.do("stat", self._full).st_mode)
            except FileNotFoundError:
                return False
            except OSError as error:
                error.filename = self.path
                raise
        return kind(found.st_mode)

    @property
    def _full(self) -> str:
        return self._files.locate(self.path).full


class Scan(list[DirectoryEntry]):
    """The iterator of `os.scandir`, which is a context manager, too."""

    def __next__(self) -> DirectoryEntry:
        if not self:
            raise StopIteration
        return self.pop(0)

    def __iter__(self) -> Iterator[DirectoryEntry]:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget what is left."""
        self.clear()
