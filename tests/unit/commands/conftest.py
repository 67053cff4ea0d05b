"""Calls commands in this process: what they print, and the code they would exit with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from wptest.cli import wptest


class Called(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Called]:
    """`call("run", ".")` in a directory of the test's own."""
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "GITHUB_ACTIONS", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> Called:
        capsys.readouterr()
        try:
            code = wptest.main(list(arguments), prog_name="wptest", standalone_mode=False)
        except click.ClickException as error:
            error.show()
            code = 4
        return Called(int(code or 0), *capsys.readouterr())

    return call
