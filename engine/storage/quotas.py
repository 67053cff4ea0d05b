"""How much fits into a directory: ENOSPC when it is full, with the short write that comes before it."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field

from engine.storage.disk import Disk, files_below


@dataclass(slots=True)
class Quotas:
    """Sizes in bytes of directories that can fill up, as a small partition mounted there would."""

    sizes: dict[str, int] = field(default_factory=dict)

    def fit(self, disk: Disk, path: str, data: bytes) -> bytes:
        """As much of `data` as still fits where `path` is; a real kernel writes that much, too.

        Raises:
            OSError: ENOSPC, when not one byte does.
        """
        rooms = [
            size - _used(disk, directory)
            for directory, size in self.sizes.items()
            if path.startswith(f"{directory}/")
        ]
        room = min(rooms, default=len(data))
        if room <= 0 < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        return data[:room]


def _used(disk: Disk, directory: str) -> int:
    return sum(disk.stat(path).size for path in files_below(disk, directory))
