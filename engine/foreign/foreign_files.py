"""The file system as foreign code of one process sees it: where paths lead, and its descriptors.

Everything that a kernel would do on a system call is an operation of the process: traced, slowed and failed by
fault rules, seen by triggers. What `os.path` only looks at is none, as names are looked at by the programs.
"""

from __future__ import annotations

import errno
import os
import posixpath
import tempfile
import weakref
from collections.abc import Callable
from random import Random
from stat import S_ISDIR
from typing import IO, TYPE_CHECKING, Any, TypeVar
from zlib import crc32

from engine.foreign.escaped import Escaped
from engine.foreign.located_path import LocatedPath
from engine.foreign.sink_mistakes import own_place
from engine.foreign.stat_result import as_kernel
from engine.kernel import Flag, Foreign, Process, sleep
from engine.kernel.foreign_calls import current
from engine.storage.errors import failure, is_too_long
from engine.storage.faults import DatabaseOperation, FaultRule, FileOperation
from engine.storage.files import Files

if TYPE_CHECKING:
    import sqlite3

    from engine.foreign.fake_disk import FakeDisk
    from engine.foreign.fake_file import OpenFile

_T = TypeVar("_T")

# How long a call lasts that a signal interrupts: without it, one that is interrupted for a second would never end.
_UNTIL_SIGNAL = 1_000_000

_HOLES = (os.SEEK_DATA, os.SEEK_HOLE)
LOOKS = frozenset({"open", "read", "list", "stat", "lock", "fsync", "sync_dir"})


