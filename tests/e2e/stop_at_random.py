"""Stops commands at random moments, and looks for what they leave: processes, directories, half a JSON.

`python tests/e2e/stop_at_random.py [TIMES] [NAME]...` does it so many times for each command and signal (20), and
prints what was left; it takes an hour on a slow machine. The slow tests do a few. It needs /proc.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCENARIOS = str(ROOT / "scenarios")
_WPTEST = [sys.executable, "-m", "wptest"]
_PYTEST = [sys.executable, "-m", "pytest", SCENARIOS, "-q", "-p", "no:cacheprovider", "--rootdir", SCENARIOS]
_PROCESSES = ["--wptest-subject", "process"]
_JSON = ["--json", "out.json"]

# The command, and in how many seconds it is stopped at the latest.
COMMANDS: dict[str, tuple[list[str], float]] = {
    "run": ([*_WPTEST, "run", SCENARIOS, "--no-store", *_JSON], 6),
    "run -n 2": ([*_WPTEST, "run", SCENARIOS, "--no-store", "-n", "2", *_JSON], 6),
    "explore": ([*_WPTEST, "explore", f"{SCENARIOS}/checkpoint-resume.wptest.yaml", "--no-store"], 4),
    "selftest -n 2": ([*_WPTEST, "selftest", "-n", "2", *_JSON], 6),
    "behaviours": ([*_WPTEST, "behaviours", "wp-motor-1.17"], 6),
    "run --subject process": ([*_WPTEST, "run", SCENARIOS, "--no-store", "--subject", "process", *_JSON], 10),
    "run --subject process -n 2": (
        [*_WPTEST, "run", SCENARIOS, "--no-store", "--subject", "process", "-n", "2", *_JSON],
        10,
    ),
    "run --disk real -n 2": ([*_WPTEST, "run", SCENARIOS, "--no-store", "--disk", "real", "-n", "2", *_JSON], 8),
    "pytest": ([*_PYTEST, *_PROCESSES], 10),
    "pytest -n 2": ([*_PYTEST, *_PROCESSES, "-n", "2"], 10),
}
SIGNALS = (signal.SIGTERM, signal.SIGKILL)
# A worker of xdist whose parent is killed as it begins: its code is a text of execnet, and none of ours has run.
_WORKER_AT_ITS_START = re.compile(
    r'Traceback \(most recent call last\):\n(?:  File "<string>", line \d+, in <module>\n)+BrokenPipeError: .*'
)
_PATIENCE = 300.0  # seconds: what is left then stays for ever
_GLANCE = 0.02


@dataclass
class Left:
    """What a command leaves.

    Attributes:
        code: its exit code.
        seconds: how long it took until nothing was left.
        text: what it printed.
        faults: what should not be.
    """

    code: int = 0
    seconds: float = 0.0
    text: str = ""
    faults: list[str] = field(default_factory=list)


def stopped(command: list[str], number: signal.Signals, wait: float, *, to_all: bool) -> Left:
    """Send a command a signal after so many seconds, or all of its group as `timeout` does; what it leaves."""
    mark = str(uuid.uuid4())
    with tempfile.TemporaryDirectory(prefix="stop-") as place:
        temporary = Path(place, "tmp")
        temporary.mkdir()
        variables = os.environ | {"MARK": mark, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            command,
            cwd=place,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        time.sleep(wait)
        began, left = time.monotonic(), Left()
        with suppress(ProcessLookupError):
            (os.killpg if to_all else os.kill)(process.pid, number)
        try:
            left.text, _ = process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            left.faults.append("it never ends, or somebody holds its output")
        left.code = process.returncode if process.returncode is not None else 0
        if processes := _until_none(lambda: _marked(mark)):
            left.faults.append(f"processes: {processes}")
        if directories := _until_none(lambda: list(map(str, temporary.glob("wptest-*")))):
            left.faults.append(f"directories: {directories}")
        left.seconds = time.monotonic() - began
        left.faults += _told(left, command, number, Path(place, "out.json"))
        for pid, _ in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return left


def _told(left: Left, command: list[str], number: signal.Signals, json_file: Path) -> list[str]:
    """What is wrong with what it told: a traceback, a warning, no JSON or half a one."""
    faults = [
        word for word in ("Traceback", "Warning:", "leaked") if word in _WORKER_AT_ITS_START.sub("", left.text)
    ]
    # Before its options are read, it can't know that there should be one.
    if number is not signal.SIGKILL and "--json" in command and left.text.strip() != "interrupted":
        try:
            summary = json.loads(json_file.read_text(encoding="utf-8"))["summary"]
            if summary["interrupted"] != (left.code == 128 + number):
                faults.append(f"exit code {left.code}, and the JSON says interrupted: {summary['interrupted']}")
        except (OSError, ValueError, KeyError) as error:
            faults.append(f"JSON: {error!r}")
    return faults


def _until_none(look: Callable[[], list]) -> list:
    """What is seen, as soon as that is nothing, or at the end of all patience."""
    end = time.monotonic() + _PATIENCE
    while (found := look()) and time.monotonic() < end:
        time.sleep(_GLANCE)
    return found


def _marked(mark: str) -> list[tuple[int, str]]:
    """Whoever has the mark in the environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark.encode() in path.read_bytes():
                words = (path.parent / "cmdline").read_bytes().replace(b"\0", b" ")
                found.append((int(path.parent.name), words[:100].decode(errors="replace")))
    return found


def main(times: int, names: list[str]) -> int:
    """Do it so many times for each command and signal; whether anything was left."""
    chance, bad = random.Random(), 0
    for name in names or COMMANDS:
        command, latest = COMMANDS[name]
        for number in SIGNALS:
            longest, codes = 0.0, {}
            for turn in range(times):
                left = stopped(command, number, chance.uniform(0.2, latest), to_all=bool(turn % 2))
                longest = max(longest, left.seconds)
                codes[left.code] = codes.get(left.code, 0) + 1
                for fault in left.faults:
                    bad += 1
                    _say(f"  {fault}\n{left.text[-500:]}")
            _say(f"{name:<28} {number.name:<8} {times} times, codes {codes}, all gone in {longest:.2f} s")
    return bool(bad)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if sys.argv[1:] else 20, sys.argv[2:]))
