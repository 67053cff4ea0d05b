"""Random programs of calls that work with files, for a real disk and for the simulated one."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.integration.foreign_guest import outcome

_FILES = ("a", "b", "d/a", "d/b", "d/e/a", "missing/a")
_DIRECTORIES = ("d", "d/e", "n")
_PATHS = (*_FILES, *_DIRECTORIES, "l")
_FLAGS = (os.O_RDONLY, os.O_WRONLY, os.O_RDWR)
_MORE = (0, 0, os.O_CREAT, os.O_CREAT, os.O_CREAT | os.O_TRUNC, os.O_CREAT | os.O_APPEND, os.O_CREAT | os.O_EXCL)
_MODES = ("rb", "wb", "ab", "xb", "r+b", "w+b", "a+b")
_LOCKS = (fcntl.LOCK_SH | fcntl.LOCK_NB, fcntl.LOCK_EX | fcntl.LOCK_NB, fcntl.LOCK_UN)
_SLOTS = 3


class Call(NamedTuple):
    """One call: of which function, and with what."""

    name: str
    arguments: tuple[Any, ...]


def program(seed: int, length: int = 25) -> list[Call]:
    """The program of a seed."""
    chance = Random(seed)
    return [Call(name, _DRAWN[name](chance)) for name in chance.choices([*_DRAWN], [*_WEIGHTS.values()], k=length)]


def run(calls: Sequence[Call]) -> list[object]:
    """Run a program where we are: what each call gives, or how it fails; and what is left there."""
    world = _World()
    try:
        said = [outcome(lambda call=call: getattr(world, call.name)(*call.arguments)) for call in calls]  # type: ignore[misc]
    finally:
        closed = world.close_all()
    return [*said, closed, left()]


def left() -> list[tuple[str, object]]:
    """All there is below the working directory, with contents."""
    found = []
    for top, directories, files in os.walk("."):
        for name in directories + files:
            path = f"{top}/{name}"
            is_file = stat.S_ISREG(os.lstat(path).st_mode)
            found.append((path, Path(path).read_bytes() if is_file else stat.S_IFMT(os.lstat(path).st_mode)))
    return sorted(found)


class _World:
    """What a program has open, in a few places, and its calls."""

    def __init__(self) -> None:
        self.descriptors: list[int | None] = [None] * _SLOTS
        self.objects: list[Any] = [None] * _SLOTS

    def close_all(self) -> list[object]:
        return [outcome(each.close) for each in self.objects if each is not None] + [
            outcome(lambda fd=fd: os.close(fd)) for fd in self.descriptors if fd is not None
        ]

    def open(self, slot: int, path: str, flags: int) -> None:
        if self.descriptors[slot] is not None:
            os.close(self.descriptors[slot])
            self.descriptors[slot] = None
        self.descriptors[slot] = os.open(path, flags, 0o644)

    def by_descriptor(self, name: str, slot: int, *arguments: Any) -> Any:
        fd = self.descriptors[slot]
        if fd is None:
            return None
        if name in {"lseek", "fchmod"} and stat.S_ISDIR(os.fstat(fd).st_mode):
            return None  # the end of a directory is a matter of the file system, and modes bind all but root
        if name in {"readv", "preadv"}:
            buffers = [bytearray(size) for size in arguments[0]]
            return getattr(os, name)(fd, buffers, *arguments[1:]), buffers
        return getattr(os, name)(fd, *arguments)

    def status(self, slot: int) -> Any:
        return None if (fd := self.descriptors[slot]) is None else _told(os.fstat(fd))

    def twin(self, slot: int, other: int) -> None:
        if (fd := self.descriptors[slot]) is not None and self.descriptors[other] is None:
            self.descriptors[other] = os.dup(fd)

    def between(self, name: str, slot: int, other: int, *arguments: Any) -> Any:
        first, second = self.descriptors[slot], self.descriptors[other]
        if first is None or second is None or os.path.sameopenfile(first, second):
            return None
        return getattr(os, name)(first, second, *arguments)

    def lock(self, name: str, slot: int, operation: int, *arguments: int) -> Any:
        fd = self.descriptors[slot]
        return None if fd is None else getattr(fcntl, name)(fd, operation, *arguments)

    def open_object(self, slot: int, path: str, mode: str, buffering: int) -> None:
        if self.objects[slot] is not None:
            self.objects[slot].close()
            self.objects[slot] = None
        self.objects[slot] = open(path, mode, buffering)

    def by_object(self, name: str, slot: int, *arguments: Any) -> Any:
        return None if (file := self.objects[slot]) is None else getattr(file, name)(*arguments)

    def by_path(self, name: str, *arguments: Any) -> Any:
        found = getattr(os, name)(*arguments)
        if isinstance(found, os.stat_result):
            return _told(found)
        return sorted(found) if isinstance(found, list) else found

    def entries(self, path: str) -> Any:
        with os.scandir(path) as found:
            return sorted(
                (each.name, each.path, str(outcome(each.is_dir)), str(outcome(each.is_file)), each.is_symlink())
                for each in found
            )

    def by_shutil(self, name: str, *arguments: Any) -> Any:
        return getattr(shutil, name)(*arguments)

    def whole(self, path: str, data: bytes | None) -> Any:
        return Path(path).read_bytes() if data is None else Path(path).write_bytes(data)


def _told(found: os.stat_result) -> tuple[int, ...]:
    is_file = stat.S_ISREG(found.st_mode)
    links = found.st_nlink if is_file else 0  # how directories count differs from file system to file system
    return stat.S_IFMT(found.st_mode), found.st_mode & 0o777, links, found.st_size if is_file else 0


def _data(chance: Random) -> bytes:
    return chance.choice(b"ABCDE").to_bytes() * chance.choice((0, 1, 3, 10, 100))


def _slot(chance: Random) -> int:
    return chance.randrange(_SLOTS)


def _by_descriptor(chance: Random) -> tuple[Any, ...]:
    at, size = chance.choice((0, 2, 50)), chance.choice((0, 1, 5, 200))
    name, *arguments = chance.choice(
        (
            ("write", _data(chance)), ("pwrite", _data(chance), at), ("read", size), ("pread", size, at),
            ("lseek", chance.choice((-3, 0, 4, 60)), chance.choice((0, 1, 2))), ("ftruncate", size), ("fsync",),
            ("fdatasync",), ("writev", [_data(chance), _data(chance)]), ("pwritev", [_data(chance)], at),
            ("readv", [2, size]), ("preadv", [size, 1], at), ("posix_fallocate", at, size), ("isatty",),
            ("posix_fadvise", 0, size, os.POSIX_FADV_DONTNEED), ("fchmod", chance.choice((0o600, 0o644))),
            ("lockf", chance.choice((os.F_TLOCK, os.F_ULOCK, os.F_TEST)), chance.choice((0, 5))),
            ("get_blocking",), ("get_inheritable",),
        )
    )  # fmt: skip
    return name, _slot(chance), *arguments


def _by_object(chance: Random) -> tuple[Any, ...]:
    size = chance.choice((0, 1, 5, 200))
    name, *arguments = chance.choice(
        (
            ("write", _data(chance)), ("read", size), ("read",), ("readline",), ("seek", size), ("seek", 0, 2),
            ("tell",), ("flush",), ("truncate",), ("truncate", size), ("close",), ("readable",), ("writable",),
        )
    )  # fmt: skip
    return name, _slot(chance), *arguments


def _by_path(chance: Random) -> tuple[Any, ...]:
    one, other = chance.choice(_PATHS), chance.choice(_PATHS)
    return chance.choice(
        (
            ("rename", one, other), ("replace", one, other), ("link", one, other),
            ("symlink", chance.choice(_FILES), "l"), ("unlink", one), ("remove", one),
            ("rmdir", one), ("mkdir", one), ("makedirs", one), ("stat", one), ("lstat", one), ("listdir", one),
            ("readlink", one), ("access", one, os.F_OK), ("truncate", one, 4), ("chmod", one, 0o700),
            ("renames", one, other), ("removedirs", one),
        )
    )  # fmt: skip


_DRAWN: dict[str, Callable[[Random], tuple[Any, ...]]] = {
    "open": lambda chance: (_slot(chance), chance.choice(_PATHS), chance.choice(_FLAGS) | chance.choice(_MORE)),
    "by_descriptor": _by_descriptor,
    "status": lambda chance: (_slot(chance),),
    "twin": lambda chance: (_slot(chance), _slot(chance)),
    "between": lambda chance: chance.choice(
        (
            ("copy_file_range", _slot(chance), _slot(chance), chance.choice((0, 3, 500))),
            ("sendfile", _slot(chance), _slot(chance), chance.choice((0, 2)), chance.choice((3, 500))),
        )
    ),
    "lock": lambda chance: chance.choice(
        (
            ("flock", _slot(chance), chance.choice(_LOCKS)),
            ("lockf", _slot(chance), chance.choice(_LOCKS), chance.choice((0, 5)), chance.choice((0, 3))),
        )
    ),
    "open_object": lambda chance: (
        _slot(chance), chance.choice(_PATHS), chance.choice(_MODES), chance.choice((-1, -1, 0, 16)),
    ),
    "by_object": _by_object,
    "by_path": _by_path,
    "entries": lambda chance: (chance.choice((*_DIRECTORIES, ".", "a")),),
    "by_shutil": lambda chance: chance.choice(
        (
            ("copyfile", chance.choice(_PATHS), chance.choice(_PATHS)),
            ("copy2", chance.choice(_FILES), chance.choice(_PATHS)),
            ("move", chance.choice(_PATHS), chance.choice((*_FILES, *_DIRECTORIES))),  # not through a link into it
            ("rmtree", chance.choice(_DIRECTORIES)),
            ("copytree", "d", "n"),
        )
    ),
    "whole": lambda chance: (chance.choice(_FILES), chance.choice((None, _data(chance)))),
}  # fmt: skip
_WEIGHTS = {
    "open": 8, "by_descriptor": 16, "status": 2, "twin": 1, "between": 3, "lock": 4, "open_object": 5,
    "by_object": 9, "by_path": 12, "entries": 1, "by_shutil": 2, "whole": 5,
}  # fmt: skip
