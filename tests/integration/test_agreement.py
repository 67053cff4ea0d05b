"""Real processes make of a shipped scenario what the engine makes of it, wherever they can do what it says."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from agreement import both, of_engine, of_processes
from agreement_table import PAGE, ROOT, SCENARIOS, variants_of, with_table

from engine.behaviour.profile import behaviour_of
from wptest.run.against_processes import run_on_processes
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.subject.expressible import obstacles
from wptest.subject.programs import find_programs
from wptest.words.failures import Failure
from wptest.words.finding import Outcome

# About a second each in real time.
QUICK = [
    "blank-and-empty",
    "lock-beside-dat",
    "unknown-sink-does-not-starve-others",
    "defects/d04-odd-name-aborts",
    "defects/d09-poison-line-ends-recovery",
]
TOO_LARGE = {"million-lines", "large-rescue-file", "long-outage-and-clock-trouble"}  # minutes, to no other purpose
BY_MOMENT = {"rescue-files-by-hand", "resumed-otherwise"}  # how much comes twice is how far the killed one had come
AT_ONCE = 4  # they wait most of the time


@pytest.mark.parametrize("name", QUICK)
def test_a_quick_scenario_ends_alike(name: str) -> None:
    for variant in variants_of(ROOT / f"scenarios/{name}.wptest.yaml"):
        real = of_processes(variant)
        assert real is not None
        assert real.outcome == "passed", real.findings
        engine = of_engine(variant)
        assert real.essence(engine) == engine.essence(real)


@pytest.mark.slow
def test_what_fails_on_the_engine_fails_with_processes() -> None:
    (variant,) = variants_of(ROOT / "scenarios/defects/d04-odd-name-aborts.wptest.yaml")
    options = RunOptions(behaviour=behaviour_of(["unreadable_name=abort"]))
    on_engine, real = run_variant(variant, options), run_on_processes(variant, find_programs(), options)
    assert on_engine.outcome is real.outcome is Outcome.FAILED
    assert {finding.code for finding in real.findings} == {finding.code for finding in on_engine.findings}


@pytest.mark.slow
def test_what_proves_nothing_on_the_engine_proves_nothing_with_processes(tmp_path: Path) -> None:
    """A file of a sink that there is none of, which nobody says; and no line at all."""
    (tmp_path / "s.wptest.yaml").write_text(
        "defaults: {project: {sinks: {a: {}}}}\n---\n"
        "scenario: gone\n"
        "given: {files: {data/rescue/gone-2025-10-04_01:59:24.dat: {lines: 10}}}\n"
        "when: [{run: wprescue work}]\n---\n"
        "scenario: nothing\nwhen: [{run: wprescue work}]\n"
    )
    expected = [{Failure.UNEXPECTED_EXIT, Failure.NOTHING_STUCK}, {Failure.NOTHING_OWED}]
    for variant, codes in zip(variants_of(tmp_path / "s.wptest.yaml"), expected, strict=True):
        for result in (run_variant(variant), run_on_processes(variant, find_programs())):
            assert result.outcome is Outcome.UNVERIFIED
            assert {finding.code for finding in result.findings} == codes


@pytest.mark.slow
def test_every_scenario_that_both_can_do_ends_alike() -> None:
    """Those about a real version apart: these are held against its own programs, which have paces of their own."""
    wanted = [
        (str(path), variant.scenario.scenario, variant.id)
        for path in SCENARIOS
        if path.name.split(".")[0] not in TOO_LARGE
        for variant in variants_of(path)
        if not obstacles(variant, find_programs()) and variant.scenario.given.outset.behaviour is None
    ]
    with ProcessPoolExecutor(AT_ONCE, multiprocessing.get_context("spawn")) as pool:
        lefts = list(pool.map(both, *zip(*wanted, strict=True)))
    done = [(name, engine, real) for name, (engine, real) in zip(wanted, lefts, strict=True) if real is not None]
    assert len(done) > 50
    # Where a moment of real time was missed, nothing is proved of what the scenario expects of it.
    wrong = [
        (name, real.findings) for name, engine, real in done if real.outcome not in (engine.outcome, "unverified")
    ]
    assert wrong == []
    exact = (each for each in done if Path(each[0][0]).name.split(".")[0] not in BY_MOMENT)
    assert [name for name, engine, real in exact if real.essence(engine) != engine.essence(real)] == []
    assert sum(not engine.cut_short for _, engine, _ in done) > 40
    assert sum(real.outcome == "unverified" for _, _, real in done) < len(done) / 4


@pytest.mark.slow
def test_the_page_says_how_many_can_be_done() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page) == page, "run: python tests/integration/agreement_table.py"


@pytest.fixture(autouse=True)
def _no_phases_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WPTEST_RESCUE_PHASES", "LINE_CNT", "STAT_SEC"):
        monkeypatch.delenv(name, raising=False)
    assert "WPTEST_RESCUE_PHASES" not in os.environ
