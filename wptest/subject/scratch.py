"""Directories on the machine's own disk, for real files and real programs; nothing of them is ever left.

Its guard is there before it, and takes it away at the end: in order, or when this process has been killed.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from errno import EDQUOT, EMFILE, ENFILE, ENOSPC, EROFS
from pathlib import Path

from engine.text.mistake import reason_of
from wptest.subject.guard import Guard
from wptest.subject.port import NoPlaceError

_PREFIX = "wptest-"
_NO_ROOM = (EDQUOT, EMFILE, ENFILE, ENOSPC, EROFS)  # what a machine lacks, and not what somebody does wrong


@dataclass(frozen=True, slots=True)
class Scratch:
    """A directory, and who takes it away: it kills the programs that are told to it as well."""

    directory: Path
    guard: Guard


@contextmanager
def scratch() -> Iterator[Scratch]:
    """A new directory that nobody else can look into, below the machine's temporary one.

    Raises:
        NoPlaceError: there can be none, or what is done in it finds no room.
    """
    try:
        place = Path(tempfile.gettempdir(), f"{_PREFIX}{os.urandom(6).hex()}")
        guard = Guard(place)
    except OSError as error:
        raise NoPlaceError(f"there is no place for temporary files: {reason_of(error)}") from None
    try:
        place.mkdir(mode=0o700)
        yield Scratch(place, guard)
    except OSError as error:
        if error.errno not in _NO_ROOM and place.is_dir():
            raise
        raise NoPlaceError(f"there is no room for temporary files: {reason_of(error)} ({place.parent})") from None
    finally:
        guard.clear()
        if place.exists():  # somebody has killed the guard
            shutil.rmtree(place, ignore_errors=True)


def small_scratch() -> Path:
    """A new directory for whoever makes many and takes each away again: one guard has them all.

    Raises:
        NoPlaceError: as `scratch`.
    """
    if not (_common and _common[-1].is_ours):
        _common.append(_Common())
    return Path(tempfile.mkdtemp(dir=_common[-1].directory))


class _Common:
    """A directory that is there as long as this process is."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._end = ExitStack()
        self.directory = self._end.enter_context(scratch()).directory
        atexit.register(self._clear)

    @property
    def is_ours(self) -> bool:
        """Whether it is not that of the process that this one is a fork of, and is still there."""
        return self._process == os.getpid() and self.directory.is_dir()

    def _clear(self) -> None:
        if self._process == os.getpid():
            self._end.close()


_common: list[_Common] = []
