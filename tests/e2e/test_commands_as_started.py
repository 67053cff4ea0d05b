"""Each command once in a process of its own, as somebody types it; all other tests fork from one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import wptest
from samples import FAILING, PASSING, write

from wptest.cli import COMMANDS
from wptest.subject.programs import OURS

# The arguments, the exit code, and a part of what is printed.
STARTED = {
    "run": (["passing.wptest.yaml"], 0, "1 passed in "),
    "check": (["."], 0, ": all valid"),
    "merge": (["report.json"], 0, "1 passed in "),
    "watch": (["passing.wptest.yaml", "-o", "-"], 4, ""),
    "explore": (["passing.wptest.yaml", "--most", "1"], 0, "  crash: 1 of "),
    "replay": ([], 0, "no failures are kept"),
    "shrink": (["failing.wptest.yaml", "--most", "5"], 0, "scenario: too-few-shrunk"),
    "timeline": (["passing.wptest.yaml"], 0, "passing passed at "),
    "traces": ([".", "--update"], 0, " had none"),
    "new": (["fresh"], 0, "wrote fresh.wptest.yaml"),
    "plan": (["passing.wptest.yaml"], 0, "passing\n"),
    "explain": (["passing.wptest.yaml"], 0, "then.sinks.a.lines"),
    "expand": (["."], 0, " variants\n"),
    "gaps": (["."], 0, "tags: "),
    "behaviours": ([], 0, "reference: "),
    "selftest": (
        ["passing.wptest.yaml", "--choice", "resume=from_start", "--seeds", "0"],
        1,
        "1 planted, 0 caught",
    ),
    "agree": (["passing.wptest.yaml", "--runs", "1", "--bin-dir", str(OURS)], 0, "1 of 1 agree"),
    "extensions": ([], 0, "no extensions: "),
    "exec": (["--", "wparse", "--version"], 0, "wparse "),
    "schema": ([], 0, '"$schema"'),
    "demo": ([], 0, "Now write your own"),
}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write(tmp_path_factory.mktemp("started"), passing=PASSING, failing=FAILING)
    wptest(made, "run", "passing.wptest.yaml", "--json", "report.json")
    return made


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in ("run", "exec") else pytest.mark.slow) for name in COMMANDS]
)
def test_it_does_what_it_is_for(directory: Path, name: str) -> None:
    arguments, code, printed = STARTED[name]

    done = wptest(directory, name, *arguments, started=True)

    assert done.returncode == code, done.stderr
    assert printed in done.stdout
    assert "Traceback" not in done.stderr
