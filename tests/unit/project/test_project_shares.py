"""Numbers that can't be meant: shares above all or below nothing, and shares that add up to more than there is."""

from __future__ import annotations

import pytest
from project_tree import DEFAULTS, GROUP, INFRA, SEED, SOURCE, TODAY, problems_of, shown, write

from engine.directories.load_project import load_project
from engine.text.problems import ProblemKind

HEAD = '[sink_group]\nname = "benchmark"\nrule = "/benchmark*"\n'
TODAY_SINKS = "connectors/sink.d/file.toml"
NO_DEFAULTS = {**SEED, DEFAULTS: None}


def sink(name, expect, kind="file"):
    params = f'params.file = "{name}.dat"\n' if kind == "file" else ""
    expect = f"expect = {{ {expect} }}\n" if expect else ""
    return f'[[sink_group.sinks]]\nname = "{name}"\ntype = "{kind}"\n{params}{expect}'


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("ratio = 66", "'ratio' is a share, and must lie between 0 and 1: not 66 (did you mean 0.66?)"),
        ("ratio = 33.5", "'ratio' is a share, and must lie between 0 and 1: not 33.5 (did you mean 0.335?)"),
        ("ratio = 660", "'ratio' is a share, and must lie between 0 and 1: not 660 (0.66 means 66 %)"),
        ("ratio = -0.1", "'ratio' is a share, and must lie between 0 and 1: not -0.1 (0.66 means 66 %)"),
        ("ratio = inf", "'ratio' is a share, and must lie between 0 and 1: not inf (0.66 means 66 %)"),
        ("ratio = 0.5, tol = 2", "'tol' is a share, and must lie between 0 and 1: not 2 (did you mean 0.02?)"),
        ("min = 30", "'min' is a share, and must lie between 0 and 1: not 30 (did you mean 0.3?)"),
        ("max = 1.5", "'max' is a share, and must lie between 0 and 1: not 1.5 (did you mean 0.015?)"),
    ],
)
def test_a_share_lies_between_nothing_and_all(tmp_path, expect, message):
    (told,) = problems_of(tmp_path, {**SEED, GROUP: HEAD + sink("a", expect)})
    assert shown([told])[0].partition(" ")[2].partition(" ")[2] == message
    assert (str(told.path), told.line) == (GROUP, 8)


@pytest.mark.parametrize("key", ["sum_tol", "others_max"])
def test_so_does_what_a_group_allows(tmp_path, key):
    (told,) = problems_of(tmp_path, {**SEED, DEFAULTS: f"[defaults.expect]\n{key} = 5\n"})
    message = f"'{key}' is a share, and must lie between 0 and 1: not 5 (did you mean 0.05?)"
    assert shown([told]) == [f"{DEFAULTS} 2:{len(key) + 4}+1 {message}"]


@pytest.mark.parametrize(
    ("expect", "keys"), [("ratio = 7", ["ratio"]), ("max = 2.0", ["max"]), ("min = 2, max = 3", ["max", "min"])]
)
def test_in_an_infra_group_warpparse_writes_a_record_as_several_lines(tmp_path, expect, keys):
    tree = {**SEED, INFRA: '[sink_group]\nname = "miss"\n' + sink("m", expect)}
    warnings = load_project(write(tmp_path, tree)).warnings
    assert sorted(each.message.split("'")[1] for each in warnings) == keys
    assert all(each.message.endswith("a sink gets all lines at most: here each of them once") for each in warnings)
    (told,) = problems_of(tmp_path, {**tree, INFRA: str(tree[INFRA]).replace(expect, "ratio = -7")})
    assert "'ratio' is a share" in told.message


