"""The workflow files: they are YAML of the right shape, and what their jobs run exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from wptest.cli import wptest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def load(path):
    return yaml.safe_load(path.read_text())


def commands(workflow):
    """Every command line of every step, with what the matrix gives it."""
    for job in workflow["jobs"].values():
        matrix = job.get("strategy", {}).get("matrix", {"": [""]})
        ((name, values),) = matrix.items()
        for step in job["steps"]:
            for value in values:
                text = step.get("run", "").replace("${{ matrix." + name + " }}", str(value))
                yield from filter(None, map(str.strip, text.splitlines()))


def test_there_is_one_for_the_scripts_and_one_for_the_shards():
    assert [path.name for path in WORKFLOWS] == ["scenarios.yml", "sink-recovery.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_job_has_a_machine_and_steps_that_do_one_thing(path):
    workflow = load(path)
    assert workflow["name"]
    assert {"push", "pull_request"} <= set(workflow[True])  # YAML takes the key `on` for a truth value
    for job in workflow["jobs"].values():
        assert job["runs-on"]
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])
        assert set(job.get("needs", "").split()) <= set(workflow["jobs"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_wptest_command_is_one(path):
    found = [shlex.split(line) for line in commands(load(path)) if line.startswith("wptest ")]
    assert found
    for _, name, *arguments in found:
        command = wptest.get_command(None, name)
        assert command is not None, name
        parsed = command.make_context(name, list(arguments))  # fails for an option that there isn't
        if name == "exec":
            script = ROOT / parsed.params["words"][0]
            assert script.stat().st_mode & 0o111, script
        else:
            assert all((ROOT / place).exists() for place in parsed.params["paths"])


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
