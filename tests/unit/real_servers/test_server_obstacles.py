"""What real servers can't be made to do is told with its place, before any is started."""

from __future__ import annotations

import os

import pytest

from wptest.run.against_servers import run_with_servers
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.servers.connections.sql_connection import SqlConnection
from wptest.servers.runs.servers_reality import server_obstacles
from wptest.servers.server_choice import choices_of, real_ones
from wptest.words.finding import Outcome

KINDS = {"innodb": "sql", "myisam": "sql", "postgres": "sql", "sqlite": "sql", "merge_tree": "clickhouse"}
START = ["start: wparse daemon", "wait: idle"]


def variant(directory, when, engine="innodb", settings=""):
    path = directory / "s.wptest.yaml"
    steps = "".join(f"  - {step}\n" for step in when)
    path.write_text(
        "scenario: s\nproject:\n"
        f"  servers: {{db: {{engine: {engine}{settings}}}}}\n"
        f"  sinks: {{orders: {{type: {KINDS[engine]}, server: db}}}}\n"
        f"given:\n  source: {{lines: 20}}\nwhen:\n{steps}"
        "then:\n  sinks: {orders: {lines: 20, table: {rows: 20}}}\n"
    )
    (loaded,) = load_file(path, os.environ, None)
    return loaded.variants[0]


def told(variant, server):
    found = server_obstacles(variant, list(real_ones(variant.project.servers, choices_of([server], "--server"))))
    return [(".".join(map(str, each.path)), each.what) for each in found]


@pytest.mark.parametrize(
    ("step", "engine", "place", "what"),
    [
        (
            "fail_requests: {server: db, refuse: 1205, times: 1}",
            "innodb",
            "when.0",
            "can't be ordered",
        ),
        (
            "fail_requests: {server: db, at: received, times: 1}",
            "innodb",
            "when.0",
            "it does",
        ),
        ("fail_requests: {server: db, at: before_commit}", "merge_tree", "when.0", "between its rows and its end"),
        (
            "fail_requests: {server: db, trouble: too_many_connections}",
            "innodb",
            "when.0",
            "'too_many",
        ),
        ("power_loss: true", "innodb", "when.0", "the power of a real server"),
        ('fault: {on: "servers/**", fail: append, errno: ENOSPC}', "innodb", "when.0", "its own"),
        ("{upon: {request: orders, point: before_commit}, kill: db}", "merge_tree", "when.0.upon", "can't be held"),
    ],
)
def test_what_cannot_be_made_of_one(tmp_path, step, engine, place, what):
    server = "clickhouse" if engine == "merge_tree" else "mariadb"
    [(where, why)] = told(variant(tmp_path, [step, *START], engine), server)
    assert where.startswith(place)
    assert what in why


@pytest.mark.parametrize(
    "step",
    [
        "fail_requests: {server: db, at: answer_lost, times: 1}",
        "fail_requests: {server: db, at: before_commit, times: 1}",
        "fail_requests: {server: db, late: 12s, times: 1}",
        "fail_requests: {server: db, stopped: 30s, times: 1}",
        "fail_requests: {server: db, trouble: read_only, times: 1}",
        "{upon: {request: orders, point: before_commit}, kill: db}",
        'fault: {on: "data/**", fail: append, errno: ENOSPC}',
    ],
)
def test_what_can(tmp_path, step):
    assert told(variant(tmp_path, [step, *START]), "mariadb") == []


@pytest.mark.parametrize("step", ["pause: db", "kill: db", "fail_requests: {server: db, stopped: 30s, times: 1}"])
def test_one_that_somebody_else_has_started_is_left_alone(tmp_path, step):
    [(_, why)] = told(variant(tmp_path, [*START, step]), "db=mysql://root@127.0.0.1")
    assert "started by somebody else" in why


def test_settings_that_it_cannot_be_given(tmp_path):
    [(where, _)] = told(variant(tmp_path, START, settings=", flush: 0"), "mariadb")
    assert where == "project.servers.db.flush"


