"""Runs wptest and pytest as their users do: in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TIMEOUT = 60

# Loaded by hand, without all else that is installed: it works in a source tree as well, and is much quicker.
_PLUGINS = ["-p", "wptest.pytest_plugin", "-p", "xdist.plugin"]
_SEEN_BY_SCENARIOS = ("WPTEST_RESCUE_PHASES", "LINE_CNT", "STAT_SEC")
_SEEN_BY_TOOLS = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER")


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what would make a difference, and the source tree on the path."""
    kept = {name: text for name, text in os.environ.items() if name not in _SEEN_BY_SCENARIOS + _SEEN_BY_TOOLS}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | more


def wptest(cwd: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `wptest ARGUMENTS` in a directory."""
    return _run(cwd, ["-m", "wptest.cli", *arguments], variables)


def pytest_(cwd: Path, *arguments: str, cache: bool = False, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `pytest ARGUMENTS` in a directory, strictly, and with every warning an error."""
    strict = ["-W", "error", "--strict-markers", "--rootdir", str(cwd)]
    quiet = [] if cache else ["-p", "no:cacheprovider"]
    variables = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables}
    return _run(cwd, ["-m", "pytest", *_PLUGINS, *quiet, *strict, *arguments], variables)


def _run(cwd: Path, command: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )
