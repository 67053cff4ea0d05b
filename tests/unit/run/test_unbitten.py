"""Why a fault never bit: what there was instead, and one thing to do."""

from __future__ import annotations

import pytest
from scenario_bench import scenario

from wptest.scenario.proof.reach import Reach

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
RESCUED = f"{{files: {{'{FILE}': {{lines: 20}}}}}}"
WORK = "  - run: wprescue work"


@pytest.fixture(autouse=True)
def _where_any_path_may_be_used(monkeypatch):
    """As with a python sink, which opens what it likes: else some of this is a mistake, known before the run."""
    monkeypatch.setattr(Reach, "is_known", False)


def never_bit(play, steps, given=RESCUED):
    result = play(scenario(steps, "{}", given))
    (found,) = (each for each in result.findings if each.code == "WPT-R062")
    return found


@pytest.mark.parametrize(
    ("fault", "evidence", "help_"),
    [
        (
            "{on: data/rescue, fail: write, errno: EIO}",
            [
                "data/rescue is a directory, and without '/**' it is nothing but the directory itself",
                "there was, on data/rescue/recover.lock.tmp: write (1)",
            ],
            'write on: "data/rescue/**" for what is in it',
        ),
        (
            "{on: data/out_dat/, fail: [write, open], errno: EIO}",
            [
                "data/out_dat is a directory",
                "there was, on data/out_dat/a.dat: open (1), write (1)",
            ],
            'write on: "data/out_dat/**" for what is in it',
        ),
        (
            '{on: "*.dat", fail: write, errno: EIO}',
            ["'*.dat' is for files at the top: '*' stays within one part of a path", "there was, on data/out_dat"],
            'write on: "**/*.dat" for such files anywhere',
        ),
        (
            "{on: data/out_dat/b.dat, fail: fsync, errno: EIO}",
            [
                "there was, on data/out_dat/a.dat: fsync (2)",
                "there was, on data/rescue/recover.lock.tmp: fsync (1)",
            ],
            "let 'on' match one of these paths",
        ),
        (
            "{on: data/out_dat/a.dat, fail: rename, errno: EIO}",
            ["no rename on such a file", "there was, on data/out_dat/a.dat: open (1), fsync (2), write (1)"],
            "let one of these operations fail",
        ),
        (
            '{on: "data/**", fail: truncate, errno: EIO}',
            ["no truncate on such a file", "there was, on data/rescue"],
            "let one of these operations fail",
        ),
        (
            "{on: elsewhere.dat, fail: truncate, errno: EIO}",
            ["no program did any truncate"],
            "let another operation fail",
        ),
        (
            "{on: data/out_dat/a.dat, fail: write, errno: EIO, nth: 9}",
            ["matching operations since then: 1, and the first to fail is number 9"],
            "give it a smaller 'nth'",
        ),
    ],
)
def test_it_says_what_there_was_and_what_to_write(play, fault, evidence, help_):
    found = never_bit(play, f"  - fault: {fault}\n{WORK}")
    for expected in evidence:
        assert any(line.startswith(expected) for line in found.evidence), found.evidence
    assert found.help == help_


def test_a_fault_that_came_after_everything(play):
    found = never_bit(play, f"{WORK}\n  - fault: {{on: data/out_dat/a.dat, fail: write, errno: EIO}}")
    assert found.evidence == (
        "such operations: 1, the last at 0s: write data/out_dat/a.dat",
        "the fault was there from 0s on",
    )
    assert found.help == "let it begin before these operations, or have something done after it"


def test_a_fault_that_was_over_before(play):
    steps = f"  - fault: {{on: data/out_dat/a.dat, fail: write, errno: EIO, for: 1s}}\n  - wait: 2s\n{WORK}"
    found = never_bit(play, steps)
    assert found.evidence[-1] == "the fault was there from 0s to 1s"
    assert found.help.startswith("give it another time")


def test_a_fault_in_a_run_that_does_nothing(play):
    found = never_bit(play, "  - fault: {on: data/out_dat/a.dat, fail: write, errno: EIO}\n  - wait: 1s")
    assert (found.evidence, found.help) == (("no program did anything to a file",), "start a program after it")


def test_a_fault_beside_the_timeline_is_told_the_same(play):
    text = scenario(WORK, "{}", RESCUED)
    text += "\nmeanwhile: [{upon: {event: recovery.began}, fault: {on: data/rescue, fail: write, errno: EIO}}]\n"
    (found,) = play(text).findings
    assert (found.name, found.help) == ("meanwhile.0", 'write on: "data/rescue/**" for what is in it')
