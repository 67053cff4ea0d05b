"""A target that is a file of lines, as those see it who have its turn."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Self, TypeVar

from engine.kernel import Turns
from engine.machine.batch_outcome import ALL_AGAIN, BatchOutcome
from engine.sinks.record_formats import RecordForm
from engine.sinks.sink import SinkError
from engine.storage.files import Handle
from engine.storage.line_file import LineFile

_T = TypeVar("_T")


class FileTarget:
    """Implements `Target`; `async with` it is the turn at it, one for each batch.

    The sinks of one program share the open file, and take turns in memory. Those of different programs take its
    advisory lock, which goes with a program that dies.
    """

    def __init__(self, file: LineFile, turns: Turns, form: RecordForm | None = None) -> None:
        self.path = file.path
        self.prompt = form is None  # else places say nothing: a record is longer than its line
        self._form = form
        self._file = file
        self._turns = turns
        self._handle: Handle

    async def __aenter__(self) -> Self:
        if not self._turns.try_take():
            await self._turns.take()
        try:
            self._handle = self._file.handle or await self._file.opened()
            if not self._handle.try_turn():
                await self._handle.take_turn()
            if self._file.let_go_if_removed():
                self._handle = await self._file.opened()
                await self._handle.take_turn()
        except OSError as error:
            self._turns.give()
            raise failed(error, self.path) from error
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._handle.give_turn()
        self._turns.give()

    @property
    def number(self) -> int:
        """See `Target.number`."""
        return self._file.number

    async def size(self) -> int:
        """See `Target.size`."""
        size = self._file.size
        if size is not None:
            return size
        return (await self._told(self._file.opened())).size()

    async def read(self, start: int, end: int) -> bytes:
        """See `Target.read`."""
        handle = await self._told(self._file.opened())
        data = await self._told(handle.read(start, max(end - start, 0)))
        return data if self._form is None else self._form.read(data)

    async def cut(self, size: int) -> None:
        """See `Target.cut`."""
        await self._told(self._file.cut(size))

    async def rewrite(self, start: int) -> None:
        """See `Target.rewrite`."""
        await self._told(self._file.rewrite(start))

    async def sync(self) -> None:
        """See `Target.sync`."""
        await self._told(self._file.sync())

    async def _told(self, operation: Awaitable[_T]) -> _T:
        try:
            return await operation
        except OSError as error:
            raise failed(error, self.path) from error


def failed(error: OSError, path: str, outcome: BatchOutcome = ALL_AGAIN) -> SinkError:
    """What a sink says whose target fails so."""
    return SinkError("sink", f"{error.strerror} ({path})", outcome)
