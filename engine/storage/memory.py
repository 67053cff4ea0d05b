"""The simulated disk: page cache and durable state kept apart, for data and for names.

A kill loses nothing that is here; `power_loss` loses every byte and every name that was never synced. A
snapshot copies two small tables and shares the contents until somebody writes (copy on write).
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field

from engine.storage.disk import FileStat, parent

_FILE_MODE = 0o644
_DIR_MODE = 0o755
_OWNER_READ = 0o400
_OWNER_WRITE = 0o200


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)


@dataclass(slots=True)
class _Inode:
    """A file's contents. Durable are the first `synced` bytes of `data`, followed by `tail`.

    `tail` is only there after a truncation that was not synced: the bytes that the disk still has.
    """

    data: bytearray
    mode: int = _FILE_MODE
    synced: int = 0
    tail: bytes = b""
    owner: object = None

    def copy(self, owner: object) -> _Inode:
        return _Inode(bytearray(self.data), self.mode, self.synced, self.tail, owner)

    def durable(self) -> bytearray:
        return self.data[: self.synced] + self.tail


@dataclass(slots=True)
class _Tables:
    """What a snapshot holds: inodes by number, names and directories as seen now and as they are durable."""

    inodes: dict[int, _Inode] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    dirs: dict[str, int] = field(default_factory=lambda: {"": _DIR_MODE})
    durable_names: dict[str, int] = field(default_factory=dict)
    durable_dirs: set[str] = field(default_factory=lambda: {""})
    next_inode: int = 1

    def copy(self) -> _Tables:
        return _Tables(
            dict(self.inodes),
            dict(self.names),
            dict(self.dirs),
            dict(self.durable_names),
            set(self.durable_dirs),
            self.next_inode,
        )


class Snapshot:
    """A disk's state at one moment; immutable, and cheap to take and to restore."""

    __slots__ = ("_tables",)

    def __init__(self, tables: _Tables) -> None:
        self._tables = tables

    def tables(self) -> _Tables:
        """A private copy of the tables."""
        return self._tables.copy()


