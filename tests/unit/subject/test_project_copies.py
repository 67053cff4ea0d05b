"""A copy of a project for real programs: whole in itself, and no path in it leads out of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.directories.load_project import load_project
from engine.directories.surroundings import SECRETS, ProjectSurroundings
from wptest.scenario.directory import Directory
from wptest.scenario.root import Root
from wptest.subject.projects.project_copy import copy_project, why_not_copied
from wptest.subject.projects.project_files import pace

GROUP = '[sink_group]\nrule = "/web*"\n[[sink_group.sinks]]\nname = "{}"\n{}\n'
BASE = {
    "wp/conf/wparse.toml": "",
    "wp/sink/business.d/web.toml": GROUP.format("out", 'type = "file"\nparams.file = "out.dat"'),
    "wp/models/wpl/web/sample.dat": "GET /\n",
}
CONNECTOR = (
    '[[connectors]]\nid = "there"\ntype = "file"\nallow_override = ["base", "file"]\n'
    '[connectors.params]\nbase = "/srv/out"\nfile = "default.dat"\n'
)


@pytest.fixture
def copied(tmp_path):
    """Write a tree with the project `wp`, and copy that: its directory, the project, the copy."""

    def copy(tree, *, paths=(), variables=()):
        for name, text in tree.items():
            path = tmp_path / "root" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        within = (tmp_path / "root",)
        surroundings = ProjectSurroundings(
            within, "the root", tuple(dict(variables).items()), tuple(dict(paths).items())
        )
        directory = Directory(tmp_path / "root/wp", surroundings, Root(tmp_path / "root", ""))
        project = directory.load()
        copy = tmp_path / "copy"
        copy_project(directory, copy, project)
        return directory, project, copy

    return copy


def again(copy, variables=()):
    return load_project(copy, ProjectSurroundings((copy,), variables=tuple(dict(variables).items())))


@pytest.mark.parametrize(
    ("tree", "given"),
    [
        (
            {"wp/conf/wparse.toml": 'rescue_root = "/var/rescue"\n[log_conf.file]\npath = "/var/log/wp/"\n'},
            {"/var": "data/var"},
        ),
        ({"wp/conf/wparse.toml": "rescue_root = '../shared/rescue' # as ever\n"}, {"../shared": "data/shared"}),
        ({"wp/conf/wpsrc.toml": '[[sources]]\ntype = "file"\npath = """/in/a.log"""\n'}, {"/in": "data/in"}),
        (
            {"wp/conf/wpsrc.toml": '\ufeff[[sources]]\r\ntype = "file"\r\npath = "/in/a.log"\r\n'},
            {"/in": "data/\u00e9"},
        ),
        (
            {
                "wp/sink/business.d/web.toml": GROUP.format(
                    "a", 'type = "file"\nparams = { base = "/srv/a", file = "b/x.dat" }'
                )
            },
            {"/srv": "data/srv", "/srv/a/b": "data/b"},  # where the file leads is not below where its base does
        ),
        (
            {
                "wp/sink/business.d/web.toml": GROUP.format(
                    "a", 'type = "file"\nparams = { base = "/srv/a", file = "x.dat" }'
                )
            },
            {"/srv/a/x.dat": "data/one.dat"},  # the file is given, and its base is not
        ),
        (
            {
                "connectors/sink.d/c.toml": CONNECTOR,
                "wp/sink/business.d/web.toml": GROUP.format("a", 'connect = "there"\nparams = { file = "a.dat" }')
                + '[[sink_group.sinks]]\nname = "b"\nconnect = "there"\nparams = { file = "sub/b.dat" }\n',
            },
            {"/srv/out": "data/out"},
        ),
        (
            {"wp/sink/business.d/web.toml": GROUP.format("a", 'type = "file"\nparams.base = "${WP_OUT:/srv}/a"')},
            {"/srv": "data"},
        ),
        ({"wp/conf/wparse.toml": "rescue_root = 'data/${X:rescue}'\nspeed_limit = ${SPEED:5}\n"}, {}),
    ],
)
def test_a_copy_is_the_same_project_and_needs_nothing(copied, tree, given):
    directory, project, copy = copied({**BASE, **tree}, paths=given)
    assert list(why_not_copied(directory, project)) == []
    found = again(copy)
    assert replace(found, name=project.name) == project
    assert found.origin.mapped == found.origin.rewrites == ()


def test_a_variable_stays_one_for_real_programs_to_fill_in(copied):
    tree = {"wp/conf/wparse.toml": "rescue_root = 'data/${KIND}'\n"}
    _, project, copy = copied({**BASE, **tree}, variables={"KIND": "rescue"})
    assert again(copy, {"KIND": "rescue"}).rescue_root == project.rescue_root == "data/rescue"
    assert "${KIND}" in (copy / "conf/wparse.toml").read_text()


def test_what_stands_beside_the_project_is_brought_along(copied):
    connector = CONNECTOR.replace("/srv/out", "data/out")
    tree = {
        "wp/conf/wparse.toml": (
            "[topology]\nsinks = '../all/sinks'\nsources = '../all/sources'\n"
            "[models]\nwpl = '../models/wpl'\noml = '../models/oml'\n"
        ),
        "all/sinks/business.d/web.toml": GROUP.format("a", 'connect = "there"'),
        "all/sources/wpsrc.toml": '[[sources]]\nkey = "a"\nconnect = "in"\n',
        "connectors/source.d/c.toml": '[[connectors]]\nid = "in"\ntype = "file"\nparams = { file = "in.log" }\n',
        "connectors/sink.d/c.toml": connector,
        "wp/connectors/sink.d/c.toml": connector.replace("data/out", "data/nowhere"),  # not above the sinks
        "models/wpl/web/sample.dat": "GET /\n",
        "models/oml/a/adm.oml": "name : a\n",
    }
    _, project, copy = copied({"wp/data/x": "", **tree})
    assert project.sink("a").path == "data/out/default.dat"
    assert replace(again(copy), name=project.name) == project
    assert len(list(copy.rglob("adm.oml"))) == 1


def test_no_link_is_followed_out_of_the_root_and_none_into_itself(copied, tmp_path):
    (tmp_path / "secret").write_text("hush\n")
    wp = tmp_path / "root/wp"
    wp.mkdir(parents=True)
    (wp / "out").symlink_to(tmp_path / "secret")
    (wp / "round").symlink_to(".")
    (wp / "gone").symlink_to("nowhere")
    (tmp_path / "root/near").write_text("near\n")
    (wp / "in").symlink_to("../near")
    (tmp_path / "root/beside").mkdir()
    (tmp_path / "root/beside/out").symlink_to(tmp_path / "secret")
    (wp / "beside").symlink_to("../beside")
    directory, project, copy = copied(BASE)
    assert list(why_not_copied(directory, project)) == [
        "out is a link that leaves the root",
        "beside/out is a link that leaves the root",
    ]
    assert (copy / "in").read_text() == "near\n"
    assert not (copy / "in").is_symlink()
    assert not [each for each in ("out", "round", "gone") if (copy / each).exists() or (copy / each).is_symlink()]
    assert list((copy / "beside").iterdir()) == []


def test_a_path_that_a_copy_can_t_have_is_named(copied):
    shared = CONNECTOR.replace("allow_override", "x = 1\nallow_override")
    one = GROUP.format("a", 'connect = "there"\nparams = { base = "/srv/one" }')
    two = '[[sink_group.sinks]]\nname = "b"\nconnect = "there"\nparams = { base = "/srv/two" }\n'
    tree = {"connectors/sink.d/c.toml": shared, "wp/sink/business.d/web.toml": one + two}
    paths = {"/srv/one/default.dat": "data/a.dat", "/srv/two/default.dat": "data/b.dat"}
    directory, project, _ = copied({**BASE, **tree}, paths=paths)
    (why,) = why_not_copied(directory, project)
    assert why == "../connectors/sink.d/c.toml has a path that sinks share, and that would lead to different places"


def test_secrets_are_never_looked_for_in_a_home(copied):
    tree = {"wp/conf/wparse.toml": "rescue_root = 'data/${SEC_NAME:rescue}'\n"}
    _, _, copy = copied({**BASE, **tree})
    assert (copy / SECRETS).parent.is_dir()


def test_its_speed_can_be_set_where_it_is_a_variable(copied):
    _, _, copy = copied({**BASE, "wp/conf/wparse.toml": "[performance]\nrate_limit_rps = ${RPS:100}\n"})
    pace(copy, 7)
    assert again(copy).speed_limit == 7


def test_a_read_only_file_is_rewritten_as_well(copied, tmp_path):
    conf = tmp_path / "root/wp/conf/wparse.toml"
    conf.parent.mkdir(parents=True)
    conf.write_text("rescue_root = '/var/rescue'\n")
    conf.chmod(0o444)
    _, project, copy = copied({k: v for k, v in BASE.items() if "wparse" not in k}, paths={"/var": "data"})
    assert again(copy).rescue_root == project.rescue_root == "data/rescue"
