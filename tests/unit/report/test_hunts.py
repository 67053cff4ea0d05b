"""What came of planted faults, on one screen."""

from __future__ import annotations

from engine.behaviour.choice import all_choices
from wptest.explore.planted_faults import FalseAlarm, Hunt, faults
from wptest.report.hunts import alarms_by_scenario, hunts_by_topic, hunts_one_by_one


def _hunts() -> list[Hunt]:
    """The first three faults shown by something, and all others by nothing."""
    caught = [Hunt(faults()[0], ["s0"], "no_loss"), Hunt(faults()[1], ["s1"], "then.sinks.a.lines")]
    return [*caught, Hunt(faults()[2], ["s2"], "no_loss")] + [Hunt(fault) for fault in faults()[3:]]


def test_many_faults_are_counted_by_what_they_are_about() -> None:
    lines = list(hunts_by_topic(_hunts(), None))

    rows = [line.split("  ") for line in lines[1:-1]]
    assert len(rows) == len(lines) - 2 < 20
    choices = list(all_choices().values())
    first = sum(len(choice.faults) for choice in choices if choice.topic == choices[0].topic)
    assert lines[1].split()[-6:] == [str(first), "3", "no_loss", "2,", "expectations", "1"]
    assert all(row[-1].strip() == "0" for row in rows[1:])
    assert lines[-1].startswith(f"\nESCAPED: {faults()[3]}, {faults()[4]}, ")
    assert lines[-1].endswith(f" and {len(faults()) - 13} more")


def test_each_fault_has_a_row_where_somebody_asks_for_it() -> None:
    lines = list(hunts_one_by_one(_hunts()))

    assert len(lines) == 1 + len(faults())
    assert lines[1].split() == [str(faults()[0]), "s0", "no_loss"]
    assert lines[-1].split() == [str(faults()[-1]), "ESCAPED"]


def test_it_is_told_on_which_disks_a_power_loss_shows_a_fault() -> None:
    hunts = [
        Hunt(faults()[0], ["s0"], "no_loss", power_loss=True, disks=("ext4", "xfs", "btrfs")),
        Hunt(faults()[1], ["s1"], "no_loss", power_loss=True, disks=("btrfs",)),
        Hunt(faults()[2], ["s2"], "no_loss", power_loss=True),
        Hunt(faults()[3], ["s3"], "no_loss"),
    ]

    assert list(hunts_by_topic(hunts, None))[-3:] == [
        "\n3 faults shown by a power loss: 1 on ext4, 1 on xfs, 2 on btrfs",
        f"not on ext4, xfs: {faults()[1]}",
        f"not on ext4, xfs, btrfs: {faults()[2]}",
    ]
    heading, *rows = (line.split("  ") for line in hunts_one_by_one(hunts))
    assert heading[-1] == "on disks"
    assert [row[-1].strip() for row in rows] == ["ext4, xfs, btrfs", "btrfs", "none of them", "no_loss"]


def test_false_alarms_are_told_by_variant() -> None:
    alarms = [FalseAlarm(f"s{number}", seed, "no_loss") for number in range(15) for seed in (1, 2, 3)]

    lines = list(alarms_by_scenario(alarms, everything=False))

    assert lines[0] == "false alarm  s0 --seed 1  no_loss  (and 2 more seeds)"
    assert len(lines) == 11
    assert lines[-1] == "and false alarms of 5 more variants"
    assert len(list(alarms_by_scenario(alarms, everything=True))) == 45