class MemoryDisk:
    """A file system in memory; implements `Disk`. Permission bits bind every user, as if none were root."""

    binds_modes = True

    def __init__(self) -> None:
        self._tables = _Tables()
        self._owner = object()
        self._open: dict[int, int] = {}
        self._read_only: set[int] = set()
        self._next_descriptor = 3
        self._locks: dict[int, int] = {}  # inode number -> descriptor

    def open(self, path: str, *, create: bool = True, exclusive: bool = False, truncate: bool = False) -> int:
        """See `Disk.open`."""
        tables = self._tables
        number = tables.names.get(path)
        if number is None:
            if path in tables.dirs:
                raise _error(errno.EEXIST if exclusive else errno.EISDIR, path)
            if not create:
                raise self._missing(path)
            self._need_writable_dir(path)
            number = tables.next_inode
            tables.next_inode += 1
            tables.inodes[number] = _Inode(bytearray(), owner=self._owner)
            tables.names[path] = number
        elif create and exclusive:
            raise _error(errno.EEXIST, path)
        elif ~tables.inodes[number].mode & (_OWNER_READ | (_OWNER_WRITE if create else 0)):
            raise _error(errno.EACCES, path)
        descriptor = self._descriptor(number)
        if truncate:
            self.truncate(descriptor, 0)
        elif not create:
            self._read_only.add(descriptor)
        return descriptor

    def append(self, descriptor: int, data: bytes) -> int:
        """See `Disk.append`."""
        if descriptor in self._read_only:
            raise _error(errno.EBADF, str(descriptor))
        self._writable(descriptor).data += data
        return len(data)

    def read(self, descriptor: int, offset: int, size: int) -> bytes:
        """See `Disk.read`."""
        return bytes(memoryview(self._inode(descriptor).data)[offset : offset + size])

    def truncate(self, descriptor: int, size: int) -> None:
        """See `Disk.truncate`."""
        if descriptor in self._read_only:
            raise _error(errno.EINVAL, str(descriptor))
        inode = self._writable(descriptor)
        if size < inode.synced:
            inode.tail = bytes(inode.data[size : inode.synced]) + inode.tail
            inode.synced = size
        del inode.data[size:]

    def size(self, descriptor: int) -> int:
        """See `Disk.size`."""
        return len(self._inode(descriptor).data)

    def fsync(self, descriptor: int) -> None:
        """See `Disk.fsync`."""
        inode = self._writable(descriptor)
        inode.synced = len(inode.data)
        inode.tail = b""

    def lock(self, descriptor: int) -> bool:
        """See `Disk.lock`."""
        return self._locks.setdefault(self._open[descriptor], descriptor) == descriptor

    def locked(self, path: str) -> bool:
        """See `Disk.locked`."""
        return self._tables.names.get(path, 0) in self._locks

    def close(self, descriptor: int) -> None:
        """See `Disk.close`."""
        number = self._open.pop(descriptor, 0)
        self._read_only.discard(descriptor)
        if self._locks.get(number) == descriptor:
            del self._locks[number]

    def rename(self, source: str, target: str) -> None:
        """See `Disk.rename`."""
        tables = self._tables
        for path in (source, target):  # a kernel looks both directories up before the names in them
            if parent(path) not in tables.dirs:
                raise self._missing(path)
        if source not in tables.names:
            raise self._missing(source)
        if target in tables.dirs:
            raise _error(errno.EISDIR, target)
        self._need_writable_dir(source)
        self._need_writable_dir(target)
        tables.names[target] = tables.names.pop(source)

    def remove(self, path: str) -> None:
        """See `Disk.remove`."""
        if path not in self._tables.names:
            raise _error(errno.EISDIR, path) if path in self._tables.dirs else self._missing(path)
        self._need_writable_dir(path)
        del self._tables.names[path]

    def mkdir(self, path: str) -> None:
        """See `Disk.mkdir`."""
        if path in self._tables.dirs:
            return
        if path in self._tables.names:
            raise _error(errno.EEXIST, path)
        if parent(path) in self._tables.names:
            raise _error(errno.ENOTDIR, path)
        self.mkdir(parent(path))
        self._need_writable_dir(path)
        self._tables.dirs[path] = _DIR_MODE

    def list(self, path: str) -> list[str]:
        """See `Disk.list`."""
        if path not in self._tables.dirs:
            raise self._missing(path)
        prefix = f"{path}/" if path else ""
        return sorted(name for name in self._tables.names if name.startswith(prefix))

    def stat(self, path: str) -> FileStat:
        """See `Disk.stat`."""
        if path in self._tables.dirs:
            return FileStat(0, self._tables.dirs[path], is_dir=True)
        if path not in self._tables.names:
            raise self._missing(path)
        inode = self._tables.inodes[self._tables.names[path]]
        return FileStat(len(inode.data), inode.mode, is_dir=False)

    def chmod(self, path: str, mode: int) -> None:
        """See `Disk.chmod`."""
        if path in self._tables.dirs:
            self._tables.dirs[path] = mode
            return
        if path not in self._tables.names:
            raise self._missing(path)
        self._owned(self._tables.names[path]).mode = mode

    def sync_dir(self, path: str) -> None:
        """See `Disk.sync_dir`: the directory itself too becomes durable, as ext4 and XFS do."""
        tables = self._tables
        if path not in tables.dirs:
            raise self._missing(path)
        durable = tables.durable_names
        for name in [name for name in durable if parent(name) == path and name not in tables.names]:
            del durable[name]
        durable.update((name, number) for name, number in tables.names.items() if parent(name) == path)
        while path not in tables.durable_dirs:
            tables.durable_dirs.add(path)
            path = parent(path)

    def snapshot(self) -> Snapshot:
        """The state now, page cache and durable state alike, without open descriptors and locks."""
        self._owner = object()  # whoever writes next copies first
        return Snapshot(self._tables.copy())

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to `snapshot`; every descriptor is closed and every lock given up, as after a reboot."""
        self._tables = snapshot.tables()
        self._owner = object()
        self._close_all()

    def power_loss(self) -> None:
        """Keep only what is durable, names and data, and close everything."""
        tables = self._tables
        names = dict(tables.durable_names)
        inodes = {}
        for number in sorted(set(names.values())):
            data = tables.inodes[number].durable()
            inodes[number] = _Inode(data, tables.inodes[number].mode, len(data), b"", self._owner)
        dirs = {path: mode for path, mode in tables.dirs.items() if path in tables.durable_dirs}
        self._tables = _Tables(inodes, names, dirs, dict(names), set(dirs), tables.next_inode)
        self._close_all()

    def _close_all(self) -> None:
        self._open.clear()
        self._read_only.clear()
        self._locks.clear()

    def _missing(self, path: str) -> OSError:
        """The error for a name that isn't there: another one when a file stands where a directory should."""
        above = path
        while above:
            if above in self._tables.names:
                return _error(errno.ENOTDIR, path)
            above = parent(above)
        return _error(errno.ENOENT, path)

    def _descriptor(self, number: int) -> int:
        descriptor = self._next_descriptor
        self._next_descriptor += 1
        self._open[descriptor] = number
        return descriptor

    def _inode(self, descriptor: int) -> _Inode:
        number = self._open.get(descriptor)
        if number is None:
            raise _error(errno.EBADF, str(descriptor))
        return self._tables.inodes[number]

    def _writable(self, descriptor: int) -> _Inode:
        self._inode(descriptor)
        return self._owned(self._open[descriptor])

    def _owned(self, number: int) -> _Inode:
        """The inode, copied first when a snapshot shares it."""
        inode = self._tables.inodes[number]
        if inode.owner is not self._owner:
            inode = self._tables.inodes[number] = inode.copy(self._owner)
        return inode

    def _need_writable_dir(self, path: str) -> None:
        directory = parent(path)
        if directory not in self._tables.dirs:
            raise self._missing(path)
        if not self._tables.dirs[directory] & _OWNER_WRITE:
            raise _error(errno.EACCES, path)
