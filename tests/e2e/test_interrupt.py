"""Ctrl-C, SIGTERM and SIGHUP end a run at once, with a report of what was done; nobody is left of it."""

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
from commands import TIMEOUT, environment, wptest
from samples import FAILING, MATRIX, PASSING, write


def _interrupted(
    cwd: Path,
    *arguments: str,
    after_lines: int,
    wait: float = 0,
    number: signal.Signals = signal.SIGINT,
    to_all: bool = True,
) -> tuple[int, str, str]:
    """Send a signal some seconds after wptest printed so many lines; code, output, errors."""
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
    # As a terminal does it, or `timeout`: the signal goes to the workers as well. Or as a CI system does it.
    (os.killpg if to_all else os.kill)(process.pid, number)
    try:
        # Whoever is left has these pipes open.
        output, errors = process.communicate(timeout=TIMEOUT)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, seen + output, errors


def _many(tmp_path: Path) -> None:
    numbers = ", ".join(map(str, range(4_000, 4_120)))
    many = MATRIX.replace("lines: [10, 20]", f"lines: [{numbers}]").replace(
        "expected: [10, 20]", "expected: ['>= 1']"
    )
    write(tmp_path, many=many)


@pytest.mark.parametrize(
    ("number", "to_all", "more"),
    [
        (signal.SIGINT, True, []),
        (signal.SIGINT, True, ["-n", "2"]),
        pytest.param(signal.SIGINT, True, ["-n", "2", "--disk", "real"], marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, False, [], marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, True, ["-n", "2"], marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, False, ["-n", "2"], marks=pytest.mark.slow),
    ],
)
def test_an_interrupted_run_reports_what_was_done(
    tmp_path: Path, number: signal.Signals, to_all: bool, more: list[str]
) -> None:
    _many(tmp_path)

    code, output, errors = _interrupted(
        tmp_path, "run", ".", "-v", *more, "--json", "out.json", after_lines=3, number=number, to_all=to_all
    )

    assert code == 128 + number
    assert output.splitlines()[-1].startswith("interrupted: ")
    assert " passed, " in output.splitlines()[-1]
    assert " not run in " in output.splitlines()[-1]
    assert "Traceback" not in output + errors
    assert "Warning" not in errors
    data = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert data["summary"]["interrupted"]
    assert data["summary"]["passed"] == len(data["results"]) >= 3


@pytest.mark.slow
def test_no_worker_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    _many(tmp_path)

    code, _output, errors = _interrupted(
        tmp_path, "run", ".", "-v", "-n", "2", after_lines=3, number=signal.SIGKILL, to_all=False
    )

    assert code == -signal.SIGKILL
    assert "Traceback" not in errors
    assert "Warning" not in errors


@pytest.mark.slow
def test_one_long_scenario_is_interrupted_as_well(tmp_path: Path) -> None:
    write(tmp_path, brief=PASSING, long=PASSING.replace("lines: 10", "lines: 3M"))

    code, output, errors = _interrupted(tmp_path, "run", ".", after_lines=1, wait=0.5)

    assert code == 130
    assert output.splitlines()[-1].startswith("interrupted: 1 passed, 1 not run in ")
    assert "Traceback" not in output + errors


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], ["-n", "2"]], ids=["one process", "two"])
def test_an_interrupted_exploration_tells_what_it_did_until_then(tmp_path: Path, more: list[str]) -> None:
    write(tmp_path, long=PASSING + "explore: {crash: {depth: 1}, swarm: {seeds: 1M}}\n")

    code, output, errors = _interrupted(tmp_path, "explore", ".", *more, after_lines=3, wait=2)

    assert code == 130
    assert "Traceback" not in output + errors
    assert "  interrupted; what was done until then:\n  swarm: " in output


def test_an_interrupt_that_comes_while_an_object_is_finalised_is_not_lost() -> None:
    program = """
import signal, time
from wptest.console.interrupt import listen

class Ends:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)

listen()
try:
    Ends()
    time.sleep(3600)
except KeyboardInterrupt:
    print("interrupted")
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)

    assert (done.stdout, done.stderr, done.returncode) == ("interrupted\n", "", 0)


DIES = """\
import os, signal
import wptest

@wptest.fault
def eat(hand: wptest.Hand, path: wptest.Path, *, memory: bool) -> None:
    os.kill(os.getpid(), signal.SIGKILL) if memory else os._exit(3)
"""


@pytest.mark.slow
def test_a_worker_that_dies_costs_its_own_scenario_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(DIES)
    scenarios = [PASSING.replace("passing", f"healthy-{number}") for number in range(1, 7)]
    for number, memory in ((1, "true"), (4, "false")):
        fault = f"when:\n  - fault: {{eat: {{path: x, memory: {memory}}}}}\n"
        scenarios[number] = scenarios[number].replace("when:\n", fault)
    (tmp_path / "s.wptest.yaml").write_text("---\n".join(scenarios))

    done = wptest(tmp_path, "run", ".", "-n", "2", "--no-store", "--json", "out.json")

    assert done.returncode == 1, done.stderr
    outcomes = [line.split()[:2] for line in done.stdout.splitlines()[:6]]
    assert outcomes == [["error" if number in (2, 5) else "passed", f"healthy-{number}"] for number in range(1, 7)]
    ended = "error: a worker process ended unexpectedly"
    assert (
        f"\nhealthy-2 {ended} (signal 9: out of memory?), as 2 before it did, while it ran healthy-2\n"
        in done.stdout
    )
    assert f"\nhealthy-5 {ended} (exit code 3) while it ran healthy-5\n" in done.stdout
    assert len(json.loads((tmp_path / "out.json").read_text())["results"]) == 6


@pytest.mark.slow
def test_a_reader_that_goes_away_ends_it_too(tmp_path: Path) -> None:
    _many(tmp_path)
    command = f"{sys.executable} -m wptest run . -v --json out.json | head -n 1; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )

    assert [line.split()[0] for line in done.stdout.splitlines()] == ["passed", "141"]
    assert done.stderr == ""
    assert json.loads((tmp_path / "out.json").read_text())["summary"]["interrupted"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(("scenario", "code"), [(PASSING, 3), (FAILING, 1)], ids=["passed", "failed"])
def test_a_full_disk_for_its_output_does_not_change_the_verdict(tmp_path: Path, scenario: str, code: int) -> None:
    write(tmp_path, one=scenario)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "wptest", "run", ".", "--no-store"],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == code
    assert done.stderr == "Error: can't write to standard output: no space left on device\n"
