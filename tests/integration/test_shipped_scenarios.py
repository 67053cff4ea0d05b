"""Every shipped scenario passes, and is the same run every time, on either disk and in any process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from shipped import ROOT, SCENARIOS, loaded_from, variants_of

from engine.foreign.fake_disk import FakeDisk
from engine.storage.disk_port import read_all
from engine.storage.memory import MemoryDisk
from wptest.kept.traces import DIGITS, TRACES_FILE, Traced, read_traces
from wptest.run.running import run_on, run_on_real_disk, run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.subject.on_real_disk import disk_obstacles
from wptest.words.obstacle import Beyond

_HASHES = """
import json, sys
from pathlib import Path
from engine.storage.memory import MemoryDisk
from engine.storage.disk_port import read_all
from wptest.scenario.load import load_file
from wptest.run.running import run_variant
found = []
for path in sys.argv[1:]:
    for loaded in load_file(Path(path)):
        for variant in loaded.variants[:1]:
            found.append(run_variant(variant).trace_hash)
print(json.dumps(found))
"""


SOAK = {"long-outage-and-clock-trouble", "million-lines"}  # seconds each, and so only where slow tests run
QUICK = [path for path in SCENARIOS if path.name.split(".")[0] not in SOAK]
CASES = [
    pytest.param(path, id=path.name.split(".")[0], marks=[] if path in QUICK else pytest.mark.slow)
    for path in SCENARIOS
]


KEPT = read_traces(ROOT / "scenarios" / TRACES_FILE)[0]  # those of the reference


def kept_of(variant: LoadedVariant) -> Traced | None:
    name = "::".join(filter(None, (variant.scenario.scenario, variant.id)))
    file = variant.document.source.path.relative_to(ROOT / "scenarios").as_posix()
    return KEPT.of.get(f"{file}::{name}")


def known_hash(variant: LoadedVariant) -> str:
    """The beginning of the hash that another test has seen to be that of its trace; of a run, if it isn't kept."""
    kept = kept_of(variant)
    return run_variant(variant).trace_hash[:DIGITS] if kept is None else kept.hash


def a_few_of(path: Path) -> list[LoadedVariant]:
    """One of each matrix: its other variants go through the same code, and slow tests run them all."""
    return [variants[0] for variants in loaded_from(path)]


def hashes_in_new_process(hash_seed: str, paths: list[Path]) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", _HASHES, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, cwd=ROOT)
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("path", CASES)
def test_same_hash_as_it_was_kept_or_else_twice(path: Path) -> None:
    for variant in variants_of(path):
        first = run_variant(variant)
        assert first.outcome.value == "passed", first.findings

        kept = kept_of(variant)
        if kept is None:
            assert run_variant(variant).trace_hash == first.trace_hash
        else:
            assert [*kept.changes(Traced.of(first))] == [], "wptest traces scenarios tells all changes"


@pytest.mark.parametrize("path", CASES)
def test_same_hash_on_the_real_disk_or_it_is_said_why_not(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_memory = Path("/dev/shm")  # where syncs take no time, on Linux
    if os.access(in_memory, os.W_OK):
        monkeypatch.setattr(tempfile, "tempdir", str(in_memory))
    for variant in a_few_of(path):
        same_on_the_real_disk(variant)


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES)
def test_so_do_all_variants_where_temporary_files_are(path: Path) -> None:
    for variant in variants_of(path):
        same_on_the_real_disk(variant)


def same_on_the_real_disk(variant: LoadedVariant) -> None:
    real = run_on_real_disk(variant)
    if disk_obstacles(variant):
        assert real.outcome.value == "unverified"
        assert {finding.code for finding in real.findings} == {"WPT-R066"}
        assert real.events == ()
    else:
        assert real.outcome.value == "passed", real.findings
        if variant.scenario.scenario not in _NUMBERS_COME_BACK or not numbers_come_back():
            assert real.trace_hash[:DIGITS] == known_hash(variant)


# Files that are replaced under their name: recovery knows files by their numbers, and many file systems give that
# of a removed file to the next one. Then it has to look closer, and says so.
_NUMBERS_COME_BACK = (
    "equal-lines-in-another-file",
    "another-file-of-the-same-name",
    "resumed-into-another-target",
)


def numbers_come_back() -> bool:
    """Whether a new file gets the number of one that was removed, where temporary files are."""
    with tempfile.TemporaryDirectory() as name:
        numbers = []
        for _ in range(2):
            path = Path(name, "file")
            path.touch()
            numbers.append(path.stat().st_ino)
            path.unlink()
    return numbers[0] == numbers[1]


def test_what_a_real_disk_can_not_show_is_known_before() -> None:
    kinds = {
        variant.scenario.scenario: {obstacle.kind for obstacle in disk_obstacles(variant)}
        for path in SCENARIOS
        for variant in variants_of(path)
    }

    assert kinds["failed-sync-power-loss"] == {Beyond.POWER}
    assert kinds["dated-sink"] == {Beyond.PYTHON}
    assert kinds["read-only-target"] <= {Beyond.MACHINE}, "permission bits don't bind root"
    assert kinds["outage-and-recovery"] == set()
    assert sum(map(bool, kinds.values())) < len(kinds) / 4


# One of each kind: stops and kills, full disks, failing operations, permissions, locks.
ON_FAKE = ["awkward-names", "full-target-disk", "killed-at-an-operation", "read-only-target", "repeated-recovery"]


@pytest.mark.parametrize("name", [*ON_FAKE, "stale-lock", "target-fails-live", "two-outages-in-one-second"])
def test_same_hash_on_the_fake_disk(name: str) -> None:
    for variant in variants_of(ROOT / f"scenarios/{name}.wptest.yaml"):
        assert run_on(FakeDisk(), variant, RunOptions()).trace_hash == run_variant(variant).trace_hash


@pytest.mark.parametrize("paths", [QUICK[::10], pytest.param(QUICK, marks=pytest.mark.slow)], ids=["few", "all"])
def test_same_hash_in_another_process_and_under_another_hash_seed(paths: list[Path]) -> None:
    here = [known_hash(variant) for path in paths for variant in a_few_of(path)]

    assert [there[:DIGITS] for there in hashes_in_new_process("4321", paths)] == here


def test_different_variants_have_different_hashes_where_they_do_different_things() -> None:
    by_lines = {
        variant.values["sent"]: run_variant(variant).trace_hash
        for variant in variants_of(ROOT / "scenarios/checkpoint-resume.wptest.yaml")
        if variant.values["stop"] == "KILL"
    }

    assert len(set(by_lines.values())) == len(by_lines) == 5


def test_the_recovered_target_has_every_line_once() -> None:
    (variant,) = variants_of(ROOT / "scenarios/outage-and-recovery.wptest.yaml")
    disk = MemoryDisk()

    result = run_on(disk, variant, RunOptions(seed=7))

    target = read_all(disk, "data/out_dat/benchmark.dat").splitlines()
    assert len(target) == len(set(target)) == 6_667
    replayed = [event.fields for event in result.events if event.kind == "recovery.file_removed"]
    assert sum(int(fields["lines"] or 0) for fields in replayed) > 1_000


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.name)
def test_what_a_scenario_needs_lies_beside_it_or_below(path: Path) -> None:
    """Where the package is installed, nothing above marks a root: a scenario can't reach out of its directory."""
    assert "\nproject: .." not in path.read_text(encoding="utf-8")
