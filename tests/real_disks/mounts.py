"""Mounts by system calls: thousands of disks are looked into, and `mount` takes as long as all else of one."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

MS_NOSUID, MS_NODEV, MS_SYNCHRONOUS, MS_DIRSYNC = 2, 4, 16, 128
_NEW_MOUNTS, _ALL_BELOW, _PRIVATE = 0x20000, 0x4000, 0x40000
_DEATH_SIGNAL = 1
_WRITE_BACK = 7  # wait for what is being written, write, and wait for that

_libc = ctypes.CDLL(None, use_errno=True)


def be_alone() -> None:
    """Have mounts of one's own: nobody else sees what is mounted from now on, and it goes with this process."""
    _checked(_libc.unshare(_NEW_MOUNTS), "unshare")
    mount("none", Path("/"), "none", _ALL_BELOW | _PRIVATE)


def die_with_parent() -> None:
    """Have this process killed when the one that started it has ended, in whatever way."""
    _checked(_libc.prctl(_DEATH_SIGNAL, signal.SIGKILL), "prctl")


def mount(source: str | Path, place: Path, kind: str, flags: int = 0, options: str = "") -> None:
    """Mount a file system."""
    arguments = (str(source).encode(), str(place).encode(), kind.encode(), ctypes.c_ulong(flags))
    _checked(_libc.mount(*arguments, options.encode() or None), f"mount -t {kind} -o {options}")


def unmount(place: Path) -> None:
    """Unmount it, and wait until that is done."""
    _checked(_libc.umount2(str(place).encode(), 0), f"umount {place}")


def write_back(descriptor: int) -> None:
    """Have a file's pages written and wait for it, and sync nothing: what the kernel may do at any moment."""
    everything = (ctypes.c_int64(0), ctypes.c_int64(0))
    _checked(_libc.sync_file_range(descriptor, *everything, _WRITE_BACK), "sync_file_range")


def _checked(answer: int, what: str) -> None:
    if answer:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
