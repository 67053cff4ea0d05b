from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from project_tree import SEED, TODAY, write

from engine.directories.load_project import load_project
from engine.project.identity import identified
from engine.project.model import (
    INFRA_GROUPS,
    GroupConf,
    GroupExpect,
    Phase,
    Project,
    Sample,
    SinkConf,
    SinkExpect,
    SourceConf,
)
from engine.project.sharing import made_up
from engine.sinks.kinds.blackhole import BLACKHOLE_KIND
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND

SECOND = 1_000_000_000
SHIPPED = Path(__file__).parents[3] / "scenarios" / "projects" / "sink_recovery"


def expected_project(*, whole: bool) -> Project:
    """The project; `whole` where no model takes a group's records, which only today's layout can say.

    There all sinks have a tag in common.
    """
    tags = (("env", "test"),) if whole else ()
    judged = GroupExpect("total_input", 100, "error")
    benchmark = SinkConf(
        "benchmark_file_sink",
        TEST_RESCUE_KIND,
        "data/out_dat/benchmark.dat",
        None,
        SinkExpect(0.66, 0.02),
        whole=whole,
        tags=tags,
    )
    miss = SinkConf("[0]", FILE_KIND, "data/out_dat/miss.dat", None, SinkExpect(low=0.0, high=0.1), tags=tags)
    built_in = {
        name: GroupConf(
            name,
            (SinkConf(f"{name}_sink", FILE_KIND, f"data/out_dat/{name}.dat"),),
            infra=True,
            is_built_in=True,
        )
        for name in INFRA_GROUPS
    }
    infra = built_in | {"miss": GroupConf("miss", (miss,), infra=True, expect=judged)}
    return Project(
        name="project",
        groups=identified(
            (
                GroupConf("benchmark", (benchmark,), ("/benchmark*",), expect=judged),
                *(infra[name] for name in INFRA_GROUPS),
            )
        ),
        samples=(
            Sample("/benchmark", "first benchmark line"),
            Sample("/benchmark", "second benchmark line"),
            Sample("/example", "an example line"),
        ),
        source=SourceConf("data/in_dat/gen.dat", key="file_1", workers=2),
        rescue_root="data/rescue",
        log_level="warn",
        speed_limit=2000,
        robust="normal",
    )


@pytest.mark.parametrize("layout", [SEED, TODAY], ids=["seed", "today"])
def test_both_layouts_load_to_the_same_project(tmp_path, layout):
    assert load_project(write(tmp_path / "project", layout)) == expected_project(whole=layout is TODAY)


def test_connectors_are_found_above_the_root(tmp_path):
    inside = {name: text for name, text in TODAY.items() if not name.startswith("connectors/")}
    above = {name: text for name, text in TODAY.items() if name.startswith("connectors/")}
    write(tmp_path, above)

    assert load_project(write(tmp_path / "deep" / "project", inside)) == expected_project(whole=True)


def test_the_nearest_connector_directory_wins(tmp_path):
    write(tmp_path, {"connectors/sink.d/broken.toml": "this is not TOML"})

    assert load_project(write(tmp_path / "project", TODAY)) == expected_project(whole=True)


def test_the_smallest_project_gets_every_default(tmp_path):
    tree = {
        "conf/wparse.toml": "",
        "sink/business.d/a.toml": '[sink_group]\nrule = "/a*"\n[[sink_group.sinks]]\ntype = "file"\n',
    }

    project = load_project(write(tmp_path / "small", tree))

    group = GroupConf("a", (SinkConf("[0]", FILE_KIND, "data/out_dat/out.dat"),), ("/a*",))
    built_in = [group for group in expected_project(whole=False).groups if group.infra and group.name != "miss"]
    sink = SinkConf("miss_sink", FILE_KIND, "data/out_dat/miss.dat")
    miss = GroupConf("miss", (sink,), infra=True, is_built_in=True)
    by_name = {found.name: found for found in (*built_in, miss)}
    groups = identified((group, *(by_name[name] for name in INFRA_GROUPS)))
    source = SourceConf(workers=2)
    assert project == Project("small", groups, (made_up("/a"),), source, robust="debug")
    message = "no sample line is known to be of a rule like '/a': a made-up one stands for them"
    assert [warning.in_one_line for warning in project.warnings] == [
        f"models/wpl: warning: {message} (group 'a' would get no line)"
    ]


