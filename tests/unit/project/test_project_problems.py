from __future__ import annotations

from pathlib import Path

import pytest
from project_tree import CONF, GROUP, INFRA, SEED, SOURCE, TODAY, group, problems_of, shown, write

from engine.directories.load_project import load_project
from engine.text.diagnostic import Diagnostic
from engine.text.problems import ProjectError

TODAY_GROUP = "topology/sinks/business.d/benchmark.toml"
TODAY_SOURCE = "topology/sources/wpsrc.toml"
TODAY_SINKS = "connectors/sink.d/file.toml"
INFRA_DIRECTORY = "topology/sinks/infra.d"

BROKEN = [
    (
        TODAY_GROUP,
        group('connect = "file_rescue_snk"'),
        "4:11+17 unknown connector 'file_rescue_snk' (did you mean 'file_rescue_sink'?)",
    ),
    (
        TODAY_GROUP,
        group('connect = "file_raw_sink"\nparams = { fmt = "kv" }'),
        (
            "5:12+3 override 'fmt' not allowed; whitelist: [base, file] (connector: file_raw_sink) "
            f"(take it away, or add 'fmt' to allow_override of the connector in {TODAY_SINKS})"
        ),
    ),
    (
        TODAY_GROUP,
        group('connect = "file_raw_sink"\nuse = "file_raw_sink"'),
        "5:1+3 sink '[0]' has both 'connect' and 'use' (keep one of them)",
    ),
    (TODAY_GROUP, group("connect = 3"), "4:11+1 'connect' must be text, not a whole number"),
    (TODAY_SOURCE, "[[sources]]\nuse = 'file'\n", "2:7+6 unknown connector 'file' (did you mean 'file_src'?)"),
    (
        TODAY_SINKS,
        str(TODAY[TODAY_SINKS]).replace('"kafka_sink"', '"file_raw_sink"'),
        "18:6+15 connector 'file_raw_sink' is defined twice",
    ),
    (
        TODAY_SINKS,
        str(TODAY[TODAY_SINKS]) + "[[connectors]]\ntype = 'file'\n",
        "22:3+10 a connector needs 'id' and 'type'",
    ),
    (
        TODAY_SINKS,
        str(TODAY[TODAY_SINKS]).replace('base = "./data/out_dat"\nfile = "default.kv"', 'base = "/x"'),
        "15:8+4 path '/x' leads out of the project's directory",
    ),
]


@pytest.mark.parametrize(("path", "text", "expected"), BROKEN, ids=[row[2] for row in BROKEN])
def test_a_mistake_around_connectors_is_one_problem_with_its_place(tmp_path, path, text, expected):
    assert shown(problems_of(tmp_path, {**TODAY, path: text})) == [f"{path} {expected}"]


def test_two_directories_of_sinks_need_a_choice(tmp_path):
    unnamed = (
        str(TODAY[CONF]).replace('sinks = "./topology/sinks"\n', "").replace('sources = "./topology/sources"\n', "")
    )

    [source, sinks] = problems_of(tmp_path, {**TODAY, CONF: unnamed, "sink/x.toml": "", SOURCE: SEED[SOURCE]})

    assert source.message == "both conf/wpsrc.toml and topology/sources/wpsrc.toml exist: which one is meant?"
    assert sinks.message == "both sink and topology/sinks exist: which one is meant?"


@pytest.mark.parametrize(("levels", "message"), [(32, "has no rule"), (33, "nested more than 32 levels deep")])
def test_groups_lie_at_most_so_many_levels_deep(tmp_path, levels, message):
    deep = "/".join(["topology/sinks/business.d", *["d"] * levels, "x.toml"])

    found = problems_of(tmp_path, {**TODAY, deep: "[sink_group]\nname = 'x'\n"})
    assert any(message in each.message for each in found)
    assert any("nested" in each.message for each in found) == (levels > 32)


def test_a_connector_above_the_root_is_named_by_the_way_up(tmp_path):
    write(tmp_path, {"connectors/sink.d/x.toml": "broken"})
    tree = {name: text for name, text in TODAY.items() if not name.startswith("connectors/sink.d")}

    found = problems_of(tmp_path / "deep" / "project", tree)

    assert ("../../connectors/sink.d/x.toml", 1, 7) in [(str(p.path), p.line, p.column) for p in found]


def test_all_problems_are_reported_at_once_and_in_order(tmp_path):
    tree = {
        **SEED,
        CONF: 'robust = "x"\nnonsense = 1\n',
        GROUP: "broken",
        INFRA: group('type = "flie"\nbad = 1', head=""),
        "models/wpl/example/sample.dat": b"\xff",
    }

    problems = problems_of(tmp_path, tree)

    sample = ("models/wpl/example/sample.dat", 1)
    places = [(str(problem.path), problem.line) for problem in problems]
    assert places == [(CONF, 1), (CONF, 2), sample, (GROUP, 1), (INFRA, 4), (INFRA, 5)]
    assert [problem.line for problem in problems if problem.severity == "warning"] == [2, 5]


