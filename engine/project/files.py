"""Reading a project's directory: the one module of `engine.project` that touches a disk.

It runs before a run starts, so real paths are fine here and nowhere else.
"""

from __future__ import annotations

from pathlib import Path

from engine.project.problems import WHOLE_FILE, Problem, ProjectError

MAX_BYTES = 4 * 1024 * 1024
MAX_LEVELS = 32


class ProjectFiles:
    """The files below one root, named by their relative path with `/`.

    Nothing is read through a link that leaves the root (design section 10). Connector directories may stand
    above the root, as the real programs look for them there; their names start with `../`.
    """

    def __init__(self, root: Path) -> None:
        self._given = root
        self.root = root.resolve()

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
        raise ProjectError([Problem(".", *WHOLE_FILE, message)])

    def is_directory(self, path: str) -> bool:
        """Whether a directory stands at `path`."""
        try:
            return (self.root / path).is_dir()
        except OSError:
            return False

    def exists(self, path: str) -> bool:
        """Whether anything stands at `path`, a link to nothing included."""
        place = self.root / path
        try:
            return place.exists() or place.is_symlink()
        except OSError:
            return False

    def read(self, path: str) -> bytes:
        """The bytes of one regular file of at most 4 MiB.

        Raises:
            ProjectError: if it can't be read, is too large, is no regular file, or is a link out of the root.
        """
        place = self.root / path
        try:
            if not path.startswith("../") and not place.resolve().is_relative_to(self.root):
                raise _problem(path, "the link leaves the project's directory")
            # A named pipe would block for ever.
            if not place.is_file():
                raise _problem(path, "not a regular file" if place.exists() else "the file does not exist")
            if place.stat().st_size > MAX_BYTES:
                raise _problem(path, f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
            return place.read_bytes()
        except (OSError, RuntimeError) as error:
            raise _problem(path, f"can't be read: {_reason(error)}") from None

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
        found: list[str] = []
        open_directories = [(path, 0)]
        while open_directories:
            directory, level = open_directories.pop()
            for place in self._list(directory):
                name = f"{directory}/{place.name}"
                if place.is_dir():
                    self._check_directory(name, place, level)
                    open_directories.append((name, level + 1))
                elif place.suffix == ".toml":
                    found.append(name)
        return sorted(found, key=lambda name: name.split("/"))

    def upwards(self, start: str, name: str) -> str | None:
        """The nearest directory `name` in `start` or above it, at most 32 levels above the root."""
        parts = start.split("/")
        candidates = ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
        levels = min(MAX_LEVELS, len(self.root.parents))
        candidates += ["." if not level else "/".join([".."] * level) for level in range(levels + 1)]
        for candidate in candidates:
            path = name if candidate == "." else f"{candidate}/{name}"
            if self.is_directory(path):
                return path
        return None

    def _list(self, path: str) -> list[Path]:
        place = self.root / path
        try:
            return sorted(place.iterdir(), key=lambda child: child.name) if place.is_dir() else []
        except OSError as error:
            raise _problem(path, f"can't be listed: {_reason(error)}") from None

    def _check_directory(self, path: str, place: Path, level: int) -> None:
        if place.is_symlink():
            raise _problem(path, "a link to a directory is not followed: its files would be missed silently")
        if level >= MAX_LEVELS:
            raise _problem(path, f"directories are nested more than {MAX_LEVELS} levels deep")


def _problem(path: str, message: str) -> ProjectError:
    return ProjectError([Problem(path, *WHOLE_FILE, message)])


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()
