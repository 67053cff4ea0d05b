"""What there is to warn of is shown by every command that reads a scenario, with its place, and once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SCENARIO = """\
scenario: early
matrix: {lines: [10, 20, 30]}
project: {sinks: {a: {}}}
given: {source: {lines: "${{ matrix.lines }}"}}
when: [{start: wparse daemon}]
then: {sinks: {a: {lines: 0}}}
"""
WARNING = """\
warning[WPT-W074]: 'then' is judged right after this start: wparse has done nothing by then
  --> early.wptest.yaml:5:16
5 | when: [{start: wparse daemon}]
  |                ^^^^^^^^^^^^^
  = help: add a step 'wait: idle' after it
"""


@pytest.fixture(autouse=True)
def _early(tmp_path: Path) -> None:
    (tmp_path / "early.wptest.yaml").write_text(SCENARIO)


@pytest.mark.parametrize("command", [["check"], ["run"], ["run", "-n", "2"], ["plan", "--all"]], ids=" ".join)
def test_it_is_shown_once_for_all_variants(command: list[str], call) -> None:
    assert call(command[0], "early.wptest.yaml", *command[1:]).out.count(WARNING) == 1


def test_check_counts_it_and_finds_nothing_invalid(call) -> None:
    called = call("check", ".")

    assert called.code == 0
    assert called.out.endswith("1 file, 1 scenario, 3 variants: all valid, 1 warning\n")


def test_it_is_in_the_json_of_a_run_that_is_unverified(tmp_path: Path, call) -> None:
    called = call("run", ".", "--json", "r.json")

    data = json.loads((tmp_path / "r.json").read_text())
    assert called.code == 2
    assert [(each["code"], each["place"]["line"], each["place"]["column"]) for each in data["warnings"]] == [
        ("WPT-W074", 5, 16)
    ]
    assert [result["outcome"] for result in data["results"]] == ["unverified"] * 3
