"""Exploring what passes, as part of a run: `wptest run --explore` and `pytest --wptest-explore`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import pytest_, wptest
from samples import PASSING, write

RECOVERY = """\
scenario: recovery
project: {speed_limit: 100, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 30}}}
when:
  - run: wprescue work
explore: {crash: true, errors: {occur: once}}
"""
BROKEN = "target_tail=trust_checkpoint"


def _with_ini(directory: Path, line: str) -> Path:
    (directory / "pytest.ini").write_text(f"[pytest]\n{line}\n")
    return directory


@pytest.mark.slow
def test_what_passes_is_explored_and_counted(tmp_path: Path) -> None:
    write(tmp_path, recovery=RECOVERY, passing=PASSING)

    run = pytest_(tmp_path, "--wptest-explore", "full", "-rP")
    off = pytest_(tmp_path, "-rP")

    assert run.returncode == 0
    assert re.search(r"^crash: .* \(100 %\) states recovered and checked: no breach$", run.stdout, re.MULTILINE)
    assert re.search(r"^wptest: 1 explored in \d+ runs, 1 without a breach$", run.stdout, re.MULTILINE)
    assert "wptest: 1 explored" not in off.stdout


@pytest.mark.parametrize("workers", [(), pytest.param(("-n", "2"), marks=pytest.mark.slow)], ids=["alone", "xdist"])
def test_a_breach_fails_the_test_with_what_broke_and_how_to_see_it_again(tmp_path: Path, workers) -> None:
    write(tmp_path, recovery=RECOVERY, passing=PASSING)

    run = pytest_(tmp_path, "--wptest-explore=quick", "--wptest-behaviour", BROKEN, *workers, COLUMNS="300")

    assert run.returncode == 1
    assert "FAILED recovery.wptest.yaml::recovery - no_" in run.stdout
    assert "1 failed, 1 passed" in run.stdout
    assert "wptest: 1 explored in " in run.stdout
    name = re.search(r"wptest replay ([0-9a-f]{8})$", run.stdout, re.MULTILINE)
    assert name is not None
    replayed = wptest(tmp_path, "replay", name[1])
    assert replayed.returncode == 1
    assert "STILL FAILS\n\nfailed[WPT-R002]: no_duplicate at " in replayed.stdout


@pytest.mark.slow
def test_a_breach_is_run_again_by_lf(tmp_path: Path) -> None:
    write(tmp_path, recovery=RECOVERY, passing=PASSING)
    _with_ini(tmp_path, "wptest_explore = quick")
    pytest_(tmp_path, "--wptest-behaviour", BROKEN, cache=True)

    run = pytest_(tmp_path, "--lf", cache=True)

    assert "1 passed" in run.stdout
    assert "wptest: 1 explored in " in run.stdout


@pytest.mark.slow
def test_the_ini_file_can_switch_it_on_and_the_command_line_off(tmp_path: Path) -> None:
    _with_ini(write(tmp_path, recovery=RECOVERY), "wptest_explore = quick")

    assert "wptest: 1 explored in " in pytest_(tmp_path).stdout
    assert "wptest: 1 explored" not in pytest_(tmp_path, "--wptest-explore=off").stdout


def test_what_is_neither_a_level_nor_a_behaviour_is_told(tmp_path: Path) -> None:
    write(tmp_path, recovery=RECOVERY)

    behaviour = pytest_(tmp_path, "--wptest-behaviour", "resum=x")
    level = pytest_(_with_ini(tmp_path, "wptest_explore = some"))

    assert behaviour.returncode == 4
    assert "unknown choice 'resum': did you mean 'resume'?" in behaviour.stderr
    assert level.returncode == 4
    assert "pytest.ini: wptest_explore = some: expected one of off, quick, full" in level.stderr


def test_run_explores_as_well(tmp_path: Path) -> None:
    write(tmp_path, recovery=RECOVERY, passing=PASSING)

    passed = wptest(tmp_path, "run", ".", "--explore", "quick", "--json", "out.json")
    failed = wptest(tmp_path, "run", ".", "--explore", "quick", "--behaviour", BROKEN, "-n", "2")

    assert passed.returncode == 0
    assert re.search(r"^passed +recovery .* explored: \d+ runs$", passed.stdout, re.MULTILINE)
    results = {each["scenario"]: each for each in json.loads((tmp_path / "out.json").read_text())["results"]}
    done, *_ = results["recovery"]["explorations"]
    assert (done["kind"], done["broken"], done["not_done"]) == ("crash", 0, "")
    assert (done["run"], done["total"] > 200) == (200, True)
    assert done["text"].startswith(f"crash: {done['run']:,} of ")
    assert results["passing"]["explorations"] == []
    assert failed.returncode == 1
    assert "\nrecovery failed when it was explored: no_" in failed.stdout
    assert re.search(r"to see it again: wptest replay [0-9a-f]{8}$", failed.stdout, re.MULTILINE)


COMBINED = """
scenario: combined
project: {speed_limit: 20, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 4}}}
when: [{run: wprescue work}]
explore: {combine: {of: [stop, kill]}}
"""


@pytest.mark.slow
def test_trouble_upon_trouble_is_named_and_shown_again(tmp_path: Path) -> None:
    write(tmp_path, combined=COMBINED)
    fault = ("--behaviour", "stop_in_file=resend_head")

    run = wptest(tmp_path, "explore", ".", "--only", "combine", "--most", "150", *fault)
    again = wptest(tmp_path, "replay", re.findall(r"wptest replay (\w+)", run.stdout)[0])
    as_part = wptest(tmp_path, "run", ".", "--explore", "quick", *fault)

    assert run.returncode == again.returncode == as_part.returncode == 1
    assert re.search(r"^  combine: 150 of \d+ \(\d+ %\) runs: \d+ broke something", run.stdout, re.MULTILINE)
    assert re.search(
        r"^    \d+ operations, \d+ of \d+ \(\d+ %\) troubles came first, \d+ after", run.stdout, re.MULTILINE
    )
    assert re.search(r"^      .*wprescue is stopped \S.* operation \d+: ", run.stdout, re.MULTILINE)
    assert "wprescue is stopped" in again.stdout
    assert "STILL FAILS" in again.stdout
    assert "combined failed when it was explored" in as_part.stdout


def test_one_exploration_alone_is_done_whether_the_scenario_asks_for_it_or_not(tmp_path: Path) -> None:
    write(tmp_path, recovery=RECOVERY)

    run = wptest(tmp_path, "explore", ".", "--only", "combine", "--most", "5", "--no-store")
    errors = wptest(tmp_path, "explore", ".", "--only", "errors", "--most", "5", "--no-store")
    wrong = wptest(tmp_path, "explore", ".", "--only", "combined")

    assert "  combine: 5 of " in run.stdout
    assert "crash:" not in run.stdout + errors.stdout
    assert "  errors: " in errors.stdout
    assert wrong.returncode == 4
    assert "'combined' is not one of" in wrong.stderr
