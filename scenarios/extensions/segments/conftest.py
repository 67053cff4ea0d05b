"""A sink that several programs share as careful ones do: ranges that are locked, room that is taken before."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import struct
import threading
from collections.abc import Callable

import wptest

HEAD = struct.Struct(">II")  # how many bytes are full, and how many lines that is
ROOM = 4_096
MOST = 1_000


def must(what: str, found: object, expected: object) -> None:
    """Fail for good where something is otherwise than with real files."""
    if found != expected:
        message = f"{what}: {found!r}, not {expected!r}"
        raise RuntimeError(message)


def refused(what: str, number: int, act: Callable[[], object]) -> None:
    """Fail for good where something is done that can't be done."""
    try:
        act()
    except OSError as error:
        must(f"why {what} is refused", error.errno, number)
        return
    message = f"{what} is not refused"
    raise RuntimeError(message)


@wptest.sink
class Segment:
    """Keeps lines in a segment whose header says how far it is full; who holds the header may write.

    Args:
        pause: How long a batch takes between its lines and the header, while others wait.
    """

    def __init__(self, path: str, *, pause: wptest.Duration = 0) -> None:
        self.path = path
        self.pause = pause / 1e9

    def write(self, lines: list[bytes]) -> None:
        """Write a batch behind what is there."""
        number = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o640)
        try:
            self._lock(number)
            used, count = self._header(number)
            data = [line + b"\n" for line in lines]
            end = HEAD.size + used + sum(map(len, data))
            if os.fstat(number).st_size < end:
                os.ftruncate(number, end + ROOM)
            must("bytes written", os.pwritev(number, data, HEAD.size + used), end - HEAD.size - used)
            os.fsync(number)
            if self.pause:
                select.select([], [], [], self.pause)
            os.lseek(number, 0, os.SEEK_SET)
            os.writev(number, [HEAD.pack(end - HEAD.size, count + len(lines))])
            os.fsync(number)
            must("the header", self._header(number), (end - HEAD.size, count + len(lines)))
            self._archive(number, end - HEAD.size)
            fcntl.lockf(number, fcntl.LOCK_UN, HEAD.size)
        finally:
            os.close(number)

    def _lock(self, number: int) -> None:
        """The header alone: whoever locks all of a file may give up any part of it."""
        try:
            fcntl.lockf(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            threading.Event().wait(0.001)
            fcntl.lockf(number, fcntl.LOCK_EX)
        fcntl.lockf(number, fcntl.LOCK_UN, 0, HEAD.size + 20)
        fcntl.lockf(number, fcntl.LOCK_SH, 4, HEAD.size + 8)
        fcntl.lockf(number, fcntl.LOCK_UN, 20, HEAD.size)
        must("how it is open", fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE, os.O_RDWR)
        must("whether others get it", fcntl.fcntl(number, fcntl.F_GETFD), fcntl.FD_CLOEXEC)

    @staticmethod
    def _header(number: int) -> tuple[int, ...]:
        parts = [bytearray(4), bytearray(4)]
        return HEAD.unpack(b"".join(parts)) if os.preadv(number, parts, 0) else (0, 0)

    def _archive(self, number: int, used: int) -> None:
        """A copy of the last bytes, and what is refused beside it."""
        part = min(used, MOST)
        start = HEAD.size + used - part
        copy = os.open(f"{self.path}.copy", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        must("bytes copied", os.pwrite(copy, os.pread(number, part, start), 0), part)
        must("the copy", os.pread(copy, part, 0), os.pread(number, part, start))
        os.lseek(copy, 0, os.SEEK_SET)
        os.lockf(copy, os.F_LOCK, part)
        self._refusals(copy)
        os.lockf(copy, os.F_TEST, part)
        os.lockf(copy, os.F_ULOCK, part)
        os.close(copy)
        os.remove(f"{self.path}.copy")

    def _refusals(self, copy: int) -> None:
        reading = os.open(f"{self.path}.copy", os.O_RDONLY)
        refused("a lock of what is read", errno.EBADF, lambda: os.lockf(reading, os.F_TLOCK, 1))
        refused("a lock before the start", errno.EINVAL, lambda: fcntl.lockf(copy, fcntl.LOCK_EX, 1, -1))
        refused("no lock at all", errno.EINVAL, lambda: fcntl.flock(copy, 0))
        os.close(reading)

    @staticmethod
    def stored(path: str) -> list[bytes]:
        """The lines that the header knows of."""
        with open(path, "rb") as file:
            data = file.read()
        used, count = HEAD.unpack(data[: HEAD.size])
        lines = data[HEAD.size : HEAD.size + used].split(b"\n")[:-1]
        must("lines", len(lines), count)
        return lines
