"""`wptest run` and pytest give the same files the same outcomes, and refuse the same options."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from commands import pytest_, wptest
from samples import FAILING, PASSING, UNVERIFIED, write

RECOVERY = """\
scenario: recovery
project: {speed_limit: 100, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 30}}}
when: [{run: wprescue work}]
explore: {crash: true}
"""
BROKEN = "target_tail=trust_checkpoint"
INVALID = (
    "scenario: {name}\n{condition}: not today\nproject: {{sinks: {{a: {{}}}}}}\nwhen: [{{rum: wparse batch}}]\n"
)
FILES = {
    "passing": PASSING,
    "failing": FAILING,
    "unverified": UNVERIFIED,
    "expected": FAILING.replace("too-few", "expected", 1).replace("title:", "xfail: known\ntitle:", 1),
    "unproved": UNVERIFIED.replace("never-bites", "unproved", 1).replace("title:", "xfail: known\ntitle:", 1),
    "better": PASSING.replace("passing", "better", 1).replace("title:", "xfail: known\ntitle:", 1),
    "left": PASSING.replace("passing", "left", 1).replace("title:", "skip: not today\ntitle:", 1),
    "recovery": RECOVERY,
    "wrong-and-expected": INVALID.format(name="wrong-and-expected", condition="xfail"),
    "wrong-and-skipped": INVALID.format(name="wrong-and-skipped", condition="skip"),
}
OUTCOMES = {
    "passing": "passed",
    "failing": "failed",
    "unverified": "unverified",
    "expected": "xfailed",
    "unproved": "xfailed",
    "better": "failed",
    "left": "skipped",
    "recovery": "passed",
    "wrong-and-expected": "invalid",
    "wrong-and-skipped": "invalid",
}


def _of_command(cwd: Path, *options: str) -> dict[str, str]:
    """What came of each file."""
    wptest(cwd, "run", ".", "--json", "out.json", *options)
    told = json.loads((cwd / "out.json").read_text())
    outcomes = {Path(each["file"]).name: each["outcome"] for each in told["results"]}
    outcomes |= {Path(each["file"]).name: "invalid" for each in told["invalid"]}
    return {name.partition(".")[0]: outcome for name, outcome in outcomes.items()}


def _of_pytest(cwd: Path, *options: str) -> dict[str, str]:
    """The same, of pytest."""
    done = pytest_(cwd, "--junitxml", "out.xml", "-o", "junit_family=xunit1", *options)
    assert done.returncode == 1, done.stdout
    cases = ET.parse(cwd / "out.xml").getroot().iter("testcase")
    return {str(case.get("file")).partition(".")[0]: _outcome(case) for case in cases}


def _outcome(case: ET.Element) -> str:
    assert case.find("error") is None, ET.tostring(case)
    skipped, failure = case.find("skipped"), case.find("failure")
    if skipped is not None:
        return "xfailed" if skipped.get("type") == "pytest.xfail" else "skipped"
    if failure is None:
        return "passed"
    text = f"{failure.get('message')}\n{failure.text}"
    return "invalid" if re.search("WPT-E", text) else "unverified" if "unverified" in text else "failed"


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_every_outcome_is_the_same(tmp_path: Path, workers) -> None:
    write(tmp_path, **FILES)

    assert _of_command(tmp_path, *workers) == OUTCOMES
    assert _of_pytest(tmp_path, *workers) == OUTCOMES


@pytest.mark.slow
def test_so_is_that_of_exploring_with_a_broken_behaviour_and_so_is_what_is_kept(tmp_path: Path) -> None:
    write(tmp_path, recovery=RECOVERY, expected=FILES["expected"])

    by_command = _of_command(tmp_path, "--explore", "quick", "--behaviour", BROKEN)
    kept = wptest(tmp_path, "replay").stdout
    for file in (tmp_path / ".wptest" / "failures").iterdir():
        file.unlink()
    by_pytest = _of_pytest(tmp_path, "--wptest-explore", "quick", "--wptest-behaviour", BROKEN)

    assert by_command == by_pytest == {"recovery": "failed", "expected": "xfailed"}
    # What pytest keeps has its root as well; what is expected to fail is kept by neither.
    kept_by_pytest = wptest(tmp_path, "replay").stdout
    assert _without_ids(kept_by_pytest) == _without_ids(kept)
    assert "expected" not in kept


def _without_ids(listed: str) -> list[str]:
    return [line[8:] for line in listed.splitlines()]


@pytest.mark.parametrize(
    "options",
    [
        ["subject=process", "explore=quick"],
        ["subject=process", "behaviour=v1", "bin-dir=bin"],
        ["subject=process", "bin-dir=nowhere"],
        ["bin-dir=bin"],
        ["longest=5s"],
        ["behaviour=resum=x"],
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together_are_the_same_wrong_usage(tmp_path: Path, options: list[str]) -> None:
    write(tmp_path, passing=PASSING)

    ran = wptest(tmp_path, "run", ".", *(f"--{each}" for each in options))
    tested = pytest_(tmp_path, *(f"--wptest-{each}" for each in options))

    assert (ran.returncode, tested.returncode) == (4, 4)
    assert tested.stderr.strip().removeprefix("ERROR: ") == _said(ran.stderr).replace("--", "--wptest-")
    assert "passed" not in ran.stdout + tested.stdout


def _said(errors: str) -> str:
    return errors.partition("Error: ")[2].strip()


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_what_the_ini_file_or_the_environment_asks_for_counts_as_well(tmp_path: Path, workers) -> None:
    write(tmp_path, passing=PASSING)
    (tmp_path / "pytest.ini").write_text("[pytest]\nwptest_explore = quick\n")

    ini = pytest_(tmp_path, "--wptest-subject=process", *workers)
    environment = pytest_(tmp_path, *workers, PYTEST_ADDOPTS="--wptest-subject=process --wptest-explore=full")

    assert (ini.returncode, environment.returncode) == (4, 4)
    message = "is about the engine, and can't be had with --wptest-subject process"
    assert f"ERROR: pytest.ini: wptest_explore {message}" in ini.stderr
    assert f"ERROR: --wptest-explore {message}" in environment.stderr


def test_an_expected_failure_is_an_ordinary_one_with_runxfail(tmp_path: Path) -> None:
    write(tmp_path, expected=FILES["expected"], better=FILES["better"])

    done = pytest_(tmp_path, "--runxfail")

    assert "1 failed, 1 passed" in done.stdout
    assert "lines of a: expected 501, got 500" in done.stdout
