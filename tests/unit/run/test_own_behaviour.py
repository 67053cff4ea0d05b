"""`given: {behaviour: ...}`: a scenario is about programs that behave so, whatever it is run with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenario_bench import scenario, told

from engine.behaviour import REFERENCE
from engine.behaviour.profile import behaviour_of
from wptest.explore.crashes.crash_points import explore_crashes
from wptest.explore.planted_faults import PlantedFault, false_alarms, hunt
from wptest.run.world import RunOptions
from wptest.subject.expressible import obstacles
from wptest.subject.programs import find_programs
from wptest.text.scenario_source import InvalidScenario
from wptest.words.explore import CrashExplore

FROM_START = "resume=from_start"
STOPPED = (
    "  - start: wprescue work\n  - upon: {sink: a, lines: 1}\n    signal: {wprescue: TERM}\n"
    "  - wait: {exit: wprescue}\n  - run: wprescue work\n"
)
FILES = "files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 2000}}"
TWICE = "{allow: {duplicates: 1000}, sinks: {a: {lines: '> 2000'}}}"


def stopped(then: str, behaviour: str = FROM_START) -> str:
    return scenario(STOPPED, then, f"{{behaviour: {behaviour}, {FILES}}}")


@pytest.mark.parametrize("asked", [(), ("seed",), ("resume=from_checkpoint",)])
def test_it_wins_over_what_it_is_run_with(play, asked):
    result = play(stopped(TWICE), behaviour=behaviour_of(asked))

    assert told(result) == []
    assert result.behaviour == behaviour_of([FROM_START])


def test_without_it_the_programs_are_those_that_it_is_run_with(play):
    text = scenario(STOPPED, "{sinks: {a: {lines: 2000}}}", f"{{{FILES}}}")

    assert told(play(text)) == []
    assert "no_duplicate" in [name for _, name, _ in told(play(text, behaviour=behaviour_of([FROM_START])))]


def test_of_several_words_a_later_one_wins(play):
    result = play(stopped("{sinks: {a: {lines: 2000}}}", f"[{FROM_START}, reference]"))

    assert told(result) == []
    assert result.behaviour == REFERENCE


def test_what_is_explored_behaves_so_behind_a_crash_as_well(variant_of):
    def breached(behaviour: str) -> set[str]:
        text = scenario(
            "  - run: wprescue work\n", "{sinks: {a: {lines: 2000}}}", f"{{behaviour: {behaviour}, {FILES}}}"
        )
        kills = CrashExplore.model_validate({"as": "kill"})
        breaches = explore_crashes(variant_of(text), kills, RunOptions()).breaches
        return {finding.name for breach in breaches for finding in breach.findings}

    assert breached("target_tail=trust_checkpoint") == {"no_duplicate"}
    assert breached("reference") == set()


def test_it_shows_nothing_of_planted_faults_and_is_no_false_alarm(variant_of):
    variant = variant_of(stopped("{sinks: {a: {lines: 2000}}}"))

    assert hunt(PlantedFault("resume", "from_start"), [[variant]], every=True).runs == 0
    assert false_alarms([variant], [0]) == []


def test_our_programs_behave_so_and_others_must_by_themselves(variant_of):
    def why(behaviour: str, dialect: str) -> list[str]:
        programs = replace(find_programs(), speaks=dialect)
        return [each.what for each in obstacles(variant_of(stopped("{}", behaviour)), programs)]

    assert why(FROM_START, "wptest") == []
    assert "the programs there behave as wp-motor-1.17" in why(FROM_START, "wp-motor")
    assert "the programs there behave as wp-motor-1.17" not in why("wp-motor-1.17", "wp-motor")


def test_what_there_is_not_is_told_with_the_nearest_name(variant_of):
    with pytest.raises(InvalidScenario) as caught:
        variant_of(stopped("{}", "[wp-motr-1.17, resume=from_begin, resum=from_start]"))

    assert [each.message for each in caught.value.diagnostics] == [
        "unknown profile 'wp-motr-1.17': did you mean 'wp-motor-1.17'?",
        "unknown value of resume 'from_begin': did you mean 'from_checkpoint'?",
        "unknown choice 'resum': did you mean 'resume'?",
    ]


@pytest.mark.parametrize(
    ("allowed", "breaks"), [("{}", True), ("{queued: 199}", True), ("{queued: '<= 200'}", False)]
)
def test_lines_may_be_on_their_way_when_their_file_is_removed_as_many_as_are_allowed(play, allowed, breaks):
    files = "files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 200}}"
    given = f"{{behaviour: remove_rescue_file=when_enqueued, {files}}}"
    text = scenario("  - run: wprescue work\n", f"{{sinks: {{a: {{lines: 200}}}}, allow: {allowed}}}", given)

    assert ("rescue_removed_after_delivery" in [name for _, name, _ in told(play(text))]) == breaks
