"""Trying mutants: in a copy of the tree, stage by stage, until one notices it or computes too long."""

from __future__ import annotations

import math
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from mutants.kept import Kept
from mutants.mutant import Mutant
from mutants.reach import NotSoundError, Reach
from mutants.stages import PART_OF, PATIENCE, STAGES, Command
from wptest.subject.guard import ANNOUNCED, SHELL
from wptest.subject.scratch import Scratch

_NOT_COPIED = (
    ".git",
    ".venv*",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".wptest",
    ".mutants",
    "dist",
    "__pycache__",
)
_AT_LEAST = 30.0  # seconds
_BUSY = 20  # times as long as it computes a process may wait for a core; one that waits for ever has to end, too


@dataclass(frozen=True, slots=True)
class Verdict:
    """What killed a mutant, "" for nothing; `seconds` is how long all its stages took."""

    mutant: Mutant
    stage: str
    seconds: float


class Trial:
    """Tries mutants of the tree at `root` below a scratch directory, which has all that the tests leave."""

    def __init__(self, root: Path, scratch: Scratch, stages: Sequence[str], workers: int) -> None:
        self._root = root
        self._scratch = scratch
        self._stages = stages
        self._workers = workers
        self._kept = Kept(root)
        self._sound = self._copied("sound")
        self._reach = Reach(root, partial(self._run, self._sound), workers)
        self._limits: dict[tuple[str, ...], float] = {}
        self._measuring = threading.Lock()
        self._is_over = False

    def verdicts(self, mutants: Sequence[Mutant]) -> Iterator[Verdict]:
        """What becomes of each, as soon as it is known.

        Raises:
            NotSoundError: a stage fails without any mutant.
        """
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(self._workers):
            copies.put(self._copied(str(number)))

        def try_one(mutant: Mutant) -> Verdict:
            copy = copies.get()
            try:
                return self._verdict(copy, mutant)
            finally:
                copies.put(copy)

        pool = ThreadPoolExecutor(self._workers)
        try:
            for future in as_completed([pool.submit(try_one, mutant) for mutant in mutants]):
                yield future.result()
        finally:
            self._is_over = True  # before the guard kills what runs, which ends the threads
            pool.shutdown(wait=False, cancel_futures=True)

    def _verdict(self, copy: Path, mutant: Mutant) -> Verdict:
        began = time.monotonic()
        file = copy / mutant.path
        before = file.read_bytes()
        file.write_text(mutant.text, encoding="utf-8")
        try:
            killer = next((stage for stage in self._stages if self._has_killed(copy, stage, mutant)), "")
        finally:
            with suppress(FileNotFoundError):  # somebody has ended all of it
                file.write_bytes(before)
        return Verdict(mutant, killer, time.monotonic() - began)

    def _has_killed(self, copy: Path, stage: str, mutant: Mutant) -> bool:
        if stage in PART_OF and not self._has_killed(copy, PART_OF[stage], mutant):
            return False
        killed = self._kept.killed(mutant, stage)
        if killed is None:
            killed = self._kills(copy, stage, mutant)
            if not self._is_over:  # else it has failed by that
                self._kept.keep(mutant, stage, killed=killed)
        return killed

    def _kills(self, copy: Path, stage: str, mutant: Mutant) -> bool:
        command = STAGES[stage].command(mutant, self._sound, self._reach)
        return command is not None and bool(self._run(copy, command.words, self._limit(stage, command)))

    def _limit(self, stage: str, command: Command) -> float:
        """What a command may take, in seconds of computing; it is known of what has passed without a mutant."""
        if command.limit is not None:
            return max(_AT_LEAST, command.limit)
        with self._measuring:
            if command.words not in self._limits:
                began = time.monotonic()
                if said := self._run(self._sound, command.words):
                    raise NotSoundError(f"{stage} fails without any mutant:\n{said}")
                self._limits[command.words] = max(_AT_LEAST, PATIENCE * (time.monotonic() - began))
            return self._limits[command.words]

    def _run(self, copy: Path, command: Sequence[str], limit: float | None = None) -> str:
        """Run a command: what it said at last if it failed or computed longer, "" if it passed."""
        if self._is_over:
            return "it was interrupted"
        said = copy / "said.txt"
        temporary = copy.with_name(f"{copy.name}.tmp")  # not below a project's root, as anywhere else
        temporary.mkdir()
        with said.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own tests
                [SHELL, "-c", _limited(limit) + ANNOUNCED, SHELL, sys.executable, *command],
                cwd=copy,
                env=_environment(copy, temporary),
                stdin=self._scratch.guard.pipe,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        try:
            failed = process.wait(limit and limit * _BUSY) != 0
        except subprocess.TimeoutExpired:
            failed = True
        with suppress(ProcessLookupError):  # it, if it goes on, and whatever it has left
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._scratch.guard.ended(process.pid)
        shutil.rmtree(temporary, ignore_errors=True)
        return (said.read_text(encoding="utf-8", errors="replace")[-2_000:] or "nothing") if failed else ""

    def _copied(self, name: str) -> Path:
        """A copy of the tree. Its bytecode is told by content, as a mutant may be of the same size and second."""
        copy = self._scratch.directory / name
        shutil.copytree(self._root, copy, ignore=shutil.ignore_patterns(*_NOT_COPIED), symlinks=True)
        compiling = ("-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "engine", "wptest")
        subprocess.run([sys.executable, *compiling], cwd=copy, check=True)  # noqa: S603 - our own code
        return copy


def _limited(seconds: float | None) -> str:
    """What a shell says first that is to compute no longer."""
    return "" if seconds is None else f"ulimit -t {math.ceil(seconds)} && "


def _environment(copy: Path, temporary: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PYTEST_", "WPTEST_"))}
    return {**kept, "PYTHONPATH": str(copy), "TMPDIR": str(temporary)}
