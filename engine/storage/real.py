"""The machine's own file system below one directory; implements `Disk`."""

from __future__ import annotations

import fcntl
import os
from errno import EISDIR
from pathlib import Path
from stat import S_ISDIR

from engine.storage.disk_port import BeforeCut, Disk, FileStat, Listing, readable
from engine.storage.errors import failure

_CHUNK = 1 << 20


class RealDisk(Disk):
    """Files below `root`, which exists and which no path leaves.

    Permission bits don't bind root here: see `tests/unit/engine/test_disk_differences.py` for what agrees.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.binds_modes = os.geteuid() != 0
        self._prefix = f"{root}/"
        self.before_cut = BeforeCut()

    def open(self, path: str, *, create: bool = True, exclusive: bool = False, truncate: bool = False) -> int:
        """See `Disk.open`."""
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC if create or truncate else os.O_RDONLY | os.O_CLOEXEC
        flags |= (os.O_CREAT if create else 0) | (os.O_EXCL if exclusive else 0)
        flags |= os.O_NONBLOCK  # of a pipe: whoever is full or empty must not hold up all tasks of a program
        descriptor = os.open(self._prefix + path, flags, 0o644)
        if not create and S_ISDIR(os.fstat(descriptor).st_mode):  # which may be opened, and can't be read
            os.close(descriptor)
            raise failure(EISDIR, path)
        if truncate:
            self.truncate(descriptor, 0)
        return descriptor

    def append(self, descriptor: int, data: bytes) -> int:
        """See `Disk.append`."""
        return os.write(descriptor, data)

    def read(self, descriptor: int, offset: int, size: int) -> bytes:
        """See `Disk.read`."""
        return os.pread(descriptor, size, offset)

    def truncate(self, descriptor: int, size: int) -> None:
        """See `Disk.truncate`."""
        self.before_cut.tell(self.number(descriptor))
        os.ftruncate(descriptor, size)

    def size(self, descriptor: int) -> int:
        """See `Disk.size`."""
        try:
            return os.lseek(descriptor, 0, os.SEEK_END)  # a quarter of what a whole look takes
        except OSError:  # a pipe
            return os.fstat(descriptor).st_size

    def number(self, descriptor: int) -> int:
        """See `Disk.number`."""
        return os.fstat(descriptor).st_ino

    def is_named(self, descriptor: int) -> bool:
        """See `Disk.is_named`."""
        return os.fstat(descriptor).st_nlink > 0

    def fsync(self, descriptor: int) -> None:
        """See `Disk.fsync`."""
        os.fsync(descriptor)

    def rewrite(self, descriptor: int, offset: int) -> None:
        """See `Disk.rewrite`."""
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags & ~os.O_APPEND)  # which would have it written at the end
        try:
            while data := os.pread(descriptor, _CHUNK, offset):
                offset += os.pwrite(descriptor, data, offset)
        finally:
            fcntl.fcntl(descriptor, fcntl.F_SETFL, flags)

    def fail_sync(self, descriptor: int) -> None:
        """See `Disk.fail_sync`: nothing to do, where no power loss can be made."""

    def lock(self, descriptor: int) -> bool:
        """See `Disk.lock`."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(self, descriptor: int) -> None:
        """See `Disk.unlock`."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def locked(self, path: str) -> bool:
        """See `Disk.locked`."""
        try:
            descriptor = os.open(self._prefix + path, os.O_RDONLY | os.O_CLOEXEC)
        except PermissionError:
            with readable(self, path):
                descriptor = os.open(self._prefix + path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            return not self.lock(descriptor)
        finally:
            os.close(descriptor)

    def close(self, descriptor: int) -> None:
        """See `Disk.close`."""
        os.close(descriptor)

    def rename(self, source: str, target: str) -> None:
        """See `Disk.rename`."""
        os.rename(self._prefix + source, self._prefix + target)

    def remove(self, path: str) -> None:
        """See `Disk.remove`."""
        try:
            os.unlink(self._prefix + path)
        except PermissionError:
            if os.path.isdir(self._prefix + path):  # what others than Linux say of a directory
                raise failure(EISDIR, path) from None
            raise

    def mkdir(self, path: str) -> None:
        """See `Disk.mkdir`."""
        os.makedirs(self._prefix + path, exist_ok=True)

    def rmdir(self, path: str) -> None:
        """See `Disk.rmdir`."""
        os.rmdir(self._prefix + path)

    def list(self, path: str) -> list[str]:
        """See `Disk.list`."""
        return self.listing(path).files

    def listing(self, path: str) -> Listing:
        """See `Disk.listing`: links to directories are followed, each directory once."""
        os.close(os.open(self._prefix + path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))  # is it one?
        found, below, refused, seen = list[str](), list[str](), dict[str, OSError](), set[tuple[int, int]]()

        def refuse(error: OSError) -> None:
            refused[os.path.relpath(error.filename, self.root)] = error

        for directory, inner, names in os.walk(self._prefix + path, onerror=refuse, followlinks=True):
            status = os.stat(directory)
            if (status.st_dev, status.st_ino) in seen:
                inner.clear()  # by a link, for the second time
                continue
            seen.add((status.st_dev, status.st_ino))
            below += [os.path.join(directory, name) for name in inner]
            found += [os.path.join(directory, name) for name in names]
        files, directories = (
            sorted(os.path.relpath(each, self.root) for each in each_of) for each_of in (found, below)
        )
        return Listing(files, directories, refused)

    def stat(self, path: str) -> FileStat:
        """See `Disk.stat`."""
        status = os.stat(self._prefix + path)
        is_dir = S_ISDIR(status.st_mode)
        size, modified = 0 if is_dir else status.st_size, status.st_mtime_ns
        return FileStat(size, status.st_mode & 0o777, is_dir, status.st_ino, modified)

    def number_of(self, path: str) -> int | None:
        """See `Disk.number_of`: one look, as a replay asks before each batch."""
        try:
            status = os.stat(self._prefix + path)
        except OSError:
            return None
        return None if S_ISDIR(status.st_mode) else status.st_ino

    def chmod(self, path: str, mode: int) -> None:
        """See `Disk.chmod`."""
        os.chmod(self._prefix + path, mode)

    def sync_dir(self, path: str) -> None:
        """See `Disk.sync_dir`."""
        descriptor = os.open(self._prefix + path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
