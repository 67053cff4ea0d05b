"""What `os.stat` gives to foreign code: Python's own type, with every field that Linux has."""

from __future__ import annotations

import os
from typing import Any

_BLOCK = 4096  # bytes: what file systems give as the best size to write
_SECTOR = 512
_ORDER = ("st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size")
_TIMES = ("st_atime", "st_mtime", "st_ctime")


def as_kernel(found: Any) -> os.stat_result:
    """A result of pyfakefs as a kernel would give it, which tells of blocks and can be taken apart by place."""
    times = [getattr(found, name) for name in _TIMES]
    more = dict(zip(_TIMES, times, strict=True))
    more |= {f"{name}_ns": getattr(found, f"{name}_ns") for name in _TIMES}
    blocks = -(-found.st_size // _BLOCK) * (_BLOCK // _SECTOR)
    fields = (*(getattr(found, name) for name in _ORDER), *map(int, times))
    return os.stat_result(fields, {**more, "st_blksize": _BLOCK, "st_blocks": blocks, "st_rdev": 0})
