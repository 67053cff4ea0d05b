"""A real file system on a device that remembers what is written to it, and is then put back to any moment.

So is a power loss made: all writes until then are on the disk, but maybe some of those that came since the last
flush, which the drive's cache had. Needs root, /dev/fuse and loop devices.
"""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from engine.storage.real import RealDisk
from tests.real_disks.file_systems import FileSystem
from tests.real_disks.histories import History, Player
from tests.real_disks.loop_device import LoopDevice
from tests.real_disks.mounts import mount, unmount, write_back
from tests.real_disks.recorded_device import Orders, serve
from tests.real_disks.trees import Tree, tree_of

_TO_MEND = 4  # e2fsck -p says that somebody has to look
_START_SYNC, _WAIT_SYNC = 0x80089418, 0x40089416  # of btrfs
_LOST_SHARES = (0.2, 0.5, 0.8)


@dataclass(frozen=True, slots=True)
class Recording:
    """What was written while a history was done, and how much of it when each operation had returned."""

    flushes: Sequence[bool]
    marks: Sequence[int]


@dataclass(slots=True)
class Seen:
    """What power losses at one moment have left.

    Attributes:
        after: the operations that had returned, and had no more to write then: any of these moments.
        within: the operation that was not done yet, counted from 1; 0 where that is not so.
        trees: what was found, with how many disks left it.
    """

    after: tuple[int, ...]
    within: int
    trees: dict[Tree, int] = field(default_factory=dict)


class CrashRig:
    """One file system, made once, and put back to that before each history.

    Args:
        tried: the file system.
        directory: an empty one, for its disk and where it is mounted.
        most: so many images at most of each play of a history.
    """

    def __init__(self, tried: FileSystem, directory: Path, most: int) -> None:
        self.images = 0
        self._most = most
        self._tried = tried
        self._place = directory / "mounted"
        self._recorded_on, self._shown_on, self._orders = None, None, None
        self._directory = directory

    @contextmanager
    def running(self) -> Iterator[None]:
        """Make the file system, and the device; both are gone behind it, or with the process."""
        base, served, shown = [self._directory / name for name in ("image", "served", "shown")]
        self._place.mkdir()
        self._make(base)
        served.touch()
        shown.touch()
        os.truncate(shown, self._tried.size)
        here, there = get_context("spawn").Pipe()
        server = get_context("spawn").Process(target=serve, args=(base, shown, served, there))
        server.start()
        there.close()
        self._orders = Orders(here)
        try:
            with LoopDevice(served) as self._recorded_on, LoopDevice(shown) as self._shown_on:
                yield
        finally:
            here.close()
            server.join(10)
            unmount(served)
            base.unlink()
            shown.unlink()

    def left_by(self, history: History, ending: str, chance: Random) -> list[Seen]:
        """What power losses leave at any moment of a history, and after it."""
        recording, seen = self._recorded(history, ending), {}
        known: dict[str, Tree] = {}
        for upto, lost in self._cuts(recording, chance):
            digest = self._turned(self._shown_on, self._orders.show, upto, lost)
            if digest not in known:
                known[digest] = self._found()
            after, within = _moment(recording.marks, upto)
            trees = seen.setdefault((after, within), Seen(after, within)).trees
            trees[known[digest]] = trees.get(known[digest], 0) + 1
        self.images += len(known)
        return list(seen.values())

    def _make(self, base: Path) -> None:
        with base.open("wb") as file:
            file.truncate(self._tried.size)
        _output(*self._tried.make, str(base))
        _output("mount", "-o", "loop", str(base), str(self._place))
        (self._place / "root").mkdir()
        (self._place / "beside").write_bytes(b"x")
        unmount(self._place)

    def _turned(self, device: LoopDevice, order: Callable[..., Any], *arguments: Any) -> Any:
        """Have a disk be another one, and nothing of the one before in anybody's memory."""
        device.forget()
        answer = order(*arguments)
        device.forget()
        return answer

    def _mount(self, device: LoopDevice, flags: int = 0) -> None:
        mount(device.path, self._place, self._tried.kind, flags, self._tried.options)

    def _recorded(self, history: History, ending: str) -> Recording:
        self._turned(self._recorded_on, self._orders.record)
        self._mount(self._recorded_on, self._tried.flags)
        player = Player(RealDisk(self._place / "root"), self._write_back, self._commit)
        marks = [self._orders.position()]
        for number, operation in enumerate(history):
            for _call in player.calls(number, operation):
                pass
            marks.append(self._orders.position())
        if ending == "commit":
            self._commit()
        player.close()
        unmount(self._place)
        return Recording(self._orders.stop(), marks)

    def _write_back(self, path: str) -> None:
        descriptor = os.open(self._place / "root" / path, os.O_RDONLY)
        write_back(descriptor)
        os.close(descriptor)

    def _commit(self) -> None:
        """Have what is known of names and sizes written, and no file's bytes: somebody syncs a file beside."""
        descriptor = os.open(self._place / "beside", os.O_RDWR | os.O_APPEND)
        if self._tried.kind == "btrfs":
            os.utime(descriptor)
            begun = fcntl.ioctl(descriptor, _START_SYNC, struct.pack("<Q", 0))
            fcntl.ioctl(descriptor, _WAIT_SYNC, begun)
        else:
            os.write(descriptor, b"x")
            os.fsync(descriptor)
        os.close(descriptor)

    def _cuts(self, recording: Recording, chance: Random) -> list[tuple[int, tuple[int, ...]]]:
        """Moments at which the power may go, each with nothing lost of what was written, and with some of it."""
        whole, some, flushed = [], [], 0
        for upto in range(recording.marks[0], len(recording.flushes) + 1):
            whole.append((upto, ()))
            flushed = upto if upto and recording.flushes[upto - 1] else flushed
            share = chance.choice(_LOST_SHARES)
            lost = tuple(number for number in range(flushed, upto) if chance.random() < share)
            if len(lost) > 0 and upto - flushed > 1:
                some.append((upto, lost))
        some = sorted(chance.sample(some, min(len(some), max(self._most // 2, self._most - len(whole)))))
        return sorted(chance.sample(whole, min(len(whole), self._most - len(some)))) + some

    def _found(self) -> Tree:
        """What is found when the disk, as it is shown now, is mounted."""
        if self._tried.mended:
            device = str(self._shown_on.path)
            mended = subprocess.run(["e2fsck", "-p", device], capture_output=True, check=False)
            if mended.returncode >= _TO_MEND:
                subprocess.run(["e2fsck", "-f", "-y", device], capture_output=True, check=False)
        self._mount(self._shown_on)
        try:
            return tree_of(self._place / "root")
        finally:
            unmount(self._place)


def _moment(marks: Sequence[int], upto: int) -> tuple[tuple[int, ...], int]:
    last = len(marks) - 1
    if upto > marks[last]:
        return (last,), 0
    at_rest = tuple(number for number, mark in enumerate(marks) if mark == upto)
    return (at_rest, 0) if at_rest else ((), sum(mark < upto for mark in marks))


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.returncode, f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout.strip()
