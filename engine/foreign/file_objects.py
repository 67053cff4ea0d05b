"""`open` as foreign code sees it: Python's own buffers and decoders above raw files of ours.

So what a buffer holds back, what a failed flush leaves in it, when it is written after all, and that a kill loses
it, is as it really is. A buffer has 8 KiB everywhere, so that runs are the same on every Python and file system.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from typing import IO, Any, cast

from engine.foreign.foreign_files import ForeignFiles
from engine.foreign.functions.descriptor_functions import naming_no_file
from engine.storage.errors import failure

_FLAGS = {"r": 0, "w": os.O_CREAT | os.O_TRUNC, "a": os.O_CREAT | os.O_APPEND, "x": os.O_CREAT | os.O_EXCL}
_BUFFER = 8192


# An error of a file object is one of its descriptor.
_read = naming_no_file(ForeignFiles.read)
_write = naming_no_file(ForeignFiles.write)
_truncate = naming_no_file(ForeignFiles.truncate)


class RawFile(io.RawIOBase):
    """A file without buffers. When its process is dead, what is written to it is lost, as by a kill."""

    def __init__(self, files: ForeignFiles, descriptor: int, name: Any, mode: str, *, closefd: bool) -> None:
        super().__init__()
        self.name = name
        self.mode = mode
        self._files = files
        self._descriptor = descriptor
        self._closefd = closefd
        self._file = files.disk.opened(descriptor)

    def readable(self) -> bool:
        """See `io.IOBase`."""
        self._need_open()
        return self._file.readable

    def writable(self) -> bool:
        """See `io.IOBase`."""
        self._need_open()
        return self._file.writable

    def seekable(self) -> bool:
        """See `io.IOBase`."""
        self._need_open()
        return True

    def fileno(self) -> int:
        """See `io.IOBase`."""
        self._need_open()
        return self._descriptor

    def readinto(self, buffer: Any) -> int:
        """See `io.RawIOBase`."""
        self._need_open()
        if not self._file.readable:
            raise io.UnsupportedOperation("File not open for reading")
        data = _read(self._files, self._descriptor, len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: Any) -> int:
        """See `io.RawIOBase`."""
        self._need_open()
        if not self._file.writable:
            raise io.UnsupportedOperation("File not open for writing")
        return len(data) if self._files.dead else _write(self._files, self._descriptor, data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """See `io.IOBase`."""
        self._need_open()
        return self._file.position if self._files.dead else self._files.seek(self._descriptor, offset, whence)

    def tell(self) -> int:
        """See `io.IOBase`."""
        self._need_open()
        return self._file.position

    def truncate(self, size: int | None = None) -> int:
        """See `io.IOBase`."""
        self._need_open()
        if not self._file.writable:
            raise io.UnsupportedOperation("File not open for writing")
        size = self._file.position if size is None else size
        _truncate(self._files, self._descriptor, size)
        return size

    def _need_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")

    def close(self) -> None:
        """See `io.IOBase`."""
        if not self.closed:
            super().close()
            if self._closefd and self._files.has(self._descriptor):
                self._files.close(self._descriptor)


def open_object(  # noqa: PLR0917 - the arguments of open
    files: ForeignFiles,
    file: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Callable[[Any, int], int] | None = None,
) -> IO[Any]:
    """What `open` does with a simulated file."""
    kind = _kind(mode)
    _check(mode, buffering, encoding, errors, newline)
    if isinstance(file, int):
        descriptor = file
    else:
        flags = _FLAGS[kind] | (os.O_RDWR if "+" in mode else os.O_RDONLY if kind == "r" else os.O_WRONLY)
        descriptor = opener(file, flags) if opener is not None else files.open(files.locate(file), flags)
    raw = RawFile(files, descriptor, file, mode, closefd=closefd or not isinstance(file, int))
    if files.is_directory(descriptor):
        raw.close()
        raise failure(errno.EISDIR, file)
    if kind == "a":
        raw.seek(0, os.SEEK_END)
    if buffering == 0:
        return cast("IO[Any]", raw)
    made: Any = _buffered(raw, kind, mode, _BUFFER if buffering in (-1, 1) else buffering)
    if "b" not in mode:
        made = io.TextIOWrapper(made, io.text_encoding(encoding), errors, newline, line_buffering=buffering == 1)
        made.mode = mode
    files.remember(descriptor, made)
    return cast("IO[Any]", made)


def _kind(mode: str) -> str:
    """One of r, w, a, x; the checks are those of `io.open`."""
    kinds = [letter for letter in mode if letter in _FLAGS]
    if len(set(mode)) < len(mode) or set(mode) - set("rwax+bt") or ("b" in mode and "t" in mode):
        raise ValueError(f"invalid mode: {mode!r}")
    if len(kinds) != 1:
        one = "ust have exactly one of create/read/write/append mode"
        raise ValueError(f"m{one}" if kinds else f"M{one} and at most one plus")
    return kinds[0]


def _check(mode: str, buffering: int, encoding: str | None, errors: str | None, newline: str | None) -> None:
    if "b" in mode:
        for name, value in (("an encoding", encoding), ("an errors", errors), ("a newline", newline)):
            if value is not None:
                raise ValueError(f"binary mode doesn't take {name} argument")
    elif buffering == 0:
        raise ValueError("can't have unbuffered text I/O")


def _buffered(raw: RawFile, kind: str, mode: str, size: int) -> Any:
    if "+" in mode:
        return io.BufferedRandom(raw, size)
    return io.BufferedReader(raw, size) if kind == "r" else io.BufferedWriter(raw, size)
