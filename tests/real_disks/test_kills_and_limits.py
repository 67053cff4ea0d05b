"""The simulated disk held against a kernel: a process that kills itself, a full tmpfs, limits, mount points.

What can't be done on a machine is skipped, with the reason.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.storage.disk_port import files_below, read_all
from engine.storage.faults import ERRORS
from engine.storage.memory import MemoryDisk
from engine.storage.quotas import Quotas
from tests.real_disks.histories import HISTORIES, Player, drawn

ROOT = Path(__file__).parents[2]
EVERY = {**HISTORIES, **{f"by chance {seed}": drawn(seed) for seed in range(100)}}


def seen(what: str, directory: Path, orders: Any, alone: str | None = None) -> Any:
    """What the child process saw; in a mount namespace of its own if need be."""
    namespace = ["unshare", alone] if alone else []
    command = [*namespace, sys.executable, "-m", "tests.real_disks.limits_child", what, str(directory)]
    done = subprocess.run(
        command, input=json.dumps(orders), capture_output=True, text=True, check=False, timeout=300, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@cache
def can(*command: str) -> bool:
    """Whether a command is there and does what it should."""
    return (
        shutil.which(command[0]) is not None
        and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


def namespace() -> str:
    """The option of `unshare` by which this user gets mounts of its own."""
    for option in ("-m", "-Urm"):
        if can("unshare", option, "mount", "-t", "tmpfs", "none", "/mnt"):
            return option
    pytest.skip("nobody may mount here, not even in a namespace of their own")


def test_a_kill_leaves_everything_on_both(tmp_path: Path) -> None:
    left = seen("killed", tmp_path, EVERY)
    for name, history in EVERY.items():
        disk = MemoryDisk()
        Player(disk).play(history)
        files = {path: read_all(disk, path).decode("latin-1") for path in files_below(disk, "")}
        assert left[name] == files, name


def test_a_full_disk_takes_what_fits_and_then_nothing_on_both(tmp_path: Path) -> None:
    sizes = [60_000, 10_000, 10_000]
    real = seen("full", tmp_path, sizes, alone=namespace())
    assert real["appends"] == appends_with({"d": 65_536}, sizes) == [60_000, 5_536, "ENOSPC"]
    assert real["after"] == [5_536]
    assert real["read_only"] == ["EROFS", "EROFS", "EROFS"]
    assert {"open", "rename", "remove"} <= {*ERRORS["EROFS"]}


def appends_with(limits: dict[str, int], sizes: list[int]) -> list[int | str]:
    disk, quotas = MemoryDisk(), Quotas()
    quotas.resize(limits)
    disk.mkdir("d")
    descriptor = disk.open("d/f")
    found: list[int | str] = []
    for size in sizes:
        try:
            found.append(disk.append(descriptor, quotas.fit(disk, "d/f", b"x" * size)))
        except OSError:
            found.append("ENOSPC")
    return found


def test_limits_of_the_kernel_give_errors_that_faults_can_give_too(tmp_path: Path) -> None:
    real = seen("limited", tmp_path, [60_000, 10_000, 10_000])
    assert real["appends"] == [60_000, 5_536, "EFBIG"]  # a `short` fault, and one with EFBIG
    assert real["full"] == "ENOSPC"
    assert real["descriptors"] == ["EMFILE", "EMFILE", "EMFILE"]
    assert "append" in ERRORS["EFBIG"]
    assert {"open", "list", "sync_dir"} <= {*ERRORS["EMFILE"]}


def test_a_rename_over_a_mount_point_gives_exdev_which_a_fault_can_give_too(tmp_path: Path) -> None:
    assert seen("across", tmp_path, None, alone=namespace()) == "EXDEV"
    assert ERRORS["EXDEV"] == ("rename",)
