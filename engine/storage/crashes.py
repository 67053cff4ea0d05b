"""The different disks that a power loss at one moment may leave: all of them, or as many as are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, islice, product
from math import prod
from random import Random
from typing import Generic, NamedTuple, TypeVar

from engine.kernel import soundness
from engine.kernel.by_identity import ByIdentity
from engine.storage.image import Image, NamesImage, image_of
from engine.storage.inode import ContentChange, Inode, Look, Write, replay
from engine.storage.leftovers.bytes_left import by_blocks, certain_bytes, possible_bytes
from engine.storage.leftovers.names_left import certain_names, possible_names
from engine.storage.names import NamesLeft, NameTable
from engine.storage.profiles import PROFILES, DiskProfile, Profile
from engine.storage.tables import Tables

_T = TypeVar("_T")

_BLOCKS = 16  # with a bound, a file's unsynced bytes are told apart in so many pieces
_FILES = 64  # so many are kept in mind
_PATIENCE = 16  # with a bound, so many choices are looked at for each image that is asked for


class CrashImage(NamedTuple):
    """A disk that a power loss may leave: what is on it, and of which names and files it is made."""

    image: Image
    left: NamesLeft
    inodes: dict[int, Inode]
    next_inode: int

    @property
    def tables(self) -> Tables:
        """Its tables, made when they are asked for: most of these disks are like another one."""
        return Tables(self.inodes, NameTable(self.left), self.next_inode)


@dataclass(frozen=True, slots=True)
class CrashImages:
    """The different disks that a power loss may leave, the one with nothing but what is certain first.

    Attributes:
        complete: whether every one of them was looked at.
    """

    images: tuple[CrashImage, ...]
    complete: bool


class _Some(Generic[_T]):
    """As many of some choices as a bound allows for; `complete` is False once it was seen that there are more."""

    def __init__(self, choices: Iterator[_T], bound: int | None) -> None:
        self.complete = True
        self._choices = choices
        self._bound = bound

    def __iter__(self) -> Iterator[_T]:
        if self._bound is None:
            yield from self._choices
            return
        yield from islice(self._choices, self._bound * _PATIENCE)
        self.complete = next(self._choices, None) is None


class FileLeft(NamedTuple):
    """What may be left of a file, what is certain first, how each of it looks, and whether that is all."""

    inodes: list[Inode]
    looks: dict[Inode, Look]
    complete: bool


class FilesLeft:
    """What may be left of each file, which is worked out once for as long as the file stays as it is."""

    def __init__(self) -> None:
        self._known: dict[tuple[DiskProfile, int | None], ByIdentity[Inode, FileLeft]] = {}

    def by(self, profile: DiskProfile, bound: int | None) -> Callable[[Inode], FileLeft]:
        """What such a disk may leave of a snapshot's file."""
        known = self._known.get((profile, bound))
        if known is None:
            rules = PROFILES[profile]
            known = self._known[profile, bound] = ByIdentity(lambda inode: _file_left(inode, rules, bound), _FILES)
        return known


def _file_left(inode: Inode, rules: Profile, bound: int | None) -> FileLeft:
    changes, complete = inode.changes(), True
    if not changes and inode.whole:
        assert inode.kept == inode.size, "bytes that nobody wrote would not be durable"
        # Not the inode itself: that was changed by operations which the disk that is left doesn't count.
        left = [inode.left_with(None, b"")]
    else:
        pieces = by_blocks(changes, rules.block)
        if bound is not None and rules.sizes != "all" and len(pieces) > _BLOCKS:
            pieces, complete = _coarser(pieces), False
        tails: dict[bytes, None] = {}
        some = _Some(possible_bytes(rules, inode, pieces), bound)
        for tail in some:
            tails[tail] = None
            if len(tails) == bound:
                complete = False
                break
        assert bound is None or len(tails) <= bound, "no more than were asked for"
        left, complete = [inode.left_with(None, tail) for tail in tails], complete and some.complete
    assert left, "of each file something is left, if only that it is empty"
    return FileLeft(left, {each: each.look() for each in left}, complete)


