"""Sinks as users write them, and scenarios that run with them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from engine.project.model import ForeignConf
from engine.sinks.kinds.python import PYTHON_KIND
from wptest.scenario.load import LoadedVariant, load_file
from wptest.scenario.proof.reach import Reach

TARGET = "data/out_dat/a.dat"
_SCENARIO = """scenario: s
project: {{sinks: {{a: {{type: file, file: a.dat}}}}, speed_limit: 100}}
given: {given}
when:
{when}
then: {then}
"""

OUTAGE = """
  - start: wparse daemon
  - at: 1s
    fault: {{on: data/out_dat/a.dat, fail: [write, open], errno: {errno}, for: 500ms}}
  - wait: idle
  - signal: {{wparse: TERM}}
  - wait: {{exit: wparse}}
  - run: wprescue work
"""
SOME = "{source: {lines: 300, rate: 100/s}}"
RESCUED = "{files: {'data/rescue/a-2025-10-04_01:59:24.dat': {lines: 300}}}"
COMPLETE = "{sinks: {a: {lines: 300}}, replay: {duplicates: 0, lost: 0}, rescue: {dat: 0, lock: 0}}"


def joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


class Plain:
    """Opens its file for each batch."""

    def __init__(self, path: str) -> None:
        self.path = path
        os.makedirs(os.path.dirname(path), exist_ok=True)

    def write(self, lines: list[bytes]) -> None:
        with open(self.path, "ab") as file:
            file.write(joined(lines))


class Forgetful(Plain):
    """Leaves its lines in a buffer."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.file = open(path, "ab")

    def write(self, lines: list[bytes]) -> None:
        self.file.write(joined(lines))


class Retaining(Forgetful):
    """Flushes, and keeps a file whose flush has failed."""

    def write(self, lines: list[bytes]) -> None:
        super().write(lines)
        self.file.flush()


class Stamping(Plain):
    """Puts the date before each line, by three different clocks that must agree."""

    def write(self, lines: list[bytes]) -> None:
        now = datetime.now()
        assert now.timestamp() == time.time() == datetime.fromisoformat(now.isoformat()).timestamp()
        super().write([b"%s|%s" % (now.isoformat().encode(), line) for line in lines])


def unstamped(line: bytes) -> bytes:
    return line.partition(b"|")[2]


class Replacing(Plain):
    """Writes the whole target anew beside it and renames that."""

    def write(self, lines: list[bytes]) -> None:
        target = Path(self.path)
        beside = target.with_suffix(".tmp")
        beside.write_bytes((target.read_bytes() if target.exists() else b"") + joined(lines))
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        os.rename(beside, target)


class Sleeping(Plain):
    """Takes half an hour for a batch."""

    def write(self, lines: list[bytes]) -> None:
        began = time.monotonic()
        time.sleep(1_800)
        assert abs(time.monotonic() - began - 1_800) < 1e-3
        super().write(lines)


class Clinging(Plain):
    """Tries to write even while it is being killed."""

    def write(self, lines: list[bytes]) -> None:
        file = open(self.path, "ab")
        try:
            file.write(joined(lines))
            file.flush()
        finally:
            file.write(b"last words\n")
            file.close()
            Path(self.path).with_name("also.txt").write_text("last words")


class Mistaken(Plain):
    def write(self, lines: list[bytes]) -> None:
        raise KeyError("no such thing")


class Escaping(Plain):
    """Writes where no scenario reaches, and swallows the exception."""

    def __init__(self, path: str, how: Callable[[], Any]) -> None:
        super().__init__(path)
        self.how = how

    def write(self, lines: list[bytes]) -> None:
        try:
            self.how()
        except Exception:
            pass
        super().write(lines)


def start_thread() -> None:
    import threading

    threading.Thread(target=print).start()


def look_for_holes() -> None:
    with open("data/holes", "w+b") as file:
        file.truncate(9000)
        file.seek(0, os.SEEK_DATA)


ESCAPES: dict[str, tuple[Callable[[], Any], str]] = {
    "holes": (look_for_holes, "looks for holes in a file of the run"),
    "process": (lambda: subprocess.run([sys.executable, "-c", ""], check=False), "starts a process"),
    "thread": (start_thread, "starts a thread"),
    "outside": (lambda: Path("/var/wptest.txt").write_text("x"), "writes to /var/wptest.txt"),
    "outside, up": (lambda: open("../../x", "w"), "writes to /x"),
    "captured": (lambda: _REAL["open"]("wptest-captured.txt", "w"), "writes to the real file wptest-captured.txt"),
}
_REAL = {"open": open}  # where nobody finds it to replace it


def scenario(path: Path, when: str, given: str = SOME, then: str = "{}") -> LoadedVariant:
    """The only variant of a scenario with the sink `a`, which is still a file sink."""
    path.write_text(_SCENARIO.format(when=when.strip("\n"), given=given, then=then), encoding="utf-8")
    with patch.object(Reach, "is_known", new=False):  # a python sink opens what it likes
        ((variant,),) = (loaded.variants for loaded in load_file(path))
    return variant


def with_sink(
    variant: LoadedVariant,
    make: Callable[[str], Any],
    original: Callable[[bytes], bytes] | None = None,
    stored: Callable[[str], Any] | None = None,
    reset: Callable[[str], Any] | None = None,
) -> LoadedVariant:
    """The variant with a python sink in the place of `a`."""
    conf = ForeignConf(make, original, stored, reset)
    groups = tuple(
        replace(
            group,
            sinks=tuple(
                replace(sink, kind=PYTHON_KIND, foreign=conf) if sink.name == "a" else sink for sink in group.sinks
            ),
        )
        for group in variant.project.groups
    )
    return replace(variant, project=replace(variant.project, groups=groups))
