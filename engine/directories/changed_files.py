"""A project's directory as somebody has changed it: what a run has on its disk, over what stands on the machine."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.directories.project_tree import LARGEST_FILE, ProjectFiles, problem_of_file
from engine.directories.surroundings import ProjectSurroundings

Change = bytes | str | None  # what is in a file, why it can't be read, or None where it has been removed
Changes = Mapping[str, Change]


class ChangedFiles(ProjectFiles):
    """The files of a project, with changes.

    Args:
        changes: by path below the root, what is there instead; directories are there with their files.
    """

    def __init__(self, root: Path, surroundings: ProjectSurroundings, changes: Changes) -> None:
        super().__init__(root, surroundings)
        self._changes = changes

    def is_directory(self, path: str) -> bool:
        """See `ProjectFiles.is_directory`."""
        return self._is_above(path) or super().is_directory(path)

    def exists(self, path: str) -> bool:
        """See `ProjectFiles.exists`."""
        name = posixpath.normpath(path)
        if name in self._changes:
            return self._changes[name] is not None
        return self._is_above(name) or super().exists(path)

    def read(self, path: str) -> bytes:
        """See `ProjectFiles.read`."""
        name = posixpath.normpath(path)
        if name not in self._changes:
            return super().read(path)
        change = self._changes[name]
        if change is None:
            raise problem_of_file(path, "the file does not exist")
        if isinstance(change, str):
            raise problem_of_file(path, f"can't be read: {change}")
        if len(change) > LARGEST_FILE:
            raise problem_of_file(path, f"the file is larger than {LARGEST_FILE // 1024 // 1024} MiB")
        return change

    def directories(self, path: str) -> list[str]:
        """See `ProjectFiles.directories`."""
        names = {
            name.removeprefix(f"{path}/").split("/")[0]
            for name in self._there(path)
            if "/" in name[len(path) + 1 :]
        }
        return sorted({*super().directories(path), *(f"{path}/{name}" for name in names)})

    def below(self, path: str, wanted: Callable[[str], bool], *, follow: bool = True) -> list[str]:
        """See `ProjectFiles.below`."""
        known = [
            name
            for name in super().below(path, wanted, follow=follow)
            if self._changes.get(posixpath.normpath(name), "") is not None
        ]
        added = [name for name in self._there(path) if wanted(posixpath.basename(name))]
        return sorted({*known, *added}, key=lambda name: name.split("/"))

    def _there(self, path: str) -> list[str]:
        """The changed files below a directory."""
        below = f"{posixpath.normpath(path)}/"
        return [name for name, change in self._changes.items() if change is not None and name.startswith(below)]

    def _is_above(self, path: str) -> bool:
        return bool(self._there(path))
