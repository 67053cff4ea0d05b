"""Files with mistakes: exit code 5 or a failing test, the place of the mistake, and never a traceback."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from commands import pytest_, wptest
from mistakes import MISTAKES, write_mistakes
from samples import PASSING, write


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mistakes(tmp_path_factory.mktemp("mistakes"))


@pytest.fixture(scope="module")
def under_pytest(directory: Path) -> subprocess.CompletedProcess[str]:
    return pytest_(directory, "--junitxml", "junit.xml")


@pytest.mark.parametrize("name", MISTAKES)
def test_check_exits_with_5_and_says_where(directory: Path, name: str) -> None:
    run = wptest(directory, "check", f"{name}.wptest.yaml")

    _, place, word = MISTAKES[name]
    assert run.returncode == 5
    assert f"{name}.wptest.yaml{place}" in run.stdout
    assert word in run.stdout
    assert "error[WPT-E0" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.parametrize("name", MISTAKES)
def test_under_pytest_it_is_a_failing_test(
    directory: Path, under_pytest: subprocess.CompletedProcess[str], name: str
) -> None:
    _, place, word = MISTAKES[name]
    failures = [
        case.find("failure")
        for case in ET.parse(directory / "junit.xml").iter("testcase")
        if case.get("classname", "").startswith(f"{name}.wptest")
    ]

    assert under_pytest.returncode == 1
    assert len(failures) == 1
    assert failures[0] is not None
    text = failures[0].text or ""
    # The first line is all that a summary shows.
    assert word in text.splitlines()[0]
    assert "error[WPT-E0" in text
    if place:
        assert text.startswith(f"{name}.wptest.yaml{place}: ")


def test_the_session_goes_on_without_a_traceback(under_pytest: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in under_pytest.stdout + under_pytest.stderr
    assert f"{len(MISTAKES)} failed in " in under_pytest.stdout


def test_a_mistake_in_a_project_names_its_own_file(directory: Path) -> None:
    run = wptest(directory, "check", "broken-project.wptest.yaml")

    assert "broken/conf/wparse.toml:1:11" in run.stdout.replace("\\", "/")


def test_run_shows_all_mistakes_and_runs_the_files_that_have_none(tmp_path: Path) -> None:
    run = wptest(write(write_mistakes(tmp_path), passing=PASSING), "run", ".", "-v", "-n", "2")

    assert run.returncode == 5
    assert run.stdout.splitlines()[-1].startswith(f"{len(MISTAKES)} invalid files, 1 passed in ")
    assert "Traceback" not in run.stdout + run.stderr
    for name, (_, place, word) in MISTAKES.items():
        assert f"{name}.wptest.yaml{place}" in run.stdout
        assert word in run.stdout
