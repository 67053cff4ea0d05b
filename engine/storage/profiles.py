"""Disk profiles: which of the changes that were never synced a power loss may leave, and in what state.

- `strict`: all of them. What an operation did is durable when it returns.
- `ordered`: names change in order, and a sync makes every change of names durable that came before the latest
  change of what it syncs; a file's sizes come in order too, and its bytes are there or are zeros, block by block.
- `posix`: any of them, in any order, in part or as zeros; certain is only what was synced itself.
- `lying`: as `posix`, on a disk whose syncs return and do nothing.

docs/disks.md says which real systems each stands for, and what was seen on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Literal, TypeVar, get_args

from engine.storage.inode import BLOCK, ContentChange, Cut, Write
from engine.storage.names import NameChange, NameTable

DiskProfile = Literal["strict", "ordered", "posix", "lying"]
PROFILES: tuple[DiskProfile, ...] = get_args(DiskProfile)

_T = TypeVar("_T")


def certain_names(profile: DiskProfile, names: NameTable) -> Sequence[NameChange]:
    """The changes of names that a power loss surely leaves."""
    match profile:
        case "strict":
            return names.pending
        case "ordered":
            return [change for change in names.pending if change.operation <= names.committed]
        case _:
            return ()


def possible_names(profile: DiskProfile, names: NameTable) -> Iterator[Sequence[NameChange]]:
    """Every choice of changes that a power loss may leave, the most telling ones first."""
    certain = certain_names(profile, names)
    if profile in ("strict", "ordered"):
        yield certain
        for last in dict.fromkeys(change.operation for change in names.pending[len(certain) :]):
            yield [change for change in names.pending if change.operation <= last]
    else:
        yield from _choices(names.pending)


def certain_bytes(profile: DiskProfile, changes: Sequence[ContentChange]) -> Sequence[ContentChange]:
    """The changes of a file that a power loss surely leaves."""
    return changes if profile == "strict" else ()


def possible_bytes(profile: DiskProfile, changes: Sequence[ContentChange]) -> Iterator[Sequence[ContentChange]]:
    """Every choice of a file's changes that a power loss may leave, the most telling ones first.

    Args:
        profile: whose.
        changes: what was done to the file since its last sync, no write longer than a block.
    """
    if profile == "strict":
        yield changes
    elif profile == "ordered":
        yield from _in_order(changes)
    else:
        for chosen in _choices(changes):
            yield chosen
            yield from _torn(chosen)
            if chosen and isinstance(chosen[-1], Write):
                yield [*chosen[:-1], _bare(chosen[-1])]


def by_blocks(changes: Iterable[ContentChange]) -> list[ContentChange]:
    """The same changes with every write cut at the ends of blocks, which reach the disk one by one."""
    pieces: list[ContentChange] = []
    for change in changes:
        if isinstance(change, Cut):
            pieces.append(change)
            continue
        offset, end = change.offset, change.offset + len(change.data)
        while offset < end:
            upto = min(end, (offset // BLOCK + 1) * BLOCK)
            pieces.append(Write(offset, change.data[offset - change.offset : upto - change.offset]))
            offset = upto
    assert all(isinstance(each, Cut) or 0 < len(each.data) <= BLOCK for each in pieces), "a block is there or isn't"
    return pieces


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
        for without in _choices(writes):
            chosen = [_bare(change) if index in without else change for index, change in enumerate(first)]
            yield chosen
            yield from _torn(chosen)


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


def _choices(changes: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Every choice of some: none, all, the first ones, all but one, one, and then the others."""
    yield ()
    yield changes
    for number in range(1, len(changes)):
        yield changes[:number]
    for missing in range(len(changes)):
        yield [change for number, change in enumerate(changes) if number != missing]
    for number in range(1, len(changes) - 1):
        yield from combinations(changes, number)
