"""Sinks of a project directory that write to databases: their servers and tables, and what is wrong with them."""

from __future__ import annotations

import pytest
from project_tree import GROUP, SEED, TODAY, group, problems_of, write

from engine.directories.databases.without_servers import without_servers
from engine.directories.load_project import load_project
from engine.project.model import Project, SinkConf
from engine.rows.table_problems import table_problems

HEAD = 'name = "benchmark"\nrule = "/b*"'
NAME = "topology/sinks/business.d/benchmark.toml"
ENDPOINTS = {
    "mysql": '[connectors.params]\nendpoint = "localhost:3306"\ndatabase = "wp"\ntable = "events"\nbatch = 20\n',
    "clickhouse": '[connectors.params]\nendpoint = "http://localhost:8123"\ndatabase = "wp"\n',
    "elasticsearch": '[connectors.params]\nendpoint = "http://localhost:9200"\ntable = "wp-events"\n',
    "victorialogs": '[connectors.params]\nendpoint = "http://localhost:9428"\ninsert_path = "/insert/jsonline"\n',
}


def connector(kind: str, params: str, allow: str = "") -> dict[str, str]:
    head = f'[[connectors]]\nid = "{kind}_sink"\ntype = "{kind}"\nallow_override = [{allow}]\n'
    return {"connectors/sink.d/databases.toml": head + params}


def tree(kind: str, sinks: str = "", params: str = "", allow: str = "") -> dict[str, str | bytes]:
    text = sinks or f'name = "out"\nconnect = "{kind}_sink"'
    return {**TODAY, **connector(kind, params or ENDPOINTS[kind], allow), NAME: group(text, head=HEAD)}


def sinks_of(project: Project) -> list[SinkConf]:
    return [sink for sink in project.sinks if sink.database is not None]


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("mysql", ("innodb@mariadb-10.11", "events", "insert_ignore", 20)),
        ("clickhouse", ("merge_tree@26.9", "out", "insert", 100)),
        ("elasticsearch", ("bulk_index@opensearch-2.19", "wp_events", "index", 100)),
        ("victorialogs", ("log_store@victorialogs-1.52", "out", "create", 1)),
    ],
)
def test_a_connector_of_a_database_has_a_server_that_is_called_as_it_is(tmp_path, kind, written):
    project = load_project(write(tmp_path, tree(kind)))

    (sink,) = sinks_of(project)
    database = sink.database
    assert database is not None
    assert (sink.type, sink.path) == (kind, f"servers/{kind}_sink/{database.table.name}")
    assert project.servers == (database.server,)
    assert database.server.name == f"{kind}_sink"
    assert (database.server.engine, database.table.name, database.mode, database.batch.lines) == written
    assert table_problems(database.table) == []
    assert project.stand_ins == project.warnings == ()


def test_only_mysql_has_a_key_which_is_where_a_line_was_first_read(tmp_path):
    keys = {kind: sinks_of(load_project(write(tmp_path / kind, tree(kind))))[0].database for kind in ENDPOINTS}
    assert {kind: each.table.key for kind, each in keys.items() if each and each.table.key} == {
        "mysql": ("wp_event_id",)
    }


def test_sinks_of_one_endpoint_share_a_server_and_those_of_others_have_their_own(tmp_path):
    names = 'name = "{0}"\nconnect = "mysql_sink"\nparams = {{ {1} }}'
    said = {
        "a": 'table = "x"',
        "b": 'table = "x-y"',
        "c": 'table = "x_y"',
        "d": 'endpoint = "mysql://localhost:3306/"',
        "e": 'database = "other"',
        "f": 'endpoint = "db2:3306"',
    }
    sinks = "\n[[sink_group.sinks]]\n".join(names.format(name, params) for name, params in said.items())
    allow = '"endpoint", "database", "table"'

    project = load_project(write(tmp_path, tree("mysql", sinks, allow=allow)))

    assert [sink.path for sink in sinks_of(project)] == [
        "servers/mysql_sink/x",
        "servers/mysql_sink/x_y",
        "servers/mysql_sink/x_y_2",
        "servers/mysql_sink/events",
        "servers/mysql_sink_2/events",
        "servers/mysql_sink_3/events",
    ]
    assert [server.name for server in project.servers] == ["mysql_sink", "mysql_sink_2", "mysql_sink_3"]


