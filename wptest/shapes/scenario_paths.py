"""Paths as a scenario writes them: below the run's directory, or out of it."""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from engine.directories.paths import why_too_long
from engine.text.mistake import Mistake
from wptest.shapes import written
from wptest.shapes.values import spelt_otherwise
from wptest.text.codes import Code


def plain_path(value: str) -> str:
    """Check that a text is a path on Linux, wherever it leads.

    Raises:
        Mistake: for an empty one, one that only shells or other systems have, and characters that no path has.
    """
    if not value.strip() or "\\" in value or re.search(r"[\x00-\x1f\x7f]|^~|^[A-Za-z]:", value):
        raise _no_path(value, "a path with '/' between its parts")
    if why := why_too_long(value):
        raise Mistake(why, "a path that a file system takes")
    return value


def outer_path(value: str) -> str:
    """Check that a path leads out of the directory it starts in, as far as its text tells.

    Raises:
        Mistake: for any other.
    """
    plain_path(value)
    path = posixpath.normpath(value)
    if not path.startswith(("/", "../")) and path != "..":
        raise Mistake(f"'{value}' doesn't lead out of the run's directory", "a path like /var/log/wp or ../shared")
    return value


def relative_path(value: str) -> str:
    """A path that stays below the directory it starts in, as far as its text tells, in its shortest form.

    Raises:
        Mistake: for an absolute path, one with `..`, an empty one, and characters that no path has.
    """
    if not value.strip() or re.search(r"[\x00-\x1f\x7f\\]", value):
        raise _no_path(value, "a relative path with '/' between its parts")
    if value.startswith(("/", "~")) or ".." in PurePosixPath(value).parts or re.match(r"[A-Za-z]:", value):
        problem = f"'{value}' leaves the directory it belongs to"
        raise Mistake(problem, "a relative path without '..'", code=Code.OUTSIDE)
    if why := why_too_long(value):
        raise Mistake(why, "a path that a file system takes")
    return posixpath.normpath(value)


def _no_path(value: str, expected: str) -> Mistake:
    return Mistake(f"'{value}' is not a path", expected, help_=spelt_otherwise("path", value))


def _each_path_once(value: Any) -> Any:
    """Refuse a mapping in which two ways to write one path would stand for each other."""
    seen: dict[str, str] = {}
    for path in filter(lambda key: isinstance(key, str), value if isinstance(value, dict) else ()):
        other = seen.setdefault(posixpath.normpath(path), path)
        if other != path:
            raise Mistake(f"'{other}' and '{path}' are the same path", "each path once")
    return value


RelativePath = Annotated[str, AfterValidator(relative_path), written.PATH_SCHEMA]
OuterPath = Annotated[str, AfterValidator(outer_path), written.OUTER_PATH_SCHEMA]
EachPathOnce = BeforeValidator(_each_path_once)
