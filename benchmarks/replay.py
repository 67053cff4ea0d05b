"""Replay of a large rescue file on a real disk, against a plain copy of it, line by line."""

from __future__ import annotations

import filecmp
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Row, Size, best, interleaved
from benchmarks.replay_child import RESCUE_FILE, TARGET

_LINE = 226  # bytes, with its end
_BATCH = 10_000
_RATIO = 3.0
_OVER_START = 32.0
_GROWTH = 1.1

Run = dict[str, float]


def measure_replay(size: Size) -> list[Row]:
    """Seconds and memory of a replay; every target is compared with its rescue file, byte by byte."""
    lines = size.of(1_000_000, 20_000)
    with TemporaryDirectory(prefix="wptest-benchmark-") as name:
        directory = Path(name)
        source = write_lines(directory / "source.dat", lines)
        runs: dict[str, list[Run]] = {"copy": [], "virtual": [], "real": []}

        def subject(how: str) -> Callable[[], float]:
            def run() -> float:
                runs[how].append(_run(how, source, directory))
                return runs[how][-1]["seconds"]

            return run

        seconds = best(interleaved({how: subject(how) for how in runs}, rounds=size.of(4, 1)))
        tenth = _run("virtual", write_lines(directory / "tenth.dat", lines // 10), directory)
    full = min(runs["virtual"], key=lambda run: run["peak"])
    text = f"{lines:,} lines"
    return [
        Row(f"replay of {text}", seconds["virtual"], "s", "line copy", seconds["copy"], _RATIO, "ratio"),
        Row(f"replay of {text}, real time", seconds["real"], "s", "line copy", seconds["copy"], _RATIO, "ratio"),
        Row(f"replay of {text}: memory over start", full["peak"] - full["start"], "MiB", limit=_OVER_START),
        Row(
            f"replay of {text}: peak memory",
            full["peak"],
            "MiB",
            f"{lines // 10:,} lines",
            tenth["peak"],
            _GROWTH,
            "ratio",
        ),
    ]


def write_lines(path: Path, lines: int) -> Path:
    """Write a rescue file of so many lines, 226 bytes each."""
    text = b" INFO nginx GET /index.html 200 " + b"x" * _LINE
    with path.open("wb") as file:
        for first in range(1, lines + 1, _BATCH):
            numbers = range(first, min(first + _BATCH, lines + 1))
            file.write(b"".join((b"wp_event_id=%d" % number + text)[: _LINE - 1] + b"\n" for number in numbers))
    assert path.stat().st_size == lines * _LINE
    return path


def _run(how: str, source: Path, directory: Path) -> Run:
    """One run in a process of its own; the rescue file is a second name of `source`, and goes with the replay."""
    target, rescue = directory / TARGET, directory / RESCUE_FILE
    for path in (target, rescue):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
    rescue.hardlink_to(source)
    command = [sys.executable, "-m", "benchmarks.replay_child", how, str(source), str(directory)]
    root = Path(__file__).parent.parent
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    assert filecmp.cmp(source, target, shallow=False), f"{how}: the target differs from the rescue file"
    assert how == "copy" or not rescue.exists(), f"{how}: the rescue file is still there"
    run: Run = json.loads(done.stdout)
    return run
