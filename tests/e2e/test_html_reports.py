"""`--report FILE`: each command and pytest write what came of them as one page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import pytest_, wptest
from samples import FAILING, PASSING, write

RECOVERY = """\
scenario: recovery
project: {speed_limit: 100, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 30}}}
when:
  - start: wprescue work
  - {upon: {sink: a, lines: 20}, kill: wprescue}
  - run: wprescue work
then: {sinks: {a: {lines: 30}}}
explore: {crash: true}
"""
DOUBLED = "resume=from_start"


def _data(page: Path) -> dict[str, object]:
    found = re.search(
        r'<script type="application/json" id="report">(.*?)</script>', page.read_text(encoding="utf-8")
    )
    assert found is not None
    return json.loads(found[1])


@pytest.mark.slow
def test_run_draws_what_is_no_pass_and_all_when_asked(tmp_path: Path) -> None:
    write(tmp_path, passing=PASSING, failing=FAILING)

    assert wptest(tmp_path, "run", ".", "--report", "some.html").returncode == 1
    assert wptest(tmp_path, "run", ".", "-n", "2", "--report", "all.html", "--report-all").returncode == 1
    some, all_of_it = _data(tmp_path / "some.html"), _data(tmp_path / "all.html")
    assert [("lanes" in each) for each in some["results"]] == [True, False]
    assert [("lanes" in each) for each in all_of_it["results"]] == [True, True]
    assert some["results"][0]["lanes"] == all_of_it["results"][0]["lanes"]


def test_a_failure_of_another_behaviour_has_the_reference_beside_it(tmp_path: Path) -> None:
    write(tmp_path, recovery=RECOVERY)

    run = wptest(tmp_path, "run", ".", "--behaviour", DOUBLED, "--report", "out.html", "--json", "out.json")
    assert run.returncode == 1
    (result,) = _data(tmp_path / "out.html")["results"]
    (found,) = result["lanes"]["whereabouts"]
    assert (found["holder"], found["number"]) == ("wprescue", 1)
    assert result["lanes"]["reference"]["breaches"] == []
    merged = wptest(tmp_path, "merge", "out.json", "--report", "merged.html")
    assert merged.returncode == 1
    assert _data(tmp_path / "merged.html")["results"][0]["lanes"] == result["lanes"]


@pytest.mark.parametrize("more", [[], pytest.param(["-n", "2"], marks=pytest.mark.slow)])
def test_pytest_writes_the_same_page(tmp_path: Path, more: list[str]) -> None:
    write(tmp_path, passing=PASSING, recovery=RECOVERY)

    run = pytest_(tmp_path, "-q", f"--wptest-behaviour={DOUBLED}", "--wptest-report=out.html", *more)
    assert run.returncode == 1
    results = {each["scenario"]: each for each in _data(tmp_path / "out.html")["results"]}
    assert {name: each["outcome"] for name, each in results.items()} == {"passing": "passed", "recovery": "failed"}
    assert results["recovery"]["lanes"]["whereabouts"]


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["gaps", "."], "gaps"),
        (["selftest", "--choice", DOUBLED, "--seeds", "0", "."], "selftest"),
        (["behaviours", DOUBLED, "."], "behaviours"),
    ],
)
def test_what_is_about_a_suite_is_a_map(tmp_path: Path, arguments: list[str], key: str) -> None:
    write(tmp_path, recovery=RECOVERY)

    wptest(tmp_path, *arguments, "--report", "out.html")
    assert key in _data(tmp_path / "out.html")


def test_what_an_exploration_struck_is_counted_by_operation_and_way(tmp_path: Path) -> None:
    write(tmp_path, recovery=RECOVERY)

    wptest(tmp_path, "explore", "recovery.wptest.yaml", "--most", "20", "--report", "out.html")
    (result,) = _data(tmp_path / "out.html")["results"]
    (crash,) = result["explorations"]
    assert {each["how"] for each in crash["grid"]} == {"kill", "power loss", "kill, torn", "power loss, torn"}
    held, broken = (sum(each.get(name, 0) for each in crash["grid"]) for name in ("held", "broken"))
    assert (held + broken, broken) == (crash["run"], crash.get("broken", 0))
    assert held + broken + sum(each.get("left", 0) for each in crash["grid"]) == crash["total"]


def test_what_an_exploration_broke_is_drawn_up_to_the_crash_and_from_there_on(tmp_path: Path) -> None:
    write(tmp_path, recovery=RECOVERY)

    run = wptest(
        tmp_path,
        "explore",
        "recovery.wptest.yaml",
        "--behaviour",
        DOUBLED,
        "--report",
        "out.html",
        "-o",
        "out.json",
    )
    assert run.returncode == 1
    (crash,) = _data(tmp_path / "out.html")["results"][0]["explorations"]
    first, *others = crash["breaches"]
    until, from_there = first["lanes"]
    assert [text for *_, text in until["breaches"]] == [first["what"]]
    assert [text.partition(":")[0] for *_, text in from_there["breaches"]] == [
        finding["name"] for finding in first["findings"]
    ]
    assert not any("lanes" in each for each in others if "replay" not in each)
    wptest(tmp_path, "explore", "recovery.wptest.yaml", "--behaviour", DOUBLED, "-o", "plain.json")
    (plain,) = json.loads((tmp_path / "plain.json").read_text())["results"][0]["explorations"]
    assert [each["lanes"] for each in plain["breaches"]] == [[]] * plain["broken"]
    assert wptest(tmp_path, "merge", "out.json", "--report", "merged.html").returncode == 1
    merged = _data(tmp_path / "merged.html")["results"][0]["explorations"][0]["breaches"][0]
    assert merged["lanes"] == first["lanes"]


def test_drawing_what_passes_is_nothing_without_a_page(tmp_path: Path) -> None:
    write(tmp_path, passing=PASSING)

    run = wptest(tmp_path, "run", ".", "--report-all")
    assert run.returncode == 4
    assert "--report FILE" in run.stderr
