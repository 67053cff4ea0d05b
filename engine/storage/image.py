"""What is on a disk, in a form that can be compared and hashed: two equal images are the same disk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from engine.storage.names import NamesLeft, NameTable
from engine.storage.tables import Tables


class FileImage(NamedTuple):
    """A file: its bytes as a hash, and the first name of the same file when it has two."""

    path: str
    mode: int
    size: int
    digest: bytes
    twin: str


@dataclass(frozen=True)
class Image:
    """Every file and every directory, sorted. `pending` is what isn't durable, when it was asked for."""

    files: tuple[FileImage, ...]
    dirs: tuple[tuple[str, int], ...]
    pending: tuple[object, ...] = ()

    def __hash__(self) -> int:
        """The same for equal images; cheap, since the files' bytes are hashes already."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.files, self.dirs, self.pending))

    @cached_property
    def digest(self) -> str:
        """A text that is the same for equal images in every process."""
        return blake2b(repr((self.files, self.dirs, self.pending)).encode(), digest_size=16).hexdigest()


def image_of(tables: Tables, left: NamesLeft | None = None) -> Image:
    """What is seen; or what `left` leads to."""
    files, dirs = left if left is not None else (tables.names.files, tables.names.dirs)
    first: dict[int, str] = {}
    found = []
    for path in sorted(files):
        number = files[path]
        inode = tables.inodes[number]
        twin = first.setdefault(number, path)
        found.append(FileImage(path, inode.mode, inode.size, inode.digest(), "" if twin == path else twin))
    return Image(tuple(found), tuple(sorted(dirs.items())))


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
        (change.directory, tuple((path, number_of[number]) for path, number in change.entries))
        for change in names.pending
    ]
    inodes = [
        (order, inode.digest(), inode.mode, _before(names, inode.changed), inode.pending())
        for order, inode in ((order, tables.inodes[number]) for number, order in number_of.items() if number > 0)
    ]
    pending = (
        tuple((path, number_of[number]) for path, number in sorted(names.files.items())),
        tuple((path, number_of[number]) for path, number in sorted(names.durable.items())),
        tuple(sorted(names.durable_dirs)),
        tuple(changes),
        _before(names, names.committed),
        tuple((directory, _before(names, last)) for directory, last in sorted(names.changed.items())),
        tuple(inodes),
    )
    return Image(seen.files, seen.dirs, pending)


def _before(names: NameTable, operation: int) -> int:
    """How many of the pending changes were done up to an operation."""
    return sum(change.operation <= operation for change in names.pending)
