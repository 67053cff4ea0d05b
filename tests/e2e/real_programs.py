"""Projects for the four programs as real processes, and the programs in them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from commands import TIMEOUT, environment

from wptest.commands.exec import environment_with_programs

SAMPLE = "2025-10-04T01:59:20Z INFO nginx GET /index.html 200"
TARGET = "data/out_dat/a.dat"


def variables(**more: str) -> dict[str, str]:
    """An environment that has the programs on its PATH."""
    base = environment()
    return base | environment_with_programs(base["PATH"]) | more


def make_project(root: Path, speed_limit: int = 0, sink: str = 'type = "test_rescue"') -> Path:
    """A project with one sink, `a`, to which every line goes; `sink` is what its file says of it."""
    files = {
        "conf/wparse.toml": f"speed_limit = {speed_limit}\n",
        "conf/wpsrc.toml": '[[sources]]\nkey = "one"\ntype = "file"\npath = "./data/in_dat/gen.dat"\n',
        "models/wpl/sample/sample.dat": f"{SAMPLE}\n",
        "sink/business.d/a.toml": '[sink_group]\nname = "business"\nrule = "/*"\n\n[[sink_group.sinks]]\n'
        f'name = "a"\n{sink}\nparams = {{ base = "./data/out_dat", file = "a.dat" }}\n',
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def run(root: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one program to its end."""
    return subprocess.run(
        words, cwd=root, env=variables(**more), capture_output=True, text=True, timeout=TIMEOUT, check=False
    )


@contextmanager
def started(root: Path, *words: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A program that is running; it is killed at the end if nothing has ended it before."""
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=root, env=variables(**more), stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def exec_(cwd: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `wptest exec -- WORDS`."""
    command = [sys.executable, "-m", "wptest.cli", "exec", "--", *words]
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def lines_of(root: Path, path: str = TARGET) -> list[bytes]:
    """The lines of a file, none when it isn't there."""
    place = root / path
    return place.read_bytes().splitlines() if place.exists() else []


def rescue_files(root: Path) -> list[Path]:
    """The rescue files, `.lock` or not, oldest first."""
    return sorted((root / "data/rescue").glob("*.dat*"))


def files_below(place: Path) -> list[Path]:
    """The files below a directory, some of whose directories may go at any moment."""
    return [Path(directory, name) for directory, _, names in os.walk(place) for name in names]


def wait_for(condition: Callable[[], object], seconds: float = TIMEOUT) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)
