"""What steps have left in force is named where something doesn't come to its end."""

from __future__ import annotations

import pytest
import scenario_bench

from engine.behaviour.profile import behaviour_of
from engine.storage.memory import MemoryDisk
from wptest.judge.debts import Left
from wptest.run.running import run_variant
from wptest.run.world import RunOptions, World

RESCUED = "{files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 300}, data/out_dat/notes.txt: {text: x}}}"
START = "  - start: wprescue work"
DENIED = START + '\n  - chmod: {data/out_dat: "0500"}'
FULL = START + "\n  - disk: {data/out_dat: {size: 10kB}}"
FAULTY = START + '\n  - fault: {on: "data/out_dat/**", fail: [write, open], errno: EIO'


def scenario(when, then="{}", given=RESCUED, project="{speed_limit: 100, sinks: {a: {}}}"):
    return scenario_bench.scenario(when, then, given, project)


def finding(result, name):
    return next(each for each in result.findings if each.name == name)


@pytest.mark.parametrize(
    ("steps", "left", "help_"),
    [
        (
            '  - chmod: {data/out_dat: "0500"}\n' + START + "\n  - wait: 1s",
            "data/out_dat is still 0500 since step 1",
            'chmod: {data/out_dat: "0755"}',
        ),
        (
            FULL + "\n  - wait: 10s",
            "data/out_dat is full: 10,000 bytes fit into it since step 2",
            "disk: {data/out_dat: {size: ...}}",
        ),
    ],
)
def test_the_closing_phase_names_what_keeps_a_recovery_from_its_end(play, steps, left, help_):
    found = finding(play(scenario(steps)), "recovery_idempotent")

    assert found.message == f"wprescue doesn't end while {left}"
    assert found.help == f"end it in 'cleanup': {help_}"


@pytest.mark.parametrize(
    "steps",
    [
        '  - chmod: {data/out_dat: "0500"}\n' + START + "\n  - wait: 1s",
        '  - chmod: {data/out_dat: "0700"}\n  - chmod: {data/out_dat: "0500"}\n' + START + "\n  - wait: 1s",
        FULL + "\n  - wait: 10s",
    ],
)
def test_where_random_troubles_cut_a_run_short_no_step_is_blamed_that_a_later_one_would_have_ended(
    variant_of, steps
):
    result = run_variant(variant_of(scenario(steps)), RunOptions(), World.go_off_course)
    assert "recovery_idempotent" not in [each.name for each in result.findings]


def test_a_target_that_a_recovery_makes_and_leaves_empty_has_not_changed(play):
    """Programs of public versions open all targets when they start."""
    steps = "  - run: wprescue batch\n  - remove: data/out_dat/a.dat"
    result = play(scenario(steps, given="{}"), behaviour=behaviour_of(["wp-motor-1.17"]))
    assert "recovery_idempotent" not in [each.name for each in result.findings]


def test_what_a_cleanup_takes_back_is_in_nobodys_way(play):
    steps = '  - chmod: {data/out_dat: "0500"}\n' + START + "\n  - wait: 1s"
    text = scenario(steps) + 'cleanup: [chmod: {data/out_dat: "0755"}]\n'

    assert "recovery_idempotent" not in [each.name for each in play(text).findings]


def test_a_step_that_waits_for_ever_says_what_is_in_its_way(play):
    found = finding(play(scenario(FAULTY + "}\n  - wait: {exit: wprescue}")), "when.2")

    assert found.evidence[-1] == "the fault EIO on data/out_dat/** is still there since step 2"
    assert found.help == "end it before this step: heal: true"


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (FAULTY + "}\n  - wait: 5s", "the fault EIO on data/out_dat/** is still there since step 2"),
        (FAULTY + ", for: 2s}\n  - wait: 1s", "the fault EIO on data/out_dat/** is still there since step 2"),
        (FULL + "\n  - wait: 5s", "data/out_dat is full: 10,000 bytes fit into it since step 2"),
    ],
)
def test_lines_that_are_missing_are_told_with_what_is_in_their_way(play, steps, said):
    found = finding(play(scenario(steps, "{sinks: {a: {lines: 300}}}")), "then.sinks.a.lines")

    assert said in found.evidence


@pytest.mark.parametrize(
    "steps",
    [
        FAULTY + ", for: 1s}\n  - wait: 1s\n  - kill: wprescue",
        FAULTY + ", times: 1}\n  - wait: 1s\n  - kill: wprescue",
        FAULTY + "}\n  - heal: true\n  - kill: wprescue",
        FULL + "\n  - disk: {data/out_dat: {size: 1MB}}\n  - kill: wprescue",
        DENIED + '\n  - chmod: {data/out_dat: "0755"}\n  - kill: wprescue',
        START + '\n  - chmod: {data/out_dat: "0777"}\n  - kill: wprescue',
    ],
)
def test_what_is_over_or_takes_nothing_away_is_not_named(play, steps):
    found = finding(play(scenario(steps, "{sinks: {a: {lines: 300}}}")), "then.sinks.a.lines")

    assert [line for line in found.evidence if "since step" in line] == []


def test_a_fault_beside_the_timeline_is_named_by_its_own_number(play):
    text = scenario(START + "\n  - wait: 5s", "{sinks: {a: {lines: 300}}}")
    text += 'meanwhile: [{at: 1s, fault: {on: "data/out_dat/**", fail: [write, open], errno: EIO}}]\n'
    found = finding(play(text), "then.sinks.a.lines")

    assert "the fault EIO on data/out_dat/** is still there since step 1 of meanwhile" in found.evidence


def test_a_share_that_is_too_large_says_that_the_sinks_of_a_group_share_nothing(play):
    text = scenario(
        "  - run: wparse batch", "{sinks: {a: {ratio: 0.7}}}", "{source: {lines: 10}}", "{sinks: {a: {}, b: {}}}"
    )
    found = finding(play(text), "then.sinks.a.ratio")

    assert "every line of a group goes to each of its sinks: a, b" in found.evidence
    assert found.help.startswith("make a group of each, with a 'rule' of its own")


def test_after_a_crash_no_disk_is_too_small_any_more(variant_of):
    variant = variant_of(scenario(START, given="{disk: {data/rescue: {size: 1kB}}}"))
    before = World(variant, MemoryDisk(), RunOptions())
    after = World(variant, MemoryDisk(), RunOptions(), before.aftermath(Left({}, {})))

    assert [room.directory for room in before.rooms] == ["data/rescue"]
    assert after.rooms == []
    assert after.machine.storage.quotas.rooms == {}
