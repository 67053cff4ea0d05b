"""Reports in other formats, of one run, of shards put together, and of pytest."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from commands import ROOT, TIMEOUT, environment, pytest_, wptest
from samples import FAILING, INVALID, PASSING, all_outcomes, write

jsonschema = pytest.importorskip("jsonschema")

HOSTILE = """\
scenario: hostile
title: "</script> ]]> %0A ::error::x"
tags: ["<b>|`"]
project: {sinks: {a: {}}}
given: {source: {lines: 1}, files: {data/out_dat/a.dat: {text: "::add-mask::evil %0A ]]> `|<b>\\n"}}}
when: [{run: wparse batch}]
then: {says: {}, sinks: {a: {content: ["::error::evil %0A ]]> `|<b>"]}}}
"""
SAYS = "import wptest\n\n@wptest.check\ndef says(run: wptest.Run) -> None:\n    print('  ::add-mask::evil')\n"


def report(path: Path) -> dict[str, object]:
    """A report, which is what its schema says."""
    data = json.loads(path.read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "wptest/schema/report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data)
    return data


def outcomes(data: dict[str, object]) -> dict[str, str]:
    return {each["id"]: each["outcome"] for each in data["results"]}


def test_all_formats_of_one_run_tell_the_same(tmp_path: Path) -> None:
    write(all_outcomes(tmp_path), wrong=INVALID)

    run = wptest(
        tmp_path, "run", ".", "-o", "r.json", "--junit", "r.xml", "--gitlab", "g.json", "--sarif", "r.sarif"
    )

    assert run.returncode == 5
    data = report(tmp_path / "r.json")
    cases = list(ET.parse(tmp_path / "r.xml").iter("testcase"))
    assert len(cases) == len(data["results"]) + 1
    told = {each.get("name"): next((part.tag for part in each if part.tag != "properties"), "") for each in cases}
    assert (told["too-few"], told["passing"], told["invalid"]) == ("failure", "", "error")
    findings = [each for result in data["results"] for each in result["findings"]]
    quality = json.loads((tmp_path / "g.json").read_text())
    assert len(quality) == len(findings) + len(data["invalid"][0]["mistakes"])
    (sarif,) = json.loads((tmp_path / "r.sarif").read_text())["runs"]
    assert len(sarif["results"]) == len(quality)
    assert {each["check_name"] for each in quality} == {each["ruleId"] for each in sarif["results"]}


def test_on_github_failures_are_annotated_and_summarised(tmp_path: Path) -> None:
    directory = tmp_path / "sub"
    directory.mkdir()
    write(directory, failing=FAILING, hostile=HOSTILE)
    (directory / "conftest.py").write_text(SAYS)
    (tmp_path / "summary.md").write_text("before\n")
    github = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path)}

    run = wptest(directory, "run", ".", "-v", GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"), **github)
    off = wptest(directory, "run", ".", "--no-github", **github)

    stop, *shown = run.stdout.splitlines()
    token = stop.removeprefix("::stop-commands::")
    resumed = shown.index(f"::{token}::")
    assert "  ::add-mask::evil" in shown[:resumed]
    lines = shown[resumed + 1 :]
    begins = r"::(error|warning) file=sub/\w+\.wptest\.yaml,line=\d+,(col=\d+,endColumn=\d+,)?title=WPT-"
    assert sum(each.startswith("::error ") for each in lines) == 3
    assert all(re.match(begins, each) for each in lines)
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("before\n### wptest: 2 failed\n")
    assert not re.search(r"^::", off.stdout, re.MULTILINE)


def test_a_file_whose_name_is_no_text_is_in_every_report(tmp_path: Path) -> None:
    file = os.fsdecode(b"caf\xe9.wptest.yaml")
    try:
        (tmp_path / file).write_text(FAILING)
    except OSError:
        pytest.skip("this file system has no such names")
    files = ["-o", "r.json", "--junit", "r.xml", "--gitlab", "g.json", "--sarif", "r.sarif"]

    run = wptest(tmp_path, "run", ".", "--github", *files)
    merged = wptest(tmp_path, "merge", "r.json", "-o", "m.json")

    assert (run.returncode, merged.returncode) == (1, 1), run.stderr
    (told,) = report(tmp_path / "m.json")["results"]
    assert told["file"] == "caf\\udce9.wptest.yaml"
    assert ET.parse(tmp_path / "r.xml").getroot().get("failures") == "1"
    assert "::error file=caf\\udce9.wptest.yaml,line=16,col=" in run.stdout
    assert json.loads((tmp_path / "r.sarif").read_text())["runs"]


def test_a_line_feed_in_a_file_name_begins_no_line(tmp_path: Path) -> None:
    """Else a runner of CI takes it for a command, and XML for nothing of the kind."""
    name = "a\n::error::b.wptest.yaml"
    try:
        (tmp_path / name).write_text(FAILING)
        (tmp_path / f"wrong{name}").write_text(INVALID)
    except OSError:
        pytest.skip("this file system has no such names")
    summary = tmp_path / "summary.md"

    files = ["--junit", "r.xml", "-o", "r.json"]
    run = wptest(tmp_path, "run", ".", "-v", "--github", *files, GITHUB_STEP_SUMMARY=str(summary))
    told = [run, wptest(tmp_path, "check", "."), wptest(tmp_path, "merge", "r.json", "-v")]

    texts = [text for each in told for text in (each.stdout, each.stderr)]
    texts += [summary.read_text(), *(suite.get("name", "") for suite in ET.parse(tmp_path / "r.xml").iter())]
    assert not any(re.search(r"^::error::b", text, re.MULTILINE) for text in texts)
    (result,) = report(tmp_path / "r.json")["results"]
    assert result["file"] == "a\\n::error::b.wptest.yaml"
    command = result["replay"]["command"].replace("wptest run", f"{sys.executable} -m wptest run", 1)
    again = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, check=False
    )
    assert again.returncode == 1, again.stderr


def test_shards_put_together_are_the_whole(tmp_path: Path) -> None:
    write(all_outcomes(tmp_path), wrong=INVALID)
    names = [f"r{number}.json" for number in (1, 2, 3)]
    for number, name in enumerate(names, 1):
        wptest(tmp_path, "run", ".", "--shard", f"{number}/3", "-o", name, "-q")
    wptest(tmp_path, "run", ".", "-o", "whole.json")

    merged = wptest(tmp_path, "merge", *names, "-o", "merged.json", "-v")
    backwards = wptest(tmp_path, "merge", *reversed(names), "-o", "backwards.json")

    assert merged.returncode == backwards.returncode == 5
    assert (tmp_path / "merged.json").read_bytes() == (tmp_path / "backwards.json").read_bytes()
    whole, together = report(tmp_path / "whole.json"), report(tmp_path / "merged.json")
    assert outcomes(together) == outcomes(whole)
    assert list(outcomes(together)) == sorted(outcomes(together))
    assert together["summary"] == whole["summary"]
    assert "\ntoo-few failed at " in merged.stdout
    assert re.search(r"^1 invalid file, 3 failed, 1 unverified, 3 passed in ", merged.stdout, re.MULTILINE)


def test_what_merge_can_not_put_together_is_told(tmp_path: Path) -> None:
    write(tmp_path, passing=PASSING)
    wptest(tmp_path, "run", ".", "--shard", "1/1", "-o", "r.json")
    (tmp_path / "old.json").write_text('{"wptest": "0.1.0", "results": []}')
    data = json.loads((tmp_path / "r.json").read_text())
    (tmp_path / "new.json").write_text(json.dumps(data | {"format": data["format"] | {"version": 2}}))
    data["commands"][0]["shard"] = "1/2"
    (tmp_path / "half.json").write_text(json.dumps(data))

    old, new, none = (wptest(tmp_path, "merge", "r.json", name) for name in ("old.json", "new.json", "none.json"))
    twice = wptest(tmp_path, "merge", "r.json", "half.json")

    assert [old.returncode, new.returncode, none.returncode] == [4, 4, 4]
    assert "old.json is no report" in old.stderr
    assert "new.json is a report of version 2, and this wptest reads version 1" in new.stderr
    assert "none.json: no such file or directory" in none.stderr
    assert twice.returncode == 2
    assert "note: passing.wptest.yaml::passing is there several times\n" in twice.stderr
    assert "note: there is no report of 2/2: " in twice.stderr


class TestPytest:
    @pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
    def test_its_report_has_what_wptest_run_has(self, tmp_path: Path, workers) -> None:
        write(all_outcomes(tmp_path), wrong=INVALID)
        (tmp_path / "test_other.py").write_text("def test_other(): pass\n")

        pytest_(tmp_path, "--wptest-json", "p.json", *workers)
        wptest(tmp_path, "run", ".", "-o", "r.json")

        told, run = report(tmp_path / "p.json"), report(tmp_path / "r.json")
        assert outcomes(told) == outcomes(run)
        assert told["summary"] == run["summary"]
        assert {each["id"]: each["trace_hash"] for each in told["results"]} == {
            each["id"]: each["trace_hash"] for each in run["results"]
        }
        assert told["invalid"] == run["invalid"]
        (command,) = told["commands"]
        assert (command["name"], command["exit_code"]) == ("pytest", 1)

    @pytest.mark.slow
    def test_what_fixtures_do_and_workers_that_die_are_in_it(self, tmp_path: Path) -> None:
        names = {name: PASSING.replace("passing", name, 1) for name in ("broken", "skipped", "dies", "fine")}
        write(tmp_path, **names)
        (tmp_path / "conftest.py").write_text(
            "import os\nimport pytest\n@pytest.fixture(autouse=True)\ndef around(request):\n"
            "    name = request.node.name\n"
            "    if name == 'broken': raise RuntimeError('no room')\n"
            "    if name == 'skipped': pytest.skip('not today')\n"
            "    if name == 'dies': os._exit(3)\n"
        )

        pytest_(tmp_path, "--wptest-json", "p.json", "-n", "2")

        data = report(tmp_path / "p.json")
        told = {each["scenario"]: (each["outcome"], each["why"] or each["reason"]) for each in data["results"]}
        assert told["fine"] == ("passed", "")
        assert told["broken"] == ("error", "no room")
        assert told["skipped"] == ("skipped", "not today")
        assert told["dies"][0] == "error"
        assert "crashed" in told["dies"][1]
        assert data["summary"] | {"error": 2, "skipped": 1, "passed": 1, "not_run": 0} == data["summary"]

    @pytest.mark.parametrize(
        "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)], ids=["ctrl-c", "term"]
    )
    @pytest.mark.parametrize(
        "workers", [(), pytest.param(("-n", "2"), marks=pytest.mark.slow)], ids=["alone", "workers"]
    )
    def test_it_is_whole_when_the_session_is_ended(self, tmp_path: Path, number, workers) -> None:
        write(tmp_path, a=PASSING, b=PASSING.replace("passing", "waits", 1))
        (tmp_path / "conftest.py").write_text(
            "import os\nimport time\nimport pytest\nfrom pathlib import Path\n"
            f"here = Path({str(tmp_path)!r})\n"
            "@pytest.fixture(autouse=True)\ndef around(request):\n"
            "    if request.node.name == 'waits':\n"
            "        (here / 'waiting').touch()\n        time.sleep(600)\n"
            "def pytest_runtest_logreport(report):\n"
            "    if report.when == 'teardown' and 'PYTEST_XDIST_WORKER' not in os.environ:\n"
            "        (here / 'told').touch()\n"
        )
        command = [sys.executable, "-m", "pytest", "-q", "--wptest-json", "p.json", *workers]
        process = subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + TIMEOUT
        while not all((tmp_path / name).exists() for name in ("waiting", "told")):
            assert time.monotonic() < deadline
            time.sleep(0.1)

        process.send_signal(number)
        process.wait(TIMEOUT)

        data = report(tmp_path / "p.json")
        assert outcomes(data) == {"a.wptest.yaml::passing": "passed"}
        assert (data["summary"]["interrupted"], data["summary"]["not_run"]) == (True, 1)

    @pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
    def test_ctrl_c_ends_it_wherever_it_comes(self, tmp_path: Path, workers) -> None:
        write(tmp_path, a=PASSING)
        # Where such a loop goes back to its beginning, Python 3.11 is at no line; with workers the session begins.
        loop = (
            "from itertools import repeat\nfrom pathlib import Path\nimport pytest\n{decorator}def {name}:\n"
            f"    Path({str(tmp_path / 'busy')!r}).touch()\n    for each in repeat(1):\n"
            "        if each:\n            if not each: one = 1\n            two = 2\n"
        )
        hook = ("@pytest.hookimpl(tryfirst=True)\n", "pytest_sessionstart(session)")
        decorator, name = hook if workers else ("@pytest.fixture(autouse=True)\n", "around()")
        (tmp_path / "conftest.py").write_text(loop.format(decorator=decorator, name=name))
        command = [sys.executable, "-m", "pytest", "-q", "--wptest-json", "p.json", *workers]
        process = subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + TIMEOUT
        while not (tmp_path / "busy").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.05)

        process.send_signal(signal.SIGINT)

        assert process.wait(TIMEOUT) == pytest.ExitCode.INTERRUPTED
        data = report(tmp_path / "p.json")
        assert (data["summary"]["interrupted"], data["commands"][0]["exit_code"]) == (True, 2)
        assert data["summary"]["not_run"] == (0 if workers else 1)

    @pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
    def test_a_file_name_that_nobody_can_print_is_told_by_one_that_all_can(self, tmp_path: Path, workers) -> None:
        try:
            (tmp_path / os.fsdecode(b"caf\xe9\n::error::.wptest.yaml")).write_text(FAILING)
        except OSError:
            pytest.skip("this file system has no such names")

        done = pytest_(tmp_path, "--wptest-json", "p.json", *workers)

        assert done.returncode == 1, done.stdout
        shown = "caf\\udce9\\n::error::.wptest.yaml"
        assert f"FAILED {shown}::too-few" in done.stdout
        assert not re.search(r"^::", done.stdout, re.MULTILINE)
        (told,) = report(tmp_path / "p.json")["results"]
        assert told["file"] == shown

    def test_workers_tell_it_in_the_order_of_one_process(self, tmp_path: Path) -> None:
        write(all_outcomes(tmp_path), wrong=INVALID, zzz=INVALID)

        pytest_(tmp_path, "--wptest-json", "two.json", "-n", "2")
        pytest_(tmp_path, "--wptest-json", "one.json")

        two, one = report(tmp_path / "two.json"), report(tmp_path / "one.json")
        for key in ("results", "invalid"):
            assert [each["file"] for each in two[key]] == [each["file"] for each in one[key]]

    def test_where_it_can_not_be_written_is_known_before_anything_runs(self, tmp_path: Path) -> None:
        write(tmp_path, passing=PASSING)
        done = pytest_(tmp_path, "--wptest-json", "nowhere/p.json")
        assert done.returncode == 4
        assert "--wptest-json: can't write " in done.stderr


class TestOtherCommands:
    def test_an_exploration_has_its_coverage_and_its_breaches(self, tmp_path: Path) -> None:
        recovery = (
            "scenario: recovery\nproject: {speed_limit: 100, sinks: {a: {}}}\n"
            'given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 30}}}\nwhen: [{run: wprescue work}]\n'
        )
        write(tmp_path, recovery=recovery)
        options = ["--only", "crash", "--most", "60", "--behaviour", "target_tail=trust_checkpoint", "-o", "e.json"]

        done = wptest(tmp_path, "explore", "recovery.wptest.yaml", *options, "--junit", "e.xml")

        assert done.returncode == 1
        (told,) = report(tmp_path / "e.json")["results"]
        (explored,) = told["explorations"]
        assert (explored["kind"], explored["run"], told["outcome"]) == ("crash", 60, "failed")
        assert explored["total"] > 60
        assert explored["broken"] == len(explored["breaches"]) > 0
        assert explored["counts"]["operations_at_depth_1"] > 0
        assert explored["breaches"][0]["findings"][0]["code"] == "WPT-R002"
        assert told["replay"]["command"] == f"wptest replay {told['replay']['id']}"
        assert ET.parse(tmp_path / "e.xml").getroot().get("failures") == "1"

    def test_behaviours_and_gaps_have_theirs(self, tmp_path: Path) -> None:
        write(tmp_path, passing=PASSING, failing=FAILING)

        gaps = wptest(tmp_path, "gaps", ".", "-o", "g.json")
        behaviours = wptest(tmp_path, "behaviours", "resume=from_start", "passing.wptest.yaml", "-o", "b.json")
        listed = wptest(tmp_path, "behaviours", "-o", "b.json")

        assert (gaps.returncode, behaviours.returncode, listed.returncode) == (0, 2, 4)
        told = report(tmp_path / "g.json")["gaps"]
        cells = {(each["sink"], each["trouble"], each["phase"]): each["scenarios"] for each in told["cells"]}
        assert cells["test_rescue", "outage", "live"] == ["too-few"]
        assert cells["file", "kill", "replay"] == []
        assert told["tags"]["quick"] == ["passing"]
        choices = report(tmp_path / "b.json")["behaviours"]
        assert (choices["profile"], choices["planned"]) == ("resume=from_start", 1)
        assert choices["choices"][0] | {"topic": "", "defects": []} == {
            "choice": "resume", "value": "from_start", "topic": "", "defects": [], "breaks": {},
        }  # fmt: skip
