"""However pytest ends, no process of a server is left, and no file."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks for processes in /proc"),
]
TEST = """
import pathlib, time
pytest_plugins = ["wptest.servers.fixtures"]
def test_it({name}):
    {name}.server.{state}()
    pathlib.Path("begun").touch()
    time.sleep(60)
"""


def processes(place: Path) -> list[str]:
    """The command lines that name a place."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = each.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(place) in words:
            found.append(words)
    return found


def settled(place: Path) -> list[str]:
    """What is left of processes and files when nothing more goes away."""
    patience = time.monotonic() + 20
    while (left := [*processes(place), *map(str, place.iterdir())]) and time.monotonic() < patience:
        time.sleep(0.02)
    return left


# Each request waits a second for a lock, in real time: long enough to be ended meanwhile.
SCENARIO = """
scenario: slow
project:
  servers: {db: {engine: innodb}}
  sinks: {orders: {type: sql, server: db}}
given:
  source: {lines: 6000, rate: 200/s}
when:
  - fail_requests: {server: db, trouble: locked}
  - start: wparse daemon
  - wait: idle
then:
  sinks: {orders: {lines: 0}}
"""


@contextmanager
def place_of_files() -> Iterator[Path]:
    """Where all temporary files are, also for who runs instead of root."""
    place = Path(tempfile.mkdtemp(prefix="left-"))
    place.chmod(0o711)
    try:
        yield place
    finally:
        shutil.rmtree(place)


def started(words: list[str], directory: Path, place: Path) -> subprocess.Popen[bytes]:
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(place)}
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=directory,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def ended(process: subprocess.Popen[bytes], number: signal.Signals) -> bytes:
    process.send_signal(number)
    return process.communicate(timeout=60)[0]


@pytest.mark.parametrize("state", ["resume", "pause"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda each: each.name)
@pytest.mark.parametrize("name", ["mariadb", "postgres", "clickhouse"])
def test_nothing_is_left_of(name: str, number: signal.Signals, state: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST.format(name=name, state=state))
    with place_of_files() as place:
        words = ["pytest", "-q", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "base")]
        pytest_ = started(words, tmp_path, place)
        while not (tmp_path / "begun").exists() and pytest_.poll() is None:
            time.sleep(0.02)
        assert pytest_.poll() is None, pytest_.communicate()[0].decode()
        assert processes(place)
        ended(pytest_, number)
        assert settled(place) == []


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda each: each.name)
def test_nothing_is_left_of_a_command_with_a_real_server(
    number: signal.Signals, workers: str, tmp_path: Path
) -> None:
    for each in ("one", "two"):
        (tmp_path / f"{each}.wptest.yaml").write_text(SCENARIO.replace("slow", each))
    with place_of_files() as place:
        command = started(["wptest", "run", str(tmp_path), "--server", "mariadb", "-n", workers], tmp_path, place)
        servers: list[str] = []
        while len(servers) < int(workers) and command.poll() is None:
            servers = [each for each in processes(place) if "--init-file" in each and "/bin/sh" not in each]
            time.sleep(0.02)
        time.sleep(1.5)  # until a request waits there
        assert command.poll() is None, command.communicate()[0].decode()
        ended(command, number)
        assert settled(place) == []
