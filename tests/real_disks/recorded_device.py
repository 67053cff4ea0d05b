"""A file that a loop device can lie on, and that remembers each write and each flush: a FUSE server of one file.

The kernel's protocol is spoken as linux/fuse.h (version 7.31) has it, by the dozen requests that a file needs which
is the root of its own mount: so no library has to be installed. It is a process of its own, for whoever waits for a
disk can't serve it, and if it is killed the kernel fails what is still to be answered.
"""

from __future__ import annotations

import errno
import mmap
import os
import select
import struct
from collections.abc import Callable, Collection
from hashlib import blake2b
from io import FileIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.real_disks.mounts import MS_NODEV, MS_NOSUID, mount

_CHUNK = 4096
_MOST = 1 << 20  # bytes of one write
_ALWAYS = 3600  # seconds for which the kernel may keep what it was told
_ROOT = 1
_FLAGS = (1 << 5) | (1 << 22)  # big writes, and as many pages in each as are asked for
_DIRECT = 1  # an open file is read and written without a cache of the kernel's
_HEADER = struct.Struct("<IIQQ16x")

INIT, GETATTR, SETATTR, OPEN, READ, WRITE, STATFS, RELEASE = 26, 3, 4, 14, 15, 16, 17, 18
FSYNC, FLUSH, FORGET, INTERRUPT, FORGET_MORE, DESTROY = 20, 25, 2, 36, 42, 38
_UNANSWERED = (FORGET, INTERRUPT, FORGET_MORE)

Written = tuple[int, bytes]
FLUSHED = None