class CrashChoices:
    """What may be left of the names, and of each file's bytes, each list beginning with what is certain.

    The tables must be a snapshot's, which nobody changes. What is known of their `files` need not be worked out.
    """

    def __init__(
        self, tables: Tables, profile: DiskProfile, bound: int | None, files: FilesLeft | None = None
    ) -> None:
        self.complete = True
        self._tables = tables
        self._rules = PROFILES[profile]
        self._bound = bound
        self.names = self._names()
        assert self.names, "a power loss leaves some disk"
        numbers = sorted({number for left in self.names for number in left.files.values()})
        self.files: dict[int, list[Inode]] = {}
        self._looks: dict[Inode, Look] = {}
        left_of = (files or FilesLeft()).by(profile, bound)
        for number in numbers:
            left, looks, complete = left_of(tables.inodes[number])
            self.files[number] = left
            self._looks |= looks
            self.complete = self.complete and complete
        if self._rules.reuses:
            self._reuse()
        self._names_images = {id(left): NamesImage(*left) for left in self.names}

    @property
    def combinations(self) -> int:
        """How many choices there are."""
        return sum(prod(len(self.files[number]) for number in _inodes(left)) for left in self.names)

    def all(self) -> Iterator[CrashImage]:
        """Every choice."""
        for left in self.names:
            numbers = _inodes(left)
            for chosen in product(*(self.files[number] for number in numbers)):
                yield self._image(left, dict(zip(numbers, chosen, strict=True)))

    def telling(self) -> Iterator[CrashImage]:
        """Every choice of names with the files at their least and their most, and every file's own choices."""
        for left, most in product(self.names, (0, 1)):
            yield self._image(left, self._corner(left, most))
        for left, most in product((self.names[0], self.names[min(1, len(self.names) - 1)]), (0, 1)):
            for number in _inodes(left):
                for inode in self.files[number]:
                    yield self._image(left, self._corner(left, most) | {number: inode})

    def drawn(self, stream: Random) -> CrashImage:
        """A choice by chance."""
        left = stream.choice(self.names)
        return self._image(left, {number: stream.choice(self.files[number]) for number in _inodes(left)})

    def _corner(self, left: NamesLeft, most: int) -> dict[int, Inode]:
        return {number: self.files[number][min(most, len(self.files[number]) - 1)] for number in _inodes(left)}

    def _image(self, left: NamesLeft, inodes: dict[int, Inode]) -> CrashImage:
        assert set(left.files.values()) == inodes.keys(), "each file that has a name, and no other"
        image = self._names_images[id(left)].with_files(inodes, self._looks)
        return CrashImage(image, left, inodes, self._tables.next_inode)

    def _names(self) -> list[NamesLeft]:
        names = self._tables.names
        found: dict[tuple[object, ...], NamesLeft] = {}
        some = _Some(possible_names(self._rules, names), self._bound)
        for changes in some:
            left = names.after(changes)
            found.setdefault((tuple(sorted(left.files.items())), tuple(left.dirs)), left)
        self.complete = self.complete and some.complete
        return list(found.values())

    def _reuse(self) -> None:
        """Give each file that was removed what may be in later ones, and to these, if not synced, what it had."""
        named, inodes = set(self._tables.names.files.values()), self._tables.inodes
        own = self.files.copy()
        for freed, later in combinations(sorted(own), 2):
            if freed not in named:
                self.files[freed] = [*self.files[freed], *own[later]]
                if inodes[later].changes():
                    self.files[later] = [*self.files[later], own[freed][0]]


def crash_images(
    tables: Tables, profile: DiskProfile, bound: int | None, stream: Random | None, files: FilesLeft
) -> CrashImages:
    """The disks that a power loss may leave, at most `bound` of them.

    When that isn't all, they are the most telling ones, and then what `stream` draws.
    """
    left = CrashChoices(tables, profile, bound, files)
    found: dict[Image, CrashImage] = {}
    few = bound is None or left.combinations <= bound * _PATIENCE
    drawn = (left.drawn(stream) for _ in range((bound or 0) * _PATIENCE)) if stream else ()
    complete = left.complete and few
    for crash in left.all() if few else chain(left.telling(), drawn):
        if crash.image in found:
            continue
        if len(found) == bound:
            complete = False
            break
        found[crash.image] = crash
    assert bound is None or len(found) <= bound, "no more than were asked for"
    if soundness.checked:  # by two ways: all choices at their least, and what is certain by itself
        certain = image_of(least(tables, profile))
        assert next(iter(found)) == certain, (
            "the first image is what is certain, and a power loss by default leaves it"
        )
    return CrashImages(tuple(found.values()), complete)


def least(tables: Tables, profile: DiskProfile) -> Tables:
    """The disk with what is certain after a power loss, and nothing else."""
    rules = PROFILES[profile]
    left = tables.names.after(certain_names(rules, tables.names))
    inodes = {}
    for number in _inodes(left):
        inode = tables.inodes[number]
        changes = certain_bytes(rules, inode.changes())
        inodes[number] = inode.left_with(None, replay(inode.tail, changes, inode.kept))
        assert inodes[number].kept >= inode.kept, "what was durable stays"
    return Tables(inodes, NameTable(left), tables.next_inode)


def _inodes(left: NamesLeft) -> list[int]:
    return list(dict.fromkeys(left.files.values()))


def _coarser(pieces: list[ContentChange]) -> list[ContentChange]:
    """The same changes with neighbouring writes taken together, as many as it takes to have few."""
    together = -(-len(pieces) // _BLOCKS)
    found: list[ContentChange] = []
    room = 0
    for change in pieces:
        last = found[-1] if room else None
        if isinstance(change, Write) and isinstance(last, Write) and last.offset + len(last.data) == change.offset:
            found[-1] = Write(last.offset, last.data + change.data)
            room -= 1
        else:
            found.append(change)
            room = together - 1
    assert sum(_amount(change) for change in found) == sum(_amount(change) for change in pieces), "no byte is lost"
    return found


def _amount(change: ContentChange) -> int:
    return len(change.data) if isinstance(change, Write) else 0
