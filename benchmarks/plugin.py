"""What the pytest plugin adds: to the start of every pytest, and to the collection of many scenarios."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measure import Row, Size, best, interleaved, timed

_ROOT = Path(__file__).parent.parent
_PLUGIN = "wptest.pytest_plugin"
_IMPORT_LIMIT = 15.0
_COLLECT_RATIO = 1.5 / 0.9  # the aim is 1.5 s where the floor is 0.9 s
_FLOOR = """\
import pytest


class File(pytest.File):
    def collect(self):
        yield Item.from_parent(self, name=self.path.stem)


class Item(pytest.Item):
    def runtest(self):
        pass


def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".floor":
        return File.from_parent(parent, path=file_path)
"""
_SCENARIO = """\
scenario: generated-{number}
title: A sink fails, its lines are rescued, and recovery replays every one of them
tags: [generated, recovery]

project:
  speed_limit: 1000
  sinks:
    a: {{type: test_rescue, file: a.dat, phases: [up 200ms, down 200ms]}}
    b: {{type: file, file: b.dat}}

given:
  clock: 2025-10-04 01:59:20
  source: {{lines: 50, rate: 100/s}}
  env:
    STAT_SEC: 60

when:
  - start: wparse daemon
  - wait: idle
  - signal: {{wparse: USR1}}
  - wait: {{exit: wparse}}
  - check:
      rescue: {{dat: ">= 1", lock: 0}}
  - start: wprescue daemon
  - wait: idle
  - signal: {{wprescue: USR1}}
  - wait: {{exit: wprescue}}

then:
  exit: {{wparse: 0, wprescue: 0}}
  rescue: {{dat: 0, lock: 0}}
  sinks:
    a: {{lines: 50}}
    b: {{lines: 50}}
  replay: {{duplicates: 0, lost: 0}}
  log:
    wprescue:
      - recover begin
      - recover end
  must_happen: [rescue.created, recovery.file_removed]
"""


def measure_plugin(size: Size) -> list[Row]:
    """Import time of the plugin, and collection time of generated scenarios."""
    return [_imports(size), _collection(size)]


def _imports(size: Size) -> Row:
    samples = interleaved(
        {
            "bare": lambda: _import("import pytest"),
            "plugin": lambda: _import(f"import pytest, {_PLUGIN}"),
        },
        rounds=size.of(25, 3),
    )
    # Two starts next to each other are alike, so the difference is taken pair by pair.
    added = median(plugin - bare for plugin, bare in zip(samples["plugin"], samples["bare"], strict=True))
    bare = median(samples["bare"])
    return Row("plugin import, on top of pytest", added * 1e3, "ms", "import pytest", bare * 1e3, _IMPORT_LIMIT)


def _import(statement: str) -> float:
    """Seconds of processor time, which other processes on the machine disturb less than the clock's."""
    code = f"import time; start = time.process_time(); {statement}; print(time.process_time() - start)"
    command = [sys.executable, "-c", code]
    return float(subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout)


def _collection(size: Size) -> Row:
    files = size.of(1000, 20)
    with TemporaryDirectory(prefix="wptest-benchmark-") as name:
        scenarios, floor = Path(name) / "scenarios", Path(name) / "floor"
        for directory in (scenarios, floor):
            directory.mkdir()
            (directory / "pytest.ini").write_text("[pytest]\n")
        (floor / "conftest.py").write_text(_FLOOR)
        for number in range(files):
            (scenarios / f"s{number}.wptest.yaml").write_text(_SCENARIO.format(number=number))
            (floor / f"s{number}.floor").write_text("")
        load = [] if any(point.value == _PLUGIN for point in entry_points(group="pytest11")) else ["-p", _PLUGIN]
        figures = best(
            interleaved(
                {
                    "scenarios": lambda: timed(lambda: _collect(scenarios, files, load)),
                    "floor": lambda: timed(lambda: _collect(floor, files, ["-p", "no:wptest"])),
                },
                rounds=size.of(5, 1),
            )
        )
    subject, reference = f"collection of {files:,} scenario files", "as many files without YAML"
    return Row(subject, figures["scenarios"], "s", reference, figures["floor"], _COLLECT_RATIO, "ratio")


def _collect(directory: Path, files: int, options: list[str]) -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *options, "."]
    environment = {"PYTHONPATH": str(_ROOT)}
    done = subprocess.run(command, cwd=directory, env=environment, check=False, capture_output=True, text=True)
    assert f"{files} tests collected" in done.stdout, done.stdout[-2000:] + done.stderr
