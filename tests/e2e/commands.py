"""Runs wptest and pytest as their users do: in processes of their own.

Most of them are forked from one process that has imported everything already: a command is there in milliseconds,
and is as much by itself as one that somebody types. `started=True` starts Python anew, for what is about just that.
"""

from __future__ import annotations

import io
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from functools import cache
from multiprocessing import forkserver, get_context
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIMEOUT = 300  # seconds; far more than any command takes on a slow machine: what needs longer hangs

# Loaded by hand, without all else that is installed: it works in a source tree as well, and is much quicker.
_PLUGINS = ["-p", "wptest.pytest_plugin", "-p", "xdist.plugin"]
_SEEN_BY_SCENARIOS = ("WPTEST_RESCUE_PHASES", "LINE_CNT", "STAT_SEC")
_SEEN_BY_TOOLS = (
    *("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"),
    *("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY", "CI_PROJECT_DIR"),
)
_READ_BY_PYTHON_AT_ITS_START = ("PYTHONHASHSEED", "PYTHONIOENCODING", "PYTHONWARNINGS", "PYTHONPATH", "PYTHONUTF8")

_FORKS = get_context("forkserver")

Done = subprocess.CompletedProcess[str]


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what would make a difference, and the source tree on the path."""
    kept = {name: text for name, text in os.environ.items() if name not in _SEEN_BY_SCENARIOS + _SEEN_BY_TOOLS}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | more


def wptest(cwd: Path, *arguments: str, started: bool = False, **variables: str) -> Done:
    """Run `wptest ARGUMENTS` in a directory."""
    return _run(cwd, ["wptest.cli", *arguments], variables, started=started)


def pytest_(
    cwd: Path, *arguments: str, cache: bool = False, started: bool = False, rootdir: bool = True, **variables: str
) -> Done:
    """Run `pytest ARGUMENTS` in a directory, its rootdir or not, strictly, and with every warning an error."""
    strict = ["-W", "error", "--strict-markers", *(["--rootdir", str(cwd)] if rootdir else [])]
    quiet = [] if cache else ["-p", "no:cacheprovider"]
    variables = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables}
    return _run(cwd, ["pytest", *_PLUGINS, *quiet, *strict, *arguments], variables, started=started)


def _run(cwd: Path, module: list[str], variables: dict[str, str], *, started: bool) -> Done:
    if started or any(name in variables for name in _READ_BY_PYTHON_AT_ITS_START):
        return _started([sys.executable, "-m", *module], cwd, environment(**variables))
    return _forked(module, cwd, environment(**variables))


@cache
def _begin_to_serve() -> None:
    """Start the process that the others are forked from; before Python 3.13 it sees its environment only."""
    _FORKS.set_forkserver_preload(["preload"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(Path(__file__).parent)]))
        forkserver.ensure_running()


def _started(command: list[str], cwd: Path, variables: Mapping[str, str]) -> Done:
    return subprocess.run(
        command,
        cwd=cwd,
        env=variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )


def _forked(module: list[str], cwd: Path, variables: Mapping[str, str]) -> Done:
    _begin_to_serve()
    with tempfile.TemporaryDirectory(prefix="command-") as directory:
        out, err = Path(directory, "out"), Path(directory, "err")
        process = _FORKS.Process(target=_become, args=(module, str(cwd), dict(variables), str(out), str(err)))
        process.start()
        process.join(TIMEOUT)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(module, TIMEOUT, out.read_bytes(), err.read_bytes())
        texts = [io.StringIO(file.read_text(encoding="utf-8"), newline=None).read() for file in (out, err)]
        return subprocess.CompletedProcess(module, process.exitcode, *texts)


def _become(module: list[str], cwd: str, variables: Mapping[str, str], out: str, err: str) -> None:
    """Be `python -m MODULE ...` in that directory and environment, from here on."""
    for number, file in ((1, out), (2, err)):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(descriptor, number)
        os.close(descriptor)
    # multiprocessing has made /dev/null of the standard input; the other two are the server's.
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(variables)
    sys.path[:] = [cwd, str(ROOT), *(each for each in sys.path if each not in (str(ROOT), ""))]
    sys.argv[:] = module
    code: object = 0
    try:
        runpy.run_module(module[0], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - what Python itself does with it
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(code)  # type: ignore[arg-type]
