"""Which files of scenarios or tests reach the line that a mutant changes: no other file can notice it.

That is looked at once and kept below `.mutants`, until the engine or wptest changes, or the file itself.
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
_UNIMPORTANT = {"__pycache__", ".wptest"}
LOOKS_AT_ONCE = sys.version_info >= (3, 12)  # each line tells of itself once: a look costs next to nothing
NOTHING_TO_RUN = 4  # what `wptest` ends with where nothing of a file is meant


class NotSoundError(Exception):
    """Something fails without any mutant, so it proves nothing about one."""


@dataclass(frozen=True, slots=True)
class Look:
    """A command that is to have files.

    Attributes:
        name: what it is called.
        command: its words, those of `wptest` or `pytest`, which is the first one.
        must_pass: whether each file has to pass.
        below: the directories of the files.
        pattern: their names.
        within: the function, as `module:name`, that what counts as reached is executed by; empty for all of it.
    """

    name: str
    command: tuple[str, ...]
    must_pass: bool = True
    below: tuple[str, ...] = ("scenarios",)
    pattern: str = "*.wptest.yaml"
    within: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    passed: bool
    seconds: float
    reached: Mapping[str, frozenset[int]]


class Reach:
    """Looks at the scenarios and tests of `root`.

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

    def files(self, look: Look, mutant: Mutant, *, passing: bool = False) -> dict[str, float]:
        """The files in which the changed statement is executed, the quickest first, with the seconds they take.

        Only those that are `passing`, if it is asked for: the others can't fail because of the mutant.

        Raises:
            NotSoundError: a file that has to pass doesn't.
        """
        with self._looking:
            if look not in self._seen:
                self._seen[look] = self._look(look)
        lines = self._lines(mutant)
        reaching = [
            (each.seconds, file)
            for file, each in self._seen[look].items()
            if (each.passed or not passing)
            and (lines is None or not each.reached.get(mutant.path, frozenset()).isdisjoint(lines))
        ]
        return {file: seconds for seconds, file in sorted(reaching)}

    def by_import(self, mutant: Mutant) -> bool:
        """Whether it is in what an import executes, which nobody has looked at: everything reaches it."""
        return self._lines(mutant) is None

    def _lines(self, mutant: Mutant) -> range | None:
        return lines_with((self._root / mutant.path).read_text(encoding="utf-8"), mutant.line)

    def _look(self, look: Look) -> dict[str, _Seen]:
        there = [file for below in look.below for file in self._files(below, look.pattern)]
        files = {file.relative_to(self._root).as_posix(): _digest(file) for file in there}
        kept = self._root / KEPT / f"{look.name}-{self._surroundings(look)}.jsonl"
        seen = {each["file"]: each for each in _lines(kept) if files.get(each["file"]) == each["digest"]}
        if missing := [file for file in files if file not in seen]:
            for each in self._looked(look, missing):
                seen[each["file"]] = {**each, "digest": files[each["file"]]}
            for old in kept.parent.glob(f"{look.name}-*"):
                old.unlink()
            kept.parent.mkdir(exist_ok=True)  # what fails is looked at again the next time
            sound = [each for each in seen.values() if not _is_unsound(each, look)]
            write_whole(kept, "".join(json.dumps(each) + "\n" for each in sound))
        return dict(_seen(seen.values(), look))

    def _looked(self, look: Look, files: Sequence[str]) -> list[dict[str, Any]]:
        with TemporaryDirectory() as place:
            told = Path(place, "told.jsonl")
            where = (str(told), str(self._workers), look.within)
            words = ("-m", "mutants.looking", *where, *files, "--", *look.command)
            if said := self._run(words):
                raise NotSoundError(f"looking at what {look.name} reaches has failed:\n{said}")
            return _lines(told)

    def _surroundings(self, look: Look) -> str:
        """All that the look depends on but for the files themselves."""
        digest = hashlib.sha256(f"{sys.version} {look}".encode())
        beside = sorted({"scenarios", *(below.partition("/")[0] for below in look.below)})
        for path in (
            *self._files("engine", "*.py"),
            *(file for each in ("wptest", *beside) for file in self._files(each, "*")),
        ):
            if not path.match(look.pattern) and path.name != TRACES_FILE:
                digest.update(f"{path.relative_to(self._root)} {_digest(path)}\n".encode())
        return digest.hexdigest()[:16]

    def _files(self, below: str, pattern: str) -> list[Path]:
        found = sorted((self._root / below).rglob(pattern))
        return [path for path in found if path.is_file() and not _UNIMPORTANT & {*path.parts}]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _is_unsound(seen: Mapping[str, Any], look: Look) -> bool:
    return look.must_pass and seen["code"] not in (0, NOTHING_TO_RUN)


def _seen(lines: Iterable[Mapping[str, Any]], look: Look) -> Iterator[tuple[str, _Seen]]:
    for each in lines:
        if each["code"] == NOTHING_TO_RUN:
            continue
        if _is_unsound(each, look):
            raise NotSoundError(f"{each['file']} fails without any mutant, as {look.name}")
        reached = {path: frozenset(reached) for path, reached in each["reached"].items()}
        yield each["file"], _Seen(each["code"] == 0, each["seconds"], reached)
