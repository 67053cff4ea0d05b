"""Scenarios with databases are explored: every request goes wrong, and faults are drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from database_scenarios import LIVE, ROW, SQL, kind, row_for

from wptest.explore.explorations import explorations
from wptest.explore.failing_requests import RequestExploration
from wptest.explore.rerun import explored_data, rerun
from wptest.explore.rewriting.as_scenario import as_scenario
from wptest.explore.swarming.swarm import explore_swarm
from wptest.explore.troubles.combined import CombinedExploration
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.words.explore import SwarmExplore

EXPLORED = "project: {servers: {db: {engine: ENGINE}}, sinks: {a: {type: KIND, server: db, SINK}}}"


@pytest.fixture
def explored(tmp_path: Path):
    """Lets every request of a scenario go wrong: an engine, and what its sink says."""

    def explore(engine: str, sink: str, then: str = "{ledger: {lost: 0}}") -> RequestExploration:
        path = tmp_path / "s.wptest.yaml"
        project = EXPLORED.replace("ENGINE", engine).replace("KIND", kind(engine)).replace("SINK", sink)
        path.write_text(
            f"scenario: s\n{project}\ngiven: {{source: {{lines: 150, rate: 100/s}}}}\nwhen:{LIVE}\n"
            f"then: {then}\nexplore: {{requests: true}}\n"
        )
        (done,) = explorations(load_file(path)[0].variants[0], RunOptions())
        assert isinstance(done, RequestExploration)
        return done

    return explore


def test_a_server_that_ends_in_a_restart_is_started_again(tmp_path):
    path = tmp_path / "s.wptest.yaml"
    project = EXPLORED.replace("ENGINE", "innodb").replace("KIND", "sql").replace("SINK", f"key: id, row: {ROW}")
    path.write_text(
        f"scenario: s\n{project}\ngiven: {{files: {{data/rescue/a-2025-10-04_01:59:24.dat: {{lines: 20}}}}}}\n"
        "when: [run: wprescue work]\nexplore: {combine: {during: db, of: [kill, error, stop], most: 15}}\n"
    )
    (done,) = explorations(load_file(path)[0].variants[0], RunOptions())
    assert isinstance(done, CombinedExploration)
    assert done.breaches == []
    assert {("kill", "error"), ("kill", "stop")} <= set(done.pairs)


@pytest.mark.parametrize("engine", [*SQL, "merge_tree", "replacing_merge_tree", "bulk_index"])
def test_with_a_key_no_request_can_fail_so_that_a_line_is_lost_or_doubled(engine, explored):
    done = explored(engine, f"key: id, row: {ROW}, batch: {{lines: 50}}")
    assert (done.requests, done.run, done.possible, done.breaches) == (3, 21, 21, [])


@pytest.mark.parametrize("engine", ["innodb", "postgres", "merge_tree"])
def test_without_one_rows_are_there_twice_and_bounded_by_number_they_may_be(engine, explored):
    broken = explored(engine, "batch: {lines: 50}")
    assert {breach.failing.point for breach in broken.breaches} == {"after_commit", "answer_lost", "answer_late"}
    allowed = explored(engine, "batch: {lines: 50}", "{allow: {duplicates: 50}}")
    assert (allowed.run, allowed.breaches) == (21, [])


def test_a_failing_request_is_run_again_and_written_as_a_scenario_that_fails_alone(tmp_path, explored):
    breach = explored("innodb", "batch: {lines: 50}").breaches[0]
    variant = load_file(tmp_path / "s.wptest.yaml")[0].variants[0]
    data = explored_data(breach, variant.scenario.explore)
    again = rerun(variant, RunOptions(), data)
    assert [finding.name for finding in again.findings] == [finding.name for finding in breach.findings]
    written = as_scenario(data, again)
    assert written.scenario["when"][0] == breach.failing.step()


@pytest.mark.parametrize("engine", ["sqlite", "innodb", "bulk_index"])
def test_a_swarm_finds_faults_for_databases(engine, tmp_path):
    path = tmp_path / "s.wptest.yaml"
    path.write_text(
        f"scenario: s\nproject:\n  servers: {{db: {{engine: {engine}}}}}\n"
        f"  sinks: {{a: {{type: {kind(engine)}, server: db, row: {row_for(engine)},"
        " key: id, batch: {lines: 20}}}\n"
        "given: {source: {lines: 60, rate: 100/s}}\nwhen:\n  - run: wparse batch\n  - run: wprescue work\n"
    )
    plan = SwarmExplore(seeds=25, faults=["storage", "kill"])
    report = explore_swarm(load_file(path)[0].variants[0], plan, RunOptions())
    assert (report.run, report.breaches) == (25, [])
    assert report.bitten["fault", "db"]
