"""Which disks are equal: equal ones are explored once."""

from __future__ import annotations

import hashlib

from engine.storage import MemoryDisk
from engine.storage.disk import read_all
from wptest.explore.state import Owed


def image_key(disk: MemoryDisk, logs: str) -> bytes:
    """Equal for disks with equal files; log files, which nobody reads, are left out."""
    told = hashlib.blake2b(digest_size=16)
    for path in disk.list(""):
        if not path.startswith(f"{logs}/"):
            data = read_all(disk, path)
            told.update(f"{path}\0{len(data)}\0{disk.stat(path).mode}\0".encode())
            told.update(data)
    return told.digest()


def owed_key(owed: Owed) -> int:
    """Equal for equal books, within one process."""
    return hash(tuple((target, frozenset(lines.items())) for target, lines in owed.items()))
