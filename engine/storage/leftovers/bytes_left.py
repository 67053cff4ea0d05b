"""What of a file's bytes a power loss may leave, by the rules of a disk profile; first what is certain.

Where nothing is known of pages, each write has a fate of its own. Else a block on the disk is what it was at some
moment, with zeros behind the end of the file as it was then, and the size is that of a moment as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

from engine.storage.inode import ContentChange, Cut, Inode, Write, replay
from engine.storage.leftovers.subsets import some_of
from engine.storage.profiles import Profile

_FIRST = 4  # nothing and all of it, as what was cut off shows or doesn't; and so many of those that a cut damages


def certain_bytes(rules: Profile, changes: Sequence[ContentChange]) -> Sequence[ContentChange]:
    """The changes of a file that a power loss surely leaves."""
    return changes if rules.sizes == "all" else ()


def possible_bytes(rules: Profile, inode: Inode, changes: Sequence[ContentChange]) -> Iterator[bytes]:
    """What may stand behind the bytes of a file that are durable, the most telling first; some of it repeats.

    Args:
        rules: of the disk.
        inode: the file.
        changes: what was done to it since its last sync, no write longer than a block unless some are taken
        together.
    """
    if rules.sizes == "all":
        yield replay(inode.tail, changes, inode.kept, rules.block)
    elif rules.bytes == "by writes":
        yield from _write_by_write(rules, inode, changes)
    else:
        yield from _Pages(rules, inode, changes).left()


def by_blocks(changes: Iterable[ContentChange], block: int) -> list[ContentChange]:
    """The same changes with every write cut at the ends of blocks, which reach the disk one by one."""
    pieces: list[ContentChange] = []
    for change in changes:
        if isinstance(change, Cut):
            pieces.append(change)
            continue
        offset, end = change.offset, change.offset + len(change.data)
        while offset < end:
            upto = min(end, (offset // block + 1) * block)
            pieces.append(Write(offset, change.data[offset - change.offset : upto - change.offset]))
            offset = upto
    assert all(isinstance(each, Cut) or 0 < len(each.data) <= block for each in pieces), "a block is there or isn't"
    return pieces


def _write_by_write(rules: Profile, inode: Inode, changes: Sequence[ContentChange]) -> Iterator[bytes]:
    possible = _in_order(changes) if rules.sizes == "in order" else _in_any_order(changes)
    if not any(isinstance(change, Cut) for change in changes):
        for chosen in possible:
            yield replay(inode.tail, chosen, inode.kept, rules.block)
        return
    shown = ((chosen, stale) for chosen in possible for stale in (False, True))
    for number, (chosen, stale) in enumerate(shown):
        if number == _FIRST:
            yield from islice(_Pages(rules, inode, changes).cut_first(), _FIRST)
        yield replay(inode.tail, chosen, inode.kept, rules.block, stale=stale)
    yield from _Pages(rules, inode, changes).cut_first()


class _Pages:
    """A file whose blocks are written whole, as they are at some moment.

    The moments are counted from 0, what is durable, on; behind each change comes one. A block's *life* is a row of
    moments at which the file has it: cut off and added again it is another block of the disk.
    """

    def __init__(self, rules: Profile, inode: Inode, changes: Sequence[ContentChange]) -> None:
        self._rules = rules
        self._start = inode.kept
        self._changes = changes
        self._block = rules.block
        self._last = len(changes)
        self._moments = [inode.tail]
        for change in changes:
            self._moments.append(replay(self._moments[-1], (change,), inode.kept))

    def left(self) -> Iterator[bytes]:
        """Every size with every block as it may be then."""
        yield self._moments[0]
        yield self._moments[-1]
        yield from self._moments
        if self._rules.bytes == "with sizes":
            return
        if self._rules.cuts_first:
            yield from self.cut_first()
        cut = next((index for index, change in enumerate(self._changes) if isinstance(change, Cut)), self._last)
        for number in range(self._last, cut if self._rules.bytes == "aside" else -1, -1):
            yield from self._of_size(number)

    def cut_first(self) -> Iterator[bytes]:
        """The blocks of cuts as they are at any moment behind these, and all else as it was at one before."""
        for number in _ends_first(self._last):
            content = self._moments[number]
            cuts = {change.size for change in self._changes[number:] if isinstance(change, Cut)}
            blocks = sorted({size // self._block for size in cuts if size % self._block})
            later = [
                [(block, each) for each in _ends_first(self._last, number) if self._lives_on(block, number, each)]
                for block in blocks
                if self._has(block, number)
            ]
            for chosen in product(*map(reversed, later)):
                left = bytearray(content)
                for block, each in chosen:
                    first, end = self._edges(block, len(content))
                    left[first:end] = self._page(each, block, len(content))
                yield bytes(left)

    def _of_size(self, number: int) -> Iterator[bytes]:
        """Every choice of blocks when the size is that of a moment."""
        blocks = self._blocks(number)
        written = [self._versions(number, block) for block in blocks]
        lacking = [[bytes(len(versions[0]))] for versions in written]
        new = [index for index, block in enumerate(blocks) if self._born(number, block)]
        if self._rules.bytes in ("aside", "at any time"):
            written = [each + lacking[index] * (index in new) for index, each in enumerate(written)]
        yield from map(b"".join, product(*written))
        if self._rules.bytes == "block after block":
            for first in reversed(new):
                yield from map(b"".join, product(*written[:first], *lacking[first:]))

    def _versions(self, number: int, block: int) -> list[bytes]:
        """What may stand in a block when the size is that of a moment, that moment's first."""
        size = len(self._moments[number])
        found = {self._page(number, block, size): None}
        later = range(number + 1, self._last + 1) if self._rules.cuts_first else ()
        earlier = range(number - 1, -1, -1) if self._rules.bytes != "before sizes" else ()
        for moments in (later, earlier):
            for other in moments:
                if not self._has(block, other):
                    break
                found[self._page(other, block, size)] = None
        return list(found)

    def _born(self, number: int, block: int) -> int:
        """The moment at which the life of a block began that it has at this one; 0 where it is durable."""
        return next((other for other in range(number, -1, -1) if not self._has(block, other)), -1) + 1

    def _lives_on(self, block: int, number: int, later: int) -> bool:
        return all(self._has(block, moment) for moment in range(number, later + 1))

    def _has(self, block: int, number: int) -> bool:
        return self._start + len(self._moments[number]) > block * self._block

    def _page(self, number: int, block: int, size: int) -> bytes:
        """A block as it is written at a moment, as far as a file of this size shows it."""
        first, end = self._edges(block, size)
        return self._moments[number][first:end].ljust(end - first, b"\0")

    def _edges(self, block: int, size: int) -> tuple[int, int]:
        first = max(block * self._block - self._start, 0)
        return first, max(min((block + 1) * self._block - self._start, size), first)

    def _blocks(self, number: int) -> range:
        size = self._start + len(self._moments[number])
        return range(self._start // self._block, -(-size // self._block))


def _ends_first(last: int, first: int = 0) -> list[int]:
    return list(dict.fromkeys((first, last, *range(first, last))))


def _in_order(changes: Sequence[ContentChange]) -> Iterator[Sequence[ContentChange]]:
    """Every number of changes from the first on, the last one torn or not, some of the others without bytes."""
    yield ()
    yield changes
    for number in range(1, len(changes) + 1):
        first = changes[:number]
        yield first
        yield from _torn(first)
    for number in range(len(changes), 0, -1):
        first = changes[:number]
        writes = [index for index, change in enumerate(first) if isinstance(change, Write)]
        for without in some_of(writes):
            chosen = [_bare(change) if index in without else change for index, change in enumerate(first)]
            yield chosen
            yield from _torn(chosen)


def _in_any_order(changes: Sequence[ContentChange]) -> Iterator[Sequence[ContentChange]]:
    """Every choice of changes, the last one torn or not, or without bytes."""
    for chosen in some_of(changes):
        yield chosen
        yield from _torn(chosen)
        if chosen and isinstance(chosen[-1], Write):
            yield [*chosen[:-1], _bare(chosen[-1])]


def _torn(changes: Sequence[ContentChange]) -> Iterator[Sequence[ContentChange]]:
    """The same with a last write of which only a part is there."""
    if not changes or isinstance(changes[-1], Cut):
        return
    *others, last = changes
    assert isinstance(last, Write)
    half = len(last.data) // 2
    for size in dict.fromkeys((half, last.data.rfind(b"\n", 0, half + 1) + 1, len(last.data) - 1)):
        if size:
            yield [*others, Write(last.offset, last.data[:size])]


def _bare(change: ContentChange) -> Cut:
    """What is left of a write when the file's new size is on the disk, and the bytes are not."""
    assert isinstance(change, Write)
    return Cut(change.offset + len(change.data))
