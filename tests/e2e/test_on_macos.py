"""What a default run needs is there on macOS, too: it runs the same where Python lacks all that is Linux's own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT

from wptest.run.running import run_variant
from wptest.scenario.load import load_file

MACOS = Path(__file__).parent / "macos"
SHIPPED = ROOT / "scenarios"
# One of each kind: the live pipeline, kills, errors, locks, permissions, a python sink.
SOME = ["stale-lock", "killed-at-an-operation", "target-fails-live", "read-only-target", "extensions/dated-sink"]
OWN = """\
scenario: own
project: {sinks: {a: {}, b: {copying: {}}}}
given: {source: {lines: 90, rate: 100/s}}
when:
  - fault: {on: data/rescue/*.lock, fail: rename, errno: EXDEV, times: 1}
  - fault: {on: data/out_dat/a.dat, fail: open, errno: ESTALE, times: 1}
  - start: wparse daemon
  - at: 500ms
    fault: {on: data/out_dat/a.dat, fail: append, errno: EDQUOT, times: 1}
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
then: {ledger: {lost: 0}}
"""
SINK = """\
import os, shutil, tempfile
import wptest

@wptest.sink
class Copying:
    def __init__(self, path: str) -> None:
        self.path = path
    def write(self, lines: list[bytes]) -> None:
        if os.path.exists(self.path):
            shutil.copyfile(self.path, "before")
        with open(self.path, "ab") as file:
            file.write(b"".join(line + b"\\n" for line in lines))
        with tempfile.NamedTemporaryFile() as other:
            try:
                os.rename(other.name, "here")
            except OSError as error:
                with open("log", "a") as log:
                    log.write(f"{error}\\n")
"""
HASHES = """
import json, sys
from pathlib import Path
from test_on_macos import hashes
assert sys.platform == "darwin"
print(json.dumps(hashes(list(map(Path, sys.argv[1:])))))
"""


def hashes(paths):
    """What the runs of these files were, by name."""
    variants = [variant for path in paths for loaded in load_file(path) for variant in loaded.variants]
    results = [run_variant(variant) for variant in variants]
    return {result.name: [result.trace_hash, result.outcome.value] for result in results}


def on_macos(*command, timeout=300):
    """Run Python as it is there; what it printed."""
    path = os.pathsep.join(map(str, (MACOS, ROOT, Path(__file__).parent)))
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def own(tmp_path):
    (tmp_path / "conftest.py").write_text(SINK)
    path = tmp_path / "own.wptest.yaml"
    path.write_text(OWN)
    return path


def test_traces_are_the_same(own):
    paths = [own, *(SHIPPED / f"{name}.wptest.yaml" for name in SOME)]

    there = json.loads(on_macos("-c", HASHES, *paths))

    assert there == hashes(paths)
    assert {outcome for _, outcome in there.values()} == {"passed"}


@pytest.mark.slow
def test_workers_and_a_real_disk_work():
    real = ("--disk", "real", "--no-store")

    said = on_macos("-m", "wptest", "run", "-n", 2, *real, *(SHIPPED / f"{name}.wptest.yaml" for name in SOME[:2]))

    assert re.search(r"\n\d+ passed in ", said), said


def test_real_processes_work(tmp_path):
    """They stand still while they are looked at."""
    path = tmp_path / "real.wptest.yaml"
    path.write_text("""\
scenario: real
project: {sinks: {a: {}}}
given: {source: {lines: 30, rate: 100/s}}
when:
  - start: wparse daemon
  - upon: {sink: a, lines: 10}
    check: {ledger: {lost: 0}}
  - signal: {wparse: USR1}
  - wait: {exit: wparse}
then: {exit: {wparse: 0}}
""")

    assert "1 passed" in on_macos("-m", "wptest", "run", "--subject", "process", "--no-store", path)


@pytest.mark.slow
def test_every_shipped_scenario_runs_the_same():
    paths = sorted(SHIPPED.rglob("*.wptest.yaml"))

    assert json.loads(on_macos("-c", HASHES, *paths, timeout=1200)) == hashes(paths)


# What bash 3.2 and the commands of BSD don't know.
NEWER = [
    r"\b(mapfile|readarray|coproc)\b", r"\b(declare|local|typeset) -[a-z]*[Agn]", r"\$\{\w+(,|\^|@[A-Z])", r"&>>",
    r"\|&", r"\$\{\w+(\[@\])?: -\d", r"printf ['\"]%\(", r"\bwait -[np]\b", r"\[\[? -v ",
    r"shopt -s (globstar|lastpipe)", r";&", r"\bsed (-\w+ )*-i\b", r"\bdate (-d|--date|-I)", r"\bdate .*%N",
    r"\bstat (-c|--format)", r"\breadlink -[fe]", r"\bgrep (-\w* )*-\w*P", r"\bsort (-\w* )*-\w*V",
    r"\bxargs (-\w* )*-\w*[rd]\b", r"\bmktemp .*(--tmpdir|-p )", r"\bhead -\w* -\d", r"\bcp .*--", r"\bls .*--",
    r"\b(timeout|nproc|tac|realpath|md5sum|sha256sum|setsid|flock|shuf|ionice|numfmt)\b",
]  # fmt: skip


@pytest.mark.parametrize("script", sorted(SHIPPED.rglob("*.sh")), ids=lambda path: path.name)
def test_shipped_scripts_need_nothing_that_macos_lacks(script):
    code = [line.split(" #")[0] for line in script.read_text().splitlines() if not line.startswith("#")]

    assert [line for line in code if any(re.search(pattern, line) for pattern in NEWER)] == []
    assert "=()" not in "\n".join(code), "an empty list is an error there, under `set -u`"


def test_there_are_scripts_to_look_at():
    assert list(SHIPPED.rglob("*.sh"))
