"""How far a scenario may reach for its project, and how a project is named and shown that stands beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.text.diagnostic import shown_path
from wptest.explore.rewriting.plain_scenario import load_plain
from wptest.report.remarks import remarks
from wptest.scenario.load import load_file
from wptest.scenario.root import Rootdir, root_of
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario

GROUP = '[sink_group]\nrule = "/web*"\n[[sink_group.sinks]]\nname = "out"\ntype = "{}"\n'
SCENARIO = "scenario: s\nproject: {}\nwhen: [{{run: wparse batch}}]\n"


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with scenarios in `tests` and a project in `deploy/wp`."""
    root = tmp_path / "repository"
    write(root / "pyproject.toml")
    write(root / "deploy/wp/conf/wparse.toml")
    write(root / "deploy/wp/sink/business.d/web.toml", GROUP.format("file"))
    write(root / "deploy/wp/models/wpl/web/sample.dat", "GET /\n")
    return root


def load(root: Path, project: str, rootdir: Rootdir | None = None, place: str = "tests/s.wptest.yaml"):
    path = write(root / place, SCENARIO.format(project))
    return load_file(path, rootdir=rootdir)[0].variants[0]


def mistake(root: Path, project: str, rootdir: Rootdir | None = None):
    with pytest.raises(InvalidScenario) as caught:
        load(root, project, rootdir)
    (told,) = caught.value.diagnostics
    return told


@pytest.mark.parametrize("mark", ["pyproject.toml", ".git", ".git/HEAD"])
def test_the_root_is_the_nearest_directory_upwards_with_a_mark(tmp_path, mark):
    write(tmp_path / "a/pyproject.toml")
    write(tmp_path / "a/b" / mark)
    root = root_of(tmp_path / "a/b/c/d")
    assert (root.path, root.found) == (tmp_path / "a/b", True)
    assert root.why == f"the nearest directory upwards that has {mark.partition('/')[0]}"


def test_without_one_it_is_the_scenario_s_own_directory(tmp_path):
    root = root_of(tmp_path / "a")
    assert (root.path, root.found) == (tmp_path / "a", False)
    assert root.why == "the scenario's own directory: none above it has .git or pyproject.toml"


@pytest.mark.parametrize(
    ("rootdir", "configured", "root"),
    [
        ("a", True, "a"),  # the one that is further up
        ("a/b/c", True, "a/b"),
        ("a", False, "a/b"),  # what pytest takes without an ini file depends on what it is given
        ("elsewhere", True, "a/b"),
    ],
)
def test_pytest_s_rootdir_counts_where_somebody_has_set_it(tmp_path, rootdir, configured, root):
    write(tmp_path / "a/b/pyproject.toml")
    assert root_of(tmp_path / "a/b/c", Rootdir(tmp_path / rootdir, configured)).path == tmp_path / root


@pytest.mark.parametrize("configured", [True, False])
def test_without_a_mark_it_is_pytest_s_rootdir(tmp_path, configured):
    root = root_of(tmp_path / "a/b", Rootdir(tmp_path / "a", configured))
    assert (root.path, root.why) == (tmp_path / "a", "pytest's rootdir")
    assert root_of(tmp_path / "c", Rootdir(tmp_path / "a", configured)).path == tmp_path / "c"


@pytest.mark.parametrize(
    "project", ["../deploy/wp", "./../deploy//wp/", "../tests/../deploy/wp", "{root}/deploy/wp"]
)
def test_a_project_may_stand_anywhere_below_the_root(repository, project):
    variant = load(repository, project.format(root=repository))
    assert variant.project.sink("out") is not None
    assert variant.directory.path == repository / "deploy/wp"


@pytest.mark.parametrize("project", ["../..", "../../other", "/etc", "../deploy/../../other", "{root}x/deploy"])
def test_one_that_leaves_the_root_is_a_mistake_that_names_it(repository, project):
    project = project.format(root=repository)
    told = mistake(repository, project)
    assert (told.code, told.line, told.column) == (Code.OUTSIDE, 2, 10)
    why = "the nearest directory upwards that has pyproject.toml"
    assert told.message == f"'{project}' leaves the root {repository} ({why})"
    assert told.help == "move the project below that directory"


