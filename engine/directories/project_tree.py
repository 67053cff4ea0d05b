"""Reading a project's directory: the one module that touches a disk for it.

It runs before a run starts, so real paths are fine here and nowhere else.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from engine.directories.surroundings import ALONE, ProjectSurroundings
from engine.text.diagnostic import Diagnostic
from engine.text.mistake import reason_of
from engine.text.problems import ProblemKind, ProjectError

LARGEST_FILE = 4 * 1024 * 1024
MAX_LEVELS = 32


class ProjectFiles:
    """The files below one root, named by their relative path with `/`; what stands outside of it begins with `../`.

    Nothing is read through a link that leaves the directories that may be read: the root itself, or what the
    surroundings say. Connectors may stand above them, as the real programs look for them there.

    Attributes:
        root: the directory itself, links followed.
        roots: by which absolute paths somebody may call it.
        within: see `Surroundings`.
        boundary: what messages call what may be read.
        asked: the paths below the root that somebody has asked for, whether anything is there or not.
    """

    def __init__(self, root: Path, surroundings: ProjectSurroundings = ALONE) -> None:
        self._given = root
        self.root = root.resolve()
        self.roots = tuple(dict.fromkeys((self.root.as_posix(), os.path.abspath(root))))  # noqa: PTH100 - links stay
        self.within = surroundings.within
        self.boundary = surroundings.boundary
        self.asked: dict[str, None] = {}
        self._trusted = [*(self.within or (self.root,))]

    @property
    def name(self) -> str:
        """The directory's own name."""
        return self.root.name

    def require_root(self) -> None:
        """Check that there is a directory at all.

        Raises:
            ProjectError: if the root is missing or is a file.
        """
        if self.is_directory("."):
            return
        what = "is not a directory" if self.exists(".") else "does not exist"
        message = f"project directory '{self._given.as_posix()}' {what}"
        raise problem_of_file(".", message)

    def is_directory(self, path: str) -> bool:
        """Whether a directory stands at `path`."""
        self._ask(path)
        try:
            return (self.root / path).is_dir()
        except OSError:
            return False

    def exists(self, path: str) -> bool:
        """Whether anything stands at `path`, a link to nothing included."""
        self._ask(path)
        place = self.root / path
        try:
            return place.exists() or place.is_symlink()
        except OSError:
            return False

    def read(self, path: str) -> bytes:
        """The bytes of one regular file of at most 4 MiB.

        Raises:
            ProjectError: it can't be read, is too large, is no regular file, or is a link out of what may be read.
        """
        self._ask(path)
        place = self.root / path
        try:
            self._check_reach(path, place)
            # A named pipe would block for ever.
            if not place.is_file():
                raise problem_of_file(path, "not a regular file" if place.exists() else "the file does not exist")
            if place.stat().st_size > LARGEST_FILE:
                raise problem_of_file(path, f"the file is larger than {LARGEST_FILE >> 20} MiB")
            return place.read_bytes()
        except (OSError, RuntimeError) as error:
            raise problem_of_file(path, f"can't be read: {reason_of(error)}") from None

    def directories(self, path: str) -> list[str]:
        """The paths of the directories in `path`, sorted by name; none when `path` is missing.

        Raises:
            ProjectError: if `path` can't be listed.
        """
        return [f"{path}/{place.name}" for place in self._list(path) if place.is_dir()]

    def toml_files(self, path: str) -> list[str]:
        """The paths of all `*.toml` below `path`, sorted by path; none when `path` is missing.

        Raises:
            ProjectError: if a directory can't be listed, is a link, or lies more than 32 levels deep.
        """
        return self.below(path, lambda name: name.endswith(".toml"), follow=False)

    def below(self, path: str, wanted: Callable[[str], bool], *, follow: bool = True) -> list[str]:
        """The paths of all files below `path` whose names are wanted, sorted by path; none when `path` is missing.

        Links to directories are followed, or a mistake.

        Raises:
            ProjectError: if a directory can't be listed, is such a link, or lies more than 32 levels deep.
        """
        found: list[str] = []
        open_directories = [(path, 0)]
        while open_directories:
            directory, level = open_directories.pop()
            for place in self._list(directory):
                name = f"{directory}/{place.name}"
                if place.is_dir():
                    self._check_directory(name, place, level, follow=follow)
                    open_directories.append((name, level + 1))
                elif wanted(place.name):
                    found.append(name)
        return sorted(found, key=lambda name: name.split("/"))

    def upwards(self, start: str, name: str) -> str | None:
        """The nearest directory `name` in `start` or above it, at most 32 levels above the root."""
        root = self.root.as_posix()
        place = PurePosixPath(posixpath.normpath(posixpath.join(root, start)))
        for above in (place, *place.parents):
            if len(above.parts) < len(self.root.parts) - MAX_LEVELS:
                return None
            path = posixpath.relpath(above / name, root)
            if self.is_directory(path):
                self._trust_above(above.as_posix(), path)
                return path
        return None

    def may_reach(self, path: str) -> bool:
        """Whether an absolute path leads, links followed, to what may be read: anywhere without a `within`."""
        return not self.within or self._is_in(Path(path), self.within)

    def trust(self, path: str) -> None:
        """Let files below a directory be read, because the project says that it is one of its own."""
        if not self.within:
            self._trusted.append((self.root / path).resolve())

    def _trust_above(self, above: str, path: str) -> None:
        """The same for a directory in one above: as long as it is no link that leads away from there."""
        place = (self.root / path).resolve()
        if path.startswith("../") and place.is_relative_to(Path(above).resolve()):
            self._trusted.append(place)

    def _check_reach(self, path: str, place: Path) -> None:
        if not self._is_in(place, self._trusted):
            raise problem_of_file(
                path, f"the link leaves {self.boundary}", ProblemKind.OUTSIDE if self.within else None
            )

    @staticmethod
    def _is_in(place: Path, directories: Iterable[Path]) -> bool:
        found = place.resolve()
        return any(found.is_relative_to(each) for each in directories)

    def _ask(self, path: str) -> None:
        path = posixpath.normpath(path)
        if path != "." and not path.startswith("../"):
            self.asked[path] = None

    def _list(self, path: str) -> list[Path]:
        self._ask(path)
        place = self.root / path
        try:
            if not place.is_dir():
                return []
            self._check_reach(path, place)
            return sorted(place.iterdir(), key=lambda child: child.name)
        except (OSError, RuntimeError) as error:
            raise problem_of_file(path, f"can't be listed: {reason_of(error)}") from None

    def _check_directory(self, path: str, place: Path, level: int, *, follow: bool) -> None:
        if place.is_symlink() and not follow:
            raise problem_of_file(path, "a link to a directory is not followed: its files would be missed silently")
        if level >= MAX_LEVELS:
            raise problem_of_file(path, f"directories are nested more than {MAX_LEVELS} levels deep")


def problem_of_file(path: str, message: str, kind: ProblemKind | None = None) -> ProjectError:
    """What is wrong with a file or a directory as a whole."""
    return ProjectError([Diagnostic.of_file(path, message, code=kind)])
