"""Warnings about a project and its stand-ins: once for each project, in the terminal, in JSON and under pytest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import pytest_, wptest

SINK = (
    '[sink_group]\nrule = "/web*"\n[[sink_group.sinks]]\nname = "out"\ntype = "kafka"\nparams = { topic = "t" }\n'
)
SCENARIO = """\
scenario: one
matrix: {lines: [1, 2, 3]}
project: shop
given: {source: {lines: "${{ matrix.lines }}"}}
when: [{run: wparse batch}]
then: {sinks: {out: {lines: "${{ matrix.lines }}"}}}
---
scenario: two
project: shop
when: [{run: wpgen sample}]
"""
WARNING = """\
warning[WPT-W051]: unknown key 'speed_limt', which has no effect here
  --> shop/conf/wparse.toml:1:1
1 | speed_limt = 500
  | ^^^^^^^^^^
  = help: did you mean 'speed_limit'?
"""
STAND_IN = "note[WPT-W070]: stand-ins: out for kafka (data/stand_in/out.dat)\n  --> shop\n"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    files = {
        "s.wptest.yaml": SCENARIO,
        "shop/conf/wparse.toml": "speed_limt = 500\n",
        "shop/sink/business.d/web.toml": SINK,
        "shop/models/wpl/web/sample.dat": "GET /\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("workers", ["1", "2"])
def test_run_tells_them_once_and_puts_them_into_json(directory, workers):
    done = wptest(directory, "run", ".", "-n", workers, "--json", "r.json")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(WARNING) == done.stdout.count(STAND_IN) == 1
    data = json.loads((directory / "r.json").read_text())
    assert [(each["code"], each["severity"], each["place"]["line"]) for each in data["warnings"]] == [
        ("WPT-W051", "warning", 1),
        ("WPT-W070", "note", 0),
    ]
    assert [result["stand_ins"] for result in data["results"]] == [{"out": "kafka"}] * 4


def test_check_tells_them_and_all_is_valid(directory):
    done = wptest(directory, "check", ".")

    assert done.returncode == 0
    assert done.stdout == f"{WARNING}\n{STAND_IN}\n1 file, 2 scenarios, 4 variants: all valid, 1 warning\n"


@pytest.mark.slow
def test_pytest_tells_them_once_and_fails_nothing(directory):
    done = pytest_(directory, "-n", "2")

    assert done.returncode == 0, done.stdout
    assert done.stdout.count(f"wptest: {WARNING}") == done.stdout.count(f"wptest: {STAND_IN}") == 1
