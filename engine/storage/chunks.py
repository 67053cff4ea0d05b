"""Reading a file's lines in batches, with the byte offset at which each batch ends."""

from __future__ import annotations

from engine.storage.files import Handle

CHUNK = 64 * 1024
_TO_COUNT = 1 << 20


class LineReader:
    """Reads whole lines from `offset` on, a chunk at a time, so that memory doesn't grow with the file."""

    def __init__(self, handle: Handle, offset: int = 0) -> None:
        self.offset = offset  # where the next line begins
        self._handle = handle
        self._block: bytes | memoryview = b""  # the bytes of the lines, until the first of them are taken
        self._lines: list[bytes] = []
        self._next = 0
        self._rest = b""
        self._read_to = offset

    @property
    def drained(self) -> bool:
        """Whether everything that the file has now has been read; free of faults, as a look at a size is."""
        return self._next == len(self._lines) and self._read_to >= self._handle.size()

    @property
    def is_cut(self) -> bool:
        """Whether the file has become shorter than what was read of it."""
        return self._read_to > self._handle.size()

    @property
    def unfinished(self) -> bytes:
        """What has been read of a line whose end was not, where that is all that is left."""
        return self._rest if self._next == len(self._lines) else b""

    async def take(self, most: int, *, unfinished: bool) -> list[bytes]:
        """At most `most` lines without their ends; empty at the end of the file.

        Args:
            most: how many at most; a chunk's worth when that is less.
            unfinished: whether a last line without an end counts, or is still being written.
        """
        lines, _ = await self.take_with_bytes(most, unfinished=unfinished)
        return lines

    async def take_with_bytes(self, most: int, *, unfinished: bool) -> tuple[list[bytes], bytes | memoryview]:
        """The same, and their bytes as they stand in the file; whoever keeps these keeps a whole chunk."""
        if self._next == len(self._lines):
            await self._fill(unfinished=unfinished)
        lines, data, self._block = self._lines, self._block, b""
        if self._next or most < len(lines):
            lines = lines[self._next : self._next + most]
            data = b"\n".join(lines) + b"\n"
        self._next += len(lines)
        self.offset += len(data)
        assert self.offset <= self._read_to, "a checkpoint would say that more was delivered than was read"
        return lines, data

    async def _fill(self, *, unfinished: bool) -> None:
        self._lines, self._block, self._next = [], b"", 0
        while not self._lines:
            chunk = await self._handle.read(self._read_to, CHUNK)
            self._read_to += len(chunk)
            if not chunk:
                if self._rest and unfinished:
                    self._lines, self._block, self._rest = [self._rest], self._rest, b""
                return
            data = self._rest + chunk
            self._lines = data.split(b"\n")
            self._rest = self._lines.pop()
            self._block = memoryview(data)[: len(data) - len(self._rest)]


async def ends_of_lines(handle: Handle) -> int:
    """How many ends of lines a file has."""
    lines = offset = 0
    while chunk := await handle.read(offset, _TO_COUNT):
        lines += chunk.count(b"\n")
        offset += len(chunk)
    return lines
