"""`wptest run --behaviour` and `wptest behaviours`."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from commands import ROOT, wptest
from samples import PASSING, write

from engine.behaviour.choice import all_choices

SCENARIOS = ROOT / "scenarios"
RESUME = str(SCENARIOS / "checkpoint-resume.wptest.yaml") + "::checkpoint-resume::stop=TERM,sent=101"


@pytest.mark.slow
def test_a_run_says_which_behaviour_it_had_and_how_to_see_it_again(tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    run = wptest(tmp_path, "run", RESUME, "--behaviour", "resume=from_start", "--json", str(report))

    assert run.returncode == 1
    assert run.stdout.startswith("behaviour: resume=from_start (1 choice differs from the reference)\n")
    (result,) = json.loads(report.read_text())["results"]
    assert result["behaviour"] == {"resume": "from_start"}
    again = next(line for line in run.stdout.splitlines() if line.startswith("to see it again: "))
    words = shlex.split(again.removeprefix("to see it again: "))
    assert words[-2:] == ["--behaviour", "resume=from_start"]
    assert wptest(tmp_path, *words[1:]).returncode == 1


@pytest.mark.slow
def test_a_profile_with_an_override_is_run_by_several_workers_too(tmp_path: Path) -> None:
    options = ("--behaviour", "wp-motor-1.17", "--behaviour", "hup=ignored", "-n", "2")

    run = wptest(tmp_path, "run", str(SCENARIOS / "defects"), *options)

    assert run.returncode == 1
    assert "behaviour: wp-motor-1.17 hup=ignored (" in run.stdout
    # D12 is gone in this version: names have a number.
    assert "passed      d12-second-outage-in-a-second" in run.stdout
    assert "\n18 failed, 1 passed in " in run.stdout


def test_without_the_option_nothing_is_said_of_behaviour(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, one=PASSING), "run", ".")

    assert run.returncode == 0
    assert "behaviour" not in run.stdout


def test_an_unknown_name_is_told_with_the_nearest(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, one=PASSING), "run", ".", "--behaviour", "wp-moter-1.17")

    assert run.returncode == 4
    assert "unknown profile 'wp-moter-1.17': did you mean 'wp-motor-1.17'?" in run.stderr


def test_a_timeline_can_have_a_behaviour(tmp_path: Path) -> None:
    run = wptest(tmp_path, "timeline", RESUME, "--behaviour", "resume=from_start", "--events", "recovery.*")

    assert run.returncode == 1
    assert "then.sinks.benchmark_file_sink.lines" in run.stdout


def test_the_list_has_every_choice_and_value_with_the_profiles_that_set_it(tmp_path: Path) -> None:
    run = wptest(tmp_path, "behaviours")

    assert run.returncode == 0
    for choice in all_choices().values():
        assert f"  {choice.name}: {choice.question}\n    {choice.reference}\n" in run.stdout
    assert "    when_enqueued: D11: as soon as its last line is queued [seed, wp-motor-1.17]\n" in run.stdout


def test_a_profile_shows_what_each_of_its_choices_breaks_and_where(tmp_path: Path) -> None:
    paths = [str(SCENARIOS / f"{name}.wptest.yaml") for name in ("blank-and-empty", "killed-at-an-operation")]

    run = wptest(tmp_path, "behaviours", "seed", *paths)

    assert run.returncode == 2
    blocks = {block[0].split()[0]: block[1:] for block in _blocks(run.stdout)}
    assert blocks["blank_line=send"][0].split() == ["no_invention", "blank-and-empty"]
    assert blocks["unlock=nothing"] == ["  nothing                         no scenario shows what it breaks"]
    assert run.stdout.splitlines()[-1].startswith("8 choices differ from the reference, ")


@pytest.mark.slow
def test_a_profile_of_many_choices_is_told_by_what_they_break(tmp_path: Path) -> None:
    path = str(SCENARIOS / "defects/d01-checkpoint-never-used.wptest.yaml")

    run, verbose = (wptest(tmp_path, "behaviours", "wp-motor-1.17", path, *more) for more in ((), ("-v",)))

    assert run.returncode == verbose.returncode == 2
    assert run.stdout.splitlines()[0].split() == ["broken", "choices", "by"]
    rows = {line.split()[0]: line.split()[1:] for line in run.stdout.split("\n\n")[0].splitlines()}
    assert "stop_in_file=resend_head," in rows["no_duplicate"]
    assert "\nno scenario shows what it breaks: source_position=from_start, " in run.stdout
    assert len(run.stdout.splitlines()) < 24
    assert re.search(r"^resume=from_start  \(D1\)\n  no_duplicate +d01-", verbose.stdout, re.MULTILINE)


def test_a_scenario_with_mistakes_is_shown_before_anything_runs(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, one="scenario: x\n"), "behaviours", "resume=from_start", ".")

    assert run.returncode == 5
    assert "--> one.wptest.yaml:1:1" in run.stdout


def _blocks(text: str) -> list[list[str]]:
    """Lines by what they are indented under."""
    blocks: list[list[str]] = []
    for line in filter(None, text.splitlines()):
        if line.startswith("  "):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks
