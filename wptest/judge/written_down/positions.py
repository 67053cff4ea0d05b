"""The position of the input that `wparse` keeps, `.run/wparse.position`: the oracle's own reading of it."""

from __future__ import annotations

import json
from typing import NamedTuple

from engine.storage.disk_port import Disk, read_all

POSITION = ".run/wparse.position"


class ReadBefore(NamedTuple):
    """Of which file, by its number, how many lines are done with."""

    file: int
    lines: int


def read_position(disk: Disk) -> ReadBefore | None:
    """What is kept; None where nothing is, or nothing that can be read: then all is read again."""
    try:
        written = json.loads(read_all(disk, POSITION))
        return ReadBefore(int(written["file"]), int(written["lines"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
