"""What is known of mutants already: a run that was ended, or that is to have more stages, goes on where it was."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from mutants.mutant import Mutant
from mutants.reach import KEPT

_TREE = ("engine", "mutants", "scenarios", "tests", "wptest")
_UNIMPORTANT = {"__pycache__", ".wptest", ".hypothesis"}


class Kept:
    """Whether a stage has killed a mutant, line by line in a file of the tree's, which holds for this very tree."""

    def __init__(self, root: Path) -> None:
        self._path = root / KEPT / f"verdicts-{_digest(root)}.jsonl"
        self._known: dict[tuple[str, str], bool] = {}
        for line in self._path.read_bytes().splitlines() if self._path.exists() else ():
            try:
                each = json.loads(line)
            except ValueError:  # the end of who was killed in the middle of it
                continue
            self._known[each["mutant"], each["stage"]] = each["killed"]

    def killed(self, mutant: Mutant, stage: str) -> bool | None:
        """What became of it there; None if it wasn't tried."""
        return self._known.get((_key(mutant), stage))

    def keep(self, mutant: Mutant, stage: str, *, killed: bool) -> None:
        """Write it down at once. Each is a line of its own behind a break: half a line costs no other one."""
        told = {"mutant": _key(mutant), "stage": stage, "killed": killed, "place": mutant.place}
        self._path.parent.mkdir(exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"\n{json.dumps(told)}\n")


def _key(mutant: Mutant) -> str:
    return hashlib.sha256(mutant.diff.encode()).hexdigest()[:16]


def _digest(root: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(each for below in _TREE for each in (root / below).rglob("*")):
        if path.is_file() and not _UNIMPORTANT & {*path.parts}:
            digest.update(f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]
