"""Kinds of sinks that the engine doesn't have, names that several sinks have, filters and replicas."""

from __future__ import annotations

import pytest
from project_tree import CONF, GROUP, SEED, TODAY, group, problems_of, shown, write

from engine.directories.load_project import load_project
from engine.project.model import Passing
from engine.sinks.kinds.stand_in import STAND_IN_KIND

UNNAMED = '[sink_group]\nrule = "/{0}*"\n[[sink_group.sinks]]\ntype = "file"\n'
KINDS = [
    *("kafka", "tcp", "syslog", "prometheus", "doris"),
    "something-of-our-own",
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_the_engine_does_not_have_gets_a_stand_in_with_a_file(tmp_path, kind):
    sink = f'name = "out"\ntype = "{kind}"\n[sink_group.sinks.params]\nendpoint = "x"\nheaders = {{ a = 1 }}'
    project = load_project(write(tmp_path, {**SEED, GROUP: group(sink, head='rule = "/benchmark*"')}))

    (out,) = project.stand_ins
    assert (out.kind, out.type, out.path) == (STAND_IN_KIND, kind, "data/stand_in/out.dat")
    assert project.warnings == ()


def test_a_stand_in_takes_its_kind_from_its_connector_and_only_allowed_overrides(tmp_path):
    name = "topology/sinks/business.d/benchmark.toml"
    tree = {**TODAY, name: group('connect = "kafka_sink"', head='rule = "/benchmark*"')}
    (sink,) = load_project(write(tmp_path / "a", tree)).stand_ins
    assert (sink.id, sink.type, sink.path) == ("benchmark/[0]", "kafka", "data/stand_in/benchmark/[0].dat")

    tree[name] = group('connect = "kafka_sink"\nparams = { brokers = "b" }', head='rule = "/benchmark*"')
    [problem] = problems_of(tmp_path / "b", tree)
    assert problem.message == "override 'brokers' not allowed; whitelist: [] (connector: kafka_sink)"


def test_sinks_without_a_name_of_their_own_go_by_their_group(tmp_path):
    tree = {CONF: "", **{f"sink/business.d/{name}.toml": UNNAMED.format(name) for name in "ab"}}
    tree["sink/business.d/c.toml"] = (
        '[sink_group]\nname = "/deep/c"\nrule = "/c"\n[[sink_group.sinks]]\ntype = "file"\n'
    )

    project = load_project(write(tmp_path, tree))

    assert [sink.id for sink in project.business_sinks] == ["a/[0]", "b/[0]", "deep/c/[0]"]
    assert project.sink("[0]") is None
    for name in ("/deep/c/[0]", "deep/c/[0]"):
        assert project.sink(name) is project.business_sinks[2]


def test_a_name_that_only_one_sink_has_is_enough(tmp_path):
    text = '[sink_group]\nrule = "/{0}"\n[[sink_group.sinks]]\ntype = "file"\nname = "{1}"\n'
    names = {"a": "same", "b": "same", "c": "own"}
    tree = {CONF: "", **{f"sink/business.d/{key}.toml": text.format(key, name) for key, name in names.items()}}

    project = load_project(write(tmp_path, tree))

    assert [sink.id for sink in project.business_sinks] == ["a/same", "b/same", "own"]
    assert project.sink("c/own") is project.sink("own")


def test_rescue_files_are_of_the_sink_that_their_whole_name_says(tmp_path):
    text = UNNAMED + '[[sink_group.sinks]]\ntype = "file"\nname = "{0}2"\n'
    tree = {CONF: "", **{f"sink/business.d/{key}.toml": text.format(key) for key in "ab"}}
    project = load_project(write(tmp_path, tree))

    def found(name: str) -> str | None:
        sink = project.sink_of_rescue_file(name)
        return None if sink is None else sink.id

    assert found("b/[0]") == "b/[0]"
    assert found("[0]") is None
    assert found("gone/[0]") is None
    assert found("a2") == found("a/a2") == found("old/2025/a2") == "a2"
    assert found("b/a2") is None


def test_groups_whose_directories_would_be_one_are_a_mistake(tmp_path):
    tree = {CONF: "", **{f"sink/business.d/{key}.toml": UNNAMED.format(key) for key in "ab"}}
    for key, name in (("a", "x/y"), ("b", "/x/y")):
        tree[f"sink/business.d/{key}.toml"] = f'[sink_group]\nname = "{name}"\n' + UNNAMED.format(key)[13:]

    message = "sink '[0]' of the groups 'x/y' and '/x/y' have one name, 'x/y/[0]'"
    assert shown(problems_of(tmp_path, tree)) == [
        f"sink 0:0+0 {message} (their rescue files could not be told apart)"
    ]


def test_replicas_syncs_and_figures_are_read(tmp_path):
    text = group('type = "file"\nparams = { sync = true }', head='rule = "/benchmark*"\nparallel = 3')
    tree = {**SEED, GROUP: text, CONF: "[stat]\nwindow_sec = 7\n[[stat.parse]]\nkey = 'k'\n"}

    project = load_project(write(tmp_path, tree))

    assert (project.groups[0].parallel, project.groups[0].sinks[0].sync, project.stat_window) == (3, True, 7)


def expected_of_filter(tmp_path, basis: str, ratio: str) -> Passing | None:
    sinks = (
        f'[sink_group]\nrule = "/benchmark*"\n[sink_group.expect]\nbasis = "{basis}"\n'
        '[[sink_group.sinks]]\ntype = "file"\nname = "all"\n'
        f'[[sink_group.sinks]]\ntype = "file"\nname = "some"\nfilter = "x.conf"\n{ratio}'
    )
    sink = load_project(write(tmp_path, {**SEED, GROUP: sinks})).sink("some")
    assert sink is not None
    assert sink.filtered
    return sink.passing


def test_a_filter_lets_through_what_its_sink_is_expected_to_get(tmp_path):
    # Two of the three samples are the group's: a third of the input is half of its lines.
    assert expected_of_filter(tmp_path, "total_input", "expect.ratio = 0.3333") == Passing(0.3333 / (2 / 3))
    # A fifth of what both sinks got together, of which the other one got all lines.
    assert expected_of_filter(tmp_path, "group_input", "expect.ratio = 0.2") == Passing(0.25)
    assert expected_of_filter(tmp_path, "total_input", "") is None
    assert expected_of_filter(tmp_path, "total_input", "expect.max = 0.5") is None


def test_a_type_that_is_misspelt_in_a_connector_is_told_there_and_once(tmp_path):
    connectors = "connectors/sink.d/file.toml"
    name = "topology/sinks/business.d/benchmark.toml"
    sinks = 'connect = "file_rescue_sink"\n[[sink_group.sinks]]\nconnect = "file_rescue_sink"'
    wrong = str(TODAY[connectors]).replace("test_rescue", "test_rescu")
    found = shown(problems_of(tmp_path, {**TODAY, connectors: wrong, name: group(sinks)}))
    assert found == [f"{connectors} 11:8+12 unknown sink type 'test_rescu' (did you mean 'test_rescue'?)"]
