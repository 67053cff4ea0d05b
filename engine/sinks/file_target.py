"""A target that is a file of lines, as those see it who have its turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from engine.kernel import Turns
from engine.sinks.sink import SinkError
from engine.storage.line_file import LineFile


class FileTarget:
    """Implements `Target`.

    The sinks of one program share the open file, and take turns in memory. Those of different programs take its
    advisory lock, which goes with a program that dies.
    """

    def __init__(self, file: LineFile, turns: Turns) -> None:
        self.path = file.path
        self.tears = self.prompt = True
        self._file = file
        self._turns = turns

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[FileTarget]:
        """See `Sink.turn`."""
        async with self._turns:
            with self._failing():
                handle = await self._file.opened()
                await handle.take_turn()
            try:
                yield self
            finally:
                handle.give_turn()

    @property
    def number(self) -> int:
        """See `Target.number`."""
        return self._file.number

    async def size(self) -> int:
        """See `Target.size`."""
        with self._failing():
            return (await self._file.opened()).size()

    async def read(self, start: int, end: int) -> bytes:
        """See `Target.read`."""
        with self._failing():
            return await (await self._file.opened()).read(start, max(end - start, 0))

    async def cut(self, size: int) -> None:
        """See `Target.cut`."""
        with self._failing():
            await self._file.cut(size)

    async def sync(self) -> None:
        """See `Target.sync`."""
        with self._failing():
            await self._file.sync()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SinkError("sink", f"{error.strerror} ({self.path})") from error
