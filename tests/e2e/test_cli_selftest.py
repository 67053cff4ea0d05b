"""`wptest selftest`: its table, its exit codes, its JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import ROOT, wptest
from samples import FAILING, INVALID, PASSING, write

RESUME = [str(ROOT / "scenarios" / name) for name in ("checkpoint-resume.wptest.yaml", "debug-log.wptest.yaml")]


@pytest.mark.slow
def test_every_planted_fault_has_a_row_with_who_caught_it(tmp_path: Path) -> None:
    run = wptest(tmp_path, "selftest", *RESUME, "--choice", "resume", "--seeds", "1", "-n", "2")

    assert run.returncode == 0
    rows = [line.split() for line in run.stdout.splitlines() if "=" in line]
    assert [row[0] for row in rows] == ["resume=from_start"]
    assert rows[0][1].startswith("checkpoint-resume::stop=")
    assert "no false alarm in 21 runs on the reference" in run.stdout
    assert "\n1 planted, 1 caught, 0 escaped; " in run.stdout


def test_it_is_told_on_which_disks_a_fault_shows(tmp_path: Path) -> None:
    scenario = str(ROOT / "scenarios" / "unlock-by-hand.wptest.yaml")

    run = wptest(tmp_path, "selftest", scenario, "--choice", "unlock_sync", "--seeds", "0", "--json", "table.json")

    rows = [line.split(maxsplit=3) for line in run.stdout.splitlines() if "=" in line]
    assert rows == [["unlock_sync=none", "unlock-by-hand", "when.2.check.rescue.dat", "ext4, xfs, btrfs"]]
    (told,) = json.loads((tmp_path / "table.json").read_text())["selftest"]["hunts"]
    assert (told["power_loss"], told["disks"]) == (True, ["ext4", "xfs", "btrfs"])


def test_a_fault_that_nothing_catches_fails(tmp_path: Path) -> None:
    write(tmp_path, passing=PASSING)

    run = wptest(tmp_path, "selftest", ".", "--choice", "usr1=*", "--json", "table.json")

    assert run.returncode == 1
    assert "usr1=kills  ESCAPED\n" in run.stdout
    table = json.loads((tmp_path / "table.json").read_text())["selftest"]
    assert table["hunts"][0] | {"runs": 0, "topic": "", "defects": []} == {
        "choice": "usr1", "value": "kills", "caught_by": [], "shows": "", "explored": False, "power_loss": False,
        "disks": [], "runs": 0,
        "topic": "", "defects": [],
    }  # fmt: skip
    assert (len(table["hunts"]), table["variants"], table["tasks_undone"]) == (1, ["passing"], 0)


def test_a_false_alarm_fails(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, failing=FAILING), "selftest", ".", "--choice", "usr1=*", "--seeds", "1")

    assert run.returncode == 1
    assert "false alarm  too-few --seed 0  then." in run.stdout


def test_a_mistake_is_told_before_anything_runs(tmp_path: Path) -> None:
    write(tmp_path, invalid=INVALID)

    wrong_file = wptest(tmp_path, "selftest", ".")
    wrong_choice = wptest(tmp_path, "selftest", ".", "--choice", "resum")

    assert (wrong_file.returncode, wrong_choice.returncode) == (5, 4)
    assert "unknown key 'givn'" in wrong_file.stdout
    assert "no choice matches 'resum': did you mean 'resume'?" in wrong_choice.stderr
