"""The functions of `os` that take a descriptor, as foreign code sees them: simulated if it is one of ours."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from functools import wraps
from typing import Any

from engine.foreign.foreign_files import ForeignFiles
from engine.foreign.functions.lock_functions import descriptor_of
from engine.foreign.functions.simulated import Real, Simulated
from engine.storage.errors import failure
from engine.storage.faults import FileOperation


def of_descriptor(method: Simulated) -> Simulated:
    """What is done with one of our descriptors; any other is the machine's."""

    def function(files: ForeignFiles, real: Real, fd: int, *args: Any, **kwargs: Any) -> Any:
        return method(files, fd, *args, **kwargs) if files.has(fd) else real(fd, *args, **kwargs)

    return naming_no_file(function)


def naming_no_file(function: Simulated) -> Simulated:
    """An error of a descriptor: a kernel doesn't say which file that was."""

    @wraps(function)
    def telling(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except OSError as error:
            error.filename = None
            raise

    return telling


def fsync(files: ForeignFiles, real: Real, fd: Any) -> None:
    """`os.fsync` and `fdatasync`."""
    descriptor = descriptor_of(fd)
    if files.has(descriptor):
        operation: FileOperation = "sync_dir" if files.is_directory(descriptor) else "fsync"
        files.do(operation, files.disk.opened(descriptor).path, lambda: files.disk.fsync(descriptor))
    else:
        real(fd)


def send_file(  # noqa: PLR0917 - the arguments of sendfile
    files: ForeignFiles, real: Real, out_fd: int, in_fd: int, offset: int | None, count: int, *more: Any
) -> int:
    """`os.sendfile`: from a file or to one of ours, by reading and writing; a socket is real."""
    if not files.has(out_fd) and not files.has(in_fd):
        return int(real(out_fd, in_fd, offset, count, *more))
    for ours, allowed in ((in_fd, "readable"), (out_fd, "writable")):
        if files.has(ours) and not getattr(files.disk.opened(ours), allowed):
            raise failure(errno.EBADF)
    if files.has(in_fd) and files.is_directory(in_fd):
        raise failure(errno.EINVAL)
    if count and files.has(out_fd) and files.disk.opened(out_fd).append:
        raise failure(errno.EINVAL)
    return _write(files, out_fd, _read(files, in_fd, count, offset), None)


def copy_range(  # noqa: PLR0917 - the arguments of copy_file_range
    files: ForeignFiles,
    real: Real,
    src: int,
    dst: int,
    count: int,
    offset_src: int | None = None,
    offset_dst: int | None = None,
) -> int:
    """`os.copy_file_range`, within the disk of the run; between that and the machine's a kernel says EXDEV."""
    if not files.has(src) and not files.has(dst):
        return int(real(src, dst, count, offset_src, offset_dst))
    if not files.has(src) or not files.has(dst):
        raise failure(errno.EXDEV)
    if files.is_directory(src) or files.is_directory(dst):
        raise failure(errno.EISDIR)
    source, target = files.disk.opened(src), files.disk.opened(dst)
    if not source.readable or not target.writable or target.append:
        raise failure(errno.EBADF)
    if files.disk.number(src) == files.disk.number(dst) and _overlap(
        files, src, dst, count, offset_src, offset_dst
    ):
        raise failure(errno.EINVAL)
    return _write(files, dst, _read(files, src, count, offset_src), offset_dst)


def _overlap(  # noqa: PLR0917 - as above
    files: ForeignFiles, src: int, dst: int, count: int, offset_src: int | None, offset_dst: int | None
) -> bool:
    starts = [
        files.disk.opened(fd).position if offset is None else offset
        for fd, offset in ((src, offset_src), (dst, offset_dst))
    ]
    return abs(starts[0] - starts[1]) < count


def _read_into(
    files: ForeignFiles, fd: int, buffers: Sequence[Any], offset: int | None = None, flags: int = 0
) -> int:
    _refuse_flags(files, "preadv", flags)
    views = [memoryview(each).cast("B") for each in buffers]
    data = files.read(fd, sum(map(len, views)), offset)
    done = 0
    for view in views:
        part = data[done : done + len(view)]
        view[: len(part)] = part
        done += len(part)
    return len(data)


def _write_from(
    files: ForeignFiles, fd: int, buffers: Sequence[Any], offset: int | None = None, flags: int = 0
) -> int:
    _refuse_flags(files, "pwritev", flags)
    return files.write(fd, b"".join(map(bytes, buffers)), offset)


def _allocate(files: ForeignFiles, fd: int, offset: int, length: int) -> None:
    """Room that is taken is full of zeros; where there isn't enough of it, none is."""
    file = files.disk.opened(fd)
    if offset < 0 or length <= 0:
        raise failure(errno.EINVAL)
    if not file.writable:
        raise failure(errno.EBADF)
    size, end = file.stored.size, offset + length
    if end > size and files.write(fd, bytes(end - size), size) < end - size:
        files.truncate(fd, size)
        raise failure(errno.ENOSPC)


def _write(files: ForeignFiles, fd: int, data: bytes, position: int | None) -> int:
    if files.has(fd):
        return files.write(fd, data, position)
    return os.write(fd, data)


def _read(files: ForeignFiles, fd: int, count: int, offset: int | None) -> bytes:
    if files.has(fd):
        return files.read(fd, count, offset)
    return os.read(fd, count) if offset is None else os.pread(fd, count, offset)


def _refuse_flags(files: ForeignFiles, name: str, flags: int) -> None:
    if flags:
        raise files.escape(f"it calls os.{name} with flags, which is not simulated")


def _advised(files: ForeignFiles, fd: int, _offset: int, _length: int, _advice: int) -> None:
    """What a kernel does with advice shows in nothing but time."""
    files.disk.opened(fd)


_METHODS: dict[str, Simulated] = {
    "close": ForeignFiles.close, "read": ForeignFiles.read, "pread": ForeignFiles.read,
    "write": ForeignFiles.write, "pwrite": ForeignFiles.write, "lseek": ForeignFiles.seek,
    "readv": _read_into, "preadv": _read_into, "writev": _write_from, "pwritev": _write_from,
    "ftruncate": ForeignFiles.truncate, "fchmod": ForeignFiles.chmod, "fstat": ForeignFiles.stat,
    "posix_fallocate": _allocate, "posix_fadvise": _advised,
    "dup": lambda files, fd: files.add(files.disk.opened(fd)),
    "isatty": lambda _files, _fd: False,
    "get_inheritable": lambda _files, _fd: False,
    "get_blocking": lambda _files, _fd: True,
}  # fmt: skip
ON_DESCRIPTORS: dict[str, Simulated] = {name: of_descriptor(method) for name, method in _METHODS.items()}
ON_DESCRIPTORS |= {
    name: naming_no_file(function)
    for name, function in (
        ("fsync", fsync), ("fdatasync", fsync), ("sendfile", send_file), ("copy_file_range", copy_range),
    )
}  # fmt: skip
