"""What is found on a disk, in a form that can be compared and shown: names, and files as runs of equal bytes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

Runs = tuple[tuple[int, int], ...]  # a byte, and how often it comes


class Tree(NamedTuple):
    """Files by their names, and the directories."""

    files: tuple[tuple[str, Runs], ...]
    dirs: tuple[str, ...]

    def __str__(self) -> str:
        files = [f"{path}: {shown(runs)}" for path, runs in self.files]
        return "; ".join([*files, *(f"{path}/" for path in self.dirs)]) or "nothing"


def tree_with(files: Mapping[str, bytes], dirs: list[str]) -> Tree:
    """The tree of these."""
    return Tree(tuple((path, runs_of(data)) for path, data in sorted(files.items())), tuple(sorted(dirs)))


def tree_of(root: Path) -> Tree:
    """What is below a directory; a tree of nothing where it is not there."""
    files: dict[str, bytes] = {}
    found: list[str] = []
    for directory, inner, names in os.walk(root):
        below = Path(directory).relative_to(root)
        found += [str(below / name) for name in inner]
        files |= {str(below / name): (Path(directory) / name).read_bytes() for name in names}
    return tree_with(files, found)


def runs_of(data: bytes) -> Runs:
    """Bytes as runs of equal ones."""
    return tuple((byte, len(list(equal))) for byte, equal in groupby(data))


def shown(runs: Runs) -> str:
    """The same for people."""
    return " ".join(f"{chr(byte) if 32 < byte < 127 else byte}*{times}" for byte, times in runs) or "empty"
