"""`case_interrupt.sh` and `case_recovery.sh` of the shipped project, as its README has them run."""

from __future__ import annotations

import pytest
from commands import ROOT
from real_programs import exec_

PROJECT = ROOT / "scenarios/projects/sink_recovery"
# A second of input, and an outage in it.
QUICK = {"LINE_CNT": "1200", "WPTEST_RESCUE_PHASES": "up 200ms, down 300ms"}


def script(cwd, name, **variables):
    done = exec_(cwd, str(PROJECT / name), **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.mark.slow
def test_twice_in_a_row_every_line_arrives_once_and_one_more_recovery_changes_nothing(tmp_path):
    shipped = sorted(PROJECT.rglob("*"))
    work = tmp_path / ".wptest/sink_recovery"
    for _ in range(2):
        assert "data/rescue/benchmark_file_sink-" in script(tmp_path, "case_interrupt.sh", **QUICK)
        assert "1200 lines issued, 1200 delivered" in script(tmp_path, "case_recovery.sh")
    before = contents(work / "data/out_dat")
    assert "1200 lines issued, 1200 delivered" in script(tmp_path, "case_recovery.sh")
    assert contents(work / "data/out_dat") == before
    log = (work / "logs/wprescue.log").read_text()
    assert "recover end! clean file : ./data/rescue/benchmark_file_sink-" in log
    assert (work / "validate.txt").read_text().startswith("validate: PASS\n")
    assert sorted(PROJECT.rglob("*")) == shipped

    target = work / "data/out_dat/example.dat"
    target.write_bytes(target.read_bytes().partition(b"\n")[2])
    done = exec_(tmp_path, str(PROJECT / "case_recovery.sh"))
    assert done.returncode == 1
    assert "lines lost (<) or doubled (>)" in done.stderr


@pytest.mark.slow
def test_an_input_without_an_outage_is_told(tmp_path):
    done = exec_(tmp_path, str(PROJECT / "case_interrupt.sh"), LINE_CNT="10")
    assert done.returncode == 1
    assert "the input ended before the sink was down" in done.stderr


def test_a_directory_with_other_things_in_it_is_left_alone(tmp_path):
    mine = tmp_path / "mine/conf/wparse.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text("# mine\n")
    done = exec_(tmp_path, str(PROJECT / "case_interrupt.sh"), WORK_DIR="mine")
    assert done.returncode == 2
    assert "is left alone" in done.stderr
    assert mine.read_text() == "# mine\n"


@pytest.mark.slow
def test_at_full_size(tmp_path):
    script(tmp_path, "case_interrupt.sh")
    assert "10000 lines issued, 10000 delivered" in script(tmp_path, "case_recovery.sh")
