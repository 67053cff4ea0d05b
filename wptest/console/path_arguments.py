"""What the PATH arguments of a command stand for: `FILE`, `DIRECTORY`, `FILE::SCENARIO[::VARIANT]`."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from wptest.console.nearest import suggestion
from wptest.kept.choices import SUFFIXES


@dataclass(frozen=True, slots=True)
class PathArgument:
    """A file, and the scenario and variant in it if not all are meant."""

    path: Path
    scenario: str | None = None
    variant: str | None = None

    def wants(self, scenario: str, variant: str) -> bool:
        """Whether this variant is meant."""
        return self.scenario in (None, scenario) and self.variant in (None, variant)

    def __str__(self) -> str:
        return "::".join(part for part in (str(self.path), self.scenario, self.variant) if part is not None)


def find_targets(arguments: Iterable[str]) -> list[PathArgument]:
    """The targets in the order of the arguments, those of a directory sorted, none twice.

    Raises:
        click.UsageError: there is no such file, or no scenario file in a directory.
    """
    unique: dict[tuple[Hashable, str | None, str | None], PathArgument] = {}
    for argument in arguments:
        for target in _of(argument):
            unique.setdefault((identity_of_file(target.path), target.scenario, target.variant), target)
    return list(unique.values())


def identity_of_file(path: Path) -> Hashable:
    """What tells a file from others, however its name is written: to some file systems case makes no difference."""
    resolved = path.resolve()
    try:
        found, above = resolved.stat(), resolved.parent.stat()
    except OSError:  # a link to nothing
        return resolved
    return found.st_dev, found.st_ino, above.st_dev, above.st_ino


def _of(argument: str) -> Iterator[PathArgument]:
    name, *parts = _split(argument)
    if not name or not _exists(name):
        message = f"there is no file or directory {name!r}"
        near = suggestion(name, _beside(name)) if name else ""
        raise click.UsageError("\n".join(filter(None, (message, near))))
    path = Path(name)
    if path.is_file():
        yield PathArgument(path, *parts)
        return
    if not path.is_dir():
        raise click.UsageError(f"{name!r} is no file")
    if parts:
        raise click.UsageError(f"{argument!r} names a scenario in a directory; name its file")
    files = list(_below(path))
    if not files:
        message = f"there is no scenario file (*{', *'.join(SUFFIXES)}) in the directory {name!r}"
        raise click.UsageError("\n".join((message, *_by_another_name(path))))
    yield from map(PathArgument, files)


def _split(argument: str) -> list[str]:
    """The file or directory, whose name may have `::` as well, and the scenario and the variant that are named."""
    words = argument.split("::")
    there = (number for number in range(len(words), 0, -1) if _exists("::".join(words[:number])))
    number = next(there, 1)
    rest = "::".join(words[number:])
    return ["::".join(words[:number]), *(rest.split("::", 1) if words[number:] else [])]


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _beside(name: str) -> list[str]:
    """What is in the directory where it was looked for, if that is there: scenario files and directories."""
    parent = Path(name).parent
    try:
        found = [path for path in parent.iterdir() if path.name.endswith(SUFFIXES) or path.is_dir()]
    except (OSError, ValueError):
        return []
    return sorted(str(path) for path in found if not path.name.startswith("."))


def _by_another_name(directory: Path) -> Iterator[str]:
    """What to say of a scenario in a directory whose file's name doesn't say that it is one."""
    for path in sorted(directory.iterdir()):
        if path.suffix in (".yaml", ".yml") and path.is_file() and path.read_bytes().find(b"scenario:") >= 0:
            yield f"{str(path)!r} may be one: call it {path.stem + SUFFIXES[0]}, or name the file itself"
            return


def _below(directory: Path) -> Iterator[Path]:
    for parent, directories, files in os.walk(directory):
        # Hidden directories hold virtual environments, caches and repositories.
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        found = (Path(parent, name) for name in sorted(files) if name.endswith(SUFFIXES))
        # A dangling link is a mistake to tell; a pipe would be waited for.
        yield from (path for path in found if path.is_file() or not path.exists())