@pytest.mark.parametrize(
    ("group", "message"),
    [
        (
            HEAD + sink("a", "ratio = 0.7, tol = 0.02") + sink("b", "ratio = 0.5"),
            "the sinks of group 'benchmark' should get 118 % of the group's lines at least",
        ),
        (
            HEAD + sink("a", "min = 0.6") + sink("b", "ratio = 0.5"),
            "the sinks of group 'benchmark' should get 110 % of the group's lines at least",
        ),
        (
            HEAD
            + "expect = { basis = 'total_input', sum_tol = 0.05 }\n"
            + sink("a", "ratio = 0.7")
            + sink("b", "ratio = 0.5"),
            "the sinks of group 'benchmark' should get 120 % at least, and 105 % at most",
        ),
    ],
)
def test_the_shares_of_a_group_add_up_to_all_of_it_at_most(tmp_path, group, message):
    (told,) = load_project(write(tmp_path, {**NO_DEFAULTS, GROUP: group})).warnings
    assert (str(told.path), told.line, told.message) == (GROUP, 1, message)


@pytest.mark.parametrize(
    "group",
    [
        HEAD + sink("a", "ratio = 0.7, tol = 0.1") + sink("b", "ratio = 0.5, tol = 0.1"),
        HEAD + sink("a", "ratio = 1.0") + sink("b", ""),
        HEAD + "expect = { basis = 'total_input' }\n" + sink("a", "ratio = 0.7") + sink("b", "ratio = 0.7"),
        HEAD + sink("a", "ratio = 0.7") + sink("b", "ratio = 0.7", "blackhole"),  # whose lines nobody can count
        HEAD + sink("a", "max = 0.9") + sink("b", "max = 0.9"),
    ],
)
def test_what_can_be_met_is_no_mistake(tmp_path, group):
    assert load_project(write(tmp_path, {**NO_DEFAULTS, GROUP: group})).business_sinks


def test_the_groups_together_get_all_lines_at_most(tmp_path):
    mail = '[sink_group]\nname = "mail"\nrule = "/example"\n' + sink("m", "ratio = %s, tol = 0.02")
    tree = {**SEED, "sink/business.d/mail.toml": mail % 0.33}  # the other one should get 0.66
    assert len(load_project(write(tmp_path, tree)).business_sinks) == 2
    (told,) = load_project(write(tmp_path, {**tree, "sink/business.d/mail.toml": mail % 0.66})).warnings
    least = "64 % (66 % less 2 %, sink/business.d"
    assert (str(told.path), told.message) == (
        "sink/business.d/mail.toml",
        (
            f"the groups should get 128 % of all lines at least: 'benchmark' {least}/benchmark.toml:9), "
            f"'mail' {least}/mail.toml:8)"
        ),
    )


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ("[[sources]]\ntype = 'file'\nenable = false\n", "the only source is not enabled: wparse reads nothing"),
        (
            "[[sources]]\ntype = 'file'\nenable = false\n[[sources]]\ntype = 'kafka'\nenable = false\n",
            "none of the sources is enabled: wparse reads nothing",
        ),
    ],
)
def test_that_nothing_is_read_is_said(tmp_path, sources, message):
    project = load_project(write(tmp_path, {**SEED, SOURCE: sources}))
    assert not project.source.enabled
    (told,) = project.warnings
    assert (str(told.path), told.line, told.column, told.message, told.code) == (
        SOURCE,
        3,
        1,
        message,
        ProblemKind.UNREAD,
    )


def test_an_enabled_source_is_read_whatever_the_others_are(tmp_path):
    sources = "[[sources]]\ntype = 'file'\nenable = false\npath = 'a'\n[[sources]]\ntype = 'file'\npath = 'b'\n"
    project = load_project(write(tmp_path, {**SEED, SOURCE: sources}))
    assert (project.source.path, project.warnings) == ("b", ())


@pytest.mark.parametrize(
    ("file", "before", "place", "what"),
    [
        (GROUP, 'name = "benchmark_file_sink"', "5:1", "a sink"),
        (GROUP, 'rule = "/benchmark*"', "3:1", "a group"),
        (TODAY_SINKS, 'type = "test_rescue"', "11:1", "a connector"),
    ],
)
def test_only_a_source_has_a_switch(tmp_path, file, before, place, what):
    tree = TODAY if file == TODAY_SINKS else SEED
    text = str(tree[file]).replace(before, f"enable = false\n{before}")
    warnings = shown(load_project(write(tmp_path, {**tree, file: text})).warnings)
    message = f"'enable' has no effect: WarpParse knows it for sources only, and {what} is on"
    assert warnings == [f"{file} {place}+6 {message}"]
