"""`wptest shrink`: what it writes can be run as it is, and it says clearly when there is nothing to shrink."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from commands import ROOT, wptest
from samples import FAILING, INVALID, MATRIX, PASSING, UNVERIFIED, write

OUTAGE = str(ROOT / "scenarios" / "outage-and-recovery.wptest.yaml")
BROKEN = ("--behaviour", "swap_to_rescue=drop_first_line")


@pytest.mark.slow
def test_what_is_written_runs_with_the_command_that_it_names_and_fails_for_the_same_reason(tmp_path: Path) -> None:
    run = wptest(tmp_path, "shrink", OUTAGE, *BROKEN, "--output", "small.wptest.yaml")

    assert (run.returncode, run.stdout) == (0, "")
    assert re.fullmatch(r"10 steps before, 3 now, in \d+ runs; it shows no_loss\n", run.stderr)
    text = (tmp_path / "small.wptest.yaml").read_text()
    schema, shows, command = text.splitlines()[:3]
    assert schema.startswith("# yaml-language-server: $schema=")
    assert (tmp_path / schema.partition("=")[2]).resolve() == ROOT / "wptest/schema/scenario.schema.json"
    assert shows.startswith("# Shows: no_loss: ")
    words = shlex.split(command.removeprefix("# Run: "))
    again = wptest(tmp_path, *words[1:])
    assert again.returncode == 1
    assert f": {shows.removeprefix('# Shows: ')}\n" in again.stdout
    assert wptest(tmp_path, "run", "small.wptest.yaml").returncode == 0


def test_without_a_file_it_goes_to_standard_output(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, failing=FAILING), "shrink", "failing.wptest.yaml", "--reason", "then.rescue.dat")

    assert run.returncode == 0
    scenario = run.stdout.partition("scenario: ")[2]
    assert scenario.startswith("too-few-shrunk\n")
    assert "then: {rescue: {dat: 1}}\n" in scenario


def test_of_a_matrix_the_first_variant_that_fails_is_taken(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, many=MATRIX), "shrink", "many.wptest.yaml")

    assert run.returncode == 0
    assert "it shows then.sinks.a.lines" in run.stderr


def test_a_bound_that_is_too_small_is_told(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, failing=FAILING), "shrink", "failing.wptest.yaml", "--most", "4")

    assert "there is more to try: --most 8\n" in run.stderr


@pytest.mark.slow
def test_a_project_that_is_still_needed_is_told(tmp_path: Path) -> None:
    run = wptest(tmp_path, "shrink", OUTAGE, *BROKEN, "--most", "4")

    assert f"it needs its project projects/sink_recovery: keep the file in {ROOT / 'scenarios'}" in run.stderr


def test_of_variants_it_says_how_all_of_them_ended(tmp_path: Path) -> None:
    with_matrix = PASSING.replace("\n", "\nmatrix: {rate: [50, 100]}\n", 1).replace(
        "100/s", "'${{ matrix.rate }}/s'"
    )
    write(tmp_path, many=with_matrix)

    run = wptest(tmp_path, "shrink", "many.wptest.yaml")

    assert run.returncode == 4
    assert "none of the 2 variants failed (2 passed), so there is nothing to shrink" in run.stderr


def test_there_is_nothing_to_shrink_in_what_does_not_fail(tmp_path: Path) -> None:
    write(tmp_path, passing=PASSING, unverified=UNVERIFIED, invalid=INVALID)

    for name, code, text in (
        ("passing", 4, "passing passed, so there is nothing to shrink"),
        ("unverified", 4, "never-bites unverified, so there is nothing to shrink"),
        ("missing", 4, "there is no file or directory"),
        ("invalid", 5, "unknown key 'givn'"),
    ):
        run = wptest(tmp_path, "shrink", f"{name}.wptest.yaml")

        assert run.returncode == code
        assert text in run.stdout + run.stderr
        assert "Traceback" not in run.stderr


def test_a_place_that_can_not_be_written_costs_nothing_but_the_file(tmp_path: Path) -> None:
    write(tmp_path, failing=FAILING)

    run = wptest(tmp_path, "shrink", "failing.wptest.yaml", "--output", "nowhere/small.wptest.yaml")

    assert run.returncode == 4
    assert "can't write 'nowhere/small.wptest.yaml'" in run.stderr
    assert "scenario: too-few-shrunk\n" in run.stdout
