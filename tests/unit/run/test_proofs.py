"""What is known before a run to prove nothing leaves it unverified; and what is said of paths is true of runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario_bench import scenario

from wptest.run.running import run_variant
from wptest.scenario.load import load_file
from wptest.scenario.proof.reach import Reach
from wptest.scenario.proof.survey import Survey
from wptest.words.failures import Failure

SCENARIOS = Path(__file__).parents[3] / "scenarios"
RESCUED = "{files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 100}}}"
# Between them they use every kind of file that the programs have.
ALL_KINDS = (
    *("clean-start", "damaged-checkpoint", "infra-sink-fails", "killed-after-quarantine", "nested-sink-names"),
    *("two-outages-in-one-second", "unlock-by-hand", "poison-line", "power-loss-after-release", "verdicts"),
)


def unproved(result):
    return [(each.code, each.name, each.message) for each in result.findings if each.outcome.value == "unverified"]


class TestUnverified:
    def test_a_never_that_always_holds(self, play):
        text = scenario("  - run: wprescue work", "{log: {wprescue: {never: [recover fil]}}}", RESCUED)

        result = play(text)

        message = "no message that wprescue logs at level info matches 'recover fil'"
        assert unproved(result) == [(Failure.NOTHING_TO_CHECK, "then.log.wprescue.never.0", message)]
        assert result.findings[0].help == "did you mean 'recover file: ./data/rescue/*.dat'?"
        assert play(text.replace("recover fil", "recover fail*ed")).outcome.value == "unverified"
        assert play(text.replace("recover fil", "'*panic*'")).outcome.value == "passed"

    def test_a_message_that_is_to_come_exactly_no_time(self, play):
        text = scenario("  - run: wprescue work", "{log: {wprescue: {exactly: {recover fil: 0}}}}", RESCUED)

        assert [code for code, _, _ in unproved(play(text))] == [Failure.NOTHING_TO_CHECK]

    def test_a_start_that_nothing_is_waited_for_after(self, play):
        text = scenario("  - start: wprescue work", "{sinks: {a: {lines: 0}}}", RESCUED)

        ((code, name, _),) = unproved(play(text))

        assert (code, name) == (Failure.NOTHING_TO_CHECK, "when.0.start")

    def test_what_must_come_and_can_t_has_failed_as_well(self, play):
        text = scenario("  - run: wprescue work", "{log: {wprescue: [recover fil]}}", RESCUED)

        assert [each.code for each in play(text).findings] == [Failure.LOG]


@pytest.mark.parametrize("name", ALL_KINDS)
def test_every_path_that_programs_use_is_one_that_is_reached(name):
    variant = load_file(SCENARIOS / f"{name}.wptest.yaml")[0].variants[0]
    reach = Reach(Survey(variant.scenario, variant.project))
    used: set[tuple[bool, str]] = set()

    def watch(world):
        def see(operation, path, _process):
            used.add((operation in ("mkdir", "list", "sync_dir"), path))

        world.machine.storage.watchers.append(see)

    run_variant(variant, prepare=watch)

    assert used
    assert [path for is_directory, path in used if not is_directory and not reach.has_file(path)] == []
    assert [path for is_directory, path in used if is_directory and not reach.has_directory(path)] == []


@pytest.mark.parametrize("path", sorted(SCENARIOS.rglob("*.wptest.yaml")), ids=lambda path: path.name)
def test_shipped_scenarios_are_not_warned_of(path):
    told = [each for one in load_file(path) for variant in one.variants for each in variant.warnings]
    assert [each.message for each in told if each.path == path] == []