def test_a_table_without_a_name_is_called_as_its_sink(tmp_path):
    params = '[connectors.params]\nendpoint = "x"\ndatabase = "wp"\n'
    project = load_project(write(tmp_path, tree("mysql", 'connect = "mysql_sink"', params)))
    assert [sink.path for sink in sinks_of(project)] == ["servers/mysql_sink/t0"]


def test_a_sink_of_the_older_layout_that_names_its_type_has_a_server_of_that_name(tmp_path):
    sink = 'name = "out"\ntype = "mysql"\n[sink_group.sinks.params]\nendpoint = "x"\ndatabase = "wp"'
    project = load_project(write(tmp_path, {**SEED, GROUP: group(sink, head='rule = "/benchmark*"')}))
    assert [sink.path for sink in sinks_of(project)] == ["servers/mysql/out"]


@pytest.mark.parametrize(
    ("kind", "params", "message"),
    [
        ("mysql", 'endpoint = "x"\n', "mysql.database must not be empty: WarpParse refuses it"),
        ("mysql", 'endpoint = " "\ndatabase = "d"\n', "mysql.endpoint must not be empty: WarpParse refuses it"),
        ("clickhouse", 'endpoint = "x"\n', "clickhouse.database must not be empty: WarpParse refuses it"),
        ("elasticsearch", 'table = "x"\n', "elasticsearch.endpoint must not be empty: WarpParse refuses it"),
        ("victorialogs", 'endpoint = "x"\ntable = "x"\n', "unknown key 'table', which has no effect here"),
        ("mysql", 'endpoint = "x"\ndatabase = "d"\nbase = "x"\n', "unknown key 'base', which has no effect here"),
    ],
)
def test_what_changes_nothing_here_is_a_warning(tmp_path, kind, params, message):
    project = load_project(write(tmp_path, tree(kind, params=f"[connectors.params]\n{params}")))
    assert [each.message for each in project.warnings] == [message]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ("batch = 0", "mysql.batch must be > 0"),
        ("batch = -3", "mysql.batch must be > 0"),
        ('batch = "ten"', "'batch' must be a whole number, not text"),
        ("columns = [1]", "'columns' must be text or an array of texts"),
        ("endpoint = 3306", "'endpoint' must be text, not a whole number"),
    ],
)
def test_what_cannot_be_meant_is_a_mistake(tmp_path, params, message):
    rest = "" if "endpoint" in params else 'endpoint = "x"\n'
    text = f'[connectors.params]\ndatabase = "d"\n{rest}{params}\n'
    [problem] = problems_of(tmp_path, tree("mysql", params=text))
    assert problem.message == message


def test_a_misspelt_type_is_told_with_the_nearest(tmp_path):
    [problem] = problems_of(
        tmp_path,
        {**tree("mysql"), **connector("mysqll", ENDPOINTS["mysql"])}
        | {NAME: group('connect = "mysqll_sink"', head=HEAD)},
    )
    assert (problem.message, problem.help) == ("unknown sink type 'mysqll'", "did you mean 'mysql'?")


def test_phases_are_not_for_a_sink_that_has_a_server(tmp_path):
    sinks = 'name = "out"\nconnect = "mysql_sink"\nparams = { phases = "up 1s" }'
    [problem] = problems_of(tmp_path, tree("mysql", sinks))
    assert problem.message.startswith("'phases' needs a sink of type 'test_rescue'")


def test_programs_without_servers_beside_them_have_stand_ins(tmp_path):
    project = without_servers(load_project(write(tmp_path, tree("mysql"))))

    (out,) = project.stand_ins
    assert (out.type, out.path, out.database) == ("mysql", "data/stand_in/out.dat", None)
    assert project.servers == ()
    assert without_servers(project) is project


def test_a_misspelt_key_is_told_once_and_not_for_what_it_leaves_out(tmp_path):
    text = '[connectors.params]\nendpiont = "x"\ndatabase = "d"\n'
    warned = load_project(write(tmp_path, tree("mysql", params=text))).warnings
    message = "unknown key 'endpiont', and mysql.endpoint must not be empty: WarpParse refuses it"
    assert [(each.message, each.help) for each in warned] == [(message, "did you mean 'endpoint'?")]


def test_an_override_that_is_none_is_no_unknown_key_as_well(tmp_path):
    sinks = 'name = "out"\nconnect = "mysql_sink"\nparams = { tabel = "orders" }'
    found = problems_of(tmp_path, tree("mysql", sinks, allow='"table"'))
    assert [(each.severity, each.help) for each in found] == [("error", "did you mean 'table'?")]
