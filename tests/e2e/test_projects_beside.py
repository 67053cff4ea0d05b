"""A repository with `deploy/` beside `tests/`: every command, and pytest from everywhere, finds the project."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import pytest_, wptest

TREE = {
    "pyproject.toml": "",
    "deploy/wp/conf/wparse.toml": 'rescue_root = "/var/rescue"\n[log_conf.file]\npath = "${WP_LOG}/wp"\n',
    "deploy/wp/conf/wpsrc.toml": '[[sources]]\ntype = "file"\npath = "/var/spool/wp/in.log"\n',
    "deploy/wp/sink/business.d/web.toml": (
        '[sink_group]\nrule = "/web*"\n[[sink_group.sinks]]\nname = "out"\ntype = "test_rescue"\n'
        'params = { base = "/srv/out", file = "x.dat" }\n'
    ),
    "deploy/wp/models/wpl/web/sample.dat": "GET /\n",
}
GIVEN = (
    "given:\n  source: {lines: 60}\n  env: {WP_LOG: /var/log}\n"
    "  paths: {/var/rescue: data/rescue, /var/log: logs, /var/spool/wp: data/in, /srv/out: data/out}\n"
)
SCENARIO = f"""\
scenario: one
matrix: {{stop: [TERM, KILL]}}
project: ../../deploy/wp
{GIVEN}when:
  - start: wparse daemon
  - wait: idle
  - signal: {{wparse: "${{{{ matrix.stop }}}}"}}
  - run: wprescue work
