"""The functions of `os` and of other modules as foreign code sees them: simulated below the work root.

Each takes the process's files, the real function, and the caller's arguments. Files outside of the work root can
be read, for a package's own data or certificates, and never be written.
"""

from __future__ import annotations

import errno
import fcntl
import os
import posixpath
from collections.abc import Callable, Iterator
from typing import Any

from engine.foreign.file_objects import open_object
from engine.foreign.foreign_files import ForeignFiles
from engine.foreign.located_path import LocatedPath
from engine.foreign.scandir import DirectoryEntry, Scan
from engine.storage.errors import failure
from engine.storage.faults import FileOperation

Real = Callable[..., Any]
Simulated = Callable[..., Any]

_READS: dict[str, FileOperation] = {
    "stat": "stat", "lstat": "stat", "readlink": "stat", "access": "stat", "listdir": "list",
}  # fmt: skip
_WRITES: dict[str, FileOperation] = {
    "remove": "remove", "unlink": "remove", "rmdir": "remove", "mkdir": "mkdir", "truncate": "truncate",
    "chmod": "chmod", "chown": "chmod", "utime": "chmod",
}  # fmt: skip
_MOVES: dict[str, FileOperation] = {"rename": "rename", "replace": "rename", "link": "rename"}
_OF_DESCRIPTORS: dict[str, Simulated] = {
    "close": ForeignFiles.close, "read": ForeignFiles.read, "pread": ForeignFiles.read, "write": ForeignFiles.write,
    "pwrite": ForeignFiles.write, "lseek": ForeignFiles.seek, "ftruncate": ForeignFiles.truncate,
    "fchmod": ForeignFiles.chmod,
    "fstat": lambda files, fd: files.disk.opened(fd).file.stat_result.copy(),
    "dup": lambda files, fd: files.add(files.disk.opened(fd)),
    "isatty": lambda _files, _fd: False,
}  # fmt: skip
# Without an answer of ours these would reach the machine itself.
_NOT_SIMULATED = (
    "mkfifo", "mknod", "lchown", "lchmod", "chflags", "lchflags", "chroot", "fchdir", "fchown", "statvfs",
    "pathconf", "dup2", "kill", "killpg", "abort", "_exit", "fork", "forkpty", "system", "execv", "execve",
)  # fmt: skip
_POLL = 10_000_000


def simulated_functions() -> dict[str, Simulated]:
    """All of them by name, those of `os`."""
    found = {name: _path_function(name, operation, writes=False) for name, operation in _READS.items()}
    found |= {name: _path_function(name, operation, writes=True) for name, operation in _WRITES.items()}
    found |= {name: _move_function(name, operation) for name, operation in _MOVES.items()}
    found |= {name: _descriptor_function(method) for name, method in _OF_DESCRIPTORS.items()}
    found |= {name: _missing_function(name) for name in _NOT_SIMULATED}
    return found | {
        "open": _open, "fsync": _fsync, "fdatasync": _fsync, "sendfile": copy_by_kernel,
        "copy_file_range": copy_by_kernel, "scandir": _scandir, "symlink": _symlink, "chdir": _chdir,
        "listxattr": _listxattr, "getxattr": _no_attributes, "setxattr": _no_attributes,
        "removexattr": _no_attributes, "umask": _umask,
        "getcwd": lambda files, _real: files.cwd,
        "getcwdb": lambda files, _real: os.fsencode(files.cwd),
        "getpid": lambda files, _real: files.process.number,
        "urandom": lambda files, _real, size: files.chance.randbytes(size),
    }  # fmt: skip


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


