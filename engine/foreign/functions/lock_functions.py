"""`fcntl` and `os.lockf` as foreign code sees them; who waits for a lock waits in virtual time."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable
from typing import Any

from engine.foreign.file_locks import Range
from engine.foreign.foreign_files import ForeignFiles
from engine.foreign.functions.simulated import Real
from engine.storage.errors import failure

_CLONE = 0x40049409  # FICLONE of Linux


def flock(files: ForeignFiles, real: Real, file: Any, operation: int, /) -> None:
    """`fcntl.flock`: of an open file, for itself alone or shared."""
    descriptor = descriptor_of(file)
    if not files.has(descriptor):
        real(file, operation)
        return
    opened = files.disk.opened(descriptor)
    locks = files.disk.locks
    wanted = operation & ~fcntl.LOCK_NB
    if wanted == fcntl.LOCK_UN:
        locks.unlock(opened)
    elif wanted in (fcntl.LOCK_SH, fcntl.LOCK_EX):
        _take(
            files,
            opened.path,
            lambda: locks.lock(opened, exclusive=wanted == fcntl.LOCK_EX),
            wait=not operation & fcntl.LOCK_NB,
        )
    else:
        raise failure(errno.EINVAL)


def lockf(  # noqa: PLR0917 - the arguments of lockf
    files: ForeignFiles, real: Real, file: Any, operation: int, length: int = 0, start: int = 0, whence: int = 0, /
) -> None:
    """`fcntl.lockf`: of a process, on a range of bytes."""
    descriptor = descriptor_of(file)
    if not files.has(descriptor):
        real(file, operation, length, start, whence)
        return
    wanted = operation & ~fcntl.LOCK_NB
    if wanted not in (fcntl.LOCK_UN, fcntl.LOCK_SH, fcntl.LOCK_EX):
        raise ValueError("unrecognized lockf argument")
    opened = files.disk.opened(descriptor)
    if (wanted == fcntl.LOCK_EX and not opened.writable) or (wanted == fcntl.LOCK_SH and not opened.readable):
        raise failure(errno.EBADF)
    base = {os.SEEK_SET: 0, os.SEEK_CUR: opened.position, os.SEEK_END: opened.file.size}[whence]
    asked = _range(files, base + start, length, exclusive=wanted == fcntl.LOCK_EX)
    number, locks = opened.file.st_ino, files.disk.locks
    if wanted == fcntl.LOCK_UN:
        locks.unlock_range(number, asked)
    else:
        _take(files, opened.path, lambda: locks.lock_range(number, asked), wait=not operation & fcntl.LOCK_NB)


def os_lockf(files: ForeignFiles, real: Real, fd: int, command: int, length: int, /) -> None:
    """`os.lockf`: as `fcntl.lockf`, from where the next read or write would be."""
    if not files.has(fd):
        real(fd, command, length)
        return
    opened = files.disk.opened(fd)
    if command in (os.F_LOCK, os.F_TLOCK) and not opened.writable:
        raise failure(errno.EBADF)
    asked = _range(files, opened.position, length, exclusive=True)
    number, locks = opened.file.st_ino, files.disk.locks
    if command == os.F_ULOCK:
        locks.unlock_range(number, asked)
    elif command == os.F_TEST:
        if locks.in_the_way(number, asked) is not None:
            raise failure(errno.EACCES)
    elif command in (os.F_LOCK, os.F_TLOCK):
        _take(files, opened.path, lambda: locks.lock_range(number, asked), wait=command == os.F_LOCK)
    else:
        raise failure(errno.EINVAL)


def control(files: ForeignFiles, real: Real, file: Any, command: int, argument: Any = 0, /) -> Any:
    """`fcntl.fcntl`: what can be asked of any descriptor; a process that starts no other inherits nothing."""
    descriptor = descriptor_of(file)
    if not files.has(descriptor):
        return real(file, command, argument)
    if command == fcntl.F_GETFD:
        return fcntl.FD_CLOEXEC
    if command == fcntl.F_GETFL:
        return files.disk.opened(descriptor).flags
    raise files.escape(f"it calls fcntl.fcntl with command {command} on a file of the run, which is not simulated")


def device_control(files: ForeignFiles, real: Real, file: Any, request: int, *rest: Any) -> Any:
    """`fcntl.ioctl`: a file of the run is on no file system that can share blocks, which `pathlib` asks first."""
    if not files.has(descriptor_of(file)):
        return real(file, request, *rest)
    if request == _CLONE:
        raise failure(errno.EOPNOTSUPP)
    raise files.escape(
        f"it calls fcntl.ioctl with request {request:#x} on a file of the run, which is not simulated"
    )


def descriptor_of(file: Any) -> int:
    """The descriptor of a file object, or what is one."""
    return file if isinstance(file, int) else int(file.fileno())


def _range(files: ForeignFiles, start: int, length: int, *, exclusive: bool) -> Range:
    """As POSIX has it: a length of 0 is up to wherever the file ends, a negative one is before the start."""
    first, last = (start + length, start) if length < 0 else (start, start + length if length else None)
    if first < 0:
        raise failure(errno.EINVAL)
    return Range(files.process.number, first, last, exclusive)


def _take(files: ForeignFiles, shown: str, lock: Callable[[], bool], *, wait: bool) -> None:
    while not files.do("lock", shown, lock):
        if not wait:
            raise failure(errno.EAGAIN)
        files.wait_for_a_lock()
