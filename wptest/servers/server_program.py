"""Finds the program of a server on this machine."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wptest.servers.server_errors import ServerMissingError


@dataclass(frozen=True, slots=True)
class ServerProgram:
    """How a server's program is found.

    Attributes:
        names: what it may be called, the best name first.
        variable: the environment variable that names it, its directory, or the address of a server that runs.
        places: where it is when it isn't on PATH, as patterns of directories; of several the highest version.
        install: the command that installs it.
    """

    names: tuple[str, ...]
    variable: str
    places: tuple[str, ...]
    install: str

    def said(self, given: str = "") -> str:
        """What was given, else what the variable says; empty where nothing was said."""
        return given or os.environ.get(self.variable, "")

    def find(self, given: str = "") -> Path:
        """The program: the one that was given, else that of the variable, of PATH, of the usual places.

        Raises:
            ServerMissingError: there is none, or what was given is none.
        """
        if named := self.said(given):
            return self._named(Path(named).expanduser(), "" if given else f" (of {self.variable})")
        for name in self.names:
            if on_path := shutil.which(name):
                return Path(on_path)
        for place in self._usual():
            return place
        looked = ", ".join(self.places)
        raise ServerMissingError(f"there is no {self.names[0]} on PATH or in {looked}", self.install)

    def _named(self, path: Path, whence: str) -> Path:
        for each in [path / name for name in self.names] if path.is_dir() else [path]:
            if each.is_file() and os.access(each, os.X_OK):
                return each.absolute()
        raise ServerMissingError(
            f"{path}{whence} is no program, and has no {' or '.join(self.names)}", self.install
        )

    def _usual(self) -> Iterator[Path]:
        for pattern in self.places:
            for place in sorted(Path("/").glob(pattern.lstrip("/")), key=_by_version, reverse=True):
                yield from (place / name for name in self.names if os.access(place / name, os.X_OK))


def _by_version(place: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(place))]
