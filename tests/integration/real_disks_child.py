"""What real file systems do, seen from a process of its own: `python real_disks_child.py WHAT DIRECTORY ...`.

Started in a mount namespace of its own: whatever is mounted here, and the loop devices below it, go with it. Reads
its orders as JSON, and writes what it saw as JSON.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import resource
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from disk_histories import play  # noqa: E402 - found only with the path above

from engine.storage.real import RealDisk  # noqa: E402 - found only with the path above

EXT4_IOC_SHUTDOWN = 0x8004587D


def main() -> None:
    what, directory, *rest = sys.argv[1:]
    orders = json.load(sys.stdin)
    json.dump(WHAT[what](Path(directory), orders, *rest), sys.stdout)


def killed(directory: Path, orders: dict[str, Any]) -> dict[str, Any]:
    """A process does each history and kills itself with SIGKILL; what it left."""
    return {
        name: _left_by_the_dead(directory / str(number), history)
        for number, (name, history) in enumerate(orders.items())
    }


def _left_by_the_dead(root: Path, history: Any) -> dict[str, Any]:
    root.mkdir()
    child = os.fork()
    if child == 0:
        play(RealDisk(root), history)
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return _tree(root)


def cut(directory: Path, orders: dict[str, Any], options: str, flag: str, *features: str) -> dict[str, Any]:
    """The power of an ext4 is cut after each history; what the next mount finds.

    Flag 1 writes the journal out before, and no data; flag 2 writes nothing. Where files may show what others have
    left on the disk, each history gets a new one.
    """
    disk = LoopDisk(directory, options, features)
    found = {}
    for number, (name, history) in enumerate(orders.items()):
        if number == 0 or "writeback" in options or features:
            disk.make()
        root = disk.mount / str(number)
        root.mkdir()
        RealDisk(disk.mount).sync_dir("")
        play(RealDisk(root), history)
        disk.lose_power(int(flag))
        found[name] = _tree(root)
    disk.end()
    return found


class LoopDisk:
    """An ext4 in a file, mounted by way of a loop device that goes when it is not mounted any more."""

    def __init__(self, directory: Path, options: str, features: tuple[str, ...]) -> None:
        self.mount = directory / "mount"
        self.mount.mkdir()
        self._image = str(directory / "image")
        self._options = options
        self._features = features

    def make(self) -> None:
        """Make it anew, and mount it."""
        self.end()
        with Path(self._image).open("wb") as file:
            file.truncate(8 << 20)
        _run("mkfs.ext4", "-q", "-F", "-b", "4096", *self._features, self._image)
        _run("mount", "-o", f"loop,{self._options}", self._image, str(self.mount))

    def lose_power(self, flag: int) -> None:
        """Cut it, and mount it again."""
        descriptor = os.open(self.mount, os.O_RDONLY)
        fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", flag))
        os.close(descriptor)
        self.end()
        if self._features:  # without a journal
            subprocess.run(["e2fsck", "-p", self._image], capture_output=True, check=False)
        _run("mount", "-o", f"loop,{self._options}", self._image, str(self.mount))

    def end(self) -> None:
        """Unmount it."""
        if os.path.ismount(self.mount):
            _run("umount", str(self.mount))


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


def _tree(root: Path) -> dict[str, Any]:
    if not root.exists():
        return {"files": {}, "dirs": []}
    below = sorted(root.rglob("*"))
    return {
        "files": {
            str(path.relative_to(root)): path.read_bytes().decode("latin-1") for path in below if path.is_file()
        },
        "dirs": [str(path.relative_to(root)) for path in below if path.is_dir()],
    }


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")


WHAT: dict[str, Callable[..., Any]] = {
    "killed": killed,
    "cut": cut,
    "full": full,
    "limited": limited,
    "across": across,
}

if __name__ == "__main__":
    main()
