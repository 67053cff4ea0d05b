"""The contents of a fake disk's files, and what its descriptors stand for."""

from __future__ import annotations

import errno
import os
import time
from dataclasses import dataclass

from pyfakefs.fake_file import FakeDirectory, FakeFile
from pyfakefs.fake_filesystem import FakeFilesystem

from engine.storage.disk_port import Listing
from engine.storage.errors import failure

_OWNER_READ = 0o400
_LARGE = 0o100000  # O_LARGEFILE, which Python doesn't tell on machines of 64 bits


class StoredFile(FakeFile):
    """A file whose content grows in place."""

    def __init__(self, name: str, mode: int, filesystem: FakeFilesystem) -> None:
        self.data = bytearray()
        super().__init__(name, mode, filesystem=filesystem)

    @property
    def byte_contents(self) -> bytes:
        """The content, for pyfakefs."""
        return bytes(self.data)

    @property
    def size(self) -> int:
        """The size in bytes."""
        return len(self.data)

    @size.setter
    def size(self, size: int) -> None:
        del self.data[size:]
        self.data.extend(bytes(size - len(self.data)))
        self.changed()

    def put(self, position: int, data: bytes) -> None:
        """Write at `position`; what lies between it and the end is zeros."""
        if position > len(self.data):
            self.size = position
        self.data[position : position + len(data)] = data
        self.changed()

    def changed(self) -> None:
        """Note that it was written now."""
        self.st_size = self.size
        self.st_mtime = self.st_ctime = time.time()


@dataclass(slots=True, eq=False)
class OpenFile:
    """What a descriptor stands for: the file, what may be done with it, and where the next read or write is."""

    file: FakeFile
    path: str
    readable: bool
    writable: bool
    append: bool
    position: int = 0

    @property
    def flags(self) -> int:
        """What it was opened with, as `fcntl.F_GETFL` tells it; Linux adds that it may be large."""
        access = os.O_RDWR if self.readable and self.writable else os.O_WRONLY if self.writable else os.O_RDONLY
        return access | (os.O_APPEND if self.append else 0) | _LARGE

    @property
    def stored(self) -> StoredFile:
        """The file, which is no directory."""
        if not isinstance(self.file, StoredFile):
            raise failure(errno.EISDIR, self.path)
        return self.file


def listing_of(directory: FakeDirectory, path: str, *, bound: bool) -> Listing:
    """What is below the directory at `path`; where permissions are `bound` to be kept, see `Disk.listing`.

    Raises:
        PermissionError: nobody may list the directory itself.
    """
    if bound and not directory.st_mode & _OWNER_READ:
        raise failure(errno.EACCES, path)
    files, directories, refused = list[str](), list[str](), dict[str, OSError]()
    for name, entry in directory.entries.items():
        place = f"{path}/{name}" if path else name
        if not isinstance(entry, FakeDirectory):
            files.append(place)
            continue
        directories.append(place)
        try:
            inner = listing_of(entry, place, bound=bound)
        except PermissionError as error:
            refused[place] = error
        else:
            files, directories = files + inner.files, directories + inner.directories
            refused |= inner.refused
    return Listing(sorted(files), sorted(directories), refused)
