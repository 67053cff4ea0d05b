"""A file's contents on the simulated disk: what is seen now, what is durable, and what was done in between.

Bytes are shared between copies: an inode is the first `size` bytes of a buffer that others may go on with, so a
copy costs the same for a gigabyte as for a line. Whoever writes where another copy already has gets a buffer of its
own.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from engine.kernel import soundness

FILE_MODE = 0o644

_MOST = 64  # unsynced changes that are told apart; of more, the older ones become one


class Write(NamedTuple):
    """Bytes that were written at an offset, which was the end of the file then."""

    offset: int
    data: bytes


class Cut(NamedTuple):
    """The file was cut down to this size."""

    size: int


ContentChange = Write | Cut


class Look(NamedTuple):
    """What is seen of a file, in a form that can be compared: its bytes are a hash."""

    mode: int
    size: int
    digest: bytes


class Hashed:
    """The hash of the first `length` bytes of something that only grows."""

    __slots__ = ("_digest", "_hasher", "length")

    def __init__(self, hasher: blake2b, length: int) -> None:
        self.length = length
        self._hasher = hasher
        self._digest = b""

    def upto(self, data: bytearray, length: int) -> Hashed:
        """The hash of the first `length` bytes of `data`, which begins as this one does."""
        if length == self.length:
            return self
        if length < self.length:
            return _NOTHING.upto(data, length)
        hasher = self._hasher.copy()
        with memoryview(data) as view:
            hasher.update(view[self.length : length])
        return Hashed(hasher, length)

    def digest(self) -> bytes:
        """The hash."""
        if not self._digest:
            self._digest = self._hasher.digest()
        return self._digest


_NOTHING = Hashed(blake2b(digest_size=16), 0)


class Inode:
    """A file.

    Durable are the first `kept` bytes of what is seen, followed by `tail`: bytes that a cut took away and that the
    disk still has, because the cut was never synced. What was done since the last sync is `earlier`, and then the
    appends that end at `ends`, the first of which begins at `begin`. `whole` is False once a sync has failed: what
    is seen and what is durable then differ even when nothing is left to sync. `changed` is the latest operation on
    names before the file was changed.
    """

    __slots__ = (
        "begin", "changed", "data", "earlier", "ends", "kept", "kept_hash", "mode", "owner", "seen_hash", "shared",
        "size", "tail", "whole",
    )  # fmt: skip

    def __init__(self, owner: object, data: bytearray | None = None, mode: int = FILE_MODE) -> None:
        self.data = bytearray() if data is None else data
        self.size = self.kept = self.begin = len(self.data)
        self.changed = 0
        self.mode = mode
        self.owner = owner
        self.tail = b""
        self.ends: list[int] = []
        self.earlier: tuple[ContentChange, ...] = ()
        self.whole = True
        self.shared = False
        self.seen_hash = self.kept_hash = _NOTHING

    def copy(self, owner: object) -> Inode:
        """The same file for another owner."""
        other = self.prefix(owner, self.size)
        other.kept, other.begin, other.tail, other.changed = self.kept, self.begin, self.tail, self.changed
        other.ends, other.earlier, other.whole = self.ends.copy(), self.earlier, self.whole
        other.kept_hash = self.kept_hash
        return other

    def prefix(self, owner: object, size: int) -> Inode:
        """A file of which the first `size` bytes of this one are durable, and that is all."""
        other = Inode(owner, self.data, self.mode)
        other.size = other.kept = other.begin = size
        other.shared = True
        if size >= self.seen_hash.length:
            other.seen_hash = self.seen_hash
        return other

    def append(self, data: bytes) -> None:
        """Write at the end."""
        if not data:
            return
        if self.size != len(self.data):  # a cut, or another copy, has left something behind our end
            self._own()
        self.data += data
        self.size += len(data)
        ends = self.ends
        ends.append(self.size)
        if len(ends) > _MOST:  # the appends before become one, from `begin` on
            del ends[: _MOST // 2]
        assert self.size == len(self.data), "a copy that shares the buffer would have our bytes at its end"
        if soundness.checked:
            self._assert_sound()

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        return bytes(memoryview(self.data)[offset : min(offset + size, self.size)])

    def truncate(self, size: int) -> None:
        """Cut it down to `size` bytes."""
        if size >= self.size:
            return
        self.earlier = (*self.changes(), Cut(size))
        if len(self.earlier) > _MOST:
            self._fold()
        if size < self.kept:  # until the cut is synced a power loss may bring back what was cut off
            self.tail = bytes(self.data[size : self.kept]) + self.tail
            self.kept = size
        self.ends = []
        self.begin = self.size = size
        if size < max(self.seen_hash.length, self.kept_hash.length):
            self.seen_hash = self.kept_hash = _NOTHING
        if not self.shared:  # else others would lose the bytes: whoever appends next gets a buffer of its own
            del self.data[size:]
        if soundness.checked:
            self._assert_sound()

    def rewrite(self, offset: int) -> None:
        """Write again what stands behind `offset`; until a sync fails, that is still to be saved as it is."""
        if self.whole:
            return
        offset = max(offset, self.kept)  # what is durable stays so: only from there on is there anything to save
        if offset < self.size:
            self.earlier = (*self.changes(), Write(offset, self.read(offset, self.size)))
            self.ends, self.begin = [], self.size
        if soundness.checked:
            self._assert_sound()

    def sync(self) -> None:
        """Make what is seen durable; of what a failed sync has dropped, nothing becomes so."""
        if self.whole:
            self.kept, self.tail = self.size, b""
        elif self.ends or self.earlier:
            self.tail = replay(self.tail, self.changes(), self.kept)
            self.whole = self.tail == self.data[self.kept : self.size]
            if self.whole:
                self.kept, self.tail = self.size, b""
        self._settled()
        assert not self.changes(), "what is synced is nothing that a power loss could still take"

    def drop(self) -> None:
        """A sync failed: everything counts as written from now on, and none of it is on the disk."""
        self.whole = self.whole and not (self.ends or self.earlier)
        self._settled()
        assert not self.changes(), "the kernel takes it for written, so the next sync must have nothing to do"

    def changes(self) -> tuple[ContentChange, ...]:
        """What was done since the last sync, in order."""
        if not self.ends:
            return self.earlier
        starts = [self.begin, *self.ends[:-1]]
        appended = [Write(a, bytes(self.data[a:b])) for a, b in zip(starts, self.ends, strict=True) if a < b]
        return (*self.earlier, *appended)

    def left_with(self, owner: object, tail: bytes) -> Inode:
        """The file of which the first `kept` bytes and `tail` are left; shares what it can."""
        end = self.kept + len(tail)
        same = end <= self.size and self.data.startswith(tail, self.kept)
        left = self.prefix(owner, end) if same else Inode(owner, self.data[: self.kept] + tail, self.mode)
        assert left.size == left.kept == end, "after a power loss all that is seen is durable"
        self.kept_hash = self.kept_hash.upto(self.data, self.kept)
        left.kept_hash = self.kept_hash
        return left

    def digest(self) -> bytes:
        """A hash of what is seen, which costs as much as was written since it was last asked for."""
        seen = self.seen_hash
        if seen.length != self.size:
            near = _NOTHING
            for known in (seen, self.kept_hash):
                if near.length < known.length <= self.size:
                    near = known
            seen = self.seen_hash = near.upto(self.data, self.size)
            assert seen.length == self.size, "two disks that differ would count as one"
        return seen.digest()

    def look(self) -> Look:
        """What is seen of it."""
        return Look(self.mode, self.size, self.digest())

    def pending(self) -> tuple[object, ...]:
        """What tells two files that look the same, but of which a power loss leaves other things."""
        return (self.kept, self.tail, self.begin, tuple(self.ends), self.earlier, self.whole)

    def _settled(self) -> None:
        self.earlier, self.ends, self.begin = (), [], self.size
        if soundness.checked:
            self._assert_sound()

    def _assert_sound(self) -> None:
        """What holds after each change of the file."""
        assert 0 <= self.kept <= self.size <= len(self.data), (
            "what is durable of it is the beginning of what is seen"
        )
        assert (self.ends[-1] if self.ends else self.begin) == self.size, "the last append made it as long as it is"
        assert self.begin <= min(self.ends, default=self.begin), "appends lie behind what was done before them"
        changed = bool(self.ends or self.earlier)
        assert changed or not self.whole or self.kept == self.size, "bytes that nobody wrote would not be durable"
        assert changed or not self.whole or not self.tail, "a synced cut would not be durable"

    def _own(self) -> None:
        self.data = self.data[: self.size]
        self.shared = False

    def _fold(self) -> None:
        """Make one cut and one write of the older changes: of very many, not each is told apart."""
        old, new = self.earlier[: -_MOST // 2], self.earlier[-_MOST // 2 :]
        first = min(change.size if isinstance(change, Cut) else change.offset for change in old)
        assert first >= self.kept, "nothing durable is changed"
        left = replay(self.tail, old, self.kept)[first - self.kept :]
        self.earlier = (Cut(first), Write(first, left), *new)


def replay(
    durable: bytes, changes: Iterable[ContentChange], start: int, block: int = 1, *, stale: bool = False
) -> bytes:
    """What `changes` make of a file whose bytes from `start` on are `durable`.

    What nobody has written within the file's size reads as zeros; or, when `stale`, as what stood there before a
    cut, as far as the block of so many bytes goes.
    """
    content, behind = bytearray(durable), b""  # behind: what a cut took away, within the block in which it cut
    for change in changes:
        if isinstance(change, Write) and not behind and change.offset - start == len(content):
            content += change.data
            continue
        if isinstance(change, Cut):
            data, offset = b"", change.size - start
            if stale and offset < len(content):
                behind = bytes(content[offset : -(-change.size // block) * block - start])
            del content[offset:]
        else:
            data, offset = change.data, change.offset - start
        # In Python a negative offset counts from the end: bytes would silently land in the wrong place.
        assert offset >= 0, "what was changed lies behind what is durable"
        before = len(content)
        if before < offset:
            content += behind[: offset - before].ljust(offset - before, b"\0")
        content[offset : offset + len(data)] = data
        behind = behind[len(content) - before :] if len(content) > before else behind
    return bytes(content)
