"""What the errors of a file system are called: as Linux does, on every machine, since logs and traces show it."""

from __future__ import annotations

import errno
import os

_TEXTS = {
    getattr(errno, name): text
    for name, text in {
        "EPERM": "Operation not permitted", "ENOENT": "No such file or directory",
        "EINTR": "Interrupted system call", "EIO": "Input/output error",
        "EBADF": "Bad file descriptor", "EAGAIN": "Resource temporarily unavailable",
        "ENOMEM": "Cannot allocate memory", "EACCES": "Permission denied", "EBUSY": "Device or resource busy",
        "EEXIST": "File exists", "EXDEV": "Invalid cross-device link", "ENOTDIR": "Not a directory",
        "EISDIR": "Is a directory", "EINVAL": "Invalid argument", "ENFILE": "Too many open files in system",
        "EMFILE": "Too many open files", "EFBIG": "File too large", "ENOSPC": "No space left on device",
        "EROFS": "Read-only file system", "ENAMETOOLONG": "File name too long", "ENOTEMPTY": "Directory not empty",
        "ENOLCK": "No locks available", "ELOOP": "Too many levels of symbolic links",
        "EDQUOT": "Disk quota exceeded", "ESTALE": "Stale file handle", "ENOTSUP": "Operation not supported",
    }.items()
    if hasattr(errno, name)
}  # fmt: skip


LONGEST_NAME = 255  # bytes, of every file system in use
LONGEST_PATH = 4095  # bytes, of Linux
NEVER_TOO_LONG = LONGEST_NAME // 4  # characters, whatever they are


def is_too_long(path: str) -> bool:
    """Whether no file can have that path, on any disk."""
    if len(path) <= LONGEST_NAME and path.isascii():  # as nearly all are
        return False
    names = path.encode(errors="surrogateescape").split(b"/")
    return sum(map(len, names)) + len(names) - 1 > LONGEST_PATH or max(map(len, names)) > LONGEST_NAME


def failure(number: int, path: str | None = None) -> OSError:
    """The error of that number."""
    text = _TEXTS.get(number) or os.strerror(number)
    return OSError(number, text) if path is None else OSError(number, text, path)


def name(error: OSError) -> None:
    """Give an error of this machine the text that it has on Linux."""
    if error.errno is not None and error.errno in _TEXTS and error.strerror == os.strerror(error.errno):
        error.strerror = _TEXTS[error.errno]
