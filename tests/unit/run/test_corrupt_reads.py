"""`corrupt`: what is read is wrong, on the disk it is right, and the ledger says what came of it."""

from __future__ import annotations

import pytest
from scenario_bench import scenario, told

from wptest.words.faults.corrupt_read import Corrupt

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
RESCUED = f"{{files: {{{FILE}: {{lines: 50}}}}}}"
RECOVER = "  - run: wprescue work"


def fault(size, on="data/rescue/*.dat", more=""):
    return f'  - fault: {{on: "{on}", fail: read, corrupt: {size}{more}}}\n'


@pytest.mark.parametrize("lines", [1, 3])
def test_whoever_does_not_notice_loses_lines_and_makes_others_of_them(play, lines):
    result = play(scenario(fault(lines) + RECOVER, given=RESCUED))
    messages = {name: message for _, name, message in told(result)}

    assert messages["no_loss"].startswith(f"{lines} of 50 lines for data/out_dat/a.dat")
    assert messages["no_invention"].startswith(f"data/out_dat/a.dat has {lines} line")


def test_a_fault_of_reads_that_meets_none_proves_nothing(play):
    found = told(play(scenario(fault(1, on="data/rescue/*.lock") + RECOVER, given=RESCUED)))

    assert ("unverified", "when.0", "the fault corrupt on data/rescue/*.lock never bit") in found


def test_a_checkpoint_that_can_not_be_read_right_does_no_harm(play):
    steps = "  - start: wprescue work\n  - {at: 2s, kill: wprescue}\n" + fault(3, on="data/rescue/recover.lock")
    result = play(scenario(steps + RECOVER, given=RESCUED, project="{speed_limit: 10, sinks: {a: {}}}"))

    assert told(result) == []


def test_the_same_bytes_are_wrong_each_time(play):
    text = scenario(fault(3) + RECOVER, given=RESCUED)

    assert play(text).trace_hash == play(text).trace_hash


@pytest.mark.parametrize(("wrong", "read"), [(1, b"abceef"), (2, b"accddf"), (6, b"`cbedg"), (99, b"`cbedg")])
def test_so_many_bytes_are_wrong_by_one_bit_evenly_over_all(wrong, read):
    assert Corrupt(wrong).damage()["spoil"](b"abcdef") == read
