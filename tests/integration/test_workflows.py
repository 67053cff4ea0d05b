"""The workflow files: they are YAML of the right shape, and what their jobs run exists."""

from __future__ import annotations

import re
import shlex
from itertools import product
from pathlib import Path

import pytest
import yaml

from wptest.cli import wptest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def load(path):
    return yaml.safe_load(path.read_text())


def commands(workflow):
    """Every command line of every step, with each choice of what the matrix gives it."""
    for job in workflow["jobs"].values():
        matrix = job.get("strategy", {}).get("matrix", {})
        for values in product(*matrix.values()):
            for step in job["steps"]:
                text = step.get("run", "")
                for name, value in zip(matrix, values, strict=True):
                    text = text.replace("${{ matrix." + name + " }}", str(value))
                yield from filter(None, map(str.strip, text.splitlines()))


def words(path, program):
    """The command lines that start such a program, as words."""
    return [shlex.split(line) for line in commands(load(path)) if line.startswith(f"{program} ")]


def test_there_is_one_for_the_scripts_one_for_the_shards_and_one_for_our_own_tests():
    assert [path.name for path in WORKFLOWS] == ["scenarios.yml", "sink-recovery.yml", "tests.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_job_has_a_machine_and_steps_that_do_one_thing(path):
    workflow = load(path)
    assert workflow["name"]
    assert {"push", "pull_request"} <= set(workflow[True])  # YAML takes the key `on` for a truth value
    for job in workflow["jobs"].values():
        assert job["runs-on"]
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])
        assert set(job.get("needs", "").split()) <= set(workflow["jobs"])


@pytest.mark.parametrize("path", WORKFLOWS[:2], ids=lambda path: path.name)
def test_every_wptest_command_is_one(path):
    found = words(path, "wptest")
    assert found
    for _, name, *arguments in found:
        command = wptest.get_command(None, name)
        assert command is not None, name
        parsed = command.make_context(name, list(arguments))  # fails for an option that there isn't
        if name == "exec":
            script = ROOT / parsed.params["words"][0]
            assert script.stat().st_mode & 0o111, script
        elif name == "merge":
            shards = [words for words in found if "--shard" in words]
            assert [file.name for file in parsed.params["files"]] == [
                words[words.index("--json") + 1] for words in shards
            ]
        else:
            assert all((ROOT / place).exists() for place in parsed.params["paths"])


def test_our_own_tests_are_make_targets_and_the_script_of_the_repository():
    makefile = (ROOT / "Makefile").read_text()
    (targets,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    variables = re.findall(r"^([A-Z]+) \?=", makefile, re.MULTILINE)
    made = [word for _, *rest in words(WORKFLOWS[2], "make") for word in rest]
    assert {"run", "test", "lint", "types"} <= set(made) & set(targets.split())
    assert {word.partition("=")[0] for word in made} <= {*targets.split(), *variables}
    assert words(WORKFLOWS[2], "bash") == [["bash", ".ci/run"]]
    assert (ROOT / ".ci/run").is_file()


def test_our_own_tests_run_on_both_systems_and_every_night_with_the_newest_packages():
    workflow = load(WORKFLOWS[2])
    suite, newest = (workflow["jobs"][name] for name in ("suite", "newest"))
    pythons = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text())
    assert set(pythons) <= set(suite["strategy"]["matrix"]["python"])
    assert {system.partition("-")[0] for system in suite["strategy"]["matrix"]["os"]} == {"ubuntu", "macos"}
    assert workflow[True]["schedule"]
    assert all("NEWEST=1" in step["run"] for step in newest["steps"] if "run" in step)


def test_the_shards_of_the_matrix_are_all_there_are():
    lines = [line for line in commands(load(ROOT / ".github/workflows/scenarios.yml")) if "--shard" in line]
    shards = [re.search(r"--shard (\d+)/(\d+)", line).groups() for line in lines]
    assert shards == [(str(number), str(len(shards))) for number in range(1, len(shards) + 1)]


def test_the_scripts_run_one_after_the_other_and_what_they_leave_is_kept():
    (job,) = load(ROOT / ".github/workflows/sink-recovery.yml")["jobs"].values()
    text = " ".join(step.get("run", "") for step in job["steps"])
    assert text.index("case_interrupt.sh") < text.index("case_recovery.sh")
    kept = job["steps"][-1]
    assert kept["if"] == "always()"
    assert {"sink_recovery/logs/wprescue.log", "sink_recovery/validate.txt"} <= set(kept["with"]["path"].split())
