"""`truncate`: somebody cuts files, and who is to blame for what is gone."""

from __future__ import annotations

import pytest
from scenario_bench import scenario, told

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
GIVEN = f"{{files: {{{FILE}: {{lines: 50}}}}}}"
TARGET = "data/out_dat/a.dat"
ALLOWED = "{allow: {lost: in_memory}}"


def cut(path, size):
    return f"  - truncate: {{{path}: {size}}}\n"


@pytest.mark.parametrize("before", [True, False], ids=["the rescue file", "the target"])
@pytest.mark.parametrize("size", [0, 100, "1KiB"])
def test_what_was_cut_off_is_nobodys_loss_where_that_is_allowed(play, before, size):
    recover = "  - run: wprescue work\n"
    steps = cut(FILE, size) + recover if before else recover + cut(TARGET, size)

    assert told(play(scenario(steps, ALLOWED, GIVEN))) == []


def test_without_that_the_lines_are_lost(play):
    found = told(play(scenario(cut(FILE, 0) + "  - run: wprescue work", given=GIVEN)))

    assert ("failed", "no_loss", f"50 of 50 lines for {TARGET} nowhere to be found") in found


def test_a_cut_that_cuts_nothing_off_proves_nothing(play):
    found = play(scenario(cut(FILE, "1MiB") + "  - run: wprescue work", given=GIVEN)).findings

    assert [(each.name, each.code.name, each.help) for each in found] == [
        ("when.0", "CHANGED_NOTHING", "cut it to fewer, or when more is in it")
    ]


def test_a_file_that_is_not_there_can_not_be_cut(play):
    found = told(play(scenario(cut("data/x", 0) + "  - run: wprescue work", given=GIVEN)))

    assert found == [("unverified", "when.0", "step 1 had no effect: No such file or directory (data/x)")]
