"""Paths as a project writes them: relative to its root, and never out of it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_DRIVE = re.compile(r"[A-Za-z]:")


class PathError(ValueError):
    """A path that a project may not use. The text says why."""


def inside(text: str) -> str:
    """Normalise a path: `./data//x/` becomes `data/x`.

    Raises:
        PathError: for an absolute path, one with `..`, an empty one, or one that no file system takes. A
            project reads and writes inside its own directory only (design section 10).
    """
    if not text.strip():
        raise PathError("the path is empty")
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in text):
        raise PathError("the path holds a control character")
    if "\\" in text:
        raise PathError(f"path '{text}' holds a backslash: paths are written with '/'")
    if text.startswith(("/", "~")) or _DRIVE.match(text):
        raise PathError(f"path '{text}' is absolute: paths are relative to the project's root")
    path = PurePosixPath(text)
    if ".." in path.parts:
        raise PathError(f"path '{text}' leaves the project: '..' is not allowed")
    if any(len(part.encode()) > 255 for part in path.parts):
        raise PathError("a part of the path is longer than 255 bytes")
    return str(path)


def check_file_name(name: str) -> str | None:
    """Why `name` can't be a part of a file name, or None when it can.

    A sink's name is the first part of its rescue files' names, with a time and two suffixes after it.
    """
    if not name.strip():
        return "a name can't be empty"
    if "/" in name or any(ord(character) < 0x20 or ord(character) == 0x7F for character in name):
        return f"name {name!r} holds '/' or a control character: rescue files could not be named after it"
    if len(name.encode()) > 200:
        return "the name is longer than 200 bytes: rescue files could not be named after it"
    return None
