"""Ctrl-C ends a run within a second, with a report of what was done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from commands import environment
from samples import MATRIX, PASSING, write

_PATIENCE = 5.0


def _interrupted(cwd: Path, *arguments: str, after_lines: int, wait: float = 0) -> tuple[int, str, str, float]:
    """Press Ctrl-C some seconds after wptest printed so many lines; code, output, errors, seconds that it took."""
    process = subprocess.Popen(
        [sys.executable, "-m", "wptest", *arguments],
        cwd=cwd,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    seen = "".join(process.stdout.readline() for _ in range(after_lines))
    time.sleep(wait)
    pressed = time.monotonic()
    # As a terminal does it: the signal goes to the workers as well.
    os.killpg(process.pid, signal.SIGINT)
    try:
        output, errors = process.communicate(timeout=_PATIENCE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, seen + output, errors, time.monotonic() - pressed


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to a process group")
@pytest.mark.parametrize(
    "more", [[], ["-n", "2"], ["-n", "2", "--disk", "real"]], ids=["serial", "workers", "real"]
)
def test_an_interrupted_run_reports_what_was_done(tmp_path: Path, more: list[str]) -> None:
    numbers = ", ".join(map(str, range(1, 600)))
    many = MATRIX.replace("lines: [10, 20]", f"lines: [{numbers}]").replace(
        "expected: [10, 20]", "expected: ['>= 1']"
    )
    write(tmp_path, many=many)

    code, output, errors, seconds = _interrupted(tmp_path, "run", ".", *more, "--json", "out.json", after_lines=3)

    assert code == 130
    assert seconds < 2
    assert output.splitlines()[-1].startswith("interrupted: ")
    assert " passed, " in output.splitlines()[-1]
    assert " not run in " in output.splitlines()[-1]
    assert "Traceback" not in output + errors
    data = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert data["summary"]["interrupted"]
    assert data["summary"]["passed"] == len(data["results"]) >= 3


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to a process group")
def test_one_long_scenario_is_interrupted_as_well(tmp_path: Path) -> None:
    write(tmp_path, brief=PASSING, long=PASSING.replace("lines: 10", "lines: 3M"))

    code, output, errors, seconds = _interrupted(tmp_path, "run", ".", after_lines=1, wait=0.5)

    assert code == 130
    assert seconds < 2
    assert output.splitlines()[-1].startswith("interrupted: 1 passed, 1 not run in ")
    assert "Traceback" not in output + errors


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to a process group")
def test_an_interrupted_exploration_tells_what_it_did_until_then(tmp_path: Path) -> None:
    write(tmp_path, long=PASSING + "explore: {crash: {depth: 1}, swarm: {seeds: 1M}}\n")

    code, output, errors, seconds = _interrupted(tmp_path, "explore", ".", after_lines=3, wait=1)

    assert code == 130
    assert seconds < 2
    assert "Traceback" not in output + errors
    assert "  interrupted; what was done until then:\n  swarm: " in output


def test_an_interrupt_that_comes_while_an_object_is_finalised_is_not_lost() -> None:
    program = """
import signal, time
from wptest.commands.interrupt import never_lost

class Ends:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
never_lost()
try:
    Ends()
    time.sleep(30)
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=False)

    assert (done.stdout, done.stderr, done.returncode) == ("interrupted\n", "", 0)
