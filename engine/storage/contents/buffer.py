"""What is in a file that grows: the newest of it as it is, the rest packed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.storage.contents.packed import BLOCK_SIZE, Block, FileContent, PackedBytes, pack, parts, unpack

_LOOSE = 2 * BLOCK_SIZE  # of so much the older half is packed: whoever cuts the last lines off finds nothing packed


class Buffer:
    """Bytes that are added at the end, and cut off there; `size` is how many there are."""

    __slots__ = ("_blocks", "_loose", "size")

    def __init__(self) -> None:
        self.size = 0
        self._blocks: list[Block] = []
        self._loose = bytearray()

    def append(self, data: FileContent) -> None:
        """Add bytes at the end."""
        loose = self._loose
        if isinstance(data, PackedBytes):
            self._append_packed(data)
        elif len(loose) + len(data) <= _LOOSE:
            loose += data
            self.size += len(data)
        else:
            for start in range(0, len(data), BLOCK_SIZE):
                loose += memoryview(data)[start : start + BLOCK_SIZE]
                if len(loose) > _LOOSE:
                    self._blocks.append(pack(bytes(loose[:BLOCK_SIZE])))
                    del loose[:BLOCK_SIZE]
            self.size += len(data)

    def cut(self, size: int) -> None:
        """Leave the first `size` bytes."""
        whole = min(size // BLOCK_SIZE, len(self._blocks))
        if whole < len(self._blocks):
            self._loose = bytearray(unpack(self._blocks[whole].packed))
            del self._blocks[whole:]
        del self._loose[size - whole * BLOCK_SIZE :]
        self.size = size

    def beginning(self, size: int) -> Buffer:
        """A buffer of its own with the first `size` bytes."""
        other = Buffer()
        other.append(self.content(size))
        return other

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`, as far as there are any."""
        if not self._blocks:
            return bytes(memoryview(self._loose)[start:end])
        return b"".join(self.pieces(start, end))

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """The same, block by block."""
        return parts(self._blocks, self._loose, start, min(end, self.size))

    def content(self, size: int) -> FileContent:
        """The first `size` bytes, as they are now: plain bytes, unless some of them are packed."""
        if size <= BLOCK_SIZE or not self._blocks:
            return self.read(0, size)
        whole = min(-(-size // BLOCK_SIZE), len(self._blocks))
        return PackedBytes(self._blocks[:whole], self.read(whole * BLOCK_SIZE, size), 0, size)

    def _append_packed(self, data: PackedBytes) -> None:
        blocks = () if self.size else data.beginning()
        self._blocks += blocks
        self.size += len(blocks) * BLOCK_SIZE
        for piece in data.pieces(len(blocks) * BLOCK_SIZE):
            self.append(piece)


def put_together(pieces: Iterable[bytes]) -> FileContent:
    """These behind each other, of which none has to be kept as it is."""
    buffer = Buffer()
    for piece in pieces:
        buffer.append(piece)
    return buffer.content(buffer.size)
