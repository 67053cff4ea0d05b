"""`--server` and `--wptest-server`: a name that no scenario has is wrong usage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import pytest_, wptest
from samples import INVALID, PASSING, write

WITH_SERVER = """\
scenario: orders
project: {servers: {db: {engine: sqlite}}, sinks: {orders: {type: sql, server: db}}}
given: {source: {lines: 10}}
when:
  - run: wparse batch
then:
  sinks: {orders: {lines: 10}}
"""
MISSING = "dbb=sqlite: no scenario that is selected has a server 'dbb', expected one of: db; did you mean 'db'?"


@pytest.mark.parametrize("command", ["run", "timeline"])
def test_a_name_that_no_scenario_has_is_wrong_usage_with_the_nearest(tmp_path: Path, command: str) -> None:
    write(tmp_path, orders=WITH_SERVER)

    done = wptest(tmp_path, command, "orders.wptest.yaml", "--server", "dbb=sqlite")

    assert done.returncode == 4
    assert f"--server {MISSING}" in done.stderr


def test_one_scenario_with_such_a_server_is_enough(tmp_path: Path) -> None:
    write(tmp_path, orders=WITH_SERVER, other=PASSING)

    done = wptest(tmp_path, "run", ".", "--server", "db=sqlite", "--json", "-")

    assert done.returncode == 0
    assert {"db": "db=sqlite"} in [each.get("servers") for each in json.loads(done.stdout)["results"]]


def test_what_a_file_with_mistakes_has_is_not_guessed(tmp_path: Path) -> None:
    write(tmp_path, orders=WITH_SERVER, other=INVALID)

    assert wptest(tmp_path, "run", ".", "--server", "dbb=sqlite").returncode == 5


def test_where_no_scenario_has_any_server_it_is_told(tmp_path: Path) -> None:
    write(tmp_path, other=PASSING)

    done = wptest(tmp_path, "run", ".", "--server", "db=sqlite")

    assert done.returncode == 4
    assert "no scenario that is selected has a server 'db'\n" in done.stderr


@pytest.mark.parametrize("workers", [[], pytest.param(["-n", "1"], marks=pytest.mark.slow)], ids=["alone", "xdist"])
def test_pytest_says_the_same(tmp_path: Path, workers: list[str]) -> None:
    write(tmp_path, orders=WITH_SERVER)

    done = pytest_(tmp_path, "--wptest-server", "dbb=sqlite", *workers)

    assert f"--wptest-server {MISSING}" in done.stdout + done.stderr
    assert done.returncode == (1 if workers else 4)
    assert pytest_(tmp_path, "--wptest-server", "db=sqlite", *workers).returncode == 0


def test_pytest_without_scenarios_asks_for_no_server(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_a(): pass\n")

    assert pytest_(tmp_path, "--wptest-server", "dbb=sqlite").returncode == 0
