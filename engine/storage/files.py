"""What a process sees of the disk: every operation may be slow, may fail by a rule, and is traced.

All of a program's file access goes through here, so this is also where a kill or a trigger takes hold: before
an operation starts, whoever was woken by the last event runs first, and a process that has died by then never
gets its operation done.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Self, TypeVar
from zlib import crc32

from engine.kernel import Event, Process, sleep
from engine.kernel.scheduler import Task
from engine.storage.disk_port import FileStat, Listing, parent
from engine.storage.errors import failure, name
from engine.storage.faults import ERRORS, WRITEBACK, FaultRule, Operation
from engine.storage.storage import Storage

_T = TypeVar("_T")

LONGEST_TURN = 5_000_000_000  # nanoseconds: who has a file's turn for longer hangs, or was stopped
_FIRST_LOOK = 1_000_000
_LAST_LOOK = 64_000_000

_CLOSED = -1  # no disk gives such a descriptor

_TROUBLE: frozenset[int] = frozenset(getattr(errno, name) for name in ERRORS)


class WriteFailed(OSError):
    """An append that failed after `written` of its bytes."""

    def __init__(self, cause: OSError, written: int) -> None:
        super().__init__(cause.errno, cause.strerror, cause.filename)
        self.written = written


class Files:
    """The disk as one process sees it; its descriptors are closed when the process ends."""

    def __init__(self, storage: Storage, process: Process) -> None:
        self.disk = storage.disk
        self.quotas = storage.quotas
        self.pipes = storage.pipes
        self.traced = storage.trace.hashed
        self._storage = storage
        self._process = process
        self._handles: dict[int, Handle] = {}
        self.spawn, self.join = process.spawn, storage.scheduler.join
        process.on_end.append(self._close_all)

    async def open(
        self, path: str, *, create: bool = True, exclusive: bool = False, truncate: bool = False
    ) -> Handle:
        """Open a file for reading and appending; see `Disk.open`."""
        descriptor = await self.operate(
            "open",
            path,
            lambda: self.disk.open(path, create=create, exclusive=exclusive, truncate=truncate),
        )
        handle = Handle(self, path, descriptor)
        assert descriptor not in self._handles, "the end of the process would close one file of two"
        self._handles[descriptor] = handle
        return handle

    async def rename(self, source: str, target: str) -> None:
        """Rename a file; `sync_dir` makes it durable."""
        await self.operate("rename", source, lambda: self.disk.rename(source, target))

    async def remove(self, path: str) -> None:
        """Remove a file."""
        await self.operate("remove", path, lambda: self.disk.remove(path))

    async def mkdir(self, path: str) -> None:
        """Make a directory and those above it; does nothing, and can't fail, when it exists."""
        if not self.exists(path):
            await self.operate("mkdir", path, lambda: self.disk.mkdir(path))

    async def rmdir(self, path: str) -> None:
        """Remove a directory, which has to be empty."""
        await self.operate("remove", path, lambda: self.disk.rmdir(path))

    async def list(self, path: str) -> Listing:
        """What is below a directory, sorted; nothing when it is missing (D28: no reason to give up).

        It is one operation, of which a rule may let a part fail: that of a directory below.
        """
        try:
            found = await self.operate("list", path, lambda: self.disk.listing(path))
        except FileNotFoundError:
            return Listing([], [], {})
        for directory in found.refused:
            self._storage.modes.deny("list", directory)
            self._emit("storage.EACCES", directory, "list")
        refused: dict[str, OSError] = {}
        for directory in found.directories if self._storage.faults.rules else ():
            try:
                await self._faulty("list", directory, lambda: None, None)
            except OSError as error:
                refused[directory] = error
        return found.without(refused)

    async def stat(self, path: str) -> FileStat:
        """What `path` is."""
        return await self.operate("stat", path, lambda: self.disk.stat(path))

    async def sync_dir(self, path: str) -> None:
        """Make the names in a directory durable."""
        await self.operate("sync_dir", path, lambda: self.disk.sync_dir(path))

    async def read(self, path: str) -> bytes:
        """A whole small file's bytes."""
        with await self.open(path, create=False) as handle:
            return await handle.read(0, handle.size())

    async def replace(self, path: str, data: bytes, shown: bytes | None = None) -> None:
        """Write a whole file so that at every moment either the old or the new one is there, durably.

        `shown` is as in `Handle.append`.
        """
        aside = f"{path}.tmp"
        with await self.open(aside, truncate=True) as handle:
            await handle.append(data, shown)
            await handle.fsync()
        await self.rename(aside, path)
        await self.sync_dir(parent(path))

    def exists(self, path: str) -> bool:
        """Whether a name is there; free of faults, since a program's view of names rarely fails alone."""
        return self.disk.exists(path)

    def number(self, path: str) -> int:
        """What tells the file of this name from another that has had it; 0 when it is missing. Free of faults."""
        return self.disk.number_of(path) or 0

    async def operate(
        self,
        operation: Operation,
        path: str,
        action: Callable[[], _T],
        detail: int = 0,
        check: int = 0,
        *,
        spoilt: Callable[[FaultRule], _T] | None = None,
    ) -> _T:
        """Do one operation: let others run if they must, trace it, let a rule slow it or fail it, do it.

        `detail` and `check` (a size, a checksum) go into the trace only. `spoilt` is what an operation does that a
        rule fails, where that is not nothing.
        """
        storage = self._storage
        if storage.watchers or storage.awaited or not self._process.alive:
            await self._give_way(operation, path)
        if self.traced:
            storage.trace.operation(storage.scheduler.now, self._process.number, operation, path, detail, check)
        else:
            storage.trace.operations += 1
        if storage.faults.rules:
            action = await self._faulty(operation, path, action, spoilt)
        try:
            return action()
        except OSError as error:
            name(error)
            if error.errno == errno.EACCES:
                self._storage.modes.deny(operation, path)
            if error.errno in _TROUBLE:
                self._emit(f"storage.{errno.errorcode[error.errno or 0]}", path, operation)
            raise

    async def approach(self, operation: Operation, path: str, detail: int = 0, check: int = 0) -> None:
        """Be about to do an operation: let others run if they must, and trace it."""
        await self._give_way(operation, path)
        storage = self._storage
        storage.trace.operation(storage.scheduler.now, self._process.number, operation, path, detail, check)

    async def _give_way(self, operation: Operation, path: str) -> None:
        """Let those run first who were woken by the last event, or are by this operation."""
        storage = self._storage
        for watcher in storage.watchers:
            watcher(operation, path, self._process)
        await storage.give_way(self._process)

    def forget(self, descriptor: int) -> None:
        """A handle was closed."""
        self._handles.pop(descriptor, None)
        self.disk.close(descriptor)

    async def _faulty(
        self, operation: Operation, path: str, action: Callable[[], _T], spoilt: Callable[[FaultRule], _T] | None
    ) -> Callable[[], _T]:
        """What a rule leaves of the action; fails when it leaves nothing."""
        rule = self._storage.faults.find(operation, path, self._storage.scheduler.now)
        if rule is None:
            return action
        self._emit("fault.bit", path, operation)
        if rule.delay:
            await sleep(rule.delay)
        if rule.errno is None:
            return partial(spoilt, rule) if rule.spoil is not None and spoilt is not None else action
        if spoilt is not None:
            with suppress(OSError):
                spoilt(rule)
        self._emit(f"storage.{rule.name}", path, operation)
        raise failure(rule.errno, path)

    def _emit(self, kind: str, path: str, operation: str) -> None:
        fields = {"path": path, "operation": operation}
        self._storage.trace.emit(Event(self._storage.scheduler.now, self._process.name, kind, fields))

    def _close_all(self) -> None:
        for handle in list(self._handles.values()):
            handle.close()
        assert not self._handles, "a dead process would keep a lock"


