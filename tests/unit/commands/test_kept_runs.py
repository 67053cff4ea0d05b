"""Failures by their id: shown with what happened, as a timeline, and written as scenarios."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

RECOVERY = """\
scenario: recovery
project: {speed_limit: 100, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 15}}}
when:
  - run: wprescue work
explore: {EXPLORE}
"""
FAILING = """\
scenario: too-few
project: {sinks: {a: {}}}
given: {source: {lines: 3}}
when: [{run: wparse batch}]
then: {sinks: {a: {lines: 4}}}
"""
BROKEN = ("--behaviour", "resume=from_start")


@pytest.fixture
def crashed(tmp_path: Path, call) -> str:
    """The id of a crash that breaks something."""
    text = RECOVERY.replace("EXPLORE", "crash: {as: kill, tear: false}")
    (tmp_path / "recovery.wptest.yaml").write_text(text)
    explored = call("explore", ".", *BROKEN).out
    found = re.search(
        r"to see it again: wptest replay (\w{8})\n +or all that happens: wptest timeline --replay \1\n", explored
    )
    assert found is not None, explored
    return found[1]


def test_what_was_explored_is_told_with_what_happened_around_it(crashed, call) -> None:
    told = call("replay", crashed)

    assert told.code == 1
    assert "\nSTILL FAILS\n\nfailed[WPT-R002]: no_duplicate at " in told.out
    assert "    when: 0s after the machine was started again\n" in told.out
    assert "\naround 0s:\n" in told.out
    assert "\n! 0s  wptest    failed " in told.out
    assert f"\nto see all that happened: wptest timeline --replay {crashed}\n" in told.out


def test_its_timeline_goes_up_to_the_crash_and_on_from_there(crashed, call) -> None:
    shown = call("timeline", "--replay", crashed)

    assert shown.code == 1
    lines = shown.out.splitlines()
    crash = next(
        index for index, line in enumerate(lines) if re.match(r"! .* crash +kill before operation \d+: ", line)
    )
    assert lines[0].startswith("recovery.wptest.yaml::recovery, seed 0, resume=from_start, kill before operation ")
    assert lines[1].startswith("> ")
    assert "  wptest    restarted" in lines[crash + 1]
    assert "recovery.file_removed" not in "".join(lines[:crash])
    assert "recovery.file_removed" in "".join(lines[crash:])
    assert lines[-2].startswith("no_duplicate: ")


def test_it_is_written_as_a_scenario_that_fails_alone(crashed, call, tmp_path: Path) -> None:
    wrote = call("replay", crashed, "--write", "crash.wptest.yaml")
    ran = call("run", "crash.wptest.yaml", *BROKEN)
    sound = call("run", "crash.wptest.yaml")

    assert wrote.code == 0
    assert "wrote crash.wptest.yaml: it fails with no_duplicate: " in wrote.out
    assert wrote.out.endswith("\nnext: wptest run crash.wptest.yaml --seed 0 --behaviour resume=from_start\n")
    text = (tmp_path / "crash.wptest.yaml").read_text()
    assert re.search(r"^# Found by an exploration: .*, kill before operation \d+: ", text, re.MULTILINE)
    assert "\nscenario: crash\n" in text
    assert (ran.code, sound.code) == (1, 0)
    assert "crash failed at " in ran.out


def test_what_no_scenario_can_say_is_named_and_nothing_is_written(tmp_path: Path, call) -> None:
    text = RECOVERY.replace("EXPLORE", "schedule: {seeds: 1}").replace(
        "when:", "then: {sinks: {a: {lines: 16}}}\nwhen:"
    )
    (tmp_path / "recovery.wptest.yaml").write_text(text)
    name = re.search(r"wptest replay (\w{8})\n", call("explore", ".").out)[1]

    wrote = call("replay", name, "--write", "new.wptest.yaml")

    assert wrote.code == 2
    assert "\nCANNOT WRITE: no key of a scenario draws the order of tasks: run it with --seed 1\n" in wrote.out
    assert not (tmp_path / "new.wptest.yaml").exists()


def test_a_plain_failure_has_a_timeline_and_is_a_scenario_already(tmp_path: Path, call) -> None:
    (tmp_path / "few.wptest.yaml").write_text(FAILING)
    name = re.search(r"wptest replay (\w{8})\n", call("run", ".").out)[1]

    shown, wrote = (
        call("timeline", "--replay", name[:5], "--events", "sink.*"),
        call("replay", name, "--write", "x.yaml"),
    )

    assert shown.code == 1
    assert {line.split()[2] for line in shown.out.splitlines()[1:-2]} == {"sink.delivered"}
    assert shown.out.splitlines()[-2].startswith("too-few failed at 0s: ")
    assert wrote.code == 4
    assert "that is a scenario already: few.wptest.yaml::too-few" in wrote.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["timeline"], "give either a PATH or --replay ID"),
        (["timeline", ".", "--replay", "x"], "give either a PATH or --replay ID"),
        (
            ["timeline", "--replay", "x", "--seed", "3"],
            "--replay ID says which variant, seed, disk, behaviour and servers",
        ),
        (["timeline", "--replay", "x"], "no failure 'x' is kept"),
        (["replay", "--write", "x.yaml"], "--write is for one failure: give its ID as well"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told(call, arguments: list[str], said: str) -> None:
    called = call(*arguments)

    assert called.code == 4
    assert said in called.err


def test_what_is_gone_can_not_be_shown(crashed, call, tmp_path: Path) -> None:
    (tmp_path / "recovery.wptest.yaml").unlink()

    shown = call("timeline", "--replay", crashed)

    assert shown.code == 2
    assert shown.out == "CANNOT REPLAY: there is no file recovery.wptest.yaml any more\n"
