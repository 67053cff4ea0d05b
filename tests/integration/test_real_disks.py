"""The simulated disk held against real ones: whatever a real disk leaves behind, the simulated one can leave.

Real is here a process that kills itself, a tmpfs that is full, limits of the kernel, and the power cut of an ext4
on a loop device, which needs root. What can't be done on a machine is skipped, with the reason.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from disk_histories import HISTORIES, History, drawn, play

from engine.storage.crashes import CrashChoices
from engine.storage.disk_port import files_below, read_all
from engine.storage.faults import ERRORS
from engine.storage.memory import MemoryDisk
from engine.storage.profiles import DiskProfile
from engine.storage.quotas import Quotas

CHILD = Path(__file__).with_name("real_disks_child.py")
EVERY = HISTORIES | {f"by chance {seed}": drawn(seed) for seed in range(12)}
MORE = {f"by chance {seed}": drawn(seed) for seed in range(12, 100)}


def seen(what: str, directory: Path, orders: Any, *arguments: str, alone: str | None = None) -> Any:
    """What the child process saw; in a mount namespace of its own if need be."""
    namespace = ["unshare", alone] if alone else []
    command = [*namespace, sys.executable, str(CHILD), what, str(directory), *arguments]
    done = subprocess.run(
        command, input=json.dumps(orders), capture_output=True, text=True, check=False, timeout=300
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


def needs_power_cuts(directory: Path) -> None:
    if os.geteuid() != 0 or not can("unshare", "-m", "true"):
        pytest.skip("only root can mount an ext4")
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("mkfs.ext4 is not installed")
    image = directory / "tried"
    with image.open("wb") as file:
        file.truncate(8 << 20)
    if not can("mkfs.ext4", "-q", "-F", str(image)) or not can(
        "unshare", "-m", "mount", "-o", "loop", str(image), "/mnt"
    ):
        pytest.skip("no loop device can be mounted here")


def allowed(disk: MemoryDisk, profile: DiskProfile, left: dict[str, Any]) -> bool:
    """Whether the simulated disk can leave these names with these bytes."""
    leftovers = CrashChoices(disk.snapshot(), profile, None)
    files = {path: text.encode("latin-1") for path, text in left["files"].items()}
    return any(
        names.files.keys() == files.keys()
        and names.dirs.keys() == {"", *left["dirs"]}
        and all(
            files[path] in {inode.read(0, inode.size) for inode in leftovers.files[number]}
            for path, number in names.files.items()
        )
        for names in leftovers.names
    )


def beyond(found: dict[str, Any], profile: DiskProfile) -> dict[str, dict[str, str]]:
    """What of all that was found the simulated disk can't leave."""
    histories = EVERY | MORE
    return {
        name: runs(left) for name, left in found.items() if not allowed(simulated(histories[name]), profile, left)
    }


def runs(left: dict[str, Any]) -> dict[str, str]:
    """A tree in few words, for a failure."""
    return {
        path: "".join(f"{c!r}*{text.count(c)} " for c in dict.fromkeys(text))
        for path, text in left["files"].items()
    }


def simulated(history: History, profile: DiskProfile = "posix") -> MemoryDisk:
    disk = MemoryDisk(profile)
    play(disk, history)
    return disk


def test_a_kill_leaves_everything_on_both(tmp_path: Path) -> None:
    left = seen("killed", tmp_path, EVERY)
    for name, history in EVERY.items():
        disk = simulated(history)
        files = {path: read_all(disk, path).decode("latin-1") for path in files_below(disk, "")}
        assert left[name]["files"] == files, name


POWER_CUTS: dict[str, tuple[DiskProfile, str, str, tuple[str, ...]]] = {
    "ext4": ("ordered", "data=ordered", "2", ()),
    "ext4, its journal written": ("ordered", "data=ordered", "1", ()),
    "ext4 without delayed allocation": ("ordered", "data=ordered,nodelalloc", "2", ()),
    "ext4 without delayed allocation, its journal written": ("ordered", "data=ordered,nodelalloc", "1", ()),
    "ext4 that journals data": ("ordered", "data=journal", "2", ()),
    "ext4 that orders nothing": ("posix", "data=writeback,nodelalloc", "2", ()),
    "ext4 that orders nothing, its journal written": ("posix", "data=writeback,nodelalloc", "1", ()),
    "ext4 without a journal": ("posix", "noatime", "2", ("-O", "^has_journal")),
    "ext4 that syncs everything": ("strict", "sync,dirsync", "2", ()),
}


@pytest.mark.parametrize(("profile", "options", "flag", "features"), POWER_CUTS.values(), ids=POWER_CUTS)
def test_what_a_power_cut_leaves_is_among_what_the_profile_allows(
    profile: DiskProfile, options: str, flag: str, features: tuple[str, ...], tmp_path: Path
) -> None:
    needs_power_cuts(tmp_path)
    left = seen("cut", tmp_path, EVERY, options, flag, *features, alone="-m")
    assert not beyond(left, profile)
    assert profile == "strict" or beyond(left, "strict")  # so that this can fail


@pytest.mark.slow
@pytest.mark.parametrize(("profile", "options", "flag", "features"), POWER_CUTS.values(), ids=POWER_CUTS)
def test_and_so_it_is_after_many_more_histories(
    profile: DiskProfile, options: str, flag: str, features: tuple[str, ...], tmp_path: Path
) -> None:
    needs_power_cuts(tmp_path)
    assert not beyond(seen("cut", tmp_path, MORE, options, flag, *features, alone="-m"), profile)


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