class Handle:
    """An open file, closed behind a `with`. Nothing is buffered here: `append` goes to the page cache.

    Attributes:
        path: what it was called when it was opened.
        descriptor: that on the disk, which knows none of that number when it is closed.
    """

    __slots__ = ("_disk", "_failed", "_files", "_rest", "descriptor", "path")

    def __init__(self, files: Files, path: str, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor
        self._files = files
        self._disk = files.disk
        self._rest: Task | None = None  # writes what a pipe has not taken yet
        self._failed: WriteFailed | None = None  # what came of that

    async def append(self, data: bytes, shown: bytes | None = None, *, waits: bool = True) -> None:
        """Write all of `data` at the end; into a pipe, as somebody reads it.

        Args:
            data: what is written.
            shown: as long, what the trace has of it where it differs from disk to disk.
            waits: for a pipe that is full; else that writes the rest of it by and by, before what comes next.

        Raises:
            WriteFailed: with how many bytes were written before the failure; with none where it is about a rest.
        """
        assert self.descriptor != _CLOSED, f"{self.path} is closed"
        assert shown is None or len(shown) == len(data), "the trace would say another size"
        if self._rest is not None or self._failed is not None:
            await self.finish()
        await self._append(data, shown, waits=waits)

    async def finish(self) -> None:
        """Wait until nothing is left to be written.

        Raises:
            WriteFailed: it could not be.
        """
        if self._rest is not None:
            await self._files.join(self._rest)
            self._rest = None
        if self._failed is not None:
            failed, self._failed = self._failed, None
            raise failed

    async def _append_rest(self, data: bytes) -> None:
        try:
            await self._append(data, None, waits=True)
        except WriteFailed as error:
            self._failed = WriteFailed(error, 0)

    async def _append(self, data: bytes, shown: bytes | None, *, waits: bool) -> None:
        files, written = self._files, 0
        while written < len(data):
            rest = data[written:] if written else data
            check = crc32(rest if shown is None else shown[written:]) if files.traced else 0
            action, spoilt = self._append_to(rest), partial(self._append_part, rest)
            try:
                written += await files.operate("append", self.path, action, len(rest), check, spoilt=spoilt)
            except BlockingIOError:  # a pipe that is full, until somebody reads
                if not waits:
                    self._rest = self._files.spawn(self._append_rest(data[written:]))
                    return
                await sleep(_FIRST_LOOK)
            except OSError as error:
                raise WriteFailed(error, written) from error
            assert written <= len(data), "lines would count as written that never were"

    async def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        assert self.descriptor != _CLOSED, f"{self.path} is closed"

        def take() -> bytes:
            return self._disk.read(self.descriptor, offset, size)

        return await self._files.operate(
            "read", self.path, take, offset, size, spoilt=lambda rule: rule.spoilt(take())
        )

    async def truncate(self, size: int) -> None:
        """Cut the file to `size` bytes."""
        await self._operate("truncate", lambda: self._disk.truncate(self.descriptor, size), size)

    async def fsync(self) -> None:
        """Make the data durable.

        After a failure it isn't, and calling this again doesn't change that: see `rewrite`.
        """

        def fail(rule: FaultRule) -> None:
            if rule.errno in WRITEBACK:
                self._disk.fail_sync(self.descriptor)

        await self._files.operate("fsync", self.path, lambda: self._disk.fsync(self.descriptor), spoilt=fail)

    async def rewrite(self, offset: int) -> None:
        """Write again what stands from `offset` on, because a sync of it has failed."""
        size = self.size() - offset
        await self._operate("append", lambda: self._disk.rewrite(self.descriptor, offset), size)

    async def lock(self) -> bool:
        """Take the advisory lock; it goes when the handle is closed or the process ends."""
        return await self._operate("lock", lambda: self._disk.lock(self.descriptor))

    async def take_turn(self) -> None:
        """Take the advisory lock for a moment, waiting while another program has it; `give_turn` gives it back.

        No operation of a trace: it changes nothing that is on the disk, and goes with the process.

        Raises:
            OSError: EAGAIN, somebody has had it for `LONGEST_TURN`.
        """
        pause, waited = _FIRST_LOOK, 0
        while not self._disk.lock(self.descriptor):
            if waited >= LONGEST_TURN:
                raise failure(errno.EAGAIN, self.path)
            await sleep(pause)
            waited, pause = waited + pause, min(2 * pause, _LAST_LOOK)

    def try_turn(self) -> bool:
        """Take it if nobody has it."""
        return self._disk.lock(self.descriptor)

    def give_turn(self) -> None:
        """Give the advisory lock back."""
        if self.descriptor != _CLOSED:
            self._disk.unlock(self.descriptor)

    def number(self) -> int:
        """The file's number: see `Disk.number`."""
        return self._disk.number(self.descriptor)

    def size(self) -> int:
        """The size in bytes."""
        return self._disk.size(self.descriptor)

    def is_named(self) -> bool:
        """Whether the file has a name, this or another: see `Disk.is_named`."""
        return self._disk.is_named(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it; once is enough, twice does no harm."""
        if self.descriptor != _CLOSED:
            self._files.forget(self.descriptor)
            self.descriptor = _CLOSED

    def _append_part(self, data: bytes, rule: FaultRule) -> int:
        return self._append_to(rule.spoilt(data))()

    def _append_to(self, data: bytes) -> Callable[[], int]:
        disk, files = self._disk, self._files
        if files.quotas.rooms or files.pipes.waiting:
            fitting = files.quotas.fit
            return lambda: disk.append(self.descriptor, files.pipes.fit(self.path, fitting(disk, self.path, data)))
        return lambda: disk.append(self.descriptor, data)

    async def _operate(self, operation: Operation, action: Callable[[], _T], detail: int = 0) -> _T:
        return await self._files.operate(operation, self.path, action, detail)
