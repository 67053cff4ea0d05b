"""Paths as somebody writes them: of files that are there, and of names that become part of one."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from engine.storage.errors import LONGEST_NAME
from engine.text.mistake import Mistake

_LONGEST_PATH = 4_000  # bytes: a system takes 4,095, with the directory of the run before it
_LONGEST_SINK = 200  # bytes: a time, a number and two suffixes are behind it in the names of rescue files
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def checked_path(text: str) -> str:
    """A path that a system like Linux can have.

    Raises:
        Mistake: for an empty one, one that means another directory to a shell or another system, and one that no
            file system takes.
    """
    if not text.strip():
        raise Mistake("the path is empty")
    if _CONTROL.search(text):
        raise Mistake("the path holds a control character")
    if "\\" in text:
        raise Mistake(f"path '{text}' holds a backslash: paths are written with '/'")
    if text.startswith("~"):
        raise Mistake(f"path '{text}' begins with '~', which only a shell knows")
    if _DRIVE.match(text):
        raise Mistake(f"path '{text}' begins with a drive, which there is none of")
    if why := why_too_long(text):
        raise Mistake(why)
    return text


def why_too_long(path: str) -> str:
    """Why no file system takes a path because of its length; empty where one does."""
    if any(len(part.encode()) > LONGEST_NAME for part in path.split("/")):
        return f"a part of the path is longer than {LONGEST_NAME} bytes"
    if len(path.encode()) > _LONGEST_PATH:
        return f"the path is longer than {_LONGEST_PATH:,} bytes"
    return ""


def path_inside(text: str) -> str:
    """Normalise a path below a directory: `./data//x/` becomes `data/x`.

    Raises:
        Mistake: for one that leads out of it, and those that `checked_path` refuses.
    """
    path = PurePosixPath(checked_path(text))
    if path.is_absolute():
        raise Mistake(f"path '{text}' is absolute: paths are relative to the project's root")
    if ".." in path.parts:
        raise Mistake(f"path '{text}' leaves the project: '..' is not allowed")
    return str(path)


def check_file_name(name: str) -> str | None:
    """Why `name` can't be a part of a file name, or None when it can.

    A sink's name is the first part of its rescue files' names, with a time and two suffixes after it.
    """
    if not name.strip():
        return "a name can't be empty"
    if "/" in name or _CONTROL.search(name):
        return f"name {name!r} holds '/' or a control character: rescue files could not be named after it"
    if len(name.encode()) > _LONGEST_SINK:
        return f"the name is longer than {_LONGEST_SINK} bytes: rescue files could not be named after it"
    return None
