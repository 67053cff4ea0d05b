"""Where the paths of a project lead: into the run's directory, or to other directories that belong to it.

A program works in the directory of its project, which in a run is a disk of its own. So a path that a program
writes to must lead into that directory, by itself or by one that the scenario gives it. What is only read before a
run (sinks, sources, models) may stand wherever something may be read.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.directories.paths import checked_path
from engine.directories.project_tree import ProjectFiles
from engine.project.origin import Rewrite
from engine.text.mistake import Mistake
from engine.text.problems import ProblemKind

COPIES = ".outside"  # where a copy of a project has what stands outside of it


@dataclass
class Places:
    """Finds out where a project's paths lead.

    Args:
        files: the project's directory.
        given: by absolute paths, or those that begin with `../`, where they lead in the run's directory.

    Attributes:
        used: which of the given paths were needed.
        brought: directories outside of the project that are read, and where a copy of it has them.
        rewrites: what a copy has to have otherwise.
        fixed: why there can't be a copy.
    """

    files: ProjectFiles
    given: Mapping[str, str]
    used: dict[str, None] = field(default_factory=dict)
    brought: dict[str, str] = field(default_factory=dict)
    rewrites: list[Rewrite] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)
    _taken: dict[str, str] = field(default_factory=dict)

    def in_run(self, *parts: str, is_file: bool = False) -> str:
        """Where a path that a program uses leads in the run's directory; a part that is absolute begins anew.

        Raises:
            Mistake: out of it, and nothing is given for it; or nowhere, as it is no path.
        """
        path = self._absolute(posixpath.join(*map(checked_path, parts)))
        found = self._given_for(path)
        if found is None:
            found = self._below_root(path)
        if found is None:
            message = f"path '{posixpath.join(*parts)}' leads out of the project's directory"
            about = self._to_give(posixpath.dirname(path) if is_file else path)
            raise Mistake(message, code=ProblemKind.UNMAPPED, about=about)
        return found

    def claim(self, found: str, *parts: str) -> None:
        """Take note that a program writes this file.

        Raises:
            Mistake: another path leads to the same one.
        """
        path = self._absolute(posixpath.join(*parts))
        below = self._below_root(path)
        path = path if below is None else below
        other = self._taken.setdefault(found, path)
        if other != path:
            raise Mistake(f"both '{other}' and '{path}' would be '{found}' in the run's directory")

    def to_read(self, text: str, name: str) -> str:
        """The path of a directory that is read, from the project's root on; a copy has it under `name`.

        Raises:
            Mistake: it leads out of all that may be read, or is no path.
        """
        path = self._absolute(checked_path(text))
        found = self._below_root(path)
        if found is not None:
            return found
        if not self.files.may_reach(path):
            message = f"path '{text}' leaves {self.files.boundary}"
            raise Mistake(message, code=ProblemKind.OUTSIDE, about=text)
        found = posixpath.relpath(path, self.files.root.as_posix())
        self.files.trust(found)
        self.brought[found] = f"{COPIES}/{name}"
        return found

    def leads_elsewhere(self, text: str, found: str) -> bool:
        """Whether a program that works in a copy of the project would follow a path to another place than this."""
        return text.startswith("/") or posixpath.normpath(text) != found

    def _absolute(self, text: str) -> str:
        path = posixpath.normpath(posixpath.join(self.files.root.as_posix(), text))
        return path[1:] if path.startswith("//") else path

    def _below_root(self, path: str) -> str | None:
        for root in self.files.roots:
            if path == root:
                return "."
            if path.startswith(f"{root.rstrip('/')}/"):
                return path[len(root.rstrip("/")) + 1 :]
        return None

    def _given_for(self, path: str) -> str | None:
        """Where it leads by the longest of the given paths that it is, or is below of."""
        keys = {self._absolute(key): key for key in self.given}
        found = led(path, {each: self.given[key] for each, key in keys.items()})
        if found is None:
            return None
        self.used[keys[found[0]]] = None
        return found[1]

    def _to_give(self, path: str) -> str:
        """What somebody would give for a path: with `..`, where it is not far."""
        relative = posixpath.relpath(path, self.files.root.as_posix())
        return relative if self.files.may_reach(path) and self.files.within else path


def led(path: str, given: Mapping[str, str]) -> tuple[str, str] | None:
    """The longest of the given paths that a path is, or is below of, and where it leads by that; all are normal."""
    fitting = [each for each in given if path == each or path.startswith(f"{each.rstrip('/')}/")]
    if not fitting:
        return None
    longest = max(fitting, key=len)
    return longest, posixpath.normpath(posixpath.join(given[longest], path[len(longest.rstrip("/")) + 1 :]))
