"""Scenarios beside the fixtures of Python tests: of every scope, and with the files of pyfakefs."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from commands import Done, pytest_
from samples import FAILING, INVALID, MATRIX, PASSING, write

SCOPES = ("function", "class", "module", "package", "session")
AROUND = """\
import pytest

@pytest.fixture(scope="{scope}", autouse=True)
def around(request):
    print("set up for", request.scope)
    yield
    print("torn down")
"""
FAKE = """\
import os
import pytest
from pyfakefs.fake_filesystem_unittest import Patcher

@pytest.fixture(scope="{scope}", autouse=True)
def fake():
    with Patcher() as patcher:
        patcher.fs.create_file("/fake/there.txt")
        yield
        assert os.path.exists("/fake/there.txt")
"""
FS = """\
import os
import pytest

@pytest.fixture(autouse=True)
def fake({fixture}, request):
    if os.environ.get("ADDED"):
        {fixture}.add_real_file(request.path)
    yield
    {fixture}.create_file("/fake/after.txt")
"""
PYFAKEFS = ("-p", "pyfakefs.pytest_plugin")
PROJECT = Path(__file__).parents[2] / "scenarios/projects/sink_recovery"
IN_DIRECTORY = """\
scenario: in-directory
project: project
when: [{run: wpgen sample -n 6}, {run: wparse batch}]
then: {sinks: {benchmark_file_sink: {lines: 4}}}
"""


def with_conftest(directory: Path, conftest: str, **texts: str) -> Path:
    (directory / "conftest.py").write_text(conftest, encoding="utf-8")
    return write(directory, **texts)


def outcomes(run: Done) -> dict[str, int]:
    """How many tests there were of each outcome, from the last line."""
    words = run.stdout.splitlines()[-1].strip("= ").partition(" in ")[0].replace(",", "").split()
    return {outcome: int(number) for number, outcome in zip(words[::2], words[1::2], strict=True)}


@pytest.mark.parametrize("scope", SCOPES)
def test_fixtures_of_every_scope_are_set_up_for_scenarios_too(tmp_path: Path, scope: str) -> None:
    run = pytest_(with_conftest(tmp_path, AROUND.format(scope=scope), one=PASSING, two=MATRIX), "-s")

    assert outcomes(run) == {"passed": 3, "failed": 2}, run.stdout
    files, variants = 2, 5
    times = {"module": files, "package": 1, "session": 1}.get(scope, variants)
    assert (run.stdout.count(f"set up for {scope}"), run.stdout.count("torn down")) == (times, times)


@pytest.mark.parametrize("scope", SCOPES)
def test_fixtures_that_the_ini_file_asks_for_are_set_up(tmp_path: Path, scope: str) -> None:
    conftest = AROUND.format(scope=scope).replace(", autouse=True", "")
    (tmp_path / "pytest.ini").write_text("[pytest]\nusefixtures = around\n", encoding="utf-8")

    run = pytest_(with_conftest(tmp_path, conftest, one=PASSING), "-s")

    assert (outcomes(run), run.stdout.count(f"set up for {scope}")) == ({"passed": 1}, 1), run.stdout


def test_a_fixture_may_look_at_the_module_of_a_scenario(tmp_path: Path) -> None:
    asks = "name, file, more = request.module.__name__, request.module.__file__, getattr(request.module, 'x', 1)"
    conftest = AROUND.format(scope="module").replace(
        "    yield", f"    {asks}\n    print(name, file, more)\n    yield"
    )

    run = pytest_(with_conftest(tmp_path, conftest, one=PASSING), "-s")

    assert f"one.wptest.yaml {tmp_path / 'one.wptest.yaml'} 1\n" in run.stdout
    assert outcomes(run) == {"passed": 1}


@pytest.mark.slow
def test_a_fixture_of_a_module_that_fails_is_told_of_each_variant(tmp_path: Path) -> None:
    conftest = AROUND.format(scope="module").replace("    yield", "    raise LookupError('no server')\n    yield")

    run = pytest_(with_conftest(tmp_path, conftest, two=MATRIX))

    assert outcomes(run) == {"errors": 4}
    assert run.stdout.count("- LookupError: no server\n") == 4


@pytest.mark.parametrize(
    "scope", ["function", *(pytest.param(each, marks=pytest.mark.slow) for each in SCOPES[1:])]
)
def test_scenarios_are_read_and_run_while_a_fixture_shows_other_files(tmp_path: Path, scope: str) -> None:
    run = pytest_(with_conftest(tmp_path, FAKE.format(scope=scope), one=PASSING, two=FAILING), *PYFAKEFS)

    assert outcomes(run) == {"passed": 1, "failed": 1}, run.stdout
    assert "to see it again: wptest run two.wptest.yaml::too-few --seed 0\n" in run.stdout


@pytest.mark.parametrize("added", ["", "yes"])
def test_the_fixture_of_pyfakefs_is_no_trouble_for_a_project_in_a_directory(tmp_path: Path, added: str) -> None:
    copytree(PROJECT, tmp_path / "project")

    run = pytest_(with_conftest(tmp_path, FS.format(fixture="fs"), one=IN_DIRECTORY), *PYFAKEFS, ADDED=added)

    assert outcomes(run) == {"passed": 1}, run.stdout


def test_mistakes_and_what_is_skipped_are_told_from_the_file_as_it_is(tmp_path: Path) -> None:
    skipped = PASSING.replace("tags:", "skip: not today\ntags:")
    broken = "scenario: [\n"
    conftest = FS.format(fixture="fs")

    run = pytest_(with_conftest(tmp_path, conftest, a=INVALID, b=skipped, c=broken), *PYFAKEFS, "-rs")

    assert outcomes(run) == {"failed": 2, "skipped": 1}, run.stdout
    assert "not today" in run.stdout
    assert run.stdout.count(" --> a.wptest.yaml:") == run.stdout.count(" --> c.wptest.yaml:") == 1


def test_python_tests_that_used_other_files_before_do_not_matter(tmp_path: Path) -> None:
    test = "def test_a(fs_session):\n    fs_session.create_file('/fake/x')\n"
    (tmp_path / "a_test.py").write_text(test, encoding="utf-8")

    run = pytest_(with_conftest(tmp_path, "", one=PASSING, two=FAILING), *PYFAKEFS)

    assert outcomes(run) == {"passed": 2, "failed": 1}, run.stdout


def test_a_python_sink_has_its_simulated_files_beside_those_of_a_fixture(tmp_path: Path) -> None:
    sink = """
import wptest

@wptest.sink
class Mine:
    def __init__(self, path: str) -> None:
        self.path = path

    def write(self, lines):
        with open(self.path, "ab") as file:
            file.write(b"".join(line + b"\\n" for line in lines))
"""
    scenario = PASSING.replace("type: file", "mine: {}")

    run = pytest_(with_conftest(tmp_path, FS.format(fixture="fs") + sink, one=scenario), *PYFAKEFS)

    assert outcomes(run) == {"passed": 1}, run.stdout


def test_who_does_not_use_pyfakefs_does_not_import_it(tmp_path: Path) -> None:
    conftest = 'import sys\n\ndef pytest_unconfigure():\n    print("imported:", "pyfakefs" in sys.modules)\n'

    run = pytest_(with_conftest(tmp_path, conftest, one=PASSING), "-s", started=True)

    assert "imported: False\n" in run.stdout
