"""However pytest ends, no process of a server is left, and no file."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
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


@pytest.mark.parametrize("state", ["resume", "pause"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda each: each.name)
@pytest.mark.parametrize("name", ["mariadb", "postgres", "clickhouse"])
def test_nothing_is_left_of(name: str, number: signal.Signals, state: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST.format(name=name, state=state))
    place = Path(tempfile.mkdtemp(prefix="left-"))
    place.chmod(0o711)  # for who runs instead of root
    try:
        pytest_ = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "base")],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(place)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        while not (tmp_path / "begun").exists() and pytest_.poll() is None:
            time.sleep(0.02)
        assert pytest_.poll() is None, pytest_.stdout.read().decode()
        assert processes(place)
        pytest_.send_signal(number)
        pytest_.wait(60)
        pytest_.stdout.close()
        assert settled(place) == []
    finally:
        shutil.rmtree(place)
