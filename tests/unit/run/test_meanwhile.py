"""Steps beside the timeline: each at its own moment, and none of them forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from wptest.run.result import Result
from wptest.run.running import run_variant
from wptest.scenario.load import load_file
from wptest.text.scenario_source import InvalidScenario
from wptest.words.failures import Failure

HEAD = """
scenario: beside
project: {speed_limit: 100, sinks: {a: {}}}
given:
  files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 300}}
when:
  - run: wprescue work
  - run: wprescue work
meanwhile:
"""


@pytest.fixture
def run(tmp_path: Path):
    def run(*steps: str, head: str = HEAD) -> Result:
        path = tmp_path / "beside.wptest.yaml"
        path.write_text(head + "".join(f"  - {step}\n" for step in steps))
        return run_variant(load_file(path)[0].variants[0])

    return run


def codes(result: Result) -> list[Failure]:
    return [finding.code for finding in result.findings]


def times(result: Result) -> list[int]:
    return [event.time // 1_000_000 for event in result.events if event.kind == "meanwhile"]


def test_a_kill_hits_a_running_step_at_its_line(run):
    result = run("{upon: {sink: a, lines: 120}, kill: wprescue}")

    killed = [event.kind for event in result.events].index("program.killed")
    delivered = [event for event in result.events[:killed] if event.kind == "sink.delivered"]
    assert result.outcome.value == "passed"
    assert int(delivered[-1].fields["total"]) == 120


def test_steps_come_at_their_times_in_whatever_order_they_stand(run):
    result = run("{at: 2s, touch: data/two}", "{at: 1s, touch: data/one}", "{at: 1s, touch: data/other}")

    assert times(result) == [1000, 1000, 2000]
    assert result.outcome.value == "passed"


def test_a_fault_bites_beside_the_timeline(run):
    result = run("{at: 1s, fault: {on: data/out_dat/a.dat, fail: write, errno: EIO, for: 500ms}}")

    assert any(event.kind == "fault.bit" for event in result.events)
    assert result.outcome.value == "passed"


def test_a_power_loss_lets_the_timeline_go_on(run):
    result = run("{upon: {operation: rename, on: data/rescue/**, nth: 3}, power_loss: true}")

    assert any(event.kind == "power.lost" for event in result.events)
    assert result.outcome.value == "passed"


@pytest.mark.parametrize(
    "step",
    [
        "{at: 10m, kill: wprescue}",
        "{upon: {event: line.quarantined}, kill: wprescue}",
        "{upon: {log: {wprescue: no such message}}, kill: wprescue}",
        "{upon: {operation: chmod, on: data/**}, kill: wprescue}",
        "{upon: {sink: a, lines: 301}, kill: wprescue}",
    ],
)
def test_a_step_whose_moment_does_not_come_is_unverified(run, step):
    result = run(step)

    assert codes(result) == [Failure.NEVER_TRIGGERED]
    assert result.findings[0].path[:2] == ("meanwhile", 0)


def test_a_kill_of_a_program_that_does_not_run_is_unverified(run):
    head = HEAD.replace("  - run: wprescue work\nmean", "  - wait: 5s\nmean")

    assert codes(run("{at: 4s, kill: wprescue}", head=head)) == [Failure.NO_EFFECT]


def test_a_fault_that_never_bites_is_unverified(run):
    assert codes(run("{at: 1s, fault: {on: data/in_dat/**, fail: read, errno: EIO}}")) == [Failure.NEVER_BIT]


def test_the_same_run_twice_has_the_same_hash(run):
    steps = ("{upon: {sink: a, lines: 120}, kill: wprescue}", "{at: 2s, clock: {step: -5s}}")

    assert run(*steps).trace_hash == run(*steps).trace_hash


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("{after: 1s, kill: wprescue}", "'after' can't stand in 'meanwhile'"),
        ("{at: 1s, run: wprescue work}", "'run' can't stand in 'meanwhile'"),
        ("{kill: wprescue}", "a step of 'meanwhile' has exactly one trigger, this one has none"),
        ("{at: 1s, kill: wparse}", "no step of 'when' starts or runs wparse"),
        ("{upon: {sink: b, lines: 1}, kill: wprescue}", "unknown sink 'b'"),
    ],
)
def test_a_mistake_is_told_where_it_stands(run, step, message):
    with pytest.raises(InvalidScenario) as caught:
        run(step)

    assert [each.message for each in caught.value.diagnostics] == [message]
    assert caught.value.diagnostics[0].line == 10
