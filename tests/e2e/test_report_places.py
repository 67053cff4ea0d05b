"""A report goes over nothing that is wanted: no other report, no scenario; and one without its parts is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commands import environment, pytest_, wptest
from samples import PASSING, write


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write(tmp_path, s=PASSING)
    (tmp_path / "link").symlink_to("same")
    return tmp_path


@pytest.mark.parametrize("other", ["./same", "link"])
def test_two_reports_in_one_place_are_wrong_usage(place: Path, other: str) -> None:
    done = wptest(place, "run", ".", "--junit", "same", "--gitlab", other)

    assert done.returncode == 4
    assert f"--junit and --gitlab both go to '{Path(other)}': give each a file of its own" in done.stderr
    assert not (place / "same").exists()


def test_so_they_are_under_pytest(place: Path) -> None:
    done = pytest_(place, ".", "--wptest-report", "same", "--wptest-json", "same")

    assert done.returncode == 4
    assert "--wptest-json and --wptest-report both go to " in done.stdout + done.stderr


@pytest.mark.parametrize("paths", [".", "s.wptest.yaml::passing"])
def test_no_report_goes_over_a_scenario(place: Path, paths: str) -> None:
    done = wptest(place, "run", paths, "--json", "s.wptest.yaml")

    assert done.returncode == 4
    assert "--json would go over 's.wptest.yaml', which is no report" in done.stderr
    assert (place / "s.wptest.yaml").read_text() == PASSING


def test_devices_take_all_that_comes(place: Path) -> None:
    assert wptest(place, "run", ".", "--json", "/dev/null", "--junit", "/dev/null").returncode == 0


def test_standard_output_that_is_a_pipe_is_a_place(place: Path) -> None:
    command = [sys.executable, "-m", "wptest", "run", ".", "-q", "--gitlab", "/dev/stdout"]
    done = subprocess.run(command, cwd=place, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("[]")


def test_a_report_needs_a_name(place: Path) -> None:
    done = wptest(place, "run", ".", "--json", "")
    assert done.returncode == 4
    assert "--json needs the name of a file, and its name is empty" in done.stderr


def test_a_report_that_is_given_twice_is_told(place: Path) -> None:
    wptest(place, "run", ".", "--json", "r.json")
    done = wptest(place, "merge", "r.json", "./r.json")
    assert (done.returncode, done.stderr) == (0, "note: 'r.json' is given twice, and read once\n")


def test_a_report_without_its_parts_is_none(place: Path) -> None:
    (place / "r.json").write_text('{"format": {"name": "wptest-report", "version": 1}, "results": []}')
    done = wptest(place, "merge", "r.json")

    assert done.returncode == 4
    assert "r.json isn't what its format says:\n  it has no versions, commands, summary, invalid" in done.stderr


@pytest.mark.parametrize(("summary", "why"), [("/nodir/x", "no such file"), ("/dev/full", "no space left")])
def test_a_summary_that_cannot_be_written_is_a_report_that_was_not(place: Path, summary: str, why: str) -> None:
    done = wptest(place, "run", ".", "--github", GITHUB_STEP_SUMMARY=summary)

    assert done.returncode == (3 if summary == "/dev/full" else 4)
    assert f"can't write '{summary}': {why}" in done.stderr
    assert ("1 passed" in done.stdout) == (summary == "/dev/full")  # what can be known before is told before


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('{"results": NaN}', "r.json is no JSON: NaN is no number"),
        ('{"results": 1' + "0" * 5000 + "}", "a number has 5,001 digits, and none of a report has more than 40"),
        ('{"summary": {"passed": -1}}', "summary.passed: expected a number from 0 on, got -1"),
        ('{"commands": [{"duration_seconds": 1e999}]}', "commands[0].duration_seconds: expected a number"),
    ],
)
def test_numbers_that_no_report_has_are_told(place: Path, written: str, told: str) -> None:
    format_ = '{"format": {"name": "wptest-report", "version": 1}, '
    (place / "r.json").write_text(format_ + written.removeprefix("{"))
    done = wptest(place, "merge", "r.json")

    assert done.returncode == 4
    assert told in done.stderr