@pytest.mark.parametrize(
    "settings",
    [
        ", flush: 1", ", packet: 4kB", ", latency: 5ms", ", patience: 20s",
        ", tables: {orders: {line: {charset: utf8mb3, collation: no_case}}}",
    ],
)  # fmt: skip
def test_settings_that_it_can(tmp_path, settings):
    assert told(variant(tmp_path, START, settings=settings), "mariadb") == []


def test_one_of_another_engine_is_unverified(tmp_path):
    case = variant(tmp_path, START)
    result = run_with_servers("memory", case, RunOptions(), choices_of(["db=postgres"], "--server"))
    assert result.outcome is Outcome.UNVERIFIED
    [finding] = result.findings
    assert finding.path == ("project", "servers", "db", "engine")
    assert "db is innodb@mariadb-10.11, and PostgreSQL has postgres" in finding.message
    assert result.servers == {"db": "db=postgres"}


def test_one_that_is_not_here_is_unverified_with_the_command_that_installs_it(tmp_path):
    case = variant(tmp_path, START)
    result = run_with_servers("memory", case, RunOptions(), choices_of([f"mariadb:{tmp_path}"], "--server"))
    assert result.outcome is Outcome.UNVERIFIED
    [finding] = result.findings
    assert f"{tmp_path} is no program" in finding.message
    assert "install it: apt-get install" in finding.help


def test_one_that_fits_none_leaves_the_run_as_it_is(tmp_path):
    case = variant(tmp_path, [*START, "signal: {wparse: TERM}", "wait: {exit: wparse}"])
    result = run_with_servers("memory", case, RunOptions(), choices_of(["postgres"], "--server"))
    assert (result.outcome, result.servers) == (Outcome.PASSED, {})
    assert result.trace_hash


@pytest.mark.parametrize("disk", ["memory", "real"])
def test_a_real_file_of_sqlite_is_read_back(tmp_path, disk):
    case = variant(tmp_path, [*START, "signal: {wparse: TERM}", "wait: {exit: wparse}"], "sqlite")
    result = run_with_servers(disk, case, RunOptions(), choices_of(["sqlite"], "--server"))
    assert (result.outcome, result.findings) == (Outcome.PASSED, ())
    assert not result.trace_hash
    assert result.notes[-1].startswith("the server db was SQLite 3.")


def test_a_table_that_cannot_be_read_leaves_the_run_unverified(tmp_path, monkeypatch):
    def gone(_self, _table, _made):
        raise OSError("the disk is gone")

    monkeypatch.setattr(SqlConnection, "read_table", gone)
    case = variant(tmp_path, [*START, "signal: {wparse: TERM}", "wait: {exit: wparse}"], "sqlite")
    result = run_with_servers("memory", case, RunOptions(), choices_of(["sqlite"], "--server"))
    assert result.outcome is Outcome.UNVERIFIED
    assert [finding.message for finding in result.findings] == ["OSError: the disk is gone"]


@pytest.mark.parametrize("servers", [[], ["sqlite"]], ids=["simulated", "real"])
@pytest.mark.parametrize(("point", "rows"), [("before_send", 100), ("before_commit", 100), ("after_commit", 200)])
def test_who_is_killed_leaves_of_a_transaction_of_sqlite_what_was_committed(tmp_path, servers, point, rows):
    path = tmp_path / "killed.wptest.yaml"
    path.write_text(
        "scenario: killed\nproject: {sinks: {orders: {type: sql}}}\n"
        "given: {source: {lines: 300, rate: 200/s}}\n"
        "when:\n  - start: wparse daemon\n"
        f"  - {{upon: {{request: orders, number: 2, point: {point}}}, kill: wparse}}\n"
        f"  - {{after: 1s, check: {{sinks: {{orders: {{lines: {rows}}}}}}}}}\n"
        f"then:\n  allow: {{lost: in_memory}}\n  sinks: {{orders: {{lines: {rows}}}}}\n"
    )
    (loaded,) = load_file(path, os.environ, None)
    result = run_with_servers("memory", loaded.variants[0], RunOptions(), choices_of(servers, "--server"))
    assert (result.outcome, [finding.message for finding in result.findings]) == (Outcome.PASSED, [])
