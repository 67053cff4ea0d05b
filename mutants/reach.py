"""Which scenario files reach the line that a mutant changes: no other file can notice it.

That is looked at once and kept below `.mutants`, until the engine or wptest changes, or the scenario itself.
"""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mutants.mutant import Mutant
from mutants.statements import lines_with
from wptest.kept.traces import TRACES_FILE
from wptest.kept.whole_file import write_whole

KEPT = ".mutants"
_SCENARIOS = "*.wptest.yaml"
_UNIMPORTANT = {"__pycache__", ".wptest"}
_NOTHING_TO_RUN = 4  # what `wptest` ends with where no scenario of a file is meant


class NotSoundError(Exception):
    """Something fails without any mutant, so it proves nothing about one."""


@dataclass(frozen=True, slots=True)
class Look:
    """A command that is to have scenario files: its name, its words, and whether each file has to pass."""

    name: str
    command: tuple[str, ...]
    must_pass: bool = True


@dataclass(frozen=True, slots=True)
class _Seen:
    seconds: float
    reached: Mapping[str, frozenset[int]]


class Reach:
    """Looks at the scenarios of `root`.

    Args:
        root: the tree, which keeps what was seen.
        run: runs Python with such words in a copy of it; returns what it said if it failed.
        workers: how many processes may look at a time.
    """

    def __init__(self, root: Path, run: Callable[[Sequence[str]], str], workers: int) -> None:
        self._root = root
        self._run = run
        self._workers = workers
        self._seen: dict[Look, dict[str, _Seen]] = {}
        self._looking = threading.Lock()

    def files(self, look: Look, mutant: Mutant) -> dict[str, float]:
        """The files in which the changed statement is executed, the quickest first, with the seconds they take.

        Raises:
            NotSoundError: a file that has to pass doesn't.
        """
        with self._looking:
            if look not in self._seen:
                self._seen[look] = self._look(look)
        lines = lines_with((self._root / mutant.path).read_text(encoding="utf-8"), mutant.line)
        reaching = [
            (each.seconds, file)
            for file, each in self._seen[look].items()
            if lines is None or not each.reached.get(mutant.path, frozenset()).isdisjoint(lines)
        ]
        return {file: seconds for seconds, file in sorted(reaching)}

    def _look(self, look: Look) -> dict[str, _Seen]:
        files = {
            file.relative_to(self._root).as_posix(): _digest(file) for file in self._files("scenarios", _SCENARIOS)
        }
        kept = self._root / KEPT / f"{look.name}-{self._surroundings(look)}.jsonl"
        seen = {each["file"]: each for each in _lines(kept) if files.get(each["file"]) == each["digest"]}
        if missing := [file for file in files if file not in seen]:
            for each in self._looked(look, missing):
                seen[each["file"]] = {**each, "digest": files[each["file"]]}
            for old in kept.parent.glob(f"{look.name}-*"):
                old.unlink()
            kept.parent.mkdir(exist_ok=True)
            write_whole(kept, "".join(json.dumps(each) + "\n" for each in seen.values()))
        return dict(_seen(seen.values(), look))

    def _looked(self, look: Look, files: Sequence[str]) -> list[dict[str, Any]]:
        with TemporaryDirectory() as place:
            told = Path(place, "told.jsonl")
            words = ("-m", "mutants.looking", str(told), str(self._workers), *files, "--", *look.command)
            if said := self._run(words):
                raise NotSoundError(f"looking at what {look.name} reaches has failed:\n{said}")
            return _lines(told)

    def _surroundings(self, look: Look) -> str:
        """All that the look depends on but for the scenarios themselves."""
        digest = hashlib.sha256(f"{sys.version} {look}".encode())
        for path in (*self._files("engine", "*.py"), *self._files("wptest", "*"), *self._files("scenarios", "*")):
            if not path.match(_SCENARIOS) and path.name != TRACES_FILE:
                digest.update(f"{path.relative_to(self._root)} {_digest(path)}\n".encode())
        return digest.hexdigest()[:16]

    def _files(self, below: str, pattern: str) -> list[Path]:
        found = sorted((self._root / below).rglob(pattern))
        return [path for path in found if path.is_file() and not _UNIMPORTANT & {*path.parts}]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _seen(lines: Iterable[Mapping[str, Any]], look: Look) -> Iterator[tuple[str, _Seen]]:
    for each in lines:
        if each["code"] == _NOTHING_TO_RUN:
            continue
        if look.must_pass and each["code"]:
            raise NotSoundError(f"{each['file']} fails without any mutant, as {look.name}")
        reached = {path: frozenset(reached) for path, reached in each["reached"].items()}
        yield each["file"], _Seen(each["seconds"], reached)