class RecordedDevice:
    """The device: what is on it now, and what was written since it was `recording`.

    Args:
        base: the image that it begins with, which is never written to.
        shown: where it is put back to some moment: a file that can be mounted without asking anybody.
    """

    def __init__(self, base: Path, shown: Path) -> None:
        self._base = base
        self._size = base.stat().st_size
        self._shown = FileIO(shown, "r+")
        self._begin = _written_in(base)
        self._log: list[Written | None] = []
        self._kept: list[Written | None] = []
        self._recording = False
        self.record()

    def record(self) -> None:
        """Be as the image is, and remember from now on what is written."""
        with self._base.open("rb") as file:
            self._now = mmap.mmap(file.fileno(), self._size, flags=mmap.MAP_PRIVATE)
        self._log, self._recording = [], True

    def position(self) -> int:
        """How many writes and flushes there were."""
        return len(self._log)

    def stop(self) -> list[bool]:
        """Remember no more; of each that was remembered whether it was a flush."""
        self._kept, self._recording = self._log, False
        return [each is FLUSHED for each in self._kept]

    def show(self, upto: int, without: Collection[int]) -> str:
        """Show the image with the first `upto` writes, but those `without`; equal texts are equal disks."""
        file = self._shown.fileno()
        for size in (0, self._size):
            os.ftruncate(file, size)
        chunks: dict[int, None] = {}
        for number, each in enumerate([*self._begin, *self._kept[:upto]], -len(self._begin)):
            if each is not FLUSHED and number not in without:
                offset, data = each
                os.pwrite(file, data, offset)
                if number >= 0:
                    chunks |= dict.fromkeys(range(offset // _CHUNK, (offset + len(data) - 1) // _CHUNK + 1))
        digest = blake2b(digest_size=16)
        for chunk in sorted(chunks):
            digest.update(b"%d " % chunk + os.pread(file, _CHUNK, chunk * _CHUNK))
        return digest.hexdigest()

    def read(self, offset: int, size: int) -> bytes:
        """What is on it."""
        return self._now[offset : offset + size]

    def write(self, offset: int, data: bytes) -> None:
        """Somebody writes."""
        if self._recording:
            self._log.append((offset, data))
        self._now[offset : offset + len(data)] = data

    def flush(self) -> None:
        """Somebody wants to be sure of what was written."""
        if self._recording and (not self._log or self._log[-1] is not FLUSHED):
            self._log.append(FLUSHED)

    def attributes(self) -> bytes:
        """What `stat` says of it."""
        known, times, mode, links = (_ROOT, self._size, self._size // 512), (0,) * 6, 0o100600, 1
        return struct.pack("<6Q10I", *known, *times, mode, links, 0, 0, 0, _CHUNK, 0)


def _written_in(file: Path) -> list[Written]:
    """What of a file is not zeros."""
    data = file.read_bytes()
    chunks = ((offset, data[offset : offset + _CHUNK]) for offset in range(0, len(data), _CHUNK))
    return [(offset, chunk) for offset, chunk in chunks if chunk.strip(b"\0")]


def serve(base: Path, shown: Path, place: Path, orders: Connection) -> None:
    """Mount the device at `place`, which is a file, and answer for it until nobody gives orders any more."""
    device, fuse = RecordedDevice(base, shown), os.open("/dev/fuse", os.O_RDWR)
    mount("recorded", place, "fuse", MS_NOSUID | MS_NODEV, f"fd={fuse},rootmode=100600,user_id=0,group_id=0")
    orders.send(None)
    while True:
        ready = select.select([fuse, orders], [], [])[0]
        if fuse in ready and not _answer_one(device, fuse):
            return
        if orders in ready:
            try:
                name, arguments = orders.recv()
            except EOFError:
                return
            orders.send(getattr(device, name)(*arguments))


def _answer_one(device: RecordedDevice, fuse: int) -> bool:
    """Answer the kernel's next request; whether there will be more."""
    try:
        request = os.read(fuse, _MOST + 2 * _CHUNK)
    except OSError as error:
        return error.errno in (errno.EINTR, errno.EAGAIN, errno.ENOENT)  # else it is unmounted
    _, kind, unique, _ = _HEADER.unpack_from(request)
    if kind not in _UNANSWERED:
        answer = _ANSWERS.get(kind)
        data = b"" if answer is None else answer(device, request[_HEADER.size :])
        failed = 0 if answer is not None else -errno.ENOSYS
        os.write(fuse, struct.pack("<IiQ", 16 + len(data), failed, unique) + data)
    return kind != DESTROY


def _read(device: RecordedDevice, body: bytes) -> bytes:
    _, offset, size = struct.unpack_from("<QQI", body)
    return device.read(offset, size)


def _write(device: RecordedDevice, body: bytes) -> bytes:
    _, offset, size = struct.unpack_from("<QQI", body)
    device.write(offset, body[40 : 40 + size])
    return struct.pack("<II", size, 0)


def _flush(device: RecordedDevice, _body: bytes) -> bytes:
    device.flush()
    return b""


_ANSWERS: dict[int, Callable[[RecordedDevice, bytes], bytes]] = {
    INIT: lambda *_: struct.pack("<4I2H2I2H28x", 7, 31, 0, _FLAGS, 16, 12, _MOST, 1, _MOST // _CHUNK, 0),
    GETATTR: lambda device, _: struct.pack("<QII", _ALWAYS, 0, 0) + device.attributes(),
    SETATTR: lambda device, _: struct.pack("<QII", _ALWAYS, 0, 0) + device.attributes(),
    OPEN: lambda *_: struct.pack("<QII", 1, _DIRECT, 0),
    READ: _read,
    WRITE: _write,
    STATFS: lambda *_: struct.pack("<5Q4I24x", 1 << 20, 1 << 20, 1 << 20, 10, 10, _CHUNK, 255, _CHUNK, 0),
    FSYNC: _flush,
    FLUSH: lambda *_: b"",
    RELEASE: lambda *_: b"",
    DESTROY: lambda *_: b"",
}


class Orders:
    """What somebody else in another process asks of the device, by the names of its methods."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        connection.recv()  # it is mounted

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def order(*arguments: Any) -> Any:
            self._connection.send((name, arguments))
            return self._connection.recv()

        return order
