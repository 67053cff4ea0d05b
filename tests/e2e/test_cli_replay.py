"""`wptest replay`: what failed is run again by its id, whatever it was."""

from __future__ import annotations

import re
from pathlib import Path

from commands import ROOT, pytest_, wptest
from samples import FAILING, PASSING, UNVERIFIED, write

RECOVERY = """\
scenario: recovery
project: {speed_limit: 100, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 30}}}
when:
  - run: wprescue work
explore: {crash: true}
"""
BROKEN = ("--behaviour", "target_tail=trust_checkpoint")


def _id(output: str) -> str:
    found = re.search(r"wptest replay ([0-9a-f]{8})$", output, re.MULTILINE)
    assert found is not None, output
    return found[1]


def test_a_failure_still_fails_until_it_is_fixed(tmp_path: Path) -> None:
    name = _id(wptest(write(tmp_path, failing=FAILING), "run", ".", "--seed", "3").stdout)

    still = wptest(tmp_path, "replay", name)
    write(tmp_path, failing=FAILING.replace("501", "500").replace("dat: 1", "dat: 0"))
    fixed = wptest(tmp_path, "replay", name[:4])

    assert still.returncode == 1
    assert still.stdout.startswith("failing.wptest.yaml::too-few, seed 3\nSTILL FAILS\n\ntoo-few failed at ")
    assert (fixed.returncode, fixed.stdout.splitlines()[1]) == (0, "FIXED")


def test_the_same_failure_has_the_same_id_in_any_process(tmp_path: Path) -> None:
    write(tmp_path, failing=FAILING)

    ids = {_id(wptest(tmp_path, "run", ".", *more).stdout) for more in ((), ("-n", "2"))}
    ids.add(_id(pytest_(tmp_path).stdout))

    assert len(ids) == 1


def test_another_reason_is_told(tmp_path: Path) -> None:
    name = _id(wptest(write(tmp_path, failing=FAILING), "run", ".").stdout)
    write(tmp_path, failing=FAILING.replace("501", "500").replace("dat: 1", "lock: 1").replace("dat", "dat"))

    run = wptest(tmp_path, "replay", name)

    assert run.returncode == 1
    assert "STILL FAILS, but for another reason: it was " in run.stdout


def test_what_can_not_be_replayed_says_why(tmp_path: Path) -> None:
    name = _id(wptest(write(tmp_path, failing=FAILING), "run", ".").stdout)
    path = tmp_path / "failing.wptest.yaml"

    path.write_text(PASSING)
    renamed = wptest(tmp_path, "replay", name)
    path.write_text(UNVERIFIED.replace("never-bites", "too-few"))
    nothing = wptest(tmp_path, "replay", name)
    path.write_text(FAILING.replace("given:", "givn:"))
    invalid = wptest(tmp_path, "replay", name)
    path.unlink()
    gone = wptest(tmp_path, "replay", name)

    assert [run.returncode for run in (renamed, nothing, invalid, gone)] == [2, 2, 5, 2]
    assert "CANNOT REPLAY: too-few is no longer in " in renamed.stdout
    assert "CANNOT REPLAY: it proves nothing now\n" in nothing.stdout
    assert "CANNOT REPLAY: the file has mistakes now\n" in invalid.stdout
    assert "CANNOT REPLAY: there is no file failing.wptest.yaml any more" in gone.stdout


def test_what_an_exploration_found_is_run_alone(tmp_path: Path) -> None:
    write(tmp_path, recovery=RECOVERY)
    name = _id(wptest(tmp_path, "explore", ".", *BROKEN).stdout)

    still = wptest(tmp_path, "replay", name)
    write(tmp_path, recovery=RECOVERY.replace("sinks: {a: {}}", "sinks: {a: {file: other.dat}}"))
    changed = wptest(tmp_path, "replay", name)

    assert still.returncode == 1
    assert ", target_tail=trust_checkpoint, kill " in still.stdout
    assert "\nSTILL FAILS\n\nfailed[WPT-R002]: no_duplicate at " in still.stdout
    assert changed.returncode == 2
    assert "CANNOT REPLAY: the run has no such crash any more: kill " in changed.stdout


def test_variables_that_a_scenario_reads_are_as_they_were(tmp_path: Path) -> None:
    write(
        tmp_path,
        failing=FAILING.replace("lines: 501", 'lines: "${{ env.WANTED }}"').replace("rescue: {dat: 1}", ""),
    )
    name = _id(wptest(tmp_path, "run", ".", WANTED="501").stdout)

    assert wptest(tmp_path, "replay", name, WANTED="500").returncode == 1


def test_the_list_has_the_newest_first_and_an_unknown_id_is_wrong_usage(tmp_path: Path) -> None:
    write(tmp_path, failing=FAILING, unverified=UNVERIFIED)

    empty = wptest(tmp_path, "replay")
    wptest(tmp_path, "run", "failing.wptest.yaml")
    wptest(tmp_path, "run", "unverified.wptest.yaml")
    (tmp_path / "below").mkdir()
    listed = wptest(tmp_path / "below", "replay")
    unknown = wptest(tmp_path, "replay", "zzzz")

    assert (empty.returncode, empty.stdout) == (0, "no failures are kept\n")
    assert [line.split()[1] for line in listed.stdout.splitlines()] == [
        "unverified.wptest.yaml::never-bites,",
        "failing.wptest.yaml::too-few,",
    ]
    assert unknown.returncode == 4
    assert "no failure 'zzzz' is kept" in unknown.stderr


def test_nothing_is_kept_when_nobody_wants_it_or_nobody_can(tmp_path: Path) -> None:
    write(tmp_path, failing=FAILING)

    unwanted = wptest(tmp_path, "run", ".", "--no-store")
    kept = (tmp_path / ".wptest").exists()
    (tmp_path / ".wptest").write_text("a file is in the way")
    unwritable = wptest(tmp_path, "run", ".")

    assert not kept
    for run in (unwanted, unwritable):
        assert run.returncode == 1
        assert "wptest replay" not in run.stdout
        assert "Traceback" not in run.stderr


def test_the_store_is_bounded_and_hidden_from_git(tmp_path: Path) -> None:
    write(tmp_path, failing=FAILING)
    directory = tmp_path / ".wptest/failures"
    directory.mkdir(parents=True)
    for number in range(205):
        (directory / f"{number:08}.json").write_text("{}")

    name = _id(wptest(tmp_path, "run", ".").stdout)

    names = {path.stem for path in directory.iterdir()}
    assert len(names) == 200
    assert name in names
    assert (tmp_path / ".wptest/.gitignore").read_text() == "*\n"
    assert ROOT not in tmp_path.parents
