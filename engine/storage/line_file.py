"""A file that whole lines are appended to, and that never keeps a torn one of our making."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from contextlib import suppress

from engine.storage.disk_port import parent
from engine.storage.errors import failure
from engine.storage.files import Files, Handle, WriteFailed


class LinesFailed(Exception):
    """An append that failed after `written` whole lines."""

    def __init__(self, cause: OSError, written: int = 0) -> None:
        super().__init__(f"{cause.strerror} ({cause.filename})")
        self.written = written


class LineFile:
    """Appends lines to `path`, opened at first use.

    The fragment that a failed write leaves is cut off at once or, if the disk won't even do that, before
    anything else is written. A last line without an end that was there before gets one. With `lock` it holds the
    file's advisory lock while it is open. One that is `careless` does nothing about torn ends, so that what comes
    next is glued to them, and doesn't wait for a pipe that is full: what that has no room for goes there by and by.
    `removed` is called when it was removed while it was open; where nobody wants to know, that isn't looked for.

    Attributes:
        path: where it is.
        handle: the open file; None while it isn't open.
        end: where we have left it: if it ends elsewhere, others have been there.
    """

    def __init__(
        self,
        files: Files,
        path: str,
        *,
        exclusive: bool = False,
        lock: bool = False,
        careless: bool = False,
        removed: Callable[[], None] | None = None,
    ) -> None:
        self.path = path
        self._files = files
        self._exclusive = exclusive
        self._lock = lock
        self._careless = careless
        self._removed = removed
        self.handle: Handle | None = None
        self._fragment = b""  # a torn end of our own making, still to be cut off
        self._unfinished = False  # a last line without an end, of somebody else's making
        self.end = 0
        self._durable = 0  # how much of the file the last good sync of ours has made durable
        self._unsaved = False  # a later one has failed, and what is behind that has still to be written again
        self._unsynced = False  # lines were written since the last good sync, maybe by a handle that is closed now

    async def opened(self) -> Handle:
        """The open file, with its directories, opened now if need be.

        Raises:
            OSError: it can't be; FileExistsError when it must be new and isn't, BlockingIOError when it must be
                locked and somebody else has the lock.
        """
        if self.handle is not None:
            return self.handle
        await self._files.mkdir(parent(self.path))
        handle = await self._files.open(self.path, exclusive=self._exclusive)
        try:
            if self._lock and not await handle.lock():
                raise failure(errno.EAGAIN, self.path)
            await self._look_at_end(handle)
        except OSError:
            handle.close()
            raise
        self._exclusive = False  # from now on it is ours
        self.handle = handle
        await self._cut_fragment(handle)
        return handle

    @property
    def size(self) -> int | None:
        """How large it is; None when it isn't open."""
        return None if self.handle is None else self.handle.size()

    @property
    def number(self) -> int:
        """What tells the open file from others: see `Disk.number`; 0 when it isn't open."""
        return 0 if self.handle is None else self.handle.number()

    def let_go_if_removed(self) -> bool:
        """Whether the open file has no name any more, where that is looked for: what was written to it is gone.

        It is closed then, and the next use opens what has its name.
        """
        if self._removed is None or self.handle is None or self.handle.is_named():
            return False
        self.close()
        self._fragment, self._durable, self._unsaved = b"", 0, False
        self._removed()
        return True

    async def append(self, lines: Sequence[bytes]) -> None:
        """Write `lines`, each with its end.

        Raises:
            LinesFailed: with how many whole lines were written.
        """
        try:
            handle = self.handle or await self.opened()
            before = handle.size()
            if before != self.end:
                await self._look_at_end(handle)
        except OSError as error:
            raise LinesFailed(error) from error
        self._unsynced = True
        assert not self._fragment, "our lines would be glued to a torn one of our own making"
        data = b"\n".join([*lines, b""])
        if self._unfinished:
            data = b"\n" + data
        try:
            await handle.append(data, waits=not self._careless)
        except WriteFailed as error:
            # A failed write may have left more than it says, so look.
            there = max(error.written, min(handle.size() - before, len(data)))
            written = self._keep_whole(data, there)
            self.end = handle.size()
            with suppress(OSError):
                await self._cut_fragment(handle, is_ours=True)
            # Made here: an exception in a variable would keep this frame, and with it the data, for ever.
            raise LinesFailed(error, written) from error
        self.end = before + len(data)
        self._unfinished = False

    async def finish(self) -> None:
        """Wait until all lines are written that were on their way; what becomes of them nobody hears any more."""
        if self.handle is not None:
            with suppress(WriteFailed):
                await self.handle.finish()

    async def save(self) -> None:
        """Make its bytes durable, as far as that can be done; its name is not what this is about."""
        if self.handle is not None:
            with suppress(OSError):
                await self.handle.fsync()

    async def cut(self, size: int) -> None:
        """Cut the last `size` bytes off.

        Raises:
            OSError: it can't be done.
        """
        handle = await self.opened()
        await handle.truncate(handle.size() - size)
        await self._look_at_end(handle)

    async def rewrite(self, start: int) -> None:
        """Write again what stands from byte `start` on, for the next sync to save, whoever's that is.

        A sync of it may have failed in another program. After that the kernel takes for written what it could not
        write, and later syncs would save nothing of it.

        Raises:
            OSError: it can't be done.
        """
        handle = await self.opened()
        if start < handle.size():
            await handle.rewrite(start)

    async def sync(self) -> None:
        """Make the lines and the file's name durable.

        If that fails, all since the last good sync is written again at once: whoever syncs next saves it.

        Raises:
            OSError: they can't be.
        """
        if self.handle is None and not self._unsynced:
            return
        handle = await self.opened()
        if self._unsaved:
            await self.rewrite(self._durable)
        try:
            await handle.fsync()
        except OSError:
            self._unsaved = True
            with suppress(OSError):
                await self.rewrite(self._durable)
                self._unsaved = False
            raise
        self._unsaved = self._unsynced = False
        self._durable = handle.size()
        await self._files.sync_dir(parent(self.path))

    async def _look_at_end(self, handle: Handle) -> None:
        """See how the file ends now that others may have written to it."""
        self.end = handle.size()
        self._durable = min(self._durable, self.end)
        if not self._careless:
            self._unfinished = self.end > 0 and await handle.read(self.end - 1, 1) != b"\n"

    def close(self) -> None:
        """Close it; the next use opens it again."""
        if self.handle is not None:
            self.handle.close()
            self.handle = None

    def _keep_whole(self, data: bytes, written: int) -> int:
        """After a short write of `data`: remember the fragment, and how many of our lines are whole."""
        whole = data.rfind(b"\n", 0, written) + 1
        self._fragment = b"" if self._careless else data[whole:written]
        assert b"\n" not in self._fragment, "a whole line would be cut off, and sent again"
        lines = data.count(b"\n", 0, whole)
        if self._unfinished and whole:
            self._unfinished = False
            return lines - 1
        return lines

    async def _cut_fragment(self, handle: Handle, *, is_ours: bool = False) -> None:
        """Cut off what a failed write left, if it is still the end of the file.

        Right after the write that needs no look, which a disk in trouble may refuse.
        """
        if not self._fragment:
            return
        length = len(self._fragment)
        size = handle.size()
        try:
            if is_ours or await handle.read(size - length, length) == self._fragment:
                await handle.truncate(size - length)
        except OSError:
            self.close()
            raise
        self._fragment = b""
        self._unfinished = False
        self.end = handle.size()
