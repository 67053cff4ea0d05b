"""A project directory whose connectors write to databases, in a run: its servers, and what changes during it."""

from __future__ import annotations

import pytest
from project_tree import TODAY, group, write
from scenario_bench import scenario

from wptest.run.running import run_variant

GROUP = "topology/sinks/business.d/benchmark.toml"
CONNECTORS = "connectors/sink.d/databases.toml"
TYPES = {"mysql": "database", "clickhouse": "database", "elasticsearch": "table", "victorialogs": "insert_path"}


def connector(kind, table=""):
    name = f'table = "{table}"\n' if table else ""
    return (
        f'[[connectors]]\nid = "{kind}_sink"\ntype = "{kind}"\n[connectors.params]\n'
        f'endpoint = "localhost"\n{TYPES[kind]} = "x"\n{name}'
    )


@pytest.fixture
def play(tmp_path, variant_of):
    """Runs steps on a project with one sink, `out`, of a type: the result and the world."""

    def run(kind, steps, then="{}", given="{source: {lines: 30}}"):
        sink = group(f'name = "out"\nconnect = "{kind}_sink"', head='name = "benchmark"\nrule = "/*"')
        kept = {path: text for path, text in TODAY.items() if "sinks/business.d" not in path}
        write(tmp_path / "p", {**kept, CONNECTORS: connector(kind), GROUP: sink})
        worlds = []
        result = run_variant(variant_of(scenario(steps, then, given, "p")), prepare=worlds.append)
        return result, worlds[0]

    return run


def told(result):
    return [each.message for each in result.findings]


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_writes_every_line_to_the_table_of_its_server(play, kind):
    then = "{sinks: {out: {lines: 30, table: {rows: 30}}}, ledger: {lost: 0}}"
    result, world = play(kind, "  - run: wparse batch\n", then)

    assert told(result) == []
    assert [server.name for server in world.project.servers] == [f"{kind}_sink"]
    assert not world.machine.disk.exists("data/stand_in/out.dat")


def test_requests_of_a_connector_fail_and_its_server_is_killed_by_its_name(play):
    steps = """\
  - fail_requests: {server: mysql_sink, at: after_commit, nth: 1, times: 1}
  - start: wparse daemon
  - at: 5s
    kill: mysql_sink
  - after: 1s
    restart: mysql_sink
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
"""
    result, _ = play("mysql", steps, "{sinks: {out: {table: {rows: 30, keys: 30}}}, must_happen: [rescue.created]}")
    assert told(result) == []


def test_an_unknown_server_is_a_mistake_with_those_that_there_are(play):
    with pytest.raises(Exception, match="unknown server 'mysql'"):
        play("mysql", "  - fail_requests: {server: mysql, at: answer_lost}\n  - run: wparse batch\n")


@pytest.mark.parametrize("code", [0, 44])
def test_a_program_that_is_started_with_another_table_ends_as_no_server_has_it(play, code):
    changed = connector("mysql", "other" if code else "").replace("\n", "\\n").replace('"', '\\"')
    steps = f'  - run: wparse batch\n  - write: {{{CONNECTORS}: {{text: "{changed}"}}}}\n  - run: wprescue work\n'
    result, world = play("mysql", steps, f"{{exit: {{wprescue: {code}}}}}")
    said = [str(event.fields["line"]) for event in world.machine.trace.of("program.output")]
    assert any("out: no server that runs has such a table" in line for line in said) == bool(code)
    assert not [each for each in result.findings if each.name == "then.exit.wprescue"]
