"""What is on a disk, in a form that can be compared and hashed: two equal images are the same disk."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

from engine.storage.inode import Inode, Look
from engine.storage.tables import Tables

FileImage = tuple[str, Look, str]  # a file's name, what is in it, and its first name when it has two


class Image(NamedTuple):
    """Every file and every directory, sorted. `pending` is what isn't durable, when it was asked for."""

    files: tuple[FileImage, ...]
    dirs: tuple[tuple[str, int], ...]
    pending: tuple[object, ...] = ()

    @property
    def digest(self) -> str:
        """A text that is the same for equal images in every process."""
        return blake2b(repr(tuple(self)).encode(), digest_size=16).hexdigest()


class NamesImage:
    """Which names lead to which files, sorted: an image but for what is in the files."""

    def __init__(self, files: Mapping[str, int], dirs: Mapping[str, int]) -> None:
        first: dict[int, str] = {}
        self._files = [
            (path, number, "" if first.setdefault(number, path) == path else first[number])
            for path, number in sorted(files.items())
        ]
        self._dirs = tuple(sorted(dirs.items()))

    def with_files(self, inodes: Mapping[int, Inode], looks: Mapping[Inode, Look]) -> Image:
        """The image where the files are these, by their numbers, and this is in them."""
        files = [(path, looks[inodes[number]], twin) for path, number, twin in self._files]
        return Image(tuple(files), self._dirs)


def image_of(tables: Tables) -> Image:
    """What is seen."""
    names = tables.names
    looks = {inode: inode.look() for inode in map(tables.inodes.__getitem__, names.files.values())}
    return NamesImage(names.files, names.dirs).with_files(tables.inodes, looks)


def with_pending(tables: Tables) -> Image:
    """What is seen and what is durable: of two disks with this in common, everything that follows is equal."""
    seen, names = image_of(tables), tables.names
    number_of: dict[int, int] = {0: 0, -1: -1}  # inodes by the order of their first mention, not by their age
    mentioned = [number for _, number in sorted(names.files.items())]
    mentioned += [number for _, number in sorted(names.durable.items())]
    for change in names.pending:
        mentioned += [number for _, number in change.entries if number > 0]
    for number in mentioned:
        number_of.setdefault(number, len(number_of))
    changes = [
        (change.directory, tuple((path, number_of[number]) for path, number in change.entries), change.halved)
        for change in names.pending
    ]
    operations = [change.operation for change in names.pending]  # in order: how many were done up to another one?
    inodes = [
        (order, inode.digest(), inode.mode, bisect_right(operations, inode.changed), inode.pending())
        for order, inode in ((order, tables.inodes[number]) for number, order in number_of.items() if number > 0)
    ]
    pending = (
        tuple((path, number_of[number]) for path, number in sorted(names.files.items())),
        tuple((path, number_of[number]) for path, number in sorted(names.durable.items())),
        tuple(sorted(names.durable_dirs)),
        tuple(changes),
        bisect_right(operations, names.committed),
        tuple((directory, bisect_right(operations, last)) for directory, last in sorted(names.changed.items())),
        tuple(inodes),
    )
    return Image(seen.files, seen.dirs, pending)