def test_without_a_mark_it_says_how_to_make_one(repository):
    (repository / "pyproject.toml").unlink()
    told = mistake(repository, "../deploy/wp")
    assert (
        told.help
        == "move the project below that directory, or have one of .git and pyproject.toml in one above both"
    )
    assert load(repository, "../deploy/wp", Rootdir(repository, configured=False)).project.sink("out") is not None


@pytest.mark.parametrize("link", ["tests/wp", "deploy/current"])
@pytest.mark.parametrize("is_inside", [True, False])
def test_a_link_leads_as_far_as_a_path(repository, tmp_path, link, is_inside):
    (repository / link).parent.mkdir(exist_ok=True)
    if not is_inside:
        (repository / "deploy/wp").rename(tmp_path / "wp")
    target = repository / "deploy/wp" if is_inside else tmp_path / "wp"
    (repository / link).symlink_to(target)
    project = os.path.relpath(repository / link, repository / "tests")
    if is_inside:
        assert load(repository, project).project.sink("out") is not None
    else:
        told = mistake(repository, project)
        assert told.code == Code.OUTSIDE
        assert told.message.startswith(f"'{project}' is a link that leaves the root {repository}")


def test_what_is_made_of_a_scenario_reaches_as_far_as_that(repository):
    (repository / "pyproject.toml").unlink()
    variant = load(repository, "../deploy/wp", Rootdir(repository, configured=False))
    assert load_plain(variant, variant.value | {"title": "again"}).directory == variant.directory


def test_a_linked_directory_of_scenarios_is_where_the_link_stands(repository, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (repository / "linked").symlink_to(tmp_path / "elsewhere")
    assert load(repository, "../deploy/wp", place="linked/s.wptest.yaml").project.sink("out") is not None


@pytest.mark.parametrize("project", ["~/wp", "C:/wp", "..\\wp", "''", '"\\x00"'])
def test_what_is_no_path_here_is_said_so(repository, project):
    assert mistake(repository, project).expected == "a path with '/' between its parts"


def test_a_missing_project_is_looked_for_where_it_would_be(repository):
    told = mistake(repository, "../deploy/wpp")
    assert (told.code, told.help) == (Code.NO_PROJECT, "did you mean 'wp'?")
    told = mistake(repository, "../config/shop")
    assert told.help == f"it is looked for in {repository}/config/"


def test_mistakes_and_remarks_name_the_files_as_people_do(repository):
    write(repository / "deploy/wp/conf/wparse.toml", "speed_limit = 'x'\n")
    told = mistake(repository, "../deploy/wp")
    assert told.render(repository).splitlines()[1] == "  --> deploy/wp/conf/wparse.toml:1:15"
    assert told.render(repository / "tests").splitlines()[1] == "  --> ../deploy/wp/conf/wparse.toml:1:15"
    write(repository / "deploy/wp/conf/wparse.toml")
    write(repository / "deploy/wp/sink/business.d/web.toml", GROUP.format("kafka"))
    (remark,) = remarks(load(repository, "../deploy/wp"), repository)
    assert remark == "note[WPT-W070]: stand-ins: out for kafka (data/stand_in/out.dat)\n  --> deploy/wp"


def test_with_a_relative_path_of_the_scenario_they_are_relative(repository, monkeypatch):
    write(repository / "deploy/wp/conf/wparse.toml", "speed_limit = 'x'\n")
    write(repository / "tests/s.wptest.yaml", SCENARIO.format("../deploy/wp"))
    for cwd, path, shown in (
        ("", "tests/s.wptest.yaml", "deploy/wp/conf/wparse.toml"),
        ("tests", "s.wptest.yaml", "../deploy/wp/conf/wparse.toml"),
    ):
        monkeypatch.chdir(repository / cwd)
        with pytest.raises(InvalidScenario) as caught:
            load_file(Path(path))
        assert str(caught.value.diagnostics[0].path) == shown


@pytest.mark.parametrize(
    ("path", "cwd", "shown"),
    [
        ("/home/me/a/b", "/home/me/a", "b"),
        ("/home/me/a/b", "/home/me/c", "../a/b"),
        ("/home/me/a", "/home/me/c/d/e/f/g", "/home/me/a"),
        ("/tmp/a", "/home/me", "/tmp/a"),
        ("a/b", "/home/me", "a/b"),
    ],
)
def test_a_path_is_shown_from_where_one_stands(path, cwd, shown):
    assert shown_path(Path(path), Path(cwd)) == Path(shown)
