"""How far a scenario may reach for its project: up to the root of its repository."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MARKS = (".git", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Root:
    """A directory, and why it is the root; `found` says that something there makes it one."""

    path: Path
    why: str
    found: bool = True

    def __str__(self) -> str:
        return f"the root {self.path} ({self.why})"


@dataclass(frozen=True, slots=True)
class Rootdir:
    """What pytest calls its root; `configured` where it has an ini file, and isn't just above what was named."""

    path: Path
    configured: bool = True


def root_of(directory: Path, rootdir: Rootdir | None = None) -> Root:
    """The root for the scenarios of a directory: by its own path, so that a link is where it stands.

    It is pytest's, or the nearest directory upwards with a mark of a repository, whichever is further up: so it is
    the same wherever and with whatever scenarios are run. Without either the directory is its own root.
    """
    directory = Path(os.path.abspath(directory))  # noqa: PTH100 - resolving it would follow links
    found = [root for root in (_of_pytest(directory, rootdir), _marked(directory)) if root is not None]
    if found:
        return min(found, key=lambda root: len(root.path.parts))
    if rootdir is not None and directory.is_relative_to(rootdir.path):
        return Root(rootdir.path, "pytest's rootdir")
    why = f"the scenario's own directory: none above it has {' or '.join(MARKS)}"
    return Root(directory, why, found=False)


def _of_pytest(directory: Path, rootdir: Rootdir | None) -> Root | None:
    if rootdir is None or not rootdir.configured or not directory.is_relative_to(rootdir.path):
        return None
    return Root(rootdir.path, "pytest's rootdir")


def _marked(directory: Path) -> Root | None:
    for above in (directory, *directory.parents):
        for mark in MARKS:
            if _is_there(above / mark):
                return Root(above, f"the nearest directory upwards that has {mark}")
    return None


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a directory that may not be looked into
        return False
