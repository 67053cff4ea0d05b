"""The port: what the engine needs of a file system, and no more.

Paths are relative to the work root, with `/` between parts, in normal form. Failures are `OSError` with the
errno that Linux gives, on every implementation. Nothing here takes time or knows of faults: see `files`.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from engine.storage.errors import failure


class BeforeCut:
    """Whoever wants to know that a file is about to lose bytes: its number, or None where any file may."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[int | None], None]] = []

    def listen(self, listener: Callable[[int | None], None]) -> None:
        """Tell it from now on."""
        self._listeners.append(listener)

    def tell(self, number: int | None) -> None:
        """It is about to happen."""
        for listener in self._listeners:
            listener(number)


class FileStat(NamedTuple):
    """Size in bytes, permission bits, whether it is a directory, and its number, which tells it from any other.

    `modified` is the wall time of its last change, in nanoseconds since the epoch; None where nobody knows it.
    """

    size: int
    mode: int
    is_dir: bool
    number: int = 0
    modified: int | None = None


class Listing(NamedTuple):
    """The files below a directory, and the directories; and those that can't be looked into, with the error.

    Files below one that is refused are not among those that are found.
    """

    files: list[str]
    directories: list[str]
    refused: dict[str, OSError]

    def hides(self, path: str) -> bool:
        """Whether a file may be there and can't be seen."""
        return any(path.startswith(f"{directory}/") for directory in self.refused)

    def without(self, refused: dict[str, OSError]) -> Listing:
        """The same where these directories can't be looked into either."""
        if not refused:
            return self
        left = Listing(self.files, self.directories, self.refused | refused)
        return left._replace(files=[path for path in self.files if not left.hides(path)])


class Disk(Protocol):
    """A file system, addressed by relative paths and by small integer descriptors.

    Attributes:
        binds_modes: whether permission bits bind the user who runs this; root is above them.
        before_cut: who is told before a file is cut, whoever cuts it.
    """

    binds_modes: bool
    before_cut: BeforeCut

    def open(self, path: str, *, create: bool = True, exclusive: bool = False, truncate: bool = False) -> int:
        """Open a file for reading and appending and return its descriptor.

        Args:
            path: the file; its directory must exist.
            create: make it when it is missing, else ENOENT.
            exclusive: with `create`, EEXIST when it is there already.
            truncate: empty it.
        """

    def append(self, descriptor: int, data: bytes) -> int:
        """Write at the end of the file; how many bytes were written, maybe fewer (ENOSPC if none)."""

    def read(self, descriptor: int, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`; empty at the end."""

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut the file down to `size` bytes."""

    def size(self, descriptor: int) -> int:
        """The open file's size in bytes."""

    def number(self, descriptor: int) -> int:
        """The open file's number: as long as it is open, no other file has it."""

    def is_named(self, descriptor: int) -> bool:
        """Whether the open file has a name, whichever: what is written to one that was removed goes with it."""

    def fsync(self, descriptor: int) -> None:
        """Make the file's data durable (not its name: see `sync_dir`)."""

    def rewrite(self, descriptor: int, offset: int) -> None:
        """Write again, in place, what stands in the file from `offset` on: the next `fsync` has it to save."""

    def fail_sync(self, descriptor: int) -> None:
        """Do to the file what a failing `fsync` does: the kernel takes what it could not write for written.

        A later `fsync` succeeds and makes none of it durable, which shows after a power loss only.
        """

    def lock(self, descriptor: int) -> bool:
        """Take the exclusive advisory lock on the open file; False when somebody else has it."""

    def unlock(self, descriptor: int) -> None:
        """Give up the lock on the open file, if this descriptor has it."""

    def close(self, descriptor: int) -> None:
        """Close it, and give up its lock."""

    def rename(self, source: str, target: str) -> None:
        """Move a file within the disk, replacing `target` if it is there."""

    def remove(self, path: str) -> None:
        """Remove a file's name."""

    def mkdir(self, path: str) -> None:
        """Make a directory and those above it; no error when it exists."""

    def rmdir(self, path: str) -> None:
        """Remove a directory, which has to be empty."""

    def list(self, path: str) -> list[str]:
        """The paths of all files below the directory, at any depth, sorted; ENOENT or ENOTDIR when it is none."""

    def listing(self, path: str) -> Listing:
        """The same for who is bound by permissions: what can't be listed below it is told; EACCES for itself."""

    def stat(self, path: str) -> FileStat:
        """What `path` is; ENOENT when it is missing."""

    def exists(self, path: str) -> bool:
        """Whether a name is there, as far as one can see."""
        try:
            self.stat(path)
        except OSError:
            return False
        return True

    def number_of(self, path: str) -> int | None:
        """The number of the file that has the name now; None where there is no file."""
        try:
            status = self.stat(path)
        except OSError:
            return None
        return None if status.is_dir else status.number

    def content(self, path: str) -> bytes:
        """A whole file's bytes whatever its mode, empty where there is none."""
        if self.number_of(path) is None:
            return b""
        descriptor = open_whatever_mode(self, path)
        try:
            return self.read(descriptor, 0, self.size(descriptor))
        finally:
            self.close(descriptor)

    def chmod(self, path: str, mode: int) -> None:
        """Set the permission bits."""

    def sync_dir(self, path: str) -> None:
        """Make the names in a directory durable."""

    def locked(self, path: str) -> bool:
        """Whether somebody holds the advisory lock on the file; False when it is missing."""


def parent(path: str) -> str:
    """The directory part of a path; empty for the work root."""
    return path.rpartition("/")[0]


def files_below(disk: Disk, path: str) -> list[str]:
    """The files below a directory, none where there is no directory: for checks, which no fault reaches."""
    try:
        return disk.list(path)
    except (FileNotFoundError, NotADirectoryError):
        return []


def read_all(disk: Disk, path: str) -> bytes:
    """A whole file's bytes, empty where there is none: for checks and reports, which no fault or mode reaches."""
    return disk.content(path)


def open_whatever_mode(disk: Disk, path: str) -> int:
    """Open a file that is there for reading, also where its mode forbids it; its descriptor."""
    try:
        return disk.open(path, create=False)
    except PermissionError:
        with readable(disk, path):
            return disk.open(path, create=False)


@contextmanager
def readable(disk: Disk, path: str) -> Iterator[None]:
    """Let a file be opened for reading whatever its mode, which it has again afterwards."""
    mode = disk.stat(path).mode
    disk.chmod(path, mode | 0o400)
    try:
        yield
    finally:
        disk.chmod(path, mode)


def write_all(disk: Disk, path: str, data: bytes, *, behind: bool = False) -> None:
    """Make a file with its directories, or add `behind` what it has: by hand, which no fault reaches."""
    disk.mkdir(parent(path))
    descriptor = disk.open(path, truncate=not behind)
    try:
        disk.append(descriptor, data)
        disk.fsync(descriptor)
    finally:
        disk.close(descriptor)
    disk.sync_dir(parent(path))


def copy_file(disk: Disk, path: str, to: str) -> None:
    """Make a file of the bytes of another, by hand, which no fault or mode reaches.

    Raises:
        FileNotFoundError: there is none to copy.
    """
    if not disk.exists(path):
        raise failure(errno.ENOENT, path)
    write_all(disk, to, read_all(disk, path))
