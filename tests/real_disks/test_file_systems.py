"""Simulated disks held against real file systems: whatever a power loss leaves on one, its profile allows.

What can't be done on a machine is skipped, with the reason. `python -m tests.real_disks` does all of it, and says
more.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.real_disks.engine_histories import engine_histories
from tests.real_disks.file_systems import FILE_SYSTEMS

ROOT = Path(__file__).parents[2]
DAMAGED = "f: A*3000 0*1096 A*1904"  # a cut from 6000 to 3000, whose block was written before the size
# Of each of two plays of a history; with many it takes many minutes, and with more than 150 nothing is left out.
IMAGES = os.environ.get("WPTEST_REAL_DISKS_IMAGES", "4")
BY_TOOLS = {
    kind: [name for name, tried in FILE_SYSTEMS.items() if tried.kind == kind]
    for kind in dict.fromkeys(tried.kind for tried in FILE_SYSTEMS.values())
}


def obstacle(name: str) -> str:
    """Why a file system can't be tried here; empty where it can."""
    tried = FILE_SYSTEMS[name]
    tools = ("unshare", "setpriv", tried.make[0], *["e2fsck"] * tried.mended)
    if os.geteuid() != 0:
        return "only root can mount a file system"
    if missing := [tool for tool in tools if shutil.which(tool) is None]:
        return f"{', '.join(missing)} not installed"
    if tried.kind not in Path("/proc/filesystems").read_text().split():
        return f"this kernel has no {tried.kind}"
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        return "nobody gets mounts of their own here"
    for device in ("/dev/fuse", "/dev/loop-control"):
        try:
            os.close(os.open(device, os.O_RDWR))
        except OSError as error:
            return f"{device}: {error.strerror}"
    return ""


def rig(*words: str) -> list[str]:
    """The command that tries file systems; it dies with whoever waits for it."""
    return ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "tests.real_disks", *words]


def verdict_on(name: str, *options: str) -> dict[str, Any]:
    """What came of a file system."""
    if why := obstacle(name):
        pytest.skip(why)
    command = rig(name, "--json", *options)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3600, cwd=ROOT)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def verdicts_on(names: Sequence[str], *options: str) -> list[dict[str, Any]]:
    """What came of several at once: a file system that is mounted and unmounted waits more than it computes."""
    with ThreadPoolExecutor(len(names)) as pool:
        return list(pool.map(lambda name: verdict_on(name, *options), names))


@pytest.mark.parametrize("name", ["ext4", "xfs"])
def test_a_cut_damages_a_file_on_real_disks_as_the_profile_says(name: str) -> None:
    found = verdict_on(name, "--only", "within a block, written back", "--images", "20")
    assert DAMAGED in found["trees"]
    assert found["beyond"] == {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", BY_TOOLS)
def test_whatever_real_disks_leave_the_profile_allows(kind: str) -> None:
    for found in verdicts_on(BY_TOOLS[kind], "--images", IMAGES):
        assert found["beyond"] == {}, found["name"]
        assert found["histories"] > 70
        assert found["images"] > 350
        assert found["allowed"] >= found["seen"] > 50
        assert DAMAGED not in found["trees"] or kind != "btrfs"


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in BY_TOOLS if kind != "btrfs"])  # it takes ten times as long
def test_and_so_it_is_after_histories_by_chance(kind: str) -> None:
    for found in verdicts_on(BY_TOOLS[kind], "--drawn", "0-12", "--images", IMAGES):
        assert found["beyond"] == {}, found["name"]


@pytest.mark.slow
def test_and_after_what_our_own_programs_do() -> None:
    for found in verdicts_on(["ext4", "xfs"], "--engine", "--images", IMAGES):
        assert found["beyond"] == {}, found["name"]
        assert found["histories"] == len(engine_histories())


def test_something_is_held_against_it_that_a_profile_can_fail() -> None:
    """A profile that stands for another file system does not allow what this one leaves."""
    found = verdict_on("ext4", "--only", "within a block, written back", "--images", "20", "--as", "btrfs")
    assert found["beyond"]


def test_it_leaves_no_device_and_no_mount_when_it_is_killed(tmp_path: Path) -> None:
    if why := obstacle("ext4"):
        pytest.skip(why)
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(rig("ext4"), env=environment, cwd=ROOT, stdout=subprocess.PIPE) as running:
        while not loop_devices_on(tmp_path):
            assert running.poll() is None
            time.sleep(0.05)
        running.kill()
    until = time.monotonic() + 30
    while loop_devices_on(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    assert loop_devices_on(tmp_path) == []
    assert str(tmp_path) not in Path("/proc/mounts").read_text()
    assert [each for each in tmp_path.rglob("*") if not each.is_dir()] == []


def loop_devices_on(directory: Path) -> list[str]:
    """Those whose file is below a directory."""
    files = Path("/sys/block").glob("loop*/loop/backing_file")
    return [str(each) for each in files if each.read_text().startswith(str(directory))]
