"""What a kernel does, seen from a process of its own: `python -m tests.real_disks.limits_child WHAT DIRECTORY`.

Started in a mount namespace of its own where it mounts: that goes with it. Reads its orders as JSON, and writes
what it saw as JSON.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.storage.real import RealDisk
from tests.real_disks.histories import Player


def main() -> None:
    what, directory = sys.argv[1:]
    json.dump(WHAT[what](Path(directory), json.load(sys.stdin)), sys.stdout)


def killed(directory: Path, orders: dict[str, Any]) -> dict[str, dict[str, str]]:
    """A process does each history and kills itself with SIGKILL; what it left."""
    return {
        name: _left_by_the_dead(directory / str(number), history)
        for number, (name, history) in enumerate(orders.items())
    }


def _left_by_the_dead(root: Path, history: Any) -> dict[str, Any]:
    root.mkdir()
    child = os.fork()
    if child == 0:
        Player(RealDisk(root)).play(history)
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return _files(root)


def full(directory: Path, orders: list[int]) -> dict[str, Any]:
    """Appends of these sizes on a tmpfs of 64 KiB: how much of each was written, or why not."""
    _run("mount", "-t", "tmpfs", "-o", "size=64k", "none", str(directory))
    disk = RealDisk(directory)
    found: dict[str, Any] = {"appends": _appends(disk, orders)}
    os.truncate(directory / "f", 60_000)  # room is made
    found["after"] = _appends(disk, orders[:1])
    _run("mount", "-o", "remount,ro", str(directory))
    found["read_only"] = (
        _tried(lambda: disk.open("g")),
        _tried(lambda: disk.rename("f", "g")),
        _tried(lambda: disk.remove("f")),
    )
    return found


def limited(directory: Path, orders: list[int]) -> dict[str, Any]:
    """The same under RLIMIT_FSIZE, on /dev/full, without descriptors to be had, and over a mount point."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    disk = RealDisk(directory)
    found: dict[str, Any] = {"appends": _appends(disk, orders)}
    (directory / "full").symlink_to("/dev/full")
    found["full"] = _tried(lambda: disk.append(disk.open("full"), b"x"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    found["descriptors"] = (
        _tried(lambda: disk.open("g")),
        _tried(lambda: disk.list("")),
        _tried(lambda: disk.sync_dir("")),
    )
    return found


def across(directory: Path, _orders: Any) -> str:
    """A rename over a mount point."""
    disk = RealDisk(directory)
    disk.close(disk.open("f"))
    disk.mkdir("other")
    _run("mount", "-t", "tmpfs", "none", str(directory / "other"))
    return str(_tried(lambda: disk.rename("f", "other/f")))


def _appends(disk: RealDisk, sizes: list[int]) -> list[Any]:
    descriptor = disk.open("f")
    try:
        return [_tried(lambda size=size: disk.append(descriptor, b"x" * size)) for size in sizes]
    finally:
        disk.close(descriptor)


def _tried(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except OSError as error:
        return errno.errorcode[error.errno or 0]


def _files(root: Path) -> dict[str, str]:
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes().decode("latin-1") for path in found}


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")


WHAT: dict[str, Callable[..., Any]] = {
    "killed": killed,
    "full": full,
    "limited": limited,
    "across": across,
}

if __name__ == "__main__":
    main()