def test_a_shared_connector_s_mistake_is_reported_once(tmp_path):
    sinks = "".join(f'[[sink_group.sinks]]\nname = "{name}"\nconnect = "file_raw_sink"\n' for name in "abc")
    broken = str(TODAY[TODAY_SINKS]).replace('base = "./data/out_dat"\nfile = "default.dat"', "base = 1")

    found = problems_of(
        tmp_path, {**TODAY, TODAY_GROUP: f"[sink_group]\nrule = '/b'\n{sinks}", TODAY_SINKS: broken}
    )

    assert [(str(problem.path), problem.line) for problem in found] == [(TODAY_SINKS, 7)]


@pytest.mark.parametrize(("place", "what"), [("missing", "does not exist"), ("file", "is not a directory")])
def test_a_root_that_is_no_directory(tmp_path, place, what):
    (tmp_path / "file").write_text("")

    with pytest.raises(ProjectError) as caught:
        load_project(tmp_path / place)

    message = f"project directory '{(tmp_path / place).as_posix()}' {what}"
    assert caught.value.problems == [Diagnostic.of_file(".", message)]


def test_an_empty_directory_lacks_its_settings_and_its_sinks(tmp_path):
    found = problems_of(tmp_path, {})

    assert [(str(problem.path), problem.message) for problem in found] == [
        (".", "no sink directory: expected one of: sink, topology/sinks"),
        (CONF, "the file does not exist"),
    ]


def test_a_link_out_of_the_project_is_refused(tmp_path):
    write(tmp_path, {"outside.toml": str(SEED[GROUP])})
    root = write(tmp_path / "project", {**SEED, GROUP: None})
    (root / GROUP).parent.mkdir(parents=True)
    (root / GROUP).symlink_to(tmp_path / "outside.toml")

    assert Diagnostic.of_file(GROUP, "the link leaves the project's directory") in problems_of(root, {})


def test_a_linked_directory_of_groups_is_refused(tmp_path):
    root = write(tmp_path / "project", SEED)
    (root / "sink/business.d/more").symlink_to(root / "sink/infra.d")

    message = "a link to a directory is not followed: its files would be missed silently"
    assert Diagnostic.of_file("sink/business.d/more", message) in problems_of(root, {})


def test_only_regular_files_of_some_size_are_read(tmp_path):
    root = write(tmp_path, {**SEED, SOURCE: None, "models/wpl/benchmark/sample.dat": b"x" * (4 * 1024 * 1024 + 1)})
    (root / SOURCE).mkdir()

    found = [(str(problem.path), problem.message) for problem in problems_of(root, {})]

    assert found == [
        (SOURCE, "not a regular file"),
        ("models/wpl/benchmark/sample.dat", "the file is larger than 4 MiB"),
    ]


def test_phases_are_checked_where_they_stand(tmp_path):
    text = group('type = "test_rescue"\nparams = { phases = "sideways 2s" }')

    [problem] = problems_of(tmp_path, {**SEED, GROUP: text})

    assert (problem.line, problem.column, problem.length) == (5, 21, 13)
    assert "up 2s, down 2s" in problem.message


def test_a_problem_reads_as_one_line():
    assert Diagnostic(Path("a.toml"), 2, 3, 4, "wrong", help="do this").in_one_line == "a.toml:2:3: wrong (do this)"
    assert Diagnostic.of_file("a.toml", "wrong").in_one_line == "a.toml: wrong"


def test_a_project_without_business_groups_delivers_nothing(tmp_path):
    found = shown(problems_of(tmp_path, {**SEED, GROUP: None}))

    message = "no business group: nothing would ever be delivered (add sink/business.d/<group>.toml)"
    assert found == [f"sink 0:0+0 {message}"]


def test_a_directory_of_groups_by_another_name_is_named(tmp_path):
    tree = {path.replace("business.d", "business"): text for path, text in SEED.items()}

    message = "sink 0:0+0 no business group: nothing would ever be delivered"
    help_ = "the directory of the groups is called sink/business.d, not sink/business"
    assert shown(problems_of(tmp_path, tree)) == [f"{message} ({help_})"]


@pytest.mark.parametrize(
    ("written", "kind"),
    [('connect = "x"', "file"), ('type = "test_rescue"', "test_rescue")],
    ids=["connect", "type"],
)
def test_a_project_without_connectors_is_told_how_to_come_to_its_first_one(tmp_path, written, kind):
    tree = {
        path: text for path, text in TODAY.items() if not path.startswith(("connectors/sink.d", INFRA_DIRECTORY))
    }
    problems = problems_of(tmp_path, {**tree, TODAY_GROUP: group(written)})
    (help_,) = {each.help for each in problems if str(each.path) == TODAY_GROUP}
    where = "write one in connectors/sink.d/sinks.toml, with an id and"
    assert help_ == f"{where} type = '{kind}', and name the id by 'connect'"
