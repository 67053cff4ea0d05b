"""Large contents of files in little memory: packed in blocks, as the lines of a log are much alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zlib import compress, decompress

BLOCK_SIZE = 1 << 18
_END = b"\n"


class Block(NamedTuple):
    """So many bytes, packed where that makes them much fewer.

    Attributes:
        packed: what is kept of them; as many as there were where they are as they were.
        ends: how many ends of lines they have, which is asked of large files most often.
    """

    packed: bytes
    ends: int


def pack(data: bytes) -> Block:
    """A block of these bytes."""
    assert len(data) == BLOCK_SIZE, "whatever stands behind it would be looked for in another place"
    packed = compress(data, 1)
    return Block(packed if len(packed) < BLOCK_SIZE // 2 else data, data.count(_END))


@lru_cache(maxsize=8)  # whoever reads a file reads a block in several parts
def unpack(packed: bytes) -> bytes:
    """What has been packed."""
    return packed if len(packed) == BLOCK_SIZE else decompress(packed)


def parts(blocks: Sequence[Block], loose: bytes | bytearray, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` to `end` of what stands in blocks and loose behind them, block by block."""
    packed = len(blocks) * BLOCK_SIZE
    while start < min(end, packed):
        place = start % BLOCK_SIZE
        data = unpack(blocks[start // BLOCK_SIZE].packed)[place : place + end - start]
        start += len(data)
        yield data
    if start < end:
        yield bytes(memoryview(loose)[start - packed : end - packed])


class PackedBytes:
    """Bytes that nobody changes, more than a block: a part of some blocks, and of what stands loose behind them.

    It answers as `bytes` do what is asked of large files, and has no more than some blocks unpacked for that.
    """

    __slots__ = ("_blocks", "_end", "_loose", "_start")

    def __init__(self, blocks: Sequence[Block], loose: bytes, start: int, end: int) -> None:
        assert 0 <= start <= end <= len(blocks) * BLOCK_SIZE + len(loose), "there are no such bytes"
        self._blocks = blocks
        self._loose = loose
        self._start = start
        self._end = end

    def __len__(self) -> int:
        return self._end - self._start

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces())

    def __getitem__(self, part: slice) -> FileContent:
        """A part of it: plain bytes, unless they are more than a block."""
        start, end, step = part.indices(len(self))
        assert step == 1, "no other bytes than those that stand behind each other"
        cut = PackedBytes(self._blocks, self._loose, self._start + start, self._start + max(start, end))
        return cut if len(cut) > BLOCK_SIZE else bytes(cut)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, bytes | PackedBytes):
            return NotImplemented
        return len(other) == len(self) and stands_at(self, other, 0)

    __hash__ = None  # type: ignore[assignment]  # equal bytes have another one

    def __contains__(self, byte: bytes) -> bool:
        return any(byte in piece for piece in self.pieces())

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """What stands from `start` on: of each block what there is, and what stands loose as one."""
        return parts(self._blocks, self._loose, self._start + start, self._end)

    def edges(self) -> Iterator[tuple[int, int]]:
        """Where its pieces start and end."""
        return pairwise([*dict.fromkeys([0, *range(-self._start % BLOCK_SIZE, len(self), BLOCK_SIZE), len(self)])])

    def block(self, start: int, end: int) -> Block | None:
        """What is kept of these bytes; None where they are not a whole block."""
        number, place = divmod(self._start + start, BLOCK_SIZE)
        return (
            self._blocks[number]
            if place == 0 and end - start == BLOCK_SIZE and number < len(self._blocks)
            else None
        )

    def count(self, byte: bytes) -> int:
        """How often a byte is there."""
        if byte != _END:
            return sum(piece.count(byte) for piece in self.pieces())
        found = 0
        for start, end in self.edges():
            block = self.block(start, end)
            found += bytes(self[start:end]).count(_END) if block is None else block.ends
        return found

    def find(self, what: bytes, start: int = 0) -> int:
        """Where these bytes, of which there are some, are first from `start` on; -1 if nowhere."""
        before = b""
        for piece in self.pieces(start):
            seen = before + piece
            if (place := seen.find(what)) >= 0:
                return start - len(before) + place
            start += len(piece)
            before = seen[max(0, len(seen) - len(what) + 1) :] if what else b""
        return -1

    def rfind(self, byte: bytes) -> int:
        """Where a byte is last; -1 if it isn't there."""
        for start, end in reversed([*self.edges()]):
            if (place := bytes(self[start:end]).rfind(byte)) >= 0:
                return start + place
        return -1

    def beginning(self) -> Sequence[Block]:
        """The whole blocks that it begins with."""
        return () if self._start else self._blocks[: self._end // BLOCK_SIZE]


FileContent = bytes | PackedBytes


def in_pieces(content: FileContent) -> Iterable[bytes]:
    """All of it, in order: plain bytes as one, else a block or two at a time."""
    return (content,) if isinstance(content, bytes) else content.pieces()


def stands_at(content: FileContent, part: FileContent, place: int) -> bool:
    """Whether a part stands at a place of some content; it does nowhere before its beginning."""
    if place < 0 or place + len(part) > len(content):
        return False
    if isinstance(part, PackedBytes):
        return all(_is_same(content, place + start, part, start, end) for start, end in part.edges())
    if isinstance(content, bytes):
        return content.startswith(part, place)
    edges = pairwise([*range(0, len(part), BLOCK_SIZE), len(part)])
    return all(content[place + start : place + end] == part[start:end] for start, end in edges)


def _is_same(content: FileContent, place: int, part: PackedBytes, start: int, end: int) -> bool:
    """Whether what stands in a part from `start` to `end` stands in some content from `place` on."""
    if isinstance(content, PackedBytes):
        blocks = content.block(place, place + end - start), part.block(start, end)
        if blocks[0] is not None and blocks[0] == blocks[1]:
            return True
    return content[place : place + end - start] == part[start:end]
