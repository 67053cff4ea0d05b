"""`wptest --help`, `wptest check` and `wptest timeline`."""

from __future__ import annotations

from pathlib import Path

from commands import wptest
from samples import FAILING, INVALID, MATRIX, PASSING, UNVERIFIED, write


def test_help_names_every_command_and_exit_code(tmp_path: Path) -> None:
    run = wptest(tmp_path, "--help")

    assert run.returncode == 0
    for word in ("run", "check", "timeline", "  0 ", "  1 ", "  2 ", "  4 ", "  5 ", "  130 "):
        assert word in run.stdout


def test_version_is_one_line(tmp_path: Path) -> None:
    run = wptest(tmp_path, "--version")

    assert (run.returncode, run.stdout.split()[0], run.stdout.count("\n")) == (0, "wptest", 1)


def test_check_counts_what_is_valid(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, one=PASSING, many=MATRIX), "check", ".")

    assert (run.returncode, run.stdout) == (0, "2 files, 2 scenarios, 5 variants: all valid\n")


def test_check_shows_every_mistake_of_every_file(tmp_path: Path) -> None:
    wrong = INVALID.replace("title:", "titel:")

    run = wptest(write(tmp_path, one=wrong, other=INVALID, passing=PASSING), "check", ".")

    assert run.returncode == 5
    assert run.stdout.count("unknown key 'givn'") == 2
    assert run.stdout.count("unknown key 'titel'") == 1
    assert "--> one.wptest.yaml:2:1" in run.stdout
    assert run.stdout.splitlines()[-1] == "3 files: 3 mistakes in 2 files"


def test_a_timeline_marks_the_steps_and_tells_the_outcome(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, failing=FAILING), "timeline", "failing.wptest.yaml")

    lines = run.stdout.splitlines()
    assert run.returncode == 1
    assert [line.split("step", 1)[1].split(None, 1)[1] for line in lines if line.startswith("> ")] == [
        "start: wparse daemon",
        "wait: idle",
        "signal: {wparse: TERM}",
        "run: wprescue work",
    ]
    assert any("rescue.created" in line for line in lines)
    assert any("sink.delivered" in line and " events until " in line for line in lines)
    assert lines[-2].startswith("too-few failed at ")


def test_a_timeline_is_of_the_first_variant_unless_all_are_wanted(tmp_path: Path) -> None:
    write(tmp_path, matrix=MATRIX)

    first, every = (wptest(tmp_path, "timeline", "matrix.wptest.yaml", *more) for more in ([], ["--all"]))

    assert "the first of 4 variants" in first.stdout
    assert first.returncode == 0
    assert first.stdout.count("program.started") == 1
    assert every.returncode == 1
    assert every.stdout.count("program.started") == 4


def test_a_timeline_can_be_of_some_events_only(tmp_path: Path) -> None:
    write(tmp_path, failing=FAILING)

    run = wptest(tmp_path, "timeline", "failing.wptest.yaml", "--events", "rescue.*", "--events", "step")

    kinds = {line[1:].split()[2] for line in run.stdout.splitlines()[1:-2]}
    assert kinds == {"rescue.created", "rescue.released", "step"}


def test_a_timeline_ends_with_the_code_of_its_outcome(tmp_path: Path) -> None:
    write(tmp_path, unverified=UNVERIFIED, invalid=INVALID)

    assert wptest(tmp_path, "timeline", "unverified.wptest.yaml").returncode == 2
    assert wptest(tmp_path, "timeline", "invalid.wptest.yaml").returncode == 5
