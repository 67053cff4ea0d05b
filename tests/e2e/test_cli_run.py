"""`wptest run`: what it prints, writes and exits with."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import wptest
from samples import FAILING, INVALID, MATRIX, PASSING, UNCLEAN, UNVERIFIED, all_outcomes, write


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ([PASSING], 0),
        ([PASSING, FAILING], 1),
        ([PASSING, UNVERIFIED], 2),
        ([FAILING, UNVERIFIED], 1),
        ([UNCLEAN, UNVERIFIED], 6),
        ([UNCLEAN, FAILING], 1),
        ([PASSING, FAILING, UNVERIFIED, INVALID], 5),
    ],
    ids=[
        "passed",
        "failed",
        "unverified",
        "failed before unverified",
        "unclean before unverified",
        "failed before unclean",
        "invalid before all",
    ],
)
def test_the_exit_code_names_the_worst_outcome(tmp_path: Path, texts: list[str], code: int) -> None:
    write(tmp_path, **{f"file{index}": text for index, text in enumerate(texts)})

    assert wptest(tmp_path, "run", ".").returncode == code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "PATH"),
        (["run", "--sead", "1", "."], "--sead"),
        (["run", "missing.wptest.yaml"], "missing.wptest.yaml"),
        (["run", "empty"], "empty"),
        (["run", "passing.wptest.yaml::pasing"], "did you mean 'passing'?"),
        (["run", "matrix.wptest.yaml::matrix::lines=11"], "has no variant 'lines=11'\ndid you mean 'lines=10,"),
        (["run", ".::passing"], "names a scenario in a directory"),
        (["run", "--seed", "x", "."], "'--seed': 'x' is not a whole number from 0"),
        (["run", "-n", "two", "."], "'two' is not a whole number from 1"),
        (["run", "other"], "'other/outage.yaml' may be one: call it outage.wptest.yaml, or name the file itself"),
        (["timeline", "."], "and . has 2: name one, or take --all\nmatrix.wptest.yaml::matrix, passing.wptest"),
        (["replay", "1a2b3c4d"], "no failure '1a2b3c4d' is kept, and no other"),
        (["run", "--shard", "3/2", "."], "'3/2' is no shard: expected I/N like 1/4, with I from 1 to N"),
        (["run", "--shard", "1/99", "passing.wptest.yaml"], "99 shards are too many for 1 variant"),
        (["run", "--json", "missing/out.json", "."], "missing/out.json"),
        (["run", "--json", "empty", "."], "is a directory"),
        (["rum", "."], "rum"),
        (["check", "missing.wptest.yaml"], "missing.wptest.yaml"),
        (["timeline", "missing.wptest.yaml"], "missing.wptest.yaml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_exits_with_4_and_says_what_is_wrong(tmp_path: Path, arguments: list[str], said: str) -> None:
    write(tmp_path, passing=PASSING, matrix=MATRIX)
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "outage.yaml").write_text(PASSING)

    run = wptest(tmp_path, *arguments)

    assert run.returncode == 4, run.stderr
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert not list(tmp_path.glob("*.json"))


def test_a_variable_that_makes_no_sense_is_wrong_usage(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, passing=PASSING), "run", ".", WPTEST_RESCUE_PHASES="up 1")

    assert run.returncode == 4
    assert "WPTEST_RESCUE_PHASES" in run.stderr


def test_each_variant_has_its_line_in_the_order_of_files_and_matrix(tmp_path: Path) -> None:
    run = wptest(all_outcomes(tmp_path), "run", ".")

    assert [tuple(line.split()[:2]) for line in run.stdout.splitlines()[:7]] == [
        ("failed", "too-few"),
        ("passed", "matrix::lines=10,expected=10"),
        ("failed", "matrix::lines=10,expected=20"),
        ("failed", "matrix::lines=20,expected=10"),
        ("passed", "matrix::lines=20,expected=20"),
        ("passed", "passing"),
        ("unverified", "never-bites"),
    ]
    assert run.stdout.splitlines()[-1].startswith("3 failed, 1 unverified, 3 passed in ")


def test_a_failure_says_what_where_when_and_how_to_see_it_again(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, failing=FAILING), "run", "failing.wptest.yaml", "--seed", "3")

    text = run.stdout.split("\n\n", 1)[1]
    assert text.splitlines()[0].startswith("too-few failed at ")
    assert "(and 1 more)" in text.splitlines()[0]
    assert "lines of a: expected 501, got 500\n" in text
    assert "failed[WPT-R022]: then.sinks.a.lines at " in text
    assert " --> failing.wptest.yaml:15:22\n" in text
    assert "15 |   sinks: {a: {lines: 501}}\n   |                      ^^^\n" in text
    assert "\naround " in text
    assert "recovery.file_removed" in text
    assert text.count("\n! ") == 1
    assert "to see it again: wptest run failing.wptest.yaml::too-few --seed 3\n" in text


def test_a_finding_says_its_code_and_when_it_came(tmp_path: Path) -> None:
    write(tmp_path, failing=FAILING, unclean=UNCLEAN)

    run = wptest(tmp_path, "run", ".", "--json", "report.json")

    assert "    the ledger: 500 owed, 500 delivered\n" in run.stdout
    assert " after step 4, 'run: wprescue work' on line 13\n" in run.stdout
    assert "unclean[WPT-R043]: cleanup.0 at " in run.stdout
    results = json.loads((tmp_path / "report.json").read_text())["results"]
    codes = {finding["code"] for result in results for finding in result["findings"]}
    assert codes == {"WPT-R021", "WPT-R022", "WPT-R043"}


def test_the_command_to_see_it_again_has_all_that_the_run_depended_on(tmp_path: Path) -> None:
    write(tmp_path, failing=FAILING)

    run = wptest(tmp_path, "run", ".", "--disk", "real", WPTEST_RESCUE_PHASES="up 1s, down 2s")

    command = "WPTEST_RESCUE_PHASES='up 1s, down 2s' wptest run failing.wptest.yaml::too-few --seed 0 --disk real"
    assert f"to see it again: {command}\n" in run.stdout


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("matrix.wptest.yaml::matrix::lines=10,expected=10", ["matrix::lines=10,expected=10"]),
        ("passing.wptest.yaml::passing", ["passing"]),
    ],
)
def test_one_scenario_or_variant_of_a_file_can_be_run(tmp_path: Path, target: str, names: list[str]) -> None:
    run = wptest(write(tmp_path, matrix=MATRIX, passing=PASSING), "run", target)

    assert [line.split()[1] for line in run.stdout.split("\n\n")[0].splitlines()] == names
    assert run.returncode == 0


def test_every_variant_is_in_one_shard(tmp_path: Path) -> None:
    write(tmp_path, passing=PASSING, matrix=MATRIX)
    parts = []
    for number in (1, 2):
        report = json.loads(wptest(tmp_path, "run", ".", "--shard", f"{number}/2", "--json", "-").stdout)
        parts.append({(result["scenario"], result["variant"]) for result in report["results"]})
    whole = json.loads(wptest(tmp_path, "run", ".", "--json", "-").stdout)["results"]
    assert all(parts)
    assert not parts[0] & parts[1]
    assert parts[0] | parts[1] == {(result["scenario"], result["variant"]) for result in whole}


def test_a_file_that_is_named_twice_runs_once(tmp_path: Path) -> None:
    run = wptest(
        write(tmp_path, passing=PASSING), "run", ".", "passing.wptest.yaml", "passing.wptest.yaml::passing"
    )

    assert "1 passed" in run.stdout


def test_exitfirst_stops_at_the_first_that_is_no_pass(tmp_path: Path) -> None:
    run = wptest(all_outcomes(tmp_path), "run", "-x", ".")

    assert run.returncode == 1
    assert "1 failed, 6 not run" in run.stdout


def test_json_has_every_result_and_every_invalid_file(tmp_path: Path) -> None:
    write(all_outcomes(tmp_path), wrong=INVALID)

    run = wptest(tmp_path, "run", ".", "--json", "out.json")

    data = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert run.returncode == 5
    assert [result["outcome"] for result in data["results"]].count("failed") == 3
    failing = data["results"][0]
    assert (failing["file"], failing["scenario"], failing["variant"]) == ("failing.wptest.yaml", "too-few", "")
    places = [(finding["place"]["line"], finding["place"]["source_line"]) for finding in failing["findings"]]
    assert places == [(16, "  rescue: {dat: 1}"), (15, "  sinks: {a: {lines: 501}}")]
    assert (failing["title"], failing["line"]) == ("Expects one line more than there is", 1)
    assert len(failing["trace_hash"]) == 64
    assert data["invalid"][0]["file"] == "wrong.wptest.yaml"
    assert data["invalid"][0]["mistakes"][0]["place"]["line"] == INVALID.splitlines().index("givn:") + 1
    assert data["summary"] == {
        "passed": 3,
        "skipped": 0,
        "xfailed": 0,
        "unverified": 1,
        "unclean": 0,
        "failed": 3,
        "error": 0,
        "invalid": 1,
        "not_run": 0,
        "interrupted": False,
    }
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".yaml") == [".wptest", "out.json"]


def test_json_on_standard_output_stands_there_alone(tmp_path: Path) -> None:
    run = wptest(write(tmp_path, failing=FAILING), "run", ".", "--json", "-")

    assert json.loads(run.stdout)["summary"]["failed"] == 1
    assert "too-few failed at " in run.stderr


@pytest.mark.slow
def test_two_workers_and_a_real_disk_give_the_same_results(tmp_path: Path) -> None:
    write(all_outcomes(tmp_path), wrong=INVALID)
    ways = {"serial": [], "parallel": ["-n", "2"], "real": ["--disk", "real"]}

    codes = {
        way: wptest(tmp_path, "run", ".", *more, "--json", f"{way}.json").returncode for way, more in ways.items()
    }

    serial, *others = (_without_differences(tmp_path / f"{way}.json") for way in ways)
    assert codes == dict.fromkeys(ways, 5)
    assert others == [serial, serial]


def _without_differences(report: Path) -> dict[str, object]:
    """What must be equal, however it was run: all but real time and the command itself."""
    data = json.loads(report.read_text(encoding="utf-8"))
    del data["commands"]
    for each in data["results"]:
        text = re.sub(r" --disk real$|^or by its id: .*$", "", each["text"], flags=re.MULTILINE)
        each |= {"duration_seconds": 0, "disk": "", "replay": {}, "text": text}
    return data


def test_colour_is_for_those_who_ask_for_it(tmp_path: Path) -> None:
    write(tmp_path, passing=PASSING)

    assert "\x1b[" not in wptest(tmp_path, "run", ".").stdout
    assert "\x1b[" in wptest(tmp_path, "run", ".", FORCE_COLOR="1").stdout
    assert "\x1b[" not in wptest(tmp_path, "run", ".", FORCE_COLOR="1", NO_COLOR="1").stdout
