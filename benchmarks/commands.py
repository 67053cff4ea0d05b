"""What whole commands take, seen from outside: so other commits can be measured by it as well."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.measure import Row, Size
from benchmarks.programs import project_in
from wptest.commands.exec import environment_with_programs

_SCENARIOS = Path(__file__).parent.parent / "scenarios"
_ONE_LINE = """\
scenario: one-line
project: {sinks: {a: {}}}
given: {source: {lines: 1}}
when:
  - run: wparse batch
then: {sinks: {a: {lines: 1}}}
"""
_USAGE = 4  # the exit code of wptest where a commit has no such option


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds of all its processors, seconds, and MiB of its largest process."""

    cpu: float
    wall: float
    peak: float


def measure_commands(size: Size) -> list[Row]:
    """Starts, large scenarios, and explorations in one process and in two."""
    with TemporaryDirectory(prefix="wptest-benchmark-") as name:
        directory = project_in(Path(name))
        (directory / "one.wptest.yaml").write_text(_ONE_LINE)
        return [*_starts(directory, size), *_large(directory, size), *_explored(directory, size)]


def _starts(directory: Path, size: Size) -> Iterator[Row]:
    for subject, command in {
        "start of wptest run FILE": _wptest("run", "one.wptest.yaml", "--no-store"),
        "start of wptest run FILE -n 2": _wptest("run", "one.wptest.yaml", "--no-store", "-n", "2"),
        "start of wptest explore FILE": _wptest("explore", "one.wptest.yaml", "--no-store", "--most", "1"),
        "start of wprescue work": ["wprescue", "work"],
    }.items():
        costs = [_cost(directory, command) for _ in range(size.of(5, 1))]
        yield Row(f"{subject}: processor's time", median(each.cpu for each in costs) * 1e3, "ms")


def _large(directory: Path, size: Size) -> Iterator[Row]:
    for file in () if size.quick else ("million-lines", "long-outage-and-clock-trouble"):
        cost = _cost(directory, _wptest("run", str(_SCENARIOS / f"{file}.wptest.yaml"), "--no-store"))
        yield Row(f"{file}: peak memory", cost.peak, "MiB")
        yield Row(f"{file}: processor's time", cost.cpu, "s")
    if not size.quick:
        usual = [word for tag in ("!soak", "!volume") for word in ("--tag", tag)]
        cost = _cost(directory, _wptest("run", str(_SCENARIOS), "--no-store", *usual))
        yield Row("wptest run scenarios: seconds", cost.wall, "s")


def _explored(directory: Path, size: Size) -> Iterator[Row]:
    """Explorations whole, or as much of them as shows that it works."""
    few = ["--most", "20"] if size.quick else []
    for only in ("crash", "errors"):
        words = ["explore", str(_SCENARIOS / "stale-lock.wptest.yaml"), "--only", only, "--no-store", *few]
        one, two = _cost(directory, _wptest(*words)), _cost_if_any(directory, _wptest(*words, "-n", "2"))
        yield Row(f"explore --only {only}: processor's time", one.cpu, "s")
        if two is not None:
            text = f"explore --only {only} -n 2"
            yield Row(f"{text}: seconds", two.wall, "s", "one process", one.wall, 1 / 1.8, "ratio")
            yield Row(f"{text}: processor's time", two.cpu, "s", "one process", one.cpu)
        on_dask = None if size.quick else _cost_if_any(directory, _wptest(*words, "--on", "local:2"))
        if on_dask is not None:
            yield Row(f"explore --only {only} --on local:2: seconds", on_dask.wall, "s", "one process", one.wall)


def _wptest(*words: str) -> list[str]:
    return [sys.executable, "-m", "wptest", *words]


def _cost(directory: Path, command: list[str]) -> Cost:
    cost = _cost_if_any(directory, command)
    assert cost is not None, f"there is no such command: {command}"
    return cost


def _cost_if_any(directory: Path, command: list[str]) -> Cost | None:
    """What a command costs; None where the commit has no such option."""
    variables = os.environ | environment_with_programs(os.environ["PATH"])
    quiet = subprocess.DEVNULL
    begin = perf_counter()
    process = subprocess.Popen(command, cwd=directory, env=variables, stdout=quiet, stderr=quiet)
    _, status, usage = os.wait4(process.pid, 0)
    wall = perf_counter() - begin
    process.returncode = code = os.waitstatus_to_exitcode(status)
    if code == _USAGE:
        return None
    assert code == 0, f"{command} exited with {code}"
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)
