"""The run's disk as authors of extensions see it: by paths of the run, wherever it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.storage.disk_port import Disk, files_below, read_all
from engine.storage.glob import path_pattern
from wptest.shapes.wildcards import Glob


def matching_files(disk: Disk, pattern: str | Glob) -> list[str]:
    """The paths of all files that match, sorted: `*` within one part of a path, `**` over any number."""
    fits = path_pattern(str(pattern)).fullmatch
    return [path for path in files_below(disk, "") if fits(path)]


def read_file(disk: Disk, path: str) -> bytes:
    """The bytes of a file.

    Raises:
        FileNotFoundError: there is none.
    """
    with naming(path):
        disk.stat(path)
        return read_all(disk, path)


@contextmanager
def naming(path: str) -> Iterator[None]:
    """Let what fails name this path: a real disk would name its own."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None
