"""The position of the input that `wparse` keeps, `.run/wparse.position`: the oracle's own reading of it."""

from __future__ import annotations

import json
from typing import NamedTuple

from engine.storage.disk_port import Disk, read_all
from wptest.judge.written_down.checkpoints import beginning_checksum

POSITION = ".run/wparse.position"


class ReadBefore(NamedTuple):
    """Of which file, by its number, how many lines are done with: so many bytes, which have this checksum."""

    file: int
    lines: int
    offset: int
    checksum: int

    def holds(self, number: int, data: bytes) -> bool:
        """Whether it is said of this file, and this still begins with what was read of it."""
        return number == self.file and beginning_checksum(data, self.offset) == self.checksum


def read_position(disk: Disk) -> ReadBefore | None:
    """What is kept; None where nothing is, or nothing that can be read: then all is read again."""
    data = read_all(disk, POSITION)
    if not data:
        return None
    try:
        written = json.loads(data)
        return ReadBefore(*(int(written[name]) for name in ReadBefore._fields))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