def sleep_virtually(files: ForeignFiles, _real: Real, seconds: float) -> None:
    """`time.sleep`: virtual time passes."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    files.sleep(int(seconds * 1_000_000_000))


def flock(files: ForeignFiles, real: Real, file: Any, operation: int, *rest: Any) -> None:
    """`fcntl.flock` and `lockf`: the advisory lock on the whole file, which is always an exclusive one."""
    descriptor = _number(file)
    if not files.has(descriptor):
        real(file, operation, *rest)
    elif operation & fcntl.LOCK_UN:
        files.disk.unlock(descriptor)
    else:
        while not files.do("lock", files.disk.opened(descriptor).path, lambda: files.disk.lock(descriptor)):
            if operation & fcntl.LOCK_NB:
                raise failure(errno.EAGAIN)
            files.sleep(_POLL)


def temporary_names(files: ForeignFiles, _real: Real) -> Iterator[str]:
    """`tempfile`'s names: by number, since chance would tell two runs apart."""
    while True:
        yield files.temporary_name()


def copy_by_kernel(files: ForeignFiles, real: Real, first: int, second: int, *args: Any, **kwargs: Any) -> Any:
    """`os.sendfile` and its like: what a kernel says where it can't. `shutil` then reads and writes."""
    if files.has(first) or files.has(second):
        raise failure(errno.EINVAL)
    return real(first, second, *args, **kwargs)


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
        if isinstance(path, int) and name == "stat":
            return _OF_DESCRIPTORS["fstat"](files, path)
        place = files.locate(path, dir_fd)
        if _is_real(files, place, writes=writes):
            return real(os.fsencode(place.real) if isinstance(path, bytes) else place.real, *args, **kwargs)
        found = files.do(operation, place.shown, lambda: getattr(files.disk.os, name)(place.full, *args, **kwargs))
        if name == "listdir" and isinstance(path, bytes):
            return [os.fsencode(each) for each in found]
        return found

    return function


def _descriptor_function(method: Simulated) -> Simulated:
    """What is done with one of our descriptors; any other is the machine's."""

    def function(files: ForeignFiles, real: Real, fd: int, *args: Any, **kwargs: Any) -> Any:
        return method(files, fd, *args, **kwargs) if files.has(fd) else real(fd, *args, **kwargs)

    return function


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
        files.do(
            operation,
            source.shown,
            lambda: getattr(files.disk.os, name)(source.full, target.full, **kwargs),
        )

    return function


def _missing_function(name: str) -> Simulated:
    def function(files: ForeignFiles, _real: Real, *_args: Any, **_kwargs: Any) -> None:
        raise files.escape(f"it calls os.{name}, which is not simulated")

    return function


def _open(
    files: ForeignFiles, real: Real, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None
) -> int:
    place = files.locate(path, dir_fd)
    if _is_real(files, place, writes=bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))):
        return int(real(place.real, flags, mode))
    return files.open(place, flags, mode)


def _fsync(files: ForeignFiles, real: Real, fd: Any) -> None:
    descriptor = _number(fd)
    if files.has(descriptor):
        operation: FileOperation = "sync_dir" if files.is_directory(descriptor) else "fsync"
        files.do(operation, files.disk.opened(descriptor).path, lambda: files.disk.fsync(descriptor))
    else:
        real(fd)


def _symlink(files: ForeignFiles, _real: Real, src: Any, dst: Any, *_args: Any, dir_fd: int | None = None) -> None:
    place = files.locate(dst, dir_fd)
    _is_real(files, place, writes=True)
    files.do("rename", place.shown, lambda: files.disk.os.symlink(os.fsdecode(src), place.full))


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


def _number(file: Any) -> int:
    return file if isinstance(file, int) else int(file.fileno())


def _scandir(files: ForeignFiles, real: Real, path: Any = ".") -> Any:
    if isinstance(path, int) and not files.has(path):
        return real(path)
    place = files.locate(path)
    if _is_real(files, place, writes=False):
        return real(place.real)
    names = files.do("list", place.shown, lambda: files.disk.os.listdir(place.full))
    base = place.full if isinstance(path, int) else os.fsdecode(path)
    return Scan(DirectoryEntry(files, name, posixpath.join(base, name)) for name in names)
