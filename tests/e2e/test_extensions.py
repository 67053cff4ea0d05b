"""Own faults and checks as their authors use them: by pytest, pytest -n 2 and wptest run, and in the tools."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import pytest_, wptest

jsonschema = pytest.importorskip("jsonschema")

CODE = '''\
from __future__ import annotations

from collections.abc import Iterator

import wptest


@wptest.fault
def bit_rot(hand: wptest.Hand, path: wptest.Path, *, bytes: int = 1) -> None:
    """Flips bits at the end of a file.

    Args:
        path: The file.
        bytes: How many of its last bytes.
    """
    data = hand.read(path)
    hand.write(path, data[:-bytes] + b"?" * bytes)


@wptest.check
def sorted_lines(run: wptest.Run, sink: wptest.SinkName) -> Iterator[str]:
    """A sink's lines are in order."""
    lines = run.lines(sink)
    assert lines
    if lines != sorted(lines):
        yield f"{sink} is not sorted"
'''
SCENARIOS = """\
scenario: {name}
project: {{sinks: {{a: {{}}}}}}
given: {{source: {{lines: 9}}, files: {{data/junk: {{text: junk}}}}}}
when:
  - run: wparse batch
  - fault: {{bit_rot: {{path: {path}, bytes: {bytes}}}}}
then: {{sorted_lines: {{sink: {sink}}}}}
"""
NOT_THERE = "[Errno 2] No such file or directory: 'data/none'"
ROWS = {
    "passes": ("data/junk", 2, "a", "passed"),
    "fails": ("data/junk", 2, "miss_sink", "failed"),
    "rots": ("data/out_dat/a.dat", 5, "a", "failed"),
    "breaks": ("data/none", 1, "a", "failed"),
}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """The code at the root of a project and another conftest.py beside the scenarios, as pytest users have them."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text(CODE, encoding="utf-8")
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    (scenarios / "conftest.py").write_text(
        "import pytest  # wptest has nothing here, and imports it once\n\nfrom pathlib import Path\n\n"
        "with (Path(__file__).parent / 'count').open('a') as count:\n    count.write('x')\n"
    )
    for name, (path, count, sink, _) in ROWS.items():
        text = SCENARIOS.format(name=name, path=path, bytes=count, sink=sink)
        (scenarios / f"{name}.wptest.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def headlines(output: str) -> set[str]:
    return set(re.findall(r"^\w+ (?:failed|unverified) at .*$", output, re.MULTILINE))


@pytest.mark.slow
def test_the_outcomes_are_the_same_however_they_are_run(suite):
    runs = {
        "run": wptest(suite, "run", "scenarios", "--json", "out.json"),
        "workers": wptest(suite, "run", "scenarios", "-n", "2"),
        "real": wptest(suite, "run", "scenarios", "--disk", "real"),
        "pytest": pytest_(suite, "scenarios"),
        "xdist": pytest_(suite, "scenarios", "-n", "2"),
    }

    results = json.loads((suite / "out.json").read_text())["results"]
    assert {each["scenario"]: each["outcome"] for each in results} == {name: row[3] for name, row in ROWS.items()}
    assert {name: run.returncode for name, run in runs.items()} == dict.fromkeys(runs, 1)
    told = {name: headlines(run.stdout) for name, run in runs.items()}
    assert told["run"] == {
        "fails failed at 0s: then.sorted_lines: assert lines",
        "rots failed at 0s: no_loss: 1 of 9 lines for data/out_dat/a.dat nowhere to be found (and 1 more)",
        f"breaks failed at 0s: when.1: bit_rot raised FileNotFoundError: {NOT_THERE} (conftest.py:16)",
    }
    assert all(lines == told["run"] for lines in told.values())
    assert not any("Traceback" in run.stdout + run.stderr for run in runs.values())


def test_pytest_and_wptest_import_a_conftest_once_each(suite):
    pytest_(suite, "scenarios")
    assert (suite / "scenarios/count").read_text() == "x"

    wptest(suite, "run", "scenarios")
    assert (suite / "scenarios/count").read_text() == "xx"


def test_a_mistake_has_its_caret_and_the_nearest_name(suite):
    path = suite / "scenarios/wrong.wptest.yaml"
    text = SCENARIOS.format(name="wrong", path="x", bytes=1, sink="a").replace("bytes: 1", "byts: 1")
    path.write_text(text.replace("sorted_lines", "sorted_line"), encoding="utf-8")

    checked, tested = wptest(suite, "check", "scenarios/wrong.wptest.yaml"), pytest_(suite, str(path))

    assert checked.returncode == 5
    for output in (checked.stdout, tested.stdout):
        assert (
            "6 |   - fault: {bit_rot: {path: x, byts: 1}}\n"
            "  |                                ^^^^\n"
            "  = expected: one of: path, bytes\n"
            "  = help: did you mean 'bytes'?\n"
        ) in output
        assert "  = help: did you mean 'sorted_lines'?\n" in output


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("import wptest\n", "import wptest, nowhere\n", "5:1", "No module named 'nowhere'"),
        ("path: wptest.Path", "path", "9:32", "'path' has no annotation"),
    ],
)
def test_a_mistake_in_the_code_is_told_by_every_command_without_a_traceback(suite, old, new, place, message):
    (suite / "conftest.py").write_text(CODE.replace(old, new), encoding="utf-8")

    for arguments in (["run", "scenarios"], ["check", "scenarios"], ["schema"], ["extensions"]):
        done = wptest(suite, *arguments)
        output = done.stdout + done.stderr
        assert done.returncode == 5, arguments
        assert message in output
        assert f"--> conftest.py:{place}\n" in output
        assert "Traceback" not in output


def test_the_schema_of_a_directory_knows_its_extensions(suite):
    written = wptest(suite, "schema", "scenarios", "--output", "schema.json")
    printed = wptest(suite, "schema", "scenarios")

    text = (suite / "schema.json").read_text(encoding="utf-8")
    assert (written.returncode, written.stdout) == (0, "wrote schema.json\n")
    assert printed.stdout == text
    validator = jsonschema.Draft7Validator(json.loads(text))
    scenario = {
        "scenario": "s",
        "project": {"sinks": {"a": {}}},
        "when": [{"run": "wparse batch"}, {"fault": {"bit_rot": {"path": "data/junk"}}}],
        "then": {"sorted_lines": {"sink": "a"}},
    }
    assert validator.is_valid(scenario)
    assert not validator.is_valid({**scenario, "then": {"sorted_lines": {"sinks": "a"}}})


def test_extensions_are_listed_with_a_line_to_copy(suite):
    done = wptest(suite, "extensions", "scenarios")

    assert done.stdout == (
        "fault bit_rot  (conftest.py:8)\n"
        "  Flips bits at the end of a file.\n"
        "    path   a path, required: The file.\n"
        "    bytes  a whole number, default 1: How many of its last bytes.\n"
        "  - fault: {bit_rot: {path: data/out_dat/a.dat}}\n\n"
        "check sorted_lines  (conftest.py:20)\n"
        "  A sink's lines are in order.\n"
        "    sink  a sink, required\n"
        "  then: {sorted_lines: {sink: a}}\n\n"
    )


@pytest.mark.parametrize("command", ["explain", "plan", "timeline"])
def test_commands_that_show_scenarios_show_these(suite, command):
    done = wptest(suite, command, "scenarios/passes.wptest.yaml")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "bit_rot" in done.stdout


def test_gaps_take_no_notice_of_faults_that_nobody_can_read(suite):
    assert wptest(suite, "gaps", "scenarios").returncode == 0


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A package that brings an extension by an entry point, as an installer would leave it."""
    site = tmp_path / "site"
    info = site / "acme_sinks-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "acme.py").write_text(CODE, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-sinks\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[wptest]\nacme = acme\n")
    (info / "RECORD").write_text(
        "acme.py,,\nacme_sinks-1.0.dist-info/METADATA,,\nacme_sinks-1.0.dist-info/entry_points.txt,,\n"
    )
    (tmp_path / "here").mkdir()
    text = SCENARIOS.format(name="s", path="data/junk", bytes=1, sink="a")
    (tmp_path / "here/s.wptest.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def on_path(directory: Path) -> str:
    return f"{directory / 'site'}:{Path(__file__).parents[2]}"


@pytest.mark.slow
def test_a_package_brings_extensions_by_an_entry_point(installed):
    run = wptest(installed / "here", "run", ".", PYTHONPATH=on_path(installed))
    tested = pytest_(installed / "here", "-q", PYTHONPATH=on_path(installed))
    without = wptest(installed / "here", "run", ".")

    assert (run.returncode, tested.returncode, without.returncode) == (0, 0, 5)


@pytest.mark.slow
def test_an_entry_point_that_can_not_be_had_is_a_mistake(installed):
    (installed / "site/acme_sinks-1.0.dist-info/entry_points.txt").write_text("[wptest]\nacme = acme:nothing\n")

    done = wptest(installed / "here", "check", ".", PYTHONPATH=on_path(installed))

    assert done.returncode == 5
    assert "the entry point 'acme = acme:nothing' of acme-sinks can't be imported: AttributeError" in done.stdout
    assert "--> " in done.stdout
    assert "entry_points.txt" in done.stdout
