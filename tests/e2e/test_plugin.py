"""Scenario files under pytest: ids, selection, outcomes, reports."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from commands import environment, pytest_
from samples import FAILING, MATRIX, PASSING, UNVERIFIED, all_outcomes, write

ALL = [
    "failing.wptest.yaml::too-few",
    "matrix.wptest.yaml::matrix::lines=10,expected=10",
    "matrix.wptest.yaml::matrix::lines=10,expected=20",
    "matrix.wptest.yaml::matrix::lines=20,expected=10",
    "matrix.wptest.yaml::matrix::lines=20,expected=20",
    "passing.wptest.yaml::passing",
    "unverified.wptest.yaml::never-bites",
]


def _collected(cwd: Path, *arguments: str) -> list[str]:
    output = pytest_(cwd, "--collect-only", "-q", *arguments).stdout
    return [line for line in output.splitlines() if "::" in line]


def _outcomes(output: str) -> dict[str, str]:
    """Node ids and what became of them, from the short summary."""
    return {test: outcome for outcome, test in re.findall(r"^(PASSED|FAILED) (\S+)", output, re.MULTILINE)}


def test_node_ids_are_file_scenario_and_variant(tmp_path: Path) -> None:
    assert _collected(all_outcomes(tmp_path)) == ALL


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["passing.wptest.yaml"], ["passing.wptest.yaml::passing"]),
        (["matrix.wptest.yaml::matrix"], ALL[1:5]),
        ([ALL[2]], [ALL[2]]),
        (["-k", "many"], ALL[1:5]),
        (["-k", "quick or outage"], [ALL[0], ALL[5]]),
        (["-k", "too-few"], [ALL[0]]),
        (["-m", "wptest"], ALL),
        (["-m", "not wptest"], []),
    ],
    ids=" ".join,
)
def test_a_part_can_be_selected(tmp_path: Path, arguments: list[str], expected: list[str]) -> None:
    assert _collected(all_outcomes(tmp_path), *arguments) == expected


def test_other_yaml_files_are_left_alone_unless_they_are_named_and_have_a_scenario(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(PASSING, encoding="utf-8")
    (tmp_path / "other.yaml").write_text("key: value\n", encoding="utf-8")

    assert _collected(tmp_path) == []
    assert _collected(tmp_path, "scenario.yaml") == ["scenario.yaml::passing"]
    assert _collected(tmp_path, "other.yaml") == []


def test_the_summary_shows_the_first_line_of_what_failed(tmp_path: Path) -> None:
    run = pytest_(all_outcomes(tmp_path), "-rA", COLUMNS="300")

    assert run.returncode == 1
    assert _outcomes(run.stdout) == {
        test: "PASSED" if test in (ALL[1], ALL[4], ALL[5]) else "FAILED" for test in ALL
    }
    assert re.search(r"^FAILED \S+too-few - then\.rescue\.dat: ", run.stdout, re.MULTILINE)
    assert re.search(r"^FAILED \S+never-bites - unverified: when\.0: ", run.stdout, re.MULTILINE)
    assert "failed[WPT-R022]: then.sinks.a.lines at " in run.stdout
    assert " --> failing.wptest.yaml:15:22\n" in run.stdout
    assert "to see it again: wptest run failing.wptest.yaml::too-few --seed 0\n" in run.stdout
    assert "Traceback" not in run.stdout


@pytest.mark.parametrize("workers", [(), pytest.param(("-n", "1"), marks=pytest.mark.slow)], ids=["alone", "xdist"])
def test_tb_says_how_much_is_told(tmp_path: Path, workers: tuple[str, ...]) -> None:
    write(tmp_path, failing=FAILING)

    told = {style: pytest_(tmp_path, f"--tb={style}", *workers).stdout for style in ("line", "short", "no", "auto")}

    line = "\nfailing.wptest.yaml:16: then.rescue.dat: released rescue files (.dat): expected 1, got 0 (and 1 more)"
    assert [style for style in told if line in told[style]] == ["line"]
    assert [style for style in told if "to see it again: " in told[style]] == ["short", "auto"]
    assert [style for style in told if " --> failing.wptest.yaml:15:22\n" in told[style]] == ["short", "auto"]
    assert [style for style in told if "\naround " in told[style]] == ["auto"]
    assert all("FAILED failing.wptest.yaml::too-few - then.rescue.dat: " in text for text in told.values())


def test_verbose_output_shows_node_ids_that_can_be_copied(tmp_path: Path) -> None:
    matrix = MATRIX.replace("lines: [10, 20]", "lines: [1.0, 2.0]")
    (test,) = _collected(write(tmp_path, dots=matrix.replace("expected: [10, 20]", "expected: [1]")))[:1]

    assert f"{test} " in pytest_(tmp_path, "-v").stdout


def test_the_seed_is_an_option(tmp_path: Path) -> None:
    run = pytest_(write(tmp_path, failing=FAILING), "--wptest-seed", "7")

    assert "wptest run failing.wptest.yaml::too-few --seed 7\n" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-m", "wptest(stop=KILL)"], "needs quotes: wptest(stop='KILL')"),
        (["-m", "not wptest(n=1, stop=KILL, rate=100/s)"], "not wptest(n=1, stop='KILL', rate='100/s')"),
        (["--wptest-behavior", "x"], "there is no option --wptest-behavior: did you mean '--wptest-behaviour'?"),
        (["--wptest-sed=3"], "there is no option --wptest-sed: did you mean '--wptest-seed'?"),
    ],
    ids=str,
)
def test_what_is_nearly_right_is_told_before_anything_is_collected(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    run = pytest_(write(tmp_path, matrix=MATRIX), *arguments)

    assert (run.returncode, run.stderr.count(said)) == (4, 1), run.stderr


@pytest.mark.parametrize(
    "expression", ["wptest", "wptest(lines=10)", "wptest(stop='KILL') or not wptest", "not x(a=b)"]
)
def test_expressions_that_pytest_reads_are_left_to_it(tmp_path: Path, expression: str) -> None:
    assert "needs quotes" not in pytest_(write(tmp_path, matrix=MATRIX), "-m", expression).stderr


def test_lf_runs_what_failed_last(tmp_path: Path) -> None:
    all_outcomes(tmp_path)
    pytest_(tmp_path, cache=True)

    run = pytest_(tmp_path, "--lf", "-rA", cache=True)

    assert list(_outcomes(run.stdout)) == [test for test in ALL if test not in (ALL[1], ALL[4], ALL[5])]


@pytest.mark.parametrize(
    "dist",
    ["load", *(pytest.param(each, marks=pytest.mark.slow) for each in ("loadscope", "loadfile", "worksteal"))],
)
def test_every_distribution_over_workers_gives_the_same_outcomes(tmp_path: Path, dist: str) -> None:
    run = pytest_(all_outcomes(tmp_path), "-n", "2", "--dist", dist, "-rA", COLUMNS="300")

    outcomes = _outcomes(run.stdout)
    assert sorted(outcomes) == sorted(ALL)
    assert {test for test in ALL if outcomes[test] == "PASSED"} == {ALL[1], ALL[4], ALL[5]}
    assert re.search(r"^FAILED \S+too-few - then\.rescue\.dat: ", run.stdout, re.MULTILINE)


def test_junit_has_the_message_and_what_repeats_the_run(tmp_path: Path) -> None:
    pytest_(all_outcomes(tmp_path), "--junitxml", "junit.xml")

    cases = {case.get("name"): case for case in ET.parse(tmp_path / "junit.xml").iter("testcase")}
    failure = cases["too-few"].find("failure")
    assert failure is not None
    assert failure.get("message", "").startswith("then.rescue.dat: ")
    properties = {each.get("name"): each.get("value") for each in cases["passing"].iter("property")}
    assert properties["wptest_seed"] == "0"
    assert properties["wptest_outcome"] == "passed"
    assert len(properties["wptest_trace_hash"] or "") == 64
    assert properties["wptest_tags"] == "quick delivery"
    assert int(properties["wptest_virtual_time_ns"] or 0) > 0
    assert cases["lines=10,expected=10"].get("classname") == "matrix.wptest.yaml.matrix"


def test_fixtures_that_are_used_automatically_apply(tmp_path: Path) -> None:
    write(tmp_path, passing=PASSING)
    conftest = "import pytest\n@pytest.fixture(autouse=True)\ndef around():\n    print('set up')\n    yield\n"
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")

    assert "set up" in pytest_(tmp_path, "-rP").stdout


def test_a_variable_that_makes_no_sense_fails_with_its_name(tmp_path: Path) -> None:
    run = pytest_(write(tmp_path, passing=PASSING), "-q", COLUMNS="300", WPTEST_RESCUE_PHASES="up 1")

    assert "passing - the environment variable WPTEST_RESCUE_PHASES: " in run.stdout
    assert "Traceback" not in run.stdout


@pytest.mark.parametrize(
    ("module", "slow"),
    [
        ("wptest.pytest_plugin", {"yaml", "pydantic", "click", "engine"}),
        (
            "wptest.collect.nodes",
            {"pydantic", "engine.kernel", "wptest.scenario.load"},
        ),  # collecting reads outlines
    ],
)
def test_importing_imports_nothing_that_is_slow(module: str, slow: set[str]) -> None:
    code = f"import sys, {module}; print(*{slow} & set(sys.modules))"

    run = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, check=True)

    assert run.stdout.strip() == b""


def test_unverified_is_no_pass(tmp_path: Path) -> None:
    assert pytest_(write(tmp_path, unverified=UNVERIFIED)).returncode == 1


@pytest.mark.slow
@pytest.mark.skipif(not entry_points(group="pytest11", name="wptest"), reason="wptest is not installed")
def test_an_installed_plugin_is_loaded_by_pytest_itself(tmp_path: Path) -> None:
    write(tmp_path, passing=PASSING)

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "1 passed" in run.stdout
