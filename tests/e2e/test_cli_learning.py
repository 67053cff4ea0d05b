"""The commands that teach: `wptest demo`, `wptest new`, `wptest plan` and `wptest expand`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from commands import wptest

PROJECTS = Path(__file__).parents[2] / "scenarios/projects"


def test_the_demo_shows_a_pass_and_a_caught_fault(tmp_path):
    done = wptest(tmp_path, "demo")

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^checkpoint-resume::\S+ passed", done.stdout, re.MULTILINE)
    assert re.search(r"^checkpoint-resume::\S+ failed .*expected 1000, got 1110", done.stdout, re.MULTILINE)
    assert "no_duplicate" in done.stdout


def test_expand_lists_each_variant_with_its_values(tmp_path):
    (tmp_path / "m.wptest.yaml").write_text(
        "scenario: m\nmatrix: {lines: [1, 2], how: [USR1]}\nproject: {sinks: {a: {type: file}}}\n"
        "when:\n  - run: wparse batch\n"
    )

    done = wptest(tmp_path, "expand", "m.wptest.yaml")

    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["lines=1,how=USR1", "1", "USR1"] in lines
    assert ["lines=2,how=USR1", "2", "USR1"] in lines
    assert ["2", "variants"] in lines


def test_expand_tells_a_broken_matrix_with_its_place(tmp_path):
    (tmp_path / "m.wptest.yaml").write_text("scenario: m\nmatrix: {lines: 5}\n")

    done = wptest(tmp_path, "expand", "m.wptest.yaml")

    assert done.returncode == 5
    assert "m.wptest.yaml:2:" in done.stdout


@pytest.mark.parametrize("topic", ["outage", "resume", "fault", "kill", "power", "database"])
def test_a_new_scenario_passes_as_it_is(tmp_path, topic):
    written = wptest(tmp_path, "new", f"my-{topic}", "--topic", topic)
    done = wptest(tmp_path, "run", f"my-{topic}.wptest.yaml")

    assert written.returncode == 0, written.stderr
    assert done.returncode == 0, done.stdout


def test_a_starter_set_covers_the_sinks_of_a_project_and_passes(tmp_path):
    shutil.copytree(PROJECTS, tmp_path / "projects")

    written = wptest(tmp_path, "new", "--project", "projects/sink_recovery")
    done = wptest(tmp_path, "run", ".")

    assert written.returncode == 0, written.stderr
    names = {path.name for path in tmp_path.glob("*.wptest.yaml")}
    assert {"benchmark_file_sink-outage.wptest.yaml", "example_file_sink-fault.wptest.yaml"} <= names
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_starter_set_passes_on_projects_of_any_layout(tmp_path):
    shutil.copytree(PROJECTS, tmp_path / "projects")
    expected = {
        "three_groups": ("nginx-0-outage.wptest.yaml", ""),
        "nested_names/sink_recovery": ("sink-benchmark-0-resume.wptest.yaml", "unknown key 'wp_meta_disable'"),
        "filter_and_replica": ("orders_topic-kill.wptest.yaml", "orders_topic for kafka (data/stand_in/"),
        "database_sinks": ("orders_mysql-answer.wptest.yaml", "orders_doris for doris (data/stand_in/"),
    }

    for project, (file, told) in expected.items():
        written = wptest(tmp_path, "new", "--project", f"projects/{project}")
        assert written.returncode == 0, written.stderr
        assert (tmp_path / file).is_file()
        assert told in written.stdout

    assert {path.name.partition(".")[0] for path in tmp_path.glob("orders_*.yaml")} >= {
        "orders_mysql-resume",
        "orders_clickhouse-answer",
        "orders_elasticsearch-answer",
        "orders_victorialogs-answer",
    }
    assert not list(tmp_path.glob("orders_clickhouse-[!a]*"))  # a killed recovery doubles rows without a key

    done = wptest(tmp_path, "run", ".")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("unknown key 'wp_meta_disable'") == 1
    assert done.stdout.count("orders_topic for kafka") == 1


@pytest.mark.slow
def test_starter_sets_of_projects_whose_sinks_have_one_name_stand_in_one_directory(tmp_path):
    for copy in ("one/shop", "other/shop", "other/mail"):
        shutil.copytree(PROJECTS / "sink_recovery", tmp_path / copy)
        done = wptest(tmp_path, "new", "--project", copy)
        assert done.returncode == 0, done.stderr

    names = sorted(path.name for path in tmp_path.glob("*outage.wptest.yaml"))
    assert names == [
        "benchmark_file_sink-outage.wptest.yaml",
        "mail-benchmark_file_sink-outage.wptest.yaml",
        "shop-benchmark_file_sink-outage.wptest.yaml",
    ]
    again = wptest(tmp_path, "new", "--project", "other/mail")
    assert "mail-benchmark_file_sink-outage.wptest.yaml" in again.stderr
    assert "exists already; nothing was written" in again.stderr


@pytest.mark.slow
def test_a_starter_set_is_about_sinks_that_keep_lines_and_what_can_happen_to_them(tmp_path):
    project = tmp_path / "shop"
    shutil.copytree(PROJECTS / "nested_names/sink_recovery", project)
    shutil.copytree(PROJECTS / "nested_names/connectors", tmp_path / "connectors")
    groups = project / "topology/sinks/business.d"
    (project / "models/oml/example.oml").unlink()
    assert wptest(tmp_path, "new", "--project", "shop").returncode == 0
    assert {path.name for path in tmp_path.glob("*example*yaml")} == {
        "sink-example-0-resume.wptest.yaml",
        "sink-example-1-resume.wptest.yaml",
    }
    shutil.rmtree(groups)
    for directory in (".git", "t"):
        (tmp_path / directory).mkdir()
    assert wptest(tmp_path, "new", "--project", "shop", "--into", "t").returncode == 0
    assert {path.name for path in (tmp_path / "t").iterdir()} == {
        "default-0-fault.wptest.yaml",
        "default-0-resume.wptest.yaml",
    }
    assert wptest(tmp_path, "run", "t").returncode == 0


def test_a_project_without_sinks_that_keep_lines_has_no_starter_set(tmp_path):
    shutil.copytree(PROJECTS / "sink_recovery", tmp_path / "shop")
    groups = tmp_path / "shop/sink/business.d"
    shutil.rmtree(groups)
    groups.mkdir()
    text = "[sink_group]\nrule = '/*'\n[[sink_group.sinks]]\nname = 'hole'\ntype = 'blackhole'\n"
    (groups / "only.toml").write_text(text)
    done = wptest(tmp_path, "new", "--project", "shop")
    assert done.returncode != 0
    assert "no sink of the project keeps its lines where they could be looked for: hole (blackhole)" in done.stderr


def test_new_overwrites_nothing_and_says_what_is_wrong(tmp_path):
    (tmp_path / "mine.wptest.yaml").write_text("# precious\n")

    cases = {
        ("new", "mine"): "exists already",
        ("new", "Not An Id"): "no scenario id",
        ("new",): "give either the scenario's NAME or --project",
        ("new", "x", "--into", "mine.wptest.yaml"): "is no directory",
        ("new", "--project", "nowhere"): "nowhere",
    }
    for arguments, message in cases.items():
        done = wptest(tmp_path, *arguments)
        assert done.returncode == 4, arguments
        assert message in done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "mine.wptest.yaml").read_text() == "# precious\n"


def test_plan_shows_times_and_warns(tmp_path):
    wptest(tmp_path, "new", "mine")
    text = (tmp_path / "mine.wptest.yaml").read_text()
    (tmp_path / "mine.wptest.yaml").write_text(text.replace("lines: 1000", "lines: 100"))

    done = wptest(tmp_path, "plan", "mine.wptest.yaml")

    assert done.returncode == 0
    assert "input: 100 lines, read in 500ms" in done.stdout
    assert "warning[WPT-W071]: a is first down after 2s" in done.stdout


def test_gaps_show_what_nobody_has_tried(tmp_path):
    wptest(tmp_path, "new", "mine", "--topic", "fault")

    done = wptest(tmp_path, "gaps", ".")

    assert done.returncode == 0
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if line.startswith("  ")}
    assert rows["EIO"] == ["1", ".", "."]
    assert rows["EACCES"] == [".", ".", "."]
    assert rows["stop"] == ["1", "."]
    assert re.search(r"^4 of \d+ covered, \d+ gaps$", done.stdout, re.MULTILINE)


def test_explain_says_where_each_value_comes_from(tmp_path):
    (tmp_path / "s.wptest.yaml").write_text(
        "defaults:\n"
        "  project: {sinks: {a: {type: file}}}\n"
        "  steps: {go: {with: {mode: text}, do: [{run: 'wparse ${{ with.mode }}'}]}}\n"
        "---\n"
        "scenario: s\n"
        "matrix: {lines: [4]}\n"
        'given: {source: {lines: "${{ matrix.lines * 2 }}"}}\n'
        "when:\n"
        "  - use: {go: {mode: batch}}\n"
    )

    done = wptest(tmp_path, "explain", "s.wptest.yaml")

    assert done.returncode == 0, done.stdout + done.stderr
    rows = [re.split(r"  +", line.strip(), maxsplit=2) for line in done.stdout.splitlines()]
    assert ["given.source.lines", "8", "line 7: ${{ matrix.lines * 2 }}"] in rows
    assert ["project.sinks.a.type", "file", "defaults, line 2"] in rows
    assert any(
        row[:2] == ["when[0].run", "wparse batch"] and "steps 'go', line 3, used on line 9" in row[2]
        for row in rows
    )


@pytest.mark.parametrize("command", ["plan", "explain"])
def test_what_is_not_there_is_wrong_usage_and_what_is_wrong_is_told(tmp_path, command):
    (tmp_path / "s.wptest.yaml").write_text("scenario: s\nprojet: x\nwhen: []\n")

    invalid, missing = wptest(tmp_path, command, "s.wptest.yaml"), wptest(tmp_path, command, "absent.wptest.yaml")

    assert invalid.returncode == 5
    assert "s.wptest.yaml:2:1" in invalid.stdout
    assert missing.returncode == 4
    assert "Traceback" not in invalid.stderr + missing.stderr
