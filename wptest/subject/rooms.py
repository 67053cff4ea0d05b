"""Directories into which only so much fits: each a small tmpfs, which needs root on Linux."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from pathlib import Path

from engine.storage.quotas import Room
from wptest.subject.port import NoPlaceError
from wptest.subject.scratch import scratch

PAGE = 4096
_NEW_MOUNTS = 0x00020000
_REMOUNT, _RECURSIVE, _SLAVE, _DETACH = 32, 16384, 1 << 19, 2


class Rooms:
    """The directories of one run that have a size.

    Args:
        root: the work root.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._mounted: dict[Path, Room] = {}

    def resize(self, path: str, size: int) -> Room:
        """Let so many bytes fit into a directory, in whole pages; one that has no size yet is emptied.

        Raises:
            OSError: the machine doesn't allow it.
        """
        place = self._root / path
        options = f"size={in_pages(size)},mode=0755"
        known = self._mounted.get(place)
        if known is not None:
            self.look()
            _mount(b"tmpfs", place, b"tmpfs", _REMOUNT, options)
        else:
            place.mkdir(parents=True, exist_ok=True)
            _mount(b"tmpfs", place, b"tmpfs", 0, options)
            with (self._root.parent / "mounts").open("a", encoding="utf-8") as listed:  # for the guard
                listed.write(f"{place}\n")
        room = self._mounted[place] = Room(path, in_pages(size), None if known is None else known.size)
        return room

    def look(self) -> None:
        """Take note of those that are full now: nobody tells what did not fit."""
        for place, room in self._mounted.items():
            status = os.statvfs(place)
            room.most = max(room.most, (status.f_blocks - status.f_bfree) * status.f_frsize)
            room.was_full = room.was_full or not status.f_bavail

    def close(self) -> None:
        """Take them away, with all that is in them."""
        while self._mounted:
            place, _ = self._mounted.popitem()
            _libc().umount2(bytes(place), _DETACH)


def in_pages(size: int) -> int:
    """The size in whole pages: a tmpfs has no others. It has no room of 0 either: that would be without bound."""
    return max(1, -(-size // PAGE)) * PAGE


@cache
def why_no_rooms() -> str:
    """Why no directory can have a size on this machine; empty where it can."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "a small file system needs root on Linux"
    try:
        _have_private_mounts()
        with scratch() as place:
            rooms = Rooms(place.directory / "root")
            rooms.resize("probe", PAGE)
            rooms.close()
    except NoPlaceError as error:
        return str(error)
    except OSError as error:
        return f"this machine doesn't let a small file system be mounted ({error.strerror})"
    return ""


def _have_private_mounts() -> None:
    """From now on nobody else sees what this process mounts, and it is gone when the process is."""
    if _libc().unshare(_NEW_MOUNTS):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    _mount(b"none", Path("/"), None, _RECURSIVE | _SLAVE, "")


def _mount(what: bytes, place: Path, kind: bytes | None, flags: int, options: str) -> None:
    if _libc().mount(what, bytes(place), kind, flags, options.encode()):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), str(place))


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mount.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p)
    libc.umount2.argtypes = (ctypes.c_char_p, ctypes.c_int)
    return libc
