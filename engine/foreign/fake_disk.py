"""A disk on a pyfakefs file system, for runs in which a user's own code opens files as well.

The names, their permissions and their links are pyfakefs's. Contents and descriptors are ours: pyfakefs would
copy a whole file at every append, and its descriptors are small integers that mean other files to the kernel.
"""

from __future__ import annotations

import errno
import posixpath
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from stat import S_ISDIR
from tempfile import mkdtemp
from typing import Any, cast
from weakref import ref

from pyfakefs.fake_file import FakeDirectory, FakeFile
from pyfakefs.fake_filesystem import FakeFilesystem
from pyfakefs.fake_os import FakeOsModule
from pyfakefs.helpers import FakeStatResult

from engine.foreign.database_files import DatabaseFile, RealFiles
from engine.foreign.fake_file import OpenFile, StoredFile, listing_of
from engine.foreign.file_locks import FileLocks
from engine.foreign.frozen_clock import clock
from engine.foreign.stat_result import as_kernel
from engine.storage.disk_port import BeforeCut, Disk, FileStat, Listing, parent
from engine.storage.errors import failure

ROOT = "/project"  # the work root: where foreign code finds itself
SCRATCH = "/tmp"  # noqa: S108 - a directory of the fake file system
FIRST_DESCRIPTOR = 1 << 30  # no kernel gives such a number, so no real file can be hit by one of ours
OWNER = 1000  # of every file: whoever runs this, foreign code isn't root
_OWNER_READ = 0o400
_OWNER_WRITE = 0o200
_UMASK = 0o022
_MOVES = frozenset({"rename", "replace"})
_NEW_NAMES = frozenset({"link", "symlink"})
_LOOKS = frozenset({"stat", "lstat"})
_ON_NAMES_OF_FILES = _MOVES | {"link", "remove", "unlink"}
_ON_NAMES = _ON_NAMES_OF_FILES | _NEW_NAMES | {"rmdir", "mkdir"}
_FILE_MODE = 0o666 & ~_UMASK


