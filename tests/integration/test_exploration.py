"""Crashes, failing operations and interleavings of small scenarios: the reference holds, planted faults show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import yaml
from written import variant_of

from benchmarks.swarm import night, runs_until_broken
from engine.behaviour import REFERENCE
from engine.units import SECOND, Phase
from wptest.explore.baseline import baseline_of
from wptest.explore.breaches import breaches
from wptest.explore.crashes.crash_points import CrashExploration, explore_crashes
from wptest.explore.explorations import Siblings, explorations
from wptest.explore.failing_operations import explore_errors
from wptest.explore.interleavings import as_scheduled, explore_schedules, shifted_phases
from wptest.explore.rerun import explored_data, rerun
from wptest.explore.swarming.random_faults import Lottery
from wptest.explore.swarming.swarm import SwarmBreach, explore_swarm
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant, load_file
from wptest.words.explore import CrashExplore, ErrorExplore, Explore, ScheduleExplore, SwarmExplore
from wptest.words.finding import Outcome

RECOVERY = """
scenario: recovery
project: {speed_limit: 0, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 50}}}
when:
  - run: wprescue work
"""
OUTAGE = """
scenario: outage
project: {sinks: {a: {type: test_rescue, phases: [up 1s, down 1s]}}}
given: {source: {lines: 50, rate: 20/s}}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
"""
CLEANED = """
scenario: cleaned
project: {sinks: {a: {type: test_rescue, phases: [up 300ms, down 60s]}}}
given: {source: {lines: 10, rate: 20/s}}
when:
  - run: wparse batch
  - run: wproj data clean
  - run: wparse batch
"""
MOVED_AWAY = """
scenario: moved-away
project: {sinks: {a: {}}}
given:
  files:
    data/rescue/a-2025-10-04_01:59:24.dat: {lines: 5}
    data/rescue/a-2025-10-04_01:59:25.dat: {lines: 5}
when:
  - rename: {data/rescue/a-2025-10-04_01:59:24.dat: data/kept.dat}
  - run: wprescue work
then: {allow: {stuck: 5}}
"""
SHIFTED = ScheduleExplore(seeds=12, shift=True)
STOPPED = """
scenario: stopped
matrix:
  include: [{stop: TERM, limit: 100}, {stop: KILL, limit: 100}, {stop: KILL, limit: 50}]
project: {speed_limit: "${{ matrix.limit }}", sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 50}}}
when:
  - start: wprescue work
  - upon: {sink: a, lines: 20}
    signal: {wprescue: "${{ matrix.stop }}"}
explore: {crash: {during: wprescue}}
"""
BLACK_HOLE_AND_DROPS = """
scenario: black-hole-and-drops
project:
  strategy: {sink: tolerant}
  sinks: {a: {}, b: {type: blackhole}}
