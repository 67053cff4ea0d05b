"""Trying mutants: in a copy of the tree, stage by stage, until one notices the change or takes too long over it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from mutants.mutant import Mutant
from wptest.subject.guard import ANNOUNCED, SHELL
from wptest.subject.scratch import Scratch

_PYTEST = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider")
_SCENARIOS = ("-m", "wptest", "run", "scenarios", "-x", "-q", "--no-store")
# The quickest that real processes can run: a mutant in what they alone execute gets no farther.
_ON_PROCESSES = ("blank-and-empty", "broken-projects", "newest-file-first", "poison-line", "what-wproj-reports")
_FILES = tuple(f"scenarios/{name}.wptest.yaml" for name in _ON_PROCESSES)
NEAR = "near"  # the tests that import the changed module; a mutant without any passes
STAGES: Mapping[str, Sequence[str]] = {
    "scenarios": (*_SCENARIOS, "--tag", "!soak", "--tag", "!volume"),
    "large": (*_SCENARIOS, "--tag", "soak,volume"),
    "exploration": (*_SCENARIOS, "--explore", "quick"),
    "processes": ("-m", "wptest", "run", *_FILES, "-x", "-q", "--no-store", "--subject", "process"),
    "traces": ("-m", "wptest", "traces", "scenarios", "-x"),
    NEAR: _PYTEST,
    "unit": (*_PYTEST, "tests/unit"),
    "suite": (*_PYTEST, "tests/property", "tests/integration", "tests/e2e"),
}
_NOT_COPIED = (
    ".git",
    ".venv*",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".wptest",
    "dist",
    "__pycache__",
)
_PATIENCE = 5  # times as long as the stage takes without a mutant; the machine may be busy
_AT_LEAST = 30.0  # seconds


class NotSoundError(Exception):
    """A stage fails without any mutant, so it proves nothing about one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What killed a mutant, "" for nothing; `seconds` is how long all its stages took."""

    mutant: Mutant
    stage: str
    seconds: float


class Trial:
    """Tries mutants of the tree at `root` below a scratch directory, which has all that the tests leave."""

    def __init__(self, root: Path, scratch: Scratch, stages: Sequence[str]) -> None:
        self._root = root
        self._scratch = scratch
        self._stages = stages
        self._sound = self._copied("sound")
        self._limits: dict[tuple[str, ...], float] = {}
        self._measuring = threading.Lock()
        self._is_over = False

    def verdicts(self, mutants: Sequence[Mutant], workers: int) -> Iterator[Verdict]:
        """What becomes of each, as soon as it is known.

        Raises:
            NotSoundError: a stage fails without any mutant.
        """
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(workers):
            copies.put(self._copied(str(number)))

        def try_one(mutant: Mutant) -> Verdict:
            copy = copies.get()
            try:
                return self._verdict(copy, mutant)
            finally:
                copies.put(copy)

        pool = ThreadPoolExecutor(workers)
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
            killer = next((stage for stage in self._stages if self._kills(copy, stage, mutant)), "")
        finally:
            with suppress(FileNotFoundError):  # somebody has ended all of it
                file.write_bytes(before)
        return Verdict(mutant, killer, time.monotonic() - began)

    def _kills(self, copy: Path, stage: str, mutant: Mutant) -> bool:
        command = STAGES[stage]
        if stage == NEAR:
            near = tests_near(copy, mutant.path)
            if not near:
                return False
            command = (*command, *near)
        return bool(self._run(copy, command, self._limit(stage, command)))

    def _limit(self, stage: str, command: Sequence[str]) -> float:
        """How long a stage may take, in seconds; it is known when it has been seen to pass without a mutant."""
        with self._measuring:
            key = tuple(command)
            if key not in self._limits:
                began = time.monotonic()
                if said := self._run(self._sound, command, None):
                    raise NotSoundError(f"{stage} fails without any mutant:\n{said}")
                self._limits[key] = max(_AT_LEAST, _PATIENCE * (time.monotonic() - began))
            return self._limits[key]

    def _run(self, copy: Path, command: Sequence[str], limit: float | None) -> str:
        """Run a command: what it said at last if it failed or took longer, "" if it passed."""
        if self._is_over:
            return "it was interrupted"
        said = copy / "said.txt"
        temporary = copy.with_name(f"{copy.name}.tmp")  # not below a project's root, as anywhere else
        temporary.mkdir()
        with said.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own tests
                [SHELL, "-c", ANNOUNCED, SHELL, sys.executable, *command],
                cwd=copy,
                env=_environment(copy, temporary),
                stdin=self._scratch.guard.pipe,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        try:
            failed = process.wait(limit) != 0
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


def tests_near(root: Path, path: str) -> list[str]:
    """The tests below `root` that import the module at `path`, by their own paths."""
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    package, _, name = module.rpartition(".")
    imports = re.compile(rf"\b{re.escape(module)}\b|from {re.escape(package)} import .*\b{re.escape(name)}\b")
    files = sorted((root / "tests").rglob("test_*.py"))
    return [str(each.relative_to(root)) for each in files if imports.search(each.read_text(encoding="utf-8"))]


def _environment(copy: Path, temporary: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PYTEST_", "WPTEST_"))}
    return {**kept, "PYTHONPATH": str(copy), "TMPDIR": str(temporary)}