class FakeDisk(Disk):
    """Files below `ROOT` of a pyfakefs file system; implements `Disk`. Permission bits bind every user.

    It knows no durability, so a loss of power can't be shown on it.

    Args:
        place: makes a directory for the real files of databases, when the first is opened.

    Attributes:
        filesystem: the whole file system, with a directory for temporary files beside the work root.
        os: the functions of `os` on it, for absolute paths.
        real_files: what stands behind databases.
        locks: who has locked what.
        clock: the wall clock of the run; files have the time of what programs and steps do, too.
    """

    binds_modes = True

    def __init__(self, place: Callable[[], Path] = lambda: Path(mkdtemp(prefix="wptest-"))) -> None:
        self.before_cut = BeforeCut()
        self.filesystem = FakeFilesystem()
        self.filesystem.umask = _UMASK
        self.filesystem.shuffle_listdir_results = False  # it would be by chance
        self.os: Any = FakeOsModule(self.filesystem)
        self._open: dict[int, OpenFile] = {}
        self._next_descriptor = FIRST_DESCRIPTOR
        self.real_files = RealFiles(place)
        self.locks = FileLocks()
        self.clock: Callable[[], int] | None = None
        self._make_directory(ROOT)
        self.filesystem.add_mount_point(SCRATCH)  # often a disk of its own, to which nothing can be renamed
        scratch = self.filesystem.get_object(SCRATCH)
        scratch.st_uid = OWNER
        _modified(scratch)

    def open(self, path: str, *, create: bool = True, exclusive: bool = False, truncate: bool = False) -> int:
        """See `Disk.open`."""
        self._look_at_clock()
        full = _full(path)
        file = self.open_file(full, path, write=create, create=create, exclusive=exclusive)
        if S_ISDIR(file.file.st_mode):
            raise failure(errno.EISDIR, path)
        if truncate and isinstance(file.file, StoredFile):
            self.cut(file, 0)
        file.writable, file.append = create or truncate, True
        return self.add(file)

    def append(self, descriptor: int, data: bytes) -> int:
        """See `Disk.append`."""
        self._look_at_clock()
        return self.write_to(self.opened(descriptor), data)

    def read(self, descriptor: int, offset: int, size: int) -> bytes:
        """See `Disk.read`."""
        return bytes(memoryview(self.opened(descriptor).stored.data)[offset : offset + size])

    def truncate(self, descriptor: int, size: int) -> None:
        """See `Disk.truncate`."""
        self._look_at_clock()
        file = self.opened(descriptor)
        if not file.writable:
            raise failure(errno.EINVAL, file.path)
        self.cut(file, size)

    def cut(self, file: OpenFile, size: int) -> None:
        """Give a file that size; whoever wants to know hears of it before."""
        self.before_cut.tell(file.file.st_ino)
        file.stored.size = size

    def size(self, descriptor: int) -> int:
        """See `Disk.size`."""
        return self.opened(descriptor).stored.size

    def number(self, descriptor: int) -> int:
        """See `Disk.number`."""
        return int(self.opened(descriptor).file.st_ino)

    def is_named(self, descriptor: int) -> bool:
        """See `Disk.is_named`."""
        return int(self.opened(descriptor).file.st_nlink) > 0

    def fsync(self, descriptor: int) -> None:
        """See `Disk.fsync`."""
        self.opened(descriptor)

    def rewrite(self, descriptor: int, _offset: int) -> None:
        """See `Disk.rewrite`: it changes what is durable, and nothing that is seen."""
        file = self.opened(descriptor)
        if not file.writable:
            raise failure(errno.EBADF, file.path)

    def fail_sync(self, descriptor: int) -> None:
        """See `Disk.fail_sync`: nothing to do, where no power loss can be made."""

    def lock(self, descriptor: int) -> bool:
        """See `Disk.lock`."""
        return self.locks.lock(self.opened(descriptor), exclusive=True)

    def unlock(self, descriptor: int) -> None:
        """See `Disk.unlock`."""
        self.locks.unlock(self.opened(descriptor))

    def locked(self, path: str) -> bool:
        """See `Disk.locked`."""
        try:
            return self.locks.is_locked(self._find(path).st_ino)
        except OSError:
            return False

    def close(self, descriptor: int) -> None:
        """See `Disk.close`."""
        file = self._open.pop(descriptor, None)
        if file is not None and file not in self._open.values():
            self.locks.unlock(file)

    def rename(self, source: str, target: str) -> None:
        """See `Disk.rename`."""
        self._look_at_clock()
        for path in (source, target):  # a kernel looks both directories up before the names in them
            self._directory(parent(path), path)
        self._find(source)
        for path in (source, target):
            self._need_writable_dir(path)
        try:
            self.do("rename", _full(source), _full(target))
        except OSError as error:  # programs know files from the work root on
            raise failure(error.errno or errno.EIO, target) from None

    def remove(self, path: str) -> None:
        """See `Disk.remove`."""
        self._look_at_clock()
        if isinstance(self._find(path), FakeDirectory):
            raise failure(errno.EISDIR, path)
        self._need_writable_dir(path)
        self.do("remove", _full(path))

    def mkdir(self, path: str) -> None:
        """See `Disk.mkdir`."""
        self._look_at_clock()
        try:
            found = self._find(path)
        except FileNotFoundError:
            self.mkdir(parent(path))
            self._need_writable_dir(path)
            self._make_directory(_full(path))
            _modified(self._directory(parent(path), path))
        else:
            if not isinstance(found, FakeDirectory):
                raise failure(errno.EEXIST, path)

    def rmdir(self, path: str) -> None:
        """See `Disk.rmdir`."""
        self._look_at_clock()
        found = self._directory(path, path)
        if found.entries:
            raise failure(errno.ENOTEMPTY, path)
        self._need_writable_dir(path)
        self.do("rmdir", _full(path))

    def list(self, path: str) -> list[str]:
        """See `Disk.list`."""
        return listing_of(self._directory(path, path), path, bound=False).files

    def listing(self, path: str) -> Listing:
        """See `Disk.listing`."""
        return listing_of(self._directory(path, path), path, bound=True)

    def stat(self, path: str) -> FileStat:
        """See `Disk.stat`."""
        found = self._find(path)
        is_dir = isinstance(found, FakeDirectory)
        return FileStat(0 if is_dir else found.size, found.st_mode & 0o777, is_dir, found.st_ino)

    def chmod(self, path: str, mode: int) -> None:
        """See `Disk.chmod`."""
        self._look_at_clock()
        _set_mode(self._find(path), mode)

    def set_mode(self, descriptor: int, mode: int) -> None:
        """What `chmod` does, to what is open there."""
        _set_mode(self.opened(descriptor).file, mode)

    def sync_dir(self, path: str) -> None:
        """See `Disk.sync_dir`."""
        self._directory(path, path)

    def open_file(
        self,
        full: str,
        path: str,
        *,
        read: bool = True,
        write: bool,
        create: bool = False,
        exclusive: bool = False,
        mode: int = _FILE_MODE,
    ) -> OpenFile:
        """Find the file at the absolute path `full`, or make it; `path` is what errors and rules know it by."""
        if create and exclusive and self._named(full) is not None:
            raise failure(errno.EEXIST, path)
        try:
            found = self._at(full, path)
        except FileNotFoundError:
            if not create:
                raise
            found = self._make(full, path, mode)
        else:
            if isinstance(found, FakeDirectory) and (create or write):
                raise failure(errno.EISDIR, path)
            if (_OWNER_READ * read | _OWNER_WRITE * write) & ~found.st_mode:
                raise failure(errno.EACCES, path)
        return OpenFile(found, path, read, write, append=False)

    def database(self, full: str, path: str, *, write: bool, create: bool) -> DatabaseFile:
        """The file at the absolute path `full` as a database's: SQLite reads and writes the real one behind it."""
        found = self.open_file(full, path, write=write, create=create).stored
        if isinstance(found, DatabaseFile):
            return found
        above, _, name = self.filesystem.resolve_path(full).rpartition("/")
        made = DatabaseFile(found, self.real_files.new(name), self.filesystem)
        directory = cast("FakeDirectory", self._at(above or "/", path))
        directory.remove_entry(name)
        directory.add_entry(made)
        return made

    def add(self, file: OpenFile) -> int:
        """Give an open file one more descriptor."""
        descriptor = self._next_descriptor
        self._next_descriptor += 1
        self._open[descriptor] = file
        return descriptor

    def opened(self, descriptor: int) -> OpenFile:
        """What a descriptor stands for."""
        file = self._open.get(descriptor)
        if file is None:
            raise failure(errno.EBADF, str(descriptor))
        return file

    @staticmethod
    def write_to(file: OpenFile, data: bytes) -> int:
        """Write where the next write goes."""
        if not file.writable:
            raise failure(errno.EBADF, file.path)
        stored = file.stored
        if data:  # else it stays where it is, although it appends
            position = stored.size if file.append else file.position
            stored.put(position, data)
            file.position = position + len(data)
        return len(data)

    def do(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """What a function of `os` does with absolute paths; what changes names changes their directories, too."""
        if name in _LOOKS:
            self._take_home(args[0], follows=name == "stat" and kwargs.get("follow_symlinks", True))
        if name not in _ON_NAMES:
            result = getattr(self.os, name)(*args, **kwargs)
            return as_kernel(result) if isinstance(result, FakeStatResult) else result
        changed = args[1:2] if name in _NEW_NAMES else args[: 2 if name in _MOVES else 1]
        self._look_up(name, args, changed)
        if name == "link":  # without being told, Linux links a link itself
            kwargs.setdefault("follow_symlinks", False)
        named = self._named(args[0]) if name in _ON_NAMES_OF_FILES else None
        there = self._named(args[1]) if name in _MOVES else None
        if named is not None and there is not None and named.st_ino == there.st_ino:
            return None  # two names of one file: both stay, as POSIX wants it
        result = getattr(self.os, name)(*args, **kwargs)
        for path in changed:
            _modified(self.filesystem.resolve(posixpath.dirname(path)))
        if named is not None:
            named.st_ctime = time.time()
        return result

    def _look_at_clock(self) -> None:
        """Have Python's clocks show what time it is: they show when foreign code has last run."""
        if self.clock is not None:
            shown = clock()
            shown.show(self.clock(), shown.monotonic)

    def _take_home(self, full: str, *, follows: bool) -> None:
        """Let a file with several names be in the directory where it is looked for.

        Else pyfakefs would go by the one in which it got its last name, which may be gone.
        """
        with suppress(OSError):  # there is no such file, as will be told
            above, _, last = (self.filesystem.resolve_path(full) if follows else full).rpartition("/")
            directory = self._at(above or "/", full)
            if isinstance(directory, FakeDirectory) and last in directory.entries:
                directory.entries[last].parent_dir = ref(directory)

    def _look_up(self, name: str, args: Sequence[Any], changed: Sequence[str]) -> None:
        """Fail as a kernel does: it looks directories up before names in them, and what is linked before both."""
        if name == "rmdir" and self.filesystem.islink(args[0]):
            raise failure(errno.ENOTDIR, args[0])
        if name == "link":
            self._need_directory(args[0])
            if self._named(args[0]) is None:
                raise failure(errno.ENOENT, args[0])
        for path in changed:
            self._need_directory(path)
        if name in _MOVES:
            if (moved := self._named(args[0])) is None:
                raise failure(errno.ENOENT, args[0])
            if args[1].startswith(f"{args[0]}/"):
                raise failure(errno.EINVAL, args[0])
            if isinstance(self._named(args[1]), FakeDirectory) and not isinstance(moved, FakeDirectory):
                raise failure(errno.ENOTEMPTY if args[0].startswith(f"{args[1]}/") else errno.EISDIR, args[1])

    def _need_directory(self, full: str) -> None:
        """Need what a path is in to be there, and to be a directory."""
        if not isinstance(self._at(posixpath.dirname(full), full), FakeDirectory):
            raise failure(errno.ENOTDIR, full)

    def _named(self, full: str) -> FakeFile | None:
        """What has that name, itself if it is a link."""
        try:
            return self.filesystem.lresolve(full)
        except OSError:
            return None

    def _make_directory(self, full: str) -> None:
        self.filesystem.makedir(full)
        self.filesystem.get_object(full).st_uid = OWNER

    def _make(self, full: str, path: str, mode: int) -> StoredFile:
        directory, _, name = self.filesystem.resolve_path(full).rpartition("/")
        above = self._at(directory or "/", path)
        _need_writable(above, path)
        made = StoredFile(name, mode, self.filesystem)
        made.st_uid = OWNER
        cast("FakeDirectory", above).add_entry(made)
        _modified(above)
        return made

    def _find(self, path: str) -> FakeFile:
        return self._at(_full(path), path)

    def _at(self, full: str, path: str) -> FakeFile:
        try:
            return self.filesystem.get_object(self.filesystem.resolve_path(full))
        except OSError as error:
            raise failure(error.errno or errno.ENOENT, path) from None

    def _directory(self, path: str, asked: str) -> FakeDirectory:
        found = self._at(_full(path), asked)
        if not isinstance(found, FakeDirectory):
            raise failure(errno.ENOTDIR, asked)
        return found

    def _need_writable_dir(self, path: str) -> None:
        _need_writable(self._directory(parent(path), path), path)


def _set_mode(file: FakeFile, mode: int) -> None:
    file.st_mode = file.st_mode & ~0o7777 | mode
    file.st_ctime = time.time()


def _modified(directory: FakeFile) -> None:
    directory.st_mtime = directory.st_ctime = time.time()


def _need_writable(directory: FakeFile, path: str) -> None:
    if not isinstance(directory, FakeDirectory):
        raise failure(errno.ENOTDIR, path)
    if not directory.st_mode & _OWNER_WRITE:
        raise failure(errno.EACCES, path)


def _full(path: str) -> str:
    return f"{ROOT}/{path}" if path else ROOT