given: {source: {lines: 30, rate: 20/s}}
when:
  - start: wparse daemon
  - fault: {on: data/out_dat/a.dat, fail: [append, open], errno: EIO, for: 500ms}
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
"""
CRASHES = CrashExplore()
TWO_CRASHES = CrashExplore(depth=2)


@pytest.fixture
def load(tmp_path: Path):
    def load(text: str) -> LoadedVariant:
        path = tmp_path / "explored.wptest.yaml"
        path.write_text(text)
        return load_file(path)[0].variants[0]

    return load


@pytest.fixture(scope="module")
def explored_outage() -> CrashExploration:
    """What single crashes of the outage are, with nothing left out."""
    return explore_crashes(variant_of(OUTAGE), CRASHES, RunOptions())


def with_fault(**choices: str) -> RunOptions:
    return RunOptions(behaviour=replace(REFERENCE, **choices))


def broken(report: CrashExploration) -> set[str]:
    return {finding.name for breach in report.breaches for finding in breach.findings}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(RECOVERY, id="recovery"),
        pytest.param(OUTAGE, id="outage", marks=pytest.mark.slow),
        pytest.param(BLACK_HOLE_AND_DROPS, id="drops", marks=pytest.mark.slow),
    ],
)
def test_two_crashes_anywhere_break_nothing(load, text):
    report = explore_crashes(load(text), TWO_CRASHES, RunOptions())

    assert report.breaches == []
    assert report.complete
    assert len(report.distinct) == 2
    assert report.found[0].operations > 15
    assert report.found[1].operations > report.found[0].operations


@pytest.mark.parametrize(
    ("text", "fault", "breach"),
    [
        (RECOVERY, {"resume": "from_start"}, "no_duplicate"),
        (RECOVERY, {"target_tail": "trust_checkpoint"}, "no_duplicate"),
        (RECOVERY, {"remove_rescue_file": "when_enqueued"}, "no_loss"),
        (OUTAGE, {"swap_to_rescue": "drop_first_line"}, "no_loss"),
        (OUTAGE, {"swap_back": "repeat_last_line"}, "no_duplicate"),
    ],
)
def test_a_planted_fault_shows(load, text, fault, breach):
    report = explore_crashes(load(text), CrashExplore(), with_fault(**fault), most=60)

    assert breach in broken(report)


@pytest.mark.slow
def test_a_crash_while_somebody_cleans_up_loses_nothing_that_came_after(load):
    report = explore_crashes(load(CLEANED), CrashExplore(), RunOptions())

    assert report.breaches == []


def test_equal_states_are_run_once(load):
    report = explore_crashes(load(RECOVERY), CrashExplore(), RunOptions())

    assert report.run == report.distinct[0] < report.found[0].images


def test_variants_that_differ_in_their_timeline_alone_share_what_is_known(tmp_path: Path):
    path = tmp_path / "stopped.wptest.yaml"
    path.write_text(STOPPED)
    loaded = load_file(path)[0].variants
    siblings = Siblings()

    reports = [next(explorations(each, RunOptions(), siblings=siblings)) for each in loaded]
    alone = next(explorations(loaded[1], RunOptions()))

    assert [each.complete for each in (*reports, alone)] == [True] * 4
    assert [each.fresh for each in (*reports, alone)] == [True, False, True, True]
    assert reports[1].run < alone.run / 2
    assert reports[1].found[0].bounded == alone.found[0].bounded
    assert reports[2].run > alone.run / 2  # another project


def test_with_fewer_runs_than_states_they_are_spread_over_the_run(load):
    broken_replay = with_fault(target_tail="trust_checkpoint")
    report = explore_crashes(load(RECOVERY), CrashExplore(depth=2), broken_replay, most=20)

    assert report.run == 20 < report.distinct[0]
    assert not report.complete
    assert report.crashed == 0
    numbers = [failure.crashes[0].number for failure in report.breaches]
    assert max(numbers) > report.found[0].operations / 2


def test_a_breach_after_one_crash_is_told_once(load):
    kills = CrashExplore.model_validate({"as": "kill", "depth": 2})
    report = explore_crashes(load(RECOVERY), kills, with_fault(resume="from_start"))

    paths = [failure.crashes for failure in report.breaches]
    assert len(paths) == len(set(paths))
    assert {len(path) for path in paths} == {1, 2}


def test_kills_alone_are_fewer_than_with_power_losses(load):
    kills = explore_crashes(load(RECOVERY), CrashExplore.model_validate({"as": "kill"}), RunOptions())
    both = explore_crashes(load(RECOVERY), CrashExplore(), RunOptions())

    assert kills.found[0].operations == both.found[0].operations
    assert kills.found[0].images == kills.found[0].moments
    assert kills.distinct[0] < both.distinct[0]


def test_a_rescue_file_that_was_moved_away_is_known_after_a_kill(load):
    report = explore_crashes(load(MOVED_AWAY), CrashExplore.model_validate({"as": "kill"}), RunOptions())

    assert report.distinct[0] > 0
    assert broken(report) == set()


@pytest.mark.slow
def test_a_stricter_disk_leaves_fewer_images(load):
    variant = load(OUTAGE)

    def distinct(profile: str) -> int:
        plan = CrashExplore.model_validate({"as": "power-loss", "disks": profile})
        report = explore_crashes(variant, plan, RunOptions())
        assert report.breaches == []
        return report.distinct[0]

    assert distinct("strict") < min(distinct("ordered"), distinct("posix"))


def test_a_disk_that_lies_loses_what_was_promised(load):
    plan = CrashExplore.model_validate({"as": "power-loss", "disks": "lying"})

    assert "no_loss" in broken(explore_crashes(load(RECOVERY), plan, RunOptions()))


@pytest.mark.slow
def test_a_bounded_number_of_images_is_told(load, explored_outage):
    few = explore_crashes(load(OUTAGE), CrashExplore(images=2), RunOptions())

    assert few.found[0].bounded
    assert few.found[0].images < explored_outage.found[0].images


def test_only_one_program_is_crashed(load, explored_outage):
    report = explore_crashes(load(OUTAGE), CrashExplore(during="wprescue"), RunOptions())

    assert 0 < report.found[0].operations < explored_outage.found[0].operations


def test_a_bound_is_kept_and_told(load):
    report = explore_crashes(load(OUTAGE), CrashExplore(), RunOptions(), most=5)

    assert report.run == 5
    assert not report.complete


@pytest.mark.slow
def test_two_explorations_are_equal(load, explored_outage):
    other = explore_crashes(load(OUTAGE), CRASHES, RunOptions())

    assert (other.found, other.distinct) == (explored_outage.found, explored_outage.distinct)


@pytest.mark.parametrize(
    "text", [RECOVERY, pytest.param(OUTAGE, marks=pytest.mark.slow)], ids=["recovery", "outage"]
)
def test_no_failing_operation_breaks_anything(load, text):
    report = explore_errors(load(text), ErrorExplore(errno=("EIO", "ENOSPC")), RunOptions())

    assert report.breaches == []
    assert report.complete
    assert report.operations < report.run == report.possible <= report.operations * 4


def test_a_failing_operation_shows_a_planted_fault(load):
    options = with_fault(swap_to_rescue="drop_first_line")

    report = explore_errors(load(OUTAGE), ErrorExplore(occur=("once",)), options, most=10)

    assert "no_loss" in {finding.name for breach in report.breaches for finding in breach.findings}


def test_failing_operations_are_spread_evenly_under_a_bound(load):
    report = explore_errors(load(OUTAGE), ErrorExplore(), RunOptions(), most=7)

    assert report.run == 7
    assert report.possible > report.operations * 2  # every error that each of them can give, once and for good


def test_random_faults_break_nothing_and_are_counted(load):
    report = explore_swarm(load(OUTAGE), SwarmExplore(seeds=40), RunOptions())

    assert report.breaches == []
    assert report.complete
    assert set(report.drawn) == {"fault", "clock", "kill", "equal lines"}
    assert {kind for kind, _ in report.bitten} == {"fault", "clock", "kill"}


def test_where_programs_do_nothing_to_files_there_is_nothing_to_draw(load):
    idle = "scenario: s\nproject: {sinks: {a: {}}}\nwhen:\n  - wait: 1s\n"

    report = explore_swarm(load(idle), SwarmExplore(seeds=20), RunOptions())

    assert report.run == 20
    assert not report.drawn["fault"] + report.drawn["kill"]


def test_only_the_kinds_that_were_asked_for_are_drawn(load):
    report = explore_swarm(load(OUTAGE), SwarmExplore(seeds=20, faults=("clock",)), RunOptions())

    assert set(report.drawn) == {"clock"}


def test_a_failure_is_a_scenario_that_fails_alone(load):
    options = with_fault(target_tail="trust_checkpoint")

    report = explore_swarm(load(RECOVERY), SwarmExplore(seeds=60, faults=("kill",)), options)

    breach = report.breaches[0]
    alone = run_variant(load(yaml.safe_dump(breach.scenario)), replace(options, seed=breach.seed))
    assert "no_duplicate" in {finding.name for finding in breach.findings}
    assert breaches(alone.findings) == breach.findings


def test_the_same_seed_draws_the_same_faults(load):
    variant = load(OUTAGE)
    lottery = Lottery(variant, baseline_of(variant, RunOptions()), SwarmExplore().faults)

    assert lottery.run_of(7) == lottery.run_of(7)
    assert lottery.run_of(7) != lottery.run_of(8)


def test_faults_are_the_same_when_they_are_drawn_by_their_decisions(load):
    variant = load(OUTAGE)
    lottery = Lottery(variant, baseline_of(variant, RunOptions()), SwarmExplore().faults)

    for seed in range(50):
        for kind, decisions in lottery.run_of(seed).faults:
            assert lottery.drawn(kind, Random(99), decisions).decisions == decisions


def test_a_guided_run_that_broke_something_is_run_again_by_what_was_changed(load):
    options = with_fault(target_tail="trust_checkpoint")
    variant, plan = load(RECOVERY), SwarmExplore(seeds=60, faults=("kill",), guided=True)

    report = explore_swarm(variant, plan, options)
    again = explore_swarm(variant, plan, options)

    assert report.complete
    assert [(each.place, each.findings) for each in again.breaches] == [
        (each.place, each.findings) for each in report.breaches
    ]
    assert report.counts == again.counts
    made = next(each for each in report.breaches if each.number)
    assert SwarmBreach.at(made.place).again(variant, options, plan).findings == made.findings


@pytest.mark.slow  # eight swarms, of a hundred runs each and more
def test_guided_runs_show_a_fault_sooner_than_blind_ones():
    """Only kills at a few operations show it: blind seeds strike others again and again."""
    options, variant = with_fault(unmade_rescue_file="end_group"), night()

    def runs(first: int, *, guided: bool) -> int:
        return runs_until_broken(variant, options, guided, first, 400)

    starts = [1 + 10_000 * number for number in range(4, 8)]
    assert sum(runs(first, guided=True) for first in starts) < 0.7 * sum(
        runs(first, guided=False) for first in starts
    )


def test_what_a_killed_program_had_in_memory_may_be_lost_if_the_scenario_says_so(load):
    killed = OUTAGE.replace("  - wait: idle\n", "  - {at: 1250ms, kill: wparse}\n", 1).partition("  - signal")[0]

    blamed = run_variant(load(killed))
    allowed = run_variant(load(killed + "then: {allow: {lost: in_memory}}\n"))

    assert [finding.name for finding in blamed.findings] == ["no_loss"]
    assert allowed.outcome is Outcome.PASSED


def test_interleavings_differ_and_hold(load):
    report = explore_schedules(load(OUTAGE), ScheduleExplore(seeds=10), RunOptions())

    assert report.breaches == []
    assert report.run == report.possible == 10
    assert 1 < report.distinct <= 10


def test_the_seed_of_a_failure_shows_it_again(load):
    options = with_fault(swap_back="repeat_last_line")

    report = explore_schedules(load(OUTAGE), ScheduleExplore(seeds=3), options)

    assert [failure.seed for failure in report.breaches] == [1, 2, 3]


def test_shifted_phases_bring_outages_at_other_moments(load):
    variant = load(OUTAGE)

    scheduled = [as_scheduled(variant, SHIFTED, RunOptions(), seed) for seed in range(1, 13)]
    report = explore_schedules(variant, SHIFTED, RunOptions())

    for each in scheduled:
        phases = each.project.business_sinks[0].phases
        assert phases is not None
        assert sum(phase.duration for phase in phases) == 2 * SECOND
        assert sum(phase.duration for phase in phases if phase.up) == SECOND
    assert len({each.project.business_sinks for each in scheduled}) == 12
    assert report.distinct == report.run == 12
    assert report.breaches == []


def test_a_breach_under_shifted_phases_is_named_by_its_seed_and_comes_again(load):
    variant, options = load(OUTAGE), with_fault(swap_back="repeat_last_line")

    report = explore_schedules(variant, SHIFTED, options)

    assert report.breaches
    plan = Explore(schedule=SHIFTED)
    for failure in report.breaches[:2]:
        assert rerun(variant, options, explored_data(failure, plan)).findings == failure.findings


def test_a_cycle_goes_on_where_it_is_shifted_to():
    phases = (Phase(up=True, duration=3), Phase(up=False, duration=2))

    assert shifted_phases(phases, 0) == phases
    assert shifted_phases(phases, 1) == (Phase(True, 2), Phase(False, 2), Phase(True, 1))
    assert shifted_phases(phases, 3) == (Phase(False, 2), Phase(True, 3))
    assert shifted_phases(phases, 4) == (Phase(False, 1), Phase(True, 3), Phase(False, 1))
