"""The functions of `os` that take a path, and `open`, as foreign code sees them: simulated below the work root.

Each takes the process's files, the real function, and the caller's arguments. Files outside of the work root can
be read, for a package's own data or certificates, and never be written.
"""

from __future__ import annotations

import errno
import os
import posixpath
from collections.abc import Iterator
from functools import wraps
from typing import Any

from engine.foreign.file_objects import open_object
from engine.foreign.foreign_files import ForeignFiles
from engine.foreign.functions import descriptor_functions, lock_functions
from engine.foreign.functions.scandir import DirectoryEntry, Scan
from engine.foreign.functions.simulated import Real, Simulated
from engine.foreign.located_path import LocatedPath
from engine.storage.errors import failure
from engine.storage.faults import FileOperation

_READS: dict[str, FileOperation] = {
    "stat": "stat", "lstat": "stat", "readlink": "stat", "access": "stat", "listdir": "list",
}  # fmt: skip
_WRITES: dict[str, FileOperation] = {
    "remove": "remove", "unlink": "remove", "rmdir": "remove", "mkdir": "mkdir", "truncate": "truncate",
    "chmod": "chmod", "chown": "chmod", "lchown": "chmod", "utime": "chmod",
}  # fmt: skip
_MOVES: dict[str, FileOperation] = {"rename": "rename", "replace": "rename", "link": "rename"}
_OF_DESCRIPTORS: dict[str, Simulated] = {
    "stat": ForeignFiles.stat, "truncate": ForeignFiles.truncate, "chmod": ForeignFiles.chmod,
}  # fmt: skip


def simulated_functions() -> dict[str, Simulated]:
    """All of them by name, those of `os`."""
    found = {name: _path_function(name, operation, writes=False) for name, operation in _READS.items()}
    found |= {name: _path_function(name, operation, writes=True) for name, operation in _WRITES.items()}
    found |= {name: _move_function(name, operation) for name, operation in _MOVES.items()}
    found |= descriptor_functions.ON_DESCRIPTORS
    return found | {
        "open": _telling_as_given(_open), "scandir": _telling_as_given(_scandir), "symlink": _symlink,
        "chdir": _telling_as_given(_chdir), "lockf": lock_functions.os_lockf,
        "listxattr": _listxattr, "getxattr": _no_attributes, "setxattr": _no_attributes,
        "removexattr": _no_attributes, "umask": _umask,
        "access": _access(found["access"]),
        "getcwd": lambda files, _real: files.cwd,
        "getcwdb": lambda files, _real: os.fsencode(files.cwd),
        "getpid": lambda files, _real: files.process.number,
        "urandom": lambda files, _real, size: files.chance.randbytes(size),
        "getrandom": lambda files, _real, size, _flags=0: files.chance.randbytes(size),
        "sync": lambda _files, _real: None,  # a disk with foreign code knows no loss of power
    }  # fmt: skip


def _telling_as_given(function: Simulated) -> Simulated:
    """An error names the paths that the caller has given, however they were found."""

    @wraps(function)
    def telling(files: ForeignFiles, real: Real, *args: Any, **kwargs: Any) -> Any:
        try:
            return function(files, real, *args, **kwargs)
        except OSError as error:
            if error.filename is not None and args and not isinstance(args[0], int):
                error.filename = os.fspath(args[0])
            raise

    return telling


