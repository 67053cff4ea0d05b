"""Looking for planted faults: in plain runs, likely scenarios first, and with crashes where these show nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipped import SCENARIOS, loaded_from

from engine.storage.profiles import MOUNTED
from engine.text.source_text import SourceText
from wptest.explore.faults_on_disks import look_on_disks
from wptest.explore.planted_faults import PlantedFault, by_likelihood, false_alarms, faults, hunt, is_large
from wptest.scenario.load import LoadedVariant, load_file, load_text

QUIET = """
scenario: a-quiet-day
project: {sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 50}}}
when:
  - run: wprescue work
"""


def shipped() -> list[list[LoadedVariant]]:
    return [variants for path in SCENARIOS for variants in loaded_from(path)]


def named(*names: str) -> list[list[LoadedVariant]]:
    return [variants for variants in shipped() if variants[0].scenario.scenario in names]


def quiet() -> list[LoadedVariant]:
    return list(load_text(SourceText(Path("quiet.wptest.yaml"), QUIET))[0].variants)


@pytest.mark.slow
def test_large_scenarios_come_last_for_every_fault():
    for fault in faults():
        large = [is_large(variants) for variants in by_likelihood(fault, shipped())]

        assert sorted(large) == large
        assert any(large)


@pytest.mark.parametrize(
    ("fault", "scenario"),
    [
        (PlantedFault("speed_limit", "ignored"), "speed-limit"),
        (PlantedFault("poison_line", "abort"), "poison-line"),
        (PlantedFault("full_channel", "give_up"), "slow-target-in-replay"),
        (PlantedFault("unlock", "nothing"), "unlock-by-hand"),
    ],
    ids=str,
)
def test_a_scenario_that_is_about_a_fault_is_among_the_first_ones(fault, scenario):
    first = [variants[0].scenario.scenario for variants in by_likelihood(fault, shipped())[:12]]

    assert scenario in first


def test_the_first_scenario_that_fails_is_enough():
    found = hunt(
        PlantedFault("resume", "from_start"), named("d01-checkpoint-never-used", "checkpoint-resume"), every=False
    )

    assert found.caught_by == ["d01-checkpoint-never-used"]
    assert (found.shows, found.explored, found.runs) == ("no_duplicate", False, 1)


def test_every_scenario_that_fails_can_be_counted():
    scenarios = named("d01-checkpoint-never-used", "checkpoint-resume", "hang-up")

    found = hunt(PlantedFault("resume", "from_start"), scenarios, every=True)

    assert [name.split("::")[0] for name in found.caught_by] == ["d01-checkpoint-never-used", "checkpoint-resume"]


def test_what_no_plain_run_shows_is_found_by_crashing_a_likely_scenario():
    found = hunt(PlantedFault("target_tail", "trust_checkpoint"), [quiet()], every=False)

    assert found.caught_by == ["a-quiet-day"]
    assert found.explored
    assert found.shows == "no_duplicate"
    assert found.runs > 10


@pytest.mark.parametrize(
    ("extension", "project"),
    [
        (
            (
                "@wptest.sink\nclass Own:\n    def __init__(self, path: str): self.path = path\n"
                "    def write(self, lines):\n        with open(self.path, 'ab') as file:\n"
                "            file.writelines(line + b'\\n' for line in lines)\n"
            ),
            "{sinks: {a: {own: {}}}}",
        ),
        ("@wptest.fault\ndef endless(hand: wptest.Hand) -> None:\n    while True: pass\n", "{sinks: {a: {}}}"),
    ],
    ids=["a python sink", "a run without an end"],
)
def test_what_can_not_be_crashed_is_not(tmp_path, extension, project):
    path = tmp_path / "quiet.wptest.yaml"
    (tmp_path / "conftest.py").write_text(f"import wptest\n\n{extension}")
    text = QUIET.replace("{sinks: {a: {}}}", project)
    path.write_text(text + ("  - fault: {endless: {}}\n" if "endless" in extension else ""))
    variants = [list(loaded.variants) for loaded in load_file(path)]

    found = hunt(PlantedFault("target_tail", "trust_checkpoint"), variants, every=True, timeout=10_000_000)

    assert not found.explored


def test_what_a_power_loss_shows_is_looked_for_on_the_disks_that_people_mount():
    scenarios = named("unlock-by-hand", "hang-up")
    found = hunt(PlantedFault("unlock_sync", "none"), scenarios, every=False)
    assert (found.caught_by, found.power_loss, found.explored) == (["unlock-by-hand"], True, False)

    look_on_disks(found, scenarios)

    assert found.disks == MOUNTED


def test_where_no_scenario_of_such_a_disk_shows_it_its_crashes_may():
    """On `ext4` and `xfs` the target's next sync makes the checkpoint's name durable, too."""
    scenarios = named("power-loss-after-saving", "hang-up")
    found = hunt(PlantedFault("checkpoint_write", "name_not_synced"), scenarios, every=False)

    look_on_disks(found, scenarios)

    assert (found.caught_by, found.disks) == (["power-loss-after-saving"], ("btrfs",))


def test_what_no_power_loss_has_shown_is_not():
    scenarios = named("unlock-by-hand", "d01-checkpoint-never-used")
    found = hunt(PlantedFault("resume", "from_start"), scenarios, every=False)
    runs = found.runs

    look_on_disks(found, scenarios)

    assert (found.power_loss, found.disks, found.runs) == (False, (), runs)


def test_what_only_crashes_show_is_looked_for_on_each_of_them():
    found = hunt(PlantedFault("target_sync", "at_the_end"), [quiet()], every=False)

    look_on_disks(found, [quiet()])

    assert (found.explored, found.power_loss, found.disks) == (True, True, MOUNTED)


def test_what_nothing_shows_escapes():
    found = hunt(PlantedFault("recovery_log", "hidden"), [quiet()], every=False)

    assert found.caught_by == []


def test_no_pass_on_the_reference_is_a_false_alarm_with_its_seed():
    text = QUIET + "then: {sinks: {a: {lines: 51}}}"
    (loaded,) = load_text(SourceText(Path("quiet.wptest.yaml"), text))

    alarms = false_alarms([*quiet(), *loaded.variants], [0, 7])

    assert [(each.name, each.seed, each.shows) for each in alarms] == [
        ("a-quiet-day", 0, "then.sinks.a.lines"),
        ("a-quiet-day", 7, "then.sinks.a.lines"),
    ]