def test_a_group_directory_with_a_sink_file_is_a_group(tmp_path):
    old = '[[sinks]]\nname = "one"\ntype = "blackhole"\nexpect = { ratio = 1 }\n'
    tree = {
        "conf/wparse.toml": "",
        "sink/benchmark/sink.toml": '[sink_group]\nrule = ["/b*", "/c"]\n' + old,
        "sink/miss/sink.toml": old,
    }

    groups = {group.name: group for group in load_project(write(tmp_path, tree)).groups}

    sinks = (SinkConf("one", BLACKHOLE_KIND, None, None, SinkExpect(1.0)),)
    both = identified((GroupConf("benchmark", sinks, ("/b*", "/c")), GroupConf("miss", sinks, infra=True)))
    assert (groups["benchmark"], groups["miss"]) == both
    assert [sink.id for group in both for sink in group.sinks] == ["benchmark/one", "miss/one"]


def test_a_group_with_its_own_expect_takes_nothing_from_the_defaults(tmp_path):
    text = str(SEED["sink/business.d/benchmark.toml"]) + "[sink_group.expect]\nsum_tol = 0.1\n"
    tree = {**SEED, "sink/business.d/benchmark.toml": text}

    group = load_project(write(tmp_path, tree)).groups[0]

    assert group.expect == GroupExpect(basis="group_input", min_samples=0, mode="warn", sum_tol=0.1)


def test_a_model_basis_is_written_with_the_model_s_name(tmp_path):
    tree = {**SEED, "sink/defaults.toml": '[defaults.expect]\nbasis = "mdl:nginx"\nothers_max = 1\n'}

    assert load_project(write(tmp_path, tree)).groups[0].expect == GroupExpect(
        "model", others_max=1.0, model="nginx"
    )


@pytest.mark.parametrize("layout", [SEED, TODAY], ids=["direct", "beside a connector that doesn't list it"])
def test_phases_are_a_parameter_of_test_rescue(tmp_path, layout):
    name = next(name for name in layout if name.endswith("business.d/benchmark.toml"))
    text = str(layout[name]).replace('"benchmark.dat"', '"benchmark.dat", phases = "up 2s, down 500ms"')

    project = load_project(write(tmp_path / "project", {**layout, name: text}))

    phases = (Phase(up=True, duration=2 * SECOND), Phase(up=False, duration=SECOND // 2))
    expected = expected_project(whole=layout is TODAY)
    assert project.business_sinks[0] == replace(expected.business_sinks[0], phases=phases)


def test_groups_stand_in_the_order_of_their_paths(tmp_path):
    text = '[sink_group]\nrule = "/{0}"\n[[sink_group.sinks]]\ntype = "blackhole"\n'
    names = ["z", "a", "nested/b", "b/c"]
    tree = {f"sink/business.d/{name}.toml": text.format(name) for name in names}

    project = load_project(write(tmp_path, {"conf/wparse.toml": "", **tree}))

    assert [group.name for group in project.groups if not group.infra] == ["a", "c", "b", "z"]


def test_a_disabled_source_gives_way_to_an_enabled_one(tmp_path):
    text = (
        '[[sources]]\nkey = "k"\ntype = "kafka"\nenable = false\n'
        '[[sources]]\ntype = "file"\nparams = { base = "in", file = "./x.log" }\n'
    )

    project = load_project(write(tmp_path, {**SEED, "conf/wpsrc.toml": text}))
    assert project.source == SourceConf("in/x.log", workers=2)


def test_blank_sample_lines_are_left_out_and_odd_characters_kept(tmp_path):
    data = "one\r\n\n   \ntwo\x0bstill two\u2028and two\nlast without newline".encode()

    samples = load_project(write(tmp_path, {**SEED, "models/wpl/benchmark/sample.dat": data})).samples

    texts = [sample.text for sample in samples if sample.rule == "/benchmark"]
    assert texts == ["one", "two\x0bstill two\u2028and two", "last without newline"]


def test_the_shipped_project_loads():
    project = load_project(SHIPPED)

    assert [sink.name for sink in project.business_sinks] == ["benchmark_file_sink", "example_file_sink"]
    assert [sample.rule for sample in project.samples] == ["/benchmark", "/benchmark", "/example"]
    assert (project.speed_limit, project.rescue_root, project.robust) == (2000, "data/rescue", "normal")
    assert [group.name for group in project.groups if group.infra] == list(INFRA_GROUPS)
