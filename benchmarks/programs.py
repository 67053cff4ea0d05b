"""`wprescue work` as a program, from its start to its end, against a plain line copy and `cat` of the same file."""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from benchmarks.measure import Row, Size, best, interleaved
from benchmarks.replay import write_lines
from benchmarks.replay_child import RESCUE_FILE, TARGET
from wptest.commands.exec import environment_with_programs

_RATIO = 4.0
_PEAK = 64.0
_GROWTH = 1.1
_START = 0.15
_PROJECT = {
    "conf/wparse.toml": "speed_limit = 0\n",
    "conf/wpsrc.toml": '[[sources]]\nkey = "one"\ntype = "file"\npath = "./data/in_dat/gen.dat"\n',
    "sink/business.d/a.toml": '[sink_group]\nname = "business"\nrule = "/*"\n\n[[sink_group.sinks]]\nname = "a"\n'
    'type = "file"\nparams = { base = "./data/out_dat", file = "a.dat" }\n',
    "models/wpl/sample/sample.dat": "sample\n",
}
_COPY = """
import sys
with open(sys.argv[1], "rb") as lines, open(sys.argv[2], "wb") as out:
    for line in lines:
        out.write(line)
"""


def measure_programs(size: Size) -> list[Row]:
    """Seconds and memory of whole processes; every target is compared with its rescue file, byte by byte."""
    lines = size.of(1_000_000, 20_000)
    with TemporaryDirectory(prefix="wptest-benchmark-") as name:
        directory = project_in(Path(name))
        source = write_lines(directory / "source.dat", lines)
        tenth = write_lines(directory / "tenth.dat", lines // 10)
        peaks: dict[Path, list[float]] = {source: [], tenth: []}

        def replay(file: Path) -> Callable[[], float]:
            def run() -> float:
                (directory / RESCUE_FILE).hardlink_to(file)
                seconds, peak = _run(directory, ["wprescue", "work"], file)
                peaks[file].append(peak)
                return seconds

            return run

        subjects: dict[str, Callable[[], float]] = {
            "wprescue": replay(source),
            "copy": lambda: _run(directory, [sys.executable, "-S", "-c", _COPY, source, TARGET], source)[0],
            "cat": lambda: _run(directory, ["sh", "-c", f"exec cat source.dat > {TARGET}"], source)[0],
            "tenth": replay(tenth),
            "start": lambda: _run(directory, ["wprescue", "work"], None)[0],
        }
        seconds = best(interleaved(subjects, rounds=size.of(5, 1)))
    text = f"wprescue work, {lines:,} lines"
    few = f"{lines // 10:,} lines"
    return [
        Row(text, seconds["wprescue"], "s", "line copy", seconds["copy"], _RATIO, "ratio"),
        Row(text, seconds["wprescue"], "s", "cat", seconds["cat"]),
        Row(f"{text}: peak memory", min(peaks[source]), "MiB", limit=_PEAK),
        Row(f"{text}: peak memory", min(peaks[source]), "MiB", few, min(peaks[tenth]), _GROWTH, "ratio"),
        Row("wprescue work, nothing to do", seconds["start"], "s", limit=_START),
    ]


def project_in(root: Path) -> Path:
    for path, text in _PROJECT.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    for path in (TARGET, RESCUE_FILE):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
    return root


def _run(directory: Path, command: list[str | Path], source: Path | None) -> tuple[float, float]:
    """One process from its start to its end: seconds, and the most MiB that it had; its target must be `source`."""
    target = directory / TARGET
    target.unlink(missing_ok=True)
    variables = os.environ | environment_with_programs(os.environ["PATH"])
    begin = perf_counter()
    with subprocess.Popen(command, cwd=directory, env=variables, stdout=subprocess.DEVNULL) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _peak_of(process.pid))
            sleep(0.002)
        seconds = perf_counter() - begin
    assert process.returncode == 0, f"{command} exited with {process.returncode}"
    assert source is None or filecmp.cmp(source, target, shallow=False), f"{command}: the target differs"
    return seconds, peak


def _peak_of(pid: int) -> float:
    """The most memory of a process so far; 0 where the system doesn't tell, or when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) / 1024 if found else 0.0