@_telling_as_given
def open_anywhere(files: ForeignFiles, real: Real, file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
    """`open`: a simulated file, or a real one outside of the work root, for reading only."""
    if isinstance(file, int):
        return (
            open_object(files, file, mode, *args, **kwargs)
            if files.has(file)
            else real(file, mode, *args, **kwargs)
        )
    place = files.locate(file)
    if _is_real(files, place, writes=not set(mode).isdisjoint("wax+")):
        return real(place.real, mode, *args, **kwargs)
    return open_object(files, file, mode, *args, **kwargs)


def temporary_names(files: ForeignFiles, _real: Real) -> Iterator[str]:
    """`tempfile`'s names: by number, since chance would tell two runs apart."""
    while True:
        yield files.temporary_name()


def open_code(files: ForeignFiles, real: Real, path: Any) -> Any:
    """`io.open_code`: `open`, for reading."""
    return open_anywhere(files, real, path, "rb") if files.locate(path).inside else real(path)


def refused_function(name: str) -> Simulated:
    """What is done instead of a function that is refused: the run fails, with the line that calls it."""

    def function(files: ForeignFiles, _real: Real, *_args: Any, **_kwargs: Any) -> None:
        raise files.escape(f"it calls {name}, which is not simulated")

    return function


def _is_real(files: ForeignFiles, place: LocatedPath, *, writes: bool) -> bool:
    """Whether a path is a real file's; those can be read only."""
    if not place.inside:
        if writes and place.full != os.devnull:
            raise files.escape(f"it writes to {place.full}, which is outside of the work root")
        return True
    return not writes and files.only_real(place)


def _path_function(name: str, operation: FileOperation, *, writes: bool) -> Simulated:
    def function(
        files: ForeignFiles, real: Real, path: Any = ".", *args: Any, dir_fd: int | None = None, **kwargs: Any
    ) -> Any:
        if isinstance(path, int) and not files.has(path):
            return real(path, *args, **kwargs)
        if isinstance(path, int) and name in _OF_DESCRIPTORS:
            return _OF_DESCRIPTORS[name](files, path, *args, **kwargs)
        place = files.locate(path, dir_fd)
        if _is_real(files, place, writes=writes):
            return real(os.fsencode(place.real) if isinstance(path, bytes) else place.real, *args, **kwargs)
        found = files.do(operation, place.shown, lambda: files.disk.do(name, place.full, *args, **kwargs))
        if isinstance(found, list | str) and isinstance(path, bytes):
            return [os.fsencode(each) for each in found] if isinstance(found, list) else os.fsencode(found)
        return found

    return _telling_as_given(function)


def _move_function(name: str, operation: FileOperation) -> Simulated:
    def function(
        files: ForeignFiles,
        _real: Real,
        src: Any,
        dst: Any,
        *,
        src_dir_fd: int | None = None,
        dst_dir_fd: int | None = None,
        **kwargs: Any,
    ) -> None:
        source, target = files.locate(src, src_dir_fd), files.locate(dst, dst_dir_fd)
        for place in (source, target):
            _is_real(files, place, writes=True)
        files.do(operation, source.shown, lambda: files.disk.do(name, source.full, target.full, **kwargs))

    return _telling_as_given(function)


def _open(
    files: ForeignFiles, real: Real, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None
) -> int:
    place = files.locate(path, dir_fd)
    if _is_real(files, place, writes=bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))):
        return int(real(place.real, flags, mode))
    return files.open(place, flags, mode)


@_telling_as_given
def _symlink(files: ForeignFiles, _real: Real, src: Any, dst: Any, *_args: Any, dir_fd: int | None = None) -> None:
    place = files.locate(dst, dir_fd)
    _is_real(files, place, writes=True)
    files.do("rename", place.shown, lambda: files.disk.do("symlink", os.fsdecode(src), place.full))


def _access(asked: Simulated) -> Simulated:
    """`os.access` only answers: what can't be looked at can't be reached."""

    def function(files: ForeignFiles, real: Real, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(asked(files, real, *args, **kwargs))
        except OSError:
            return False

    return function


def _chdir(files: ForeignFiles, _real: Real, path: Any) -> None:
    place = files.locate(path)
    if not files.disk.filesystem.isdir(place.full):
        raise failure(errno.ENOENT, place.full)
    files.cwd = place.full


def _umask(files: ForeignFiles, _real: Real, mask: int) -> int:
    before, files.disk.filesystem.umask = files.disk.filesystem.umask, mask
    return before


def _listxattr(files: ForeignFiles, real: Real, path: Any = ".", **kwargs: Any) -> Any:
    return real(path, **kwargs) if _is_outside(files, path) else []


def _no_attributes(files: ForeignFiles, real: Real, path: Any, *args: Any, **kwargs: Any) -> Any:
    """What a file system says that knows no extended attributes."""
    if _is_outside(files, path):
        return real(path, *args, **kwargs)
    raise failure(errno.ENOTSUP, path)


def _is_outside(files: ForeignFiles, path: Any) -> bool:
    return not files.has(path) if isinstance(path, int) else not files.locate(path).inside


def _scandir(files: ForeignFiles, real: Real, path: Any = ".") -> Any:
    if isinstance(path, int) and not files.has(path):
        return real(path)
    place = files.locate(path)
    if _is_real(files, place, writes=False):
        return real(place.real)
    names = files.do("list", place.shown, lambda: files.disk.os.listdir(place.full))
    base = place.full if isinstance(path, int) else os.fsdecode(path)
    return Scan(DirectoryEntry(files, name, posixpath.join(base, name)) for name in names)