class ForeignFiles:
    """One process's working directory, descriptors and file objects, for all of its foreign code.

    Args:
        files: the process's files; every operation goes through them.
        process: the process.
        disk: the disk of the run.
        chance: what foreign code takes for the machine's randomness.

    Attributes:
        written: the files that it has opened for writing, and where in its code for the first time.
        databases: the files that SQLite has written for it, by themselves.
        connections: those to them that are open; they end with the process, without a commit.
        connecting: a connection is being made that may be.
        looking: threads whose code may only look at files: it says what a target holds.
    """

    def __init__(self, files: Files, process: Process, disk: FakeDisk, chance: Random) -> None:
        from engine.foreign.fake_disk import ROOT, SCRATCH  # noqa: PLC0415 - pyfakefs, for those who need it

        self.disk = disk
        self.cwd = ROOT
        self.process = process
        self.chance = chance
        self.operations = 0
        self.written: dict[str, str] = {}
        self.escaped: Escaped | None = None
        self.databases: dict[str, None] = {}
        self.connecting = False
        self.looking: set[Foreign] = set()
        self.connections: weakref.WeakSet[sqlite3.Connection] = weakref.WeakSet()
        self._files = files
        self._root, self._scratch = ROOT, SCRATCH
        temporary = tempfile.gettempdir()
        places = {SCRATCH, temporary, os.path.realpath(temporary)}
        self._temporary = sorted(places, key=len, reverse=True)  # one may be below another
        self._descriptors: dict[int, None] = {}
        self._buffered: dict[int, weakref.ref[IO[Any]]] = {}
        self._names = 0
        self._threads: list[Foreign] = []
        process.on_end.append(self._close_all)

    def run_in(self, foreign: Foreign) -> None:
        """Take note of a thread in which foreign code of the process runs, and which ends with it."""
        self._threads.append(foreign)

    @property
    def dead(self) -> bool:
        """Whether the process has ended; nothing reaches the disk any more."""
        return not self.process.alive

    def do(
        self,
        operation: FileOperation,
        shown: str,
        action: Callable[[], _T],
        detail: int = 0,
        check: int = 0,
        *,
        spoilt: Callable[[FaultRule], _T] | None = None,
    ) -> _T:
        """Do one operation as the process; one that a signal interrupts is done again, as Python does (PEP 475)."""
        if operation not in LOOKS:
            self.forbid_change(shown)
        self.operations += 1
        foreign = current()
        if foreign is None:  # a file object that is cleared away outside of foreign code: as part of that
            return action()
        while True:
            try:
                result: _T = foreign.ask(
                    lambda: self._files.operate(operation, shown, action, detail, check, spoilt=spoilt)
                )
            except InterruptedError:
                self.sleep(_UNTIL_SIGNAL)
            else:
                return result

    def approach(self, operation: DatabaseOperation, shown: str) -> None:
        """Be about to let SQLite do something, as the process: it is traced, and others run before if they must."""
        self.operations += 1
        if (foreign := current()) is not None:
            foreign.ask(lambda: self._files.approach(operation, shown))

    def really(self, action: Callable[[], _T]) -> _T:
        """Do something outside of foreign code, where Python's functions are the real ones, and at once."""
        foreign = current()
        return action() if foreign is None else foreign.ask(lambda: _coroutine(action))

    def forbid_change(self, shown: str) -> None:
        """Stop code that changes a file and may only look."""
        if current() in self.looking:
            raise self.changes(shown)

    def changes(self, shown: str) -> Escaped:
        """Remember that code changes a file that may only look."""
        return self.escape(f"it changes {shown}: 'stored' and 'reset' can read the files of a run only")

    def escape(self, what: str) -> Escaped:
        """Remember that foreign code escapes, even if it handles the exception that it now gets."""
        error = Escaped(what)
        self.escaped = self.escaped or error
        return error

    def sleep(self, duration: int) -> None:
        """Let virtual time pass."""
        if (foreign := current()) is not None:
            foreign.ask(lambda: sleep(duration))

    def wait_for_a_lock(self) -> None:
        """Wait until anybody gives up a lock; if nobody ever does, the program stands still."""
        foreign = current()
        assert foreign is not None, "only foreign code waits for locks"
        released = Flag(foreign.scheduler)
        self.disk.locks.wait(released)
        foreign.ask(released.wait)

    def locate(self, path: Any, dir_fd: int | None = None) -> LocatedPath:
        """Where a path leads from the working directory, or from an open directory."""
        if isinstance(path, int):
            file = self.disk.opened(path)
            full = str(file.file.path)
            return LocatedPath(full, file.path, full, inside=True)
        text = os.fsdecode(path)
        if not text:
            raise failure(errno.ENOENT, text)
        base = self.cwd if dir_fd is None else self.locate(dir_fd).full
        full = posixpath.normpath(posixpath.join(base, text))
        if is_too_long(full):
            raise failure(errno.ENAMETOOLONG, text)
        if full == self._root or full.startswith(f"{self._root}/"):
            return LocatedPath(full, full[len(self._root) + 1 :], full, inside=True)
        for directory in self._temporary:
            if full == directory or full.startswith(f"{directory}/"):
                mapped = self._scratch + full[len(directory) :]
                return LocatedPath(mapped, mapped, full, inside=True)
        return LocatedPath(full, full, full, inside=False)

    def only_real(self, place: LocatedPath) -> bool:
        """Whether there is such a file among the machine's temporary ones, and no simulated one."""
        return place.shown.startswith("/") and not self.disk.filesystem.exists(place.full, check_link=True)

    def has(self, descriptor: object) -> bool:
        """Whether it is one of our descriptors."""
        return isinstance(descriptor, int) and descriptor in self._descriptors

    def is_directory(self, descriptor: int) -> bool:
        """Whether a directory is open there."""
        return S_ISDIR(self.disk.opened(descriptor).file.st_mode)

    def open(self, place: LocatedPath, flags: int, mode: int = 0o666) -> int:
        """What `os.open` does."""
        access = flags & (os.O_WRONLY | os.O_RDWR)
        write = access != os.O_RDONLY
        if write or flags & (os.O_CREAT | os.O_TRUNC | os.O_APPEND):
            self.forbid_change(place.shown)
        known_as = place.real if place.shown.startswith("/") else place.shown
        if write and known_as not in self.written:
            self.written[known_as] = own_place()

        def action() -> int:
            file = self.disk.open_file(
                place.full,
                place.shown,
                read=access != os.O_WRONLY,
                write=write,
                create=bool(flags & os.O_CREAT),
                exclusive=bool(flags & os.O_EXCL),
                mode=mode & ~self.disk.filesystem.umask,
            )
            if flags & os.O_DIRECTORY and not self.disk.filesystem.isdir(place.full):
                raise failure(errno.ENOTDIR, place.shown)
            if flags & os.O_TRUNC:  # Linux cuts what is opened for reading, too
                self.disk.cut(file, 0)
            file.append = bool(flags & os.O_APPEND)
            return self.add(file)

        return self.do("open", place.shown, action)

    def database(self, place: LocatedPath, *, write: bool, create: bool) -> tuple[str, bool]:
        """The path of the real file that SQLite opens, and whether it may write it."""

        def action() -> tuple[str, bool]:
            try:
                return self.disk.database(place.full, place.shown, write=write, create=create).real, write
            except PermissionError:  # then SQLite tries to read it
                return self.disk.database(place.full, place.shown, write=False, create=False).real, False

        found = self.really(action)
        self.databases[place.shown] = None
        return found

    def add(self, file: OpenFile) -> int:
        """One more descriptor for an open file."""
        descriptor = self.disk.add(file)
        self._descriptors[descriptor] = None
        return descriptor

    def close(self, descriptor: int) -> None:
        """What `os.close` does."""
        self.disk.locks.close(self.disk.number(descriptor), self.process.number)
        self.disk.close(descriptor)
        del self._descriptors[descriptor]

    def write(self, descriptor: int, data: Any, position: int | None = None) -> int:
        """What `os.write` and `os.pwrite` do; as much as fits."""
        file, taken = self.disk.opened(descriptor), bytes(data)

        def put(data: bytes) -> int:
            fitting = self._files.quotas.fit(self.disk, file.path, data)
            if position is not None and file.writable:
                if not fitting:
                    return 0
                # Where a file is appended to, Linux heeds no place.
                file.stored.put(file.stored.size if file.append else position, fitting)
                return len(fitting)
            return self.disk.write_to(file, fitting)

        def spoilt(rule: FaultRule) -> int:
            part = rule.spoilt(taken)
            return put(part) if part else 0

        return self.do("append", file.path, lambda: put(taken), len(taken), crc32(taken), spoilt=spoilt)

    def read(self, descriptor: int, size: int, position: int | None = None) -> bytes:
        """What `os.read` and `os.pread` do."""
        file = self.disk.opened(descriptor)
        start = file.position if position is None else position
        if not file.readable:
            raise failure(errno.EBADF, file.path)

        def take() -> bytes:
            return self.disk.read(descriptor, start, size)

        data = self.do("read", file.path, take, start, size, spoilt=lambda rule: rule.spoilt(take()))
        if position is None:
            file.position += len(data)
        return data

    def seek(self, descriptor: int, offset: int, whence: int = os.SEEK_SET) -> int:
        """What `os.lseek` does."""
        file = self.disk.opened(descriptor)
        if whence in _HOLES:
            raise self.escape("it looks for holes in a file of the run, of which no scenario says where they are")
        base = {os.SEEK_SET: 0, os.SEEK_CUR: file.position, os.SEEK_END: file.file.size}.get(whence)
        if base is None or base + offset < 0:
            raise failure(errno.EINVAL)
        file.position = base + offset
        return file.position

    def truncate(self, descriptor: int, length: int) -> None:
        """What `os.ftruncate` does."""
        shown = self.disk.opened(descriptor).path
        self.do("truncate", shown, lambda: self.disk.truncate(descriptor, length), length)

    def stat(self, descriptor: int) -> os.stat_result:
        """What `os.fstat` does."""
        return as_kernel(self.disk.opened(descriptor).file.stat_result)

    def chmod(self, descriptor: int, mode: int) -> None:
        """What `os.fchmod` does."""
        file = self.disk.opened(descriptor)
        self.do("chmod", file.path, lambda: self.disk.set_mode(descriptor, mode))

    def remember(self, descriptor: int, made: IO[Any]) -> None:
        """Take note of a file object with a buffer, for the end of the program."""
        self._buffered[descriptor] = weakref.ref(made)

    def flush_all(self) -> None:
        """What the interpreter does at its end: flush every file object that nobody closed, oldest first."""
        for reference in list(self._buffered.values()):
            made = reference()
            if made is not None and not made.closed and made.writable():
                made.flush()

    def temporary_name(self) -> str:
        """The next name for a temporary file: by number, since chance would tell two runs apart."""
        self._names += 1
        return f"{self.process.number:04d}{self._names:04d}"

    def _close_all(self) -> None:
        for foreign in self._threads:
            foreign.end()
        for connection in list(self.connections):
            connection.close()
        for descriptor in list(self._descriptors):
            self.close(descriptor)


async def _coroutine(action: Callable[[], _T]) -> _T:
    return action()


def foreign_files() -> ForeignFiles | None:
    """What the code that is calling this sees as its file system; None when it isn't foreign code."""
    foreign = current()
    return None if foreign is None else foreign.context
