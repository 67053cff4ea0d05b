"""A signal that comes before anything is listed: there is a report all the same, which says so."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import click
import pytest

from wptest.cli import wptest
from wptest.console.interrupt import Interrupted


def interrupt(*_arguments: object, **_named: object) -> None:
    raise Interrupted


@pytest.mark.parametrize(
    ("name", "module", "listing"),
    [
        ("run", "run", "selected"),
        ("explore", "explore", "picked"),
        ("selftest", "selftest", "plan"),
        ("watch", "reports.watch", "plan"),
    ],
)
def test_its_report_says_that_nothing_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str, listing: str
) -> None:
    monkeypatch.setattr(import_module(f"wptest.commands.{module}"), listing, interrupt)
    (tmp_path / "s.wptest.yaml").write_text("scenario: s\n", encoding="utf-8")
    file = tmp_path / "r.json"
    try:
        code = wptest.main([name, str(tmp_path), "--json", str(file)], prog_name="wptest", standalone_mode=False)
    except click.Abort:
        code = 130
    data = json.loads(file.read_text(encoding="utf-8"))
    assert code == 130
    assert (data["summary"]["interrupted"], data["results"]) == (True, [])
    (command,) = data["commands"]
    assert (command["name"], command["interrupted"], command["exit_code"]) == (name, True, 130)
