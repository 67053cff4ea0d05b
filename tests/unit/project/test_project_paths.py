"""Where the paths of a project lead: into the run's directory, by themselves or as given; and what may be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project_tree import CONF, GROUP, SEED, SOURCE, TODAY, group, write

from engine.directories.load_project import load_project
from engine.directories.project_tree import ProjectFiles
from engine.directories.run_paths import Places
from engine.directories.surroundings import SECRETS, ProjectSurroundings
from engine.text.mistake import Mistake
from engine.text.problems import ProblemKind, ProjectError

HEAD = 'rule = "/benchmark*"'


def load(root, tree, paths=(), within=None):
    surroundings = ProjectSurroundings((within or root,), "/", paths=tuple(dict(paths).items()))
    return load_project(write(root, tree), surroundings)


def problems(root, tree, paths=(), within=None):
    with pytest.raises(ProjectError) as caught:
        load(root, tree, paths, within)
    return caught.value.problems


def with_sink(base, file="x.dat"):
    return {**SEED, GROUP: group(f'type = "file"\nparams = {{ base = "{base}", file = "{file}" }}', HEAD)}


def target(project):
    return project.sink("benchmark/[0]").path


GIVEN = {
    "/var/log": "data/log",
    "/var/log/wp": "data/wp",
    "/var/log/one.dat": "data/single.dat",
    "../shared": "data/s",
}


@pytest.mark.parametrize(
    ("base", "file", "path"),
    [
        ("./data//out/", "./x.dat", "data/out/x.dat"),
        ("data/a/../b", "x.dat", "data/b/x.dat"),
        ("data/out_dat", "../x.dat", "data/x.dat"),
        ("/var/log/wp", "x.dat", "data/wp/x.dat"),  # the longest prefix first
        ("/var/log/wp/", "a/x.dat", "data/wp/a/x.dat"),
        ("/var/log/wp2", "x.dat", "data/log/wp2/x.dat"),  # on the boundary of a name
        ("/var/log", "one.dat", "data/single.dat"),  # a file may be given
        ("/var/log", "wp/x.dat", "data/wp/x.dat"),
        ("/var//log/./wp/../app", "x.dat", "data/log/app/x.dat"),
        ("//var/log", "x.dat", "data/log/x.dat"),
        ("../shared/out", "x.dat", "data/s/out/x.dat"),
        ("data/../../shared", "x.dat", "data/s/x.dat"),
        ("data", "/var/log/x.dat", "data/log/x.dat"),  # a file that is absolute stands by itself
    ],
)
def test_a_path_leads_into_the_run(tmp_path, base, file, path):
    assert target(load(tmp_path / "wp", with_sink(base, file), GIVEN)) == path


def test_a_path_that_names_the_project_itself_leads_into_the_run(tmp_path):
    root = tmp_path / "wp"
    (tmp_path / "link").symlink_to("wp")
    for name in (root, tmp_path / "link"):
        write(root, with_sink(name / "data/out"))
        assert target(load_project(tmp_path / "link")) == "data/out/x.dat"


def test_settings_source_and_log_are_given_as_well(tmp_path):
    conf = 'rescue_root = "/var/rescue"\n[log_conf.file]\npath = "/var/log/wp/"\n'
    source = '[[sources]]\ntype = "file"\npath = "/var/spool/in.log"\n'
    given = {"/var/rescue": "data/rescue", "/var/log": "logs", "/var/spool": "data/in"}
    project = load(tmp_path, {**SEED, CONF: conf, SOURCE: source}, given)
    assert (project.rescue_root, project.log_dir, project.source.path) == (
        "data/rescue",
        "logs/wp",
        "data/in/in.log",
    )
    assert set(project.origin.mapped) == set(given)


@pytest.mark.parametrize(
    ("tree", "place", "about"),
    [
        (with_sink("/var/log/wp"), (GROUP, 5, 19, 13), "/var/log/wp"),
        (with_sink("data", "/var/log/x.dat"), (GROUP, 5, 34, 16), "/var/log"),  # what is given is a directory
        (with_sink("../shared"), (GROUP, 5, 19, 11), "../shared"),
        (with_sink("data", "../../x.dat"), (GROUP, 5, 34, 13), ".."),
        ({**SEED, CONF: "rescue_root = '/var/rescue'\n"}, (CONF, 1, 15, 13), "/var/rescue"),
        ({**SEED, CONF: "[log_conf.file]\npath = '/var/log/wp'\n"}, (CONF, 2, 8, 13), "/var/log/wp"),
        ({**SEED, SOURCE: "[[sources]]\ntype = 'file'\npath = '/in/gen.dat'\n"}, (SOURCE, 3, 8, 13), "/in"),
    ],
)
def test_one_that_leads_out_of_it_and_is_not_given_is_one_mistake(tmp_path, tree, place, about):
    (told,) = problems(tmp_path / "wp", tree, within=tmp_path)
    assert (str(told.path), told.line, told.column, told.length) == place
    assert (told.code, told.about) == (ProblemKind.UNMAPPED, about)


def test_two_files_never_become_one(tmp_path):
    sinks = "".join(
        f'[[sink_group.sinks]]\nname = "{name}"\ntype = "file"\nparams = {{ base = "/{name}", file = "x.dat" }}\n'
        for name in "ab"
    )
    tree = {**SEED, GROUP: f"[sink_group]\n{HEAD}\n{sinks}"}
    (told,) = problems(tmp_path, tree, {"/a": "data/x", "/b": "data/x"})
    assert told.message == "both '/a/x.dat' and '/b/x.dat' would be 'data/x/x.dat' in the run's directory"
    assert (told.line, told.column) == (10, 32)
    assert len(load(tmp_path, tree, {"/a": "data/x", "/b": "data/y"}).groups[0].sinks) == 2


def test_sinks_may_share_one_file_however_its_path_is_written(tmp_path):
    bases = ("data/out", "./data/out/", f"{tmp_path}/data/out")
    sinks = "".join(
        f'[[sink_group.sinks]]\nname = "{number}"\ntype = "file"\nparams = {{ base = "{base}", file = "x.dat" }}\n'
        for number, base in enumerate(bases)
    )
    project = load(tmp_path, {**SEED, GROUP: f"[sink_group]\n{HEAD}\n{sinks}"})
    assert {sink.path for sink in project.groups[0].sinks} == {"data/out/x.dat"}


def test_what_is_only_read_may_stand_beside_the_project(tmp_path):
    above = {name: text for name, text in TODAY.items() if name.startswith("topology/")}
    models = {f"shared/{name}": text for name, text in TODAY.items() if name.startswith("models/")}
    connectors = {name: text for name, text in TODAY.items() if name.startswith("connectors/")}
    write(tmp_path / "deploy", {**above, **models, **connectors})
    conf = (
        "[topology]\nsources = '../topology/sources'\n"
        f"sinks = '{tmp_path}/deploy/topology/sinks'\n[models]\nwpl = '../shared/models/wpl'\n"
    )
    project = load(tmp_path / "deploy/wp", {CONF: conf}, within=tmp_path)
    assert [sink.id for sink in project.business_sinks] == ["benchmark_file_sink"]
    assert [sample.rule for sample in project.samples] == ["/benchmark", "/benchmark", "/example"]
    assert dict(project.origin.brought) == {
        "../connectors/sink.d": "connectors/sink.d",
        "../connectors/source.d": "connectors/source.d",
        "../shared/models/wpl": ".outside/wpl",
        "../topology/sources": ".outside/sources",
        "../topology/sinks": ".outside/sinks",
    }


@pytest.mark.parametrize(("key", "line"), [("sinks", 2), ("sources", 2), ("wpl", 2), ("oml", 2)])
@pytest.mark.parametrize("path", ["/etc", "../../elsewhere", "deep/../../.."])
def test_nothing_is_read_outside_of_the_root(tmp_path, key, line, path):
    table = "models" if key in ("wpl", "oml") else "topology"
    found = problems(tmp_path / "in/wp", {**SEED, CONF: f"[{table}]\n{key} = '{path}'\n"}, within=tmp_path / "in")
    outside = [each for each in found if each.code is ProblemKind.OUTSIDE]
    assert [(str(each.path), each.line, each.message) for each in outside] == [
        (CONF, line, f"path '{path}' leaves /")
    ]


LINKED = [
    SECRETS,
    "sink",
    "sink/business.d/benchmark.toml",
    "conf/wparse.toml",
    "models/wpl",
    "models/wpl/benchmark/sample.dat",
]


@pytest.mark.parametrize("name", LINKED)
@pytest.mark.parametrize("is_inside", [True, False])
def test_a_link_is_followed_within_the_root_only(tmp_path, name, is_inside):
    root = write(tmp_path / "in/wp", {**SEED, SECRETS: "a = 1\n"})
    elsewhere = tmp_path / ("in/there" if is_inside else "out")
    elsewhere.parent.mkdir(exist_ok=True)
    (root / name).rename(elsewhere)
    (root / name).symlink_to(elsewhere)
    if is_inside:
        assert load(root, {}, within=tmp_path / "in").business_sinks[0].id == "benchmark_file_sink"
    else:
        found = problems(root, {}, within=tmp_path / "in")
        assert {each.message for each in found if each.code is ProblemKind.OUTSIDE} == {"the link leaves /"}


def test_connectors_above_everything_are_found_but_no_link_in_them_is_followed(tmp_path):
    write(tmp_path, {name: text for name, text in TODAY.items() if name.startswith("connectors/")})
    tree = {name: text for name, text in TODAY.items() if not name.startswith("connectors/")}
    root = write(tmp_path / "in/wp", tree)
    assert load(root, {}, within=tmp_path / "in").business_sinks[0].path == "data/out_dat/benchmark.dat"
    secret = tmp_path / "secret.toml"
    secret.write_text("token = 'hush'\n")
    (tmp_path / "connectors/sink.d/more.toml").symlink_to(secret)
    (told,) = problems(root, {}, within=tmp_path / "in")
    assert (told.code, str(told.path)) == (ProblemKind.OUTSIDE, "../../connectors/sink.d/more.toml")


def test_a_directory_of_connectors_that_is_a_link_out_of_the_root_is_not_read(tmp_path):
    write(tmp_path / "out", {name: text for name, text in TODAY.items() if name.startswith("connectors/")})
    tree = {name: text for name, text in TODAY.items() if not name.startswith("connectors/")}
    root = write(tmp_path / "in/deploy/wp", tree)
    (tmp_path / "in/connectors").symlink_to(tmp_path / "out/connectors")
    found = problems(root, {}, within=tmp_path / "in")
    assert {str(each.path) for each in found if each.code is ProblemKind.OUTSIDE} == {
        "../../connectors/sink.d",
        "../../connectors/source.d",
    }


PARTS = st.sampled_from(["..", ".", "", "a", "b", "A", "var", "log", "wp", "..a", "é"])
PATHS = st.builds(
    lambda lead, parts: lead + "/".join(parts),
    st.sampled_from(["", "/", "//", "./", "../"]),
    st.lists(PARTS, max_size=6),
)
TARGETS = st.lists(st.sampled_from(["a", "b", "data"]), min_size=1, max_size=3).map("/".join)


@given(text=PATHS, given=st.dictionaries(st.sampled_from(["/", "/var", "/var/log", "../a", "..", "/VAR"]), TARGETS))
def test_no_path_ever_leads_out_of_the_run(tmp_path_factory, text, given):
    places = Places(ProjectFiles(tmp_path_factory.getbasetemp()), given)
    try:
        found = places.in_run(text)
    except Mistake as error:
        assert error.code or not text  # noqa: PT017 - it need not be raised
    else:
        assert not found.startswith("/")
        assert ".." not in found.split("/")