then: {{sinks: {{out: {{lines: 60}}}}}}
"""
FAILING = SCENARIO.replace("lines: 60}}", "lines: 61}}").replace("scenario: one", "scenario: bad")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    for name, text in {**TREE, "tests/wp/one.wptest.yaml": SCENARIO}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("cwd", "arguments"),
    [
        (".", ["tests"]),
        ("tests/wp", ["one.wptest.yaml"]),
        ("..", ["repository"]),
    ],
)
def test_run_and_check_from_everywhere(repository, cwd, arguments):
    done = wptest(repository / cwd, "run", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    assert wptest(repository / cwd, "check", arguments[0]).returncode == 0


@pytest.mark.parametrize(
    ("cwd", "arguments"),
    [
        (".", []),
        (".", ["-n", "2"]),
        ("tests", ["wp"]),
        ("tests/wp", ["one.wptest.yaml"]),
        ("..", ["repository/tests"]),
    ],
)
def test_pytest_from_everywhere(repository, cwd, arguments):
    done = pytest_(repository / cwd, *arguments, rootdir=False)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


@pytest.mark.parametrize("file", ["tests/pytest.ini", "pytest.ini"])
def test_pytest_with_an_ini_file_wherever_it_is(repository, file):
    (repository / file).write_text("[pytest]\n")
    done = pytest_(repository / "tests", "wp", rootdir=False)
    assert done.returncode == 0, done.stdout


def test_what_pytest_finds_by_its_rootdir_is_replayed_in_the_same_one(repository):
    (repository / "pyproject.toml").unlink()
    (repository / "tests/wp/one.wptest.yaml").write_text(FAILING)
    done = pytest_(repository, "tests", "--wptest-explore=off")
    assert done.returncode == 1, done.stdout
    name = done.stdout.rpartition("wptest replay ")[2].split()[0]
    replayed = wptest(repository, "replay", name)
    assert replayed.returncode == 1, replayed.stdout + replayed.stderr
    assert "STILL FAILS" in replayed.stdout
    refused = wptest(repository, "run", "tests")  # which knows nothing of pytest
    assert refused.returncode == 5
    assert "the scenario's own directory: none above it has .git or pyproject.toml" in refused.stdout


def test_explore_plan_timeline_and_replay_find_it(repository):
    (repository / "tests/wp/one.wptest.yaml").write_text(FAILING)
    for command in (("plan",), ("timeline",), ("explain",), ("expand",)):
        done = wptest(repository, *command, "tests/wp/one.wptest.yaml")
        assert done.returncode <= 1, (command, done.stdout + done.stderr)  # of what fails, the timeline says so
        assert "WPT-E" not in done.stdout + done.stderr
    ran = wptest(repository, "run", "tests")
    assert ran.returncode == 1
    name = ran.stdout.rpartition("wptest replay ")[2].split()[0]
    assert "STILL FAILS" in wptest(repository / "tests", "replay", name).stdout
    (repository / "tests/wp/one.wptest.yaml").write_text(SCENARIO)
    explored = wptest(repository / "deploy", "explore", "../tests/wp/one.wptest.yaml", "--most", "10")
    assert explored.returncode == 0, explored.stdout + explored.stderr


def test_what_is_shrunk_may_be_written_anywhere_below_the_root(repository):
    (repository / "tests/wp/one.wptest.yaml").write_text(FAILING)
    for name in ("found", "../o"):
        (repository / name).mkdir()
    done = wptest(
        repository, "shrink", "tests/wp/one.wptest.yaml", "--most", "2", "--output", "found/s.wptest.yaml"
    )
    assert done.returncode == 0, done.stderr
    assert "it needs its project" not in done.stderr
    assert "project: ../deploy/wp" in (repository / "found/s.wptest.yaml").read_text()
    assert wptest(repository, "run", "found").returncode == 1
    away = wptest(repository, "shrink", "tests/wp/one.wptest.yaml", "--most", "2", "--output", "../o/s.wptest.yaml")
    assert f"it needs its project ../../deploy/wp: keep the file in {repository}/tests/wp" in away.stderr


def test_a_starter_set_has_all_that_the_files_need_and_passes(repository):
    missing = wptest(repository, "new", "--project", "deploy/wp", "--into", "tests")
    assert missing.returncode == 4
    assert "deploy/wp/conf/wparse.toml:3:9" in missing.stderr
    assert "WPT-E054" not in missing.stderr  # it would give the paths by itself
    assert "WP_LOG=... wptest new" in missing.stderr
    written = wptest(repository, "new", "--project", "deploy/wp", "--into", "tests", WP_LOG="/var/log")
    assert written.returncode == 0, written.stderr
    text = (repository / "tests/out-outage.wptest.yaml").read_text()
    assert "project: ../deploy/wp\n" in text
    assert '  env: {WP_LOG: "${{ env.WP_LOG }}"}\n' in text
    assert "/var/spool/wp: data/wp, /srv/out: data/out, /var/log/wp: data/wp-2}\n" in text
    done = wptest(repository, "run", "tests", WP_LOG="/var/log")
    assert done.returncode == 0, done.stdout


def test_a_starter_set_for_a_project_out_of_reach_is_refused(repository):
    (repository / "pyproject.toml").unlink()
    done = wptest(repository, "new", "--project", "deploy/wp", "--into", "tests", WP_LOG="/var/log")
    assert done.returncode == 4
    assert "'../deploy/wp' leaves the root" in done.stderr
    assert not list((repository / "tests").glob("*.yaml"))


def test_real_programs_take_variables_of_their_environment(repository):
    (repository / "deploy/wp/conf/wparse.toml").write_text("rescue_root = 'data/rescue'\nspeed_limit = ${SPEED}\n")
    for file, old, new in (("sink/business.d/web", "/srv/out", "${OUT:data/out}"), ("conf/wpsrc", "/var", "data")):
        path = repository / f"deploy/wp/{file}.toml"
        path.write_text(path.read_text().replace(old, new))
    check = ("exec", "--", "wproj", "check")
    unset = wptest(repository / "deploy/wp", *check, OUT="data/there")
    assert unset.returncode == 44
    assert "conf/wparse.toml:2:15: the variable 'SPEED' has no value, and no default" in unset.stderr
    assert wptest(repository / "deploy/wp", *check, SPEED="7").returncode == 0
