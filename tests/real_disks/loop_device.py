"""A loop device that goes when nobody has it open any more, so also when whoever has made it is killed.

As linux/loop.h has it (LOOP_CONFIGURE, since Linux 5.8). What `losetup` makes stays until somebody takes it away.
"""

from __future__ import annotations

import errno
import fcntl
import struct
from io import FileIO
from pathlib import Path
from typing import Self

_GET_FREE, _CONFIGURE, _FORGET = 0x4C82, 0x4C0A, 0x1261
_AUTOCLEAR, _DIRECT_IO = 4, 16
_CONFIG = struct.Struct("<II52xI240x")  # file, block size, and of `loop_info64` the flags alone
_TRIES = 50  # somebody else may have been given the same one


class LoopDevice:
    """A device whose blocks are a file's, read and written without a cache; it is gone behind a `with`.

    Raises:
        OSError: the kernel has none.
    """

    def __init__(self, file: Path) -> None:
        with FileIO(file, "r+") as backing, FileIO("/dev/loop-control", "r+") as control:
            self._open = _configured(backing.fileno(), control.fileno())
        self.path = Path(str(self._open.name))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def forget(self) -> None:
        """Have what is to be written to it written, and its blocks read again: the kernel keeps what is open."""
        fcntl.ioctl(self._open, _FORGET)


def _configured(backing: int, control: int, tries: int = _TRIES) -> FileIO:
    device = FileIO(f"/dev/loop{fcntl.ioctl(control, _GET_FREE)}", "r+")
    try:
        fcntl.ioctl(device, _CONFIGURE, _CONFIG.pack(backing, 0, _AUTOCLEAR | _DIRECT_IO))
    except OSError as error:
        device.close()
        if error.errno != errno.EBUSY or not tries:
            raise
        return _configured(backing, control, tries - 1)
    return device
