"""Where a simulated disk could be kinder than a kernel: each case runs on all disks and must end the same.

tests/property/test_disk_machine.py drives both at random; what stands here is what it leaves out. Denials by
permission bits are left out too where root runs the tests: the kernel doesn't deny root anything.
"""

from __future__ import annotations

import errno
import os

import pytest

from engine.foreign.fake_disk import FakeDisk
from engine.storage.disk_port import read_all, write_all
from engine.storage.memory import MemoryDisk
from engine.storage.real import RealDisk


class Tidy(RealDisk):
    """Knows what is open, because a case may leave something open."""

    def __init__(self, root):
        super().__init__(root)
        self.left = []

    def open(self, path, **options):
        self.left.append(super().open(path, **options))
        return self.left[-1]

    def close(self, descriptor):
        self.left.remove(descriptor)
        super().close(descriptor)

    def close_all(self):
        for descriptor in list(self.left):
            self.close(descriptor)


def stage(disk):
    write_all(disk, "d/file", b"content")
    disk.mkdir("d/sub")
    return disk


def outcome(disk, action):
    try:
        action(disk)
    except OSError as error:
        return errno.errorcode[error.errno]
    return {path: read_all(disk, path) for path in disk.list("")}


def append_read_only(disk):
    disk.append(disk.open("d/file", create=False), b"!")


def truncate_read_only(disk):
    disk.truncate(disk.open("d/file", create=False), 0)


CASES = {
    "append to what was opened for reading": append_read_only,
    "truncate what was opened for reading": truncate_read_only,
    "open below a file": lambda disk: disk.open("d/file/x"),
    "open below a file for reading": lambda disk: disk.open("d/file/x", create=False),
    "open a directory as a new file": lambda disk: disk.open("d/sub", exclusive=True),
    "open a directory for reading": lambda disk: disk.open("d/sub", create=False),
    "stat below a file": lambda disk: disk.stat("d/file/x"),
    "list a file": lambda disk: disk.list("d/file"),
    "list below a file": lambda disk: disk.list("d/file/x"),
    "remove below a file": lambda disk: disk.remove("d/file/x"),
    "rename to below a file": lambda disk: disk.rename("d/file", "d/file/x"),
    "rename from below a file": lambda disk: disk.rename("d/file/x", "d/y"),
    "rename a missing file to below a file": lambda disk: disk.rename("missing", "d/file/x"),
    "rename a missing file to a missing directory": lambda disk: disk.rename("missing", "nowhere/x"),
    "chmod below a file": lambda disk: disk.chmod("d/file/x", 0o600),
    "mkdir below a file": lambda disk: disk.mkdir("d/file/x"),
    "mkdir two below a file": lambda disk: disk.mkdir("d/file/x/y"),
    "mkdir onto a file": lambda disk: disk.mkdir("d/file"),
    "sync a file as a directory": lambda disk: disk.sync_dir("d/file"),
    "open and truncate a missing file without making it": lambda disk: disk.open("x", create=False, truncate=True),
    "an empty append": lambda disk: disk.append(disk.open("d/file"), b""),
    "a lock on a removed file": lambda disk: (disk.lock(disk.open("d/file")), disk.remove("d/file")),
}


@pytest.mark.parametrize("action", CASES.values(), ids=CASES)
@pytest.mark.parametrize("simulated", [MemoryDisk, FakeDisk])
def test_simulated_disks_answer_like_the_real_one(action, simulated, tmp_path):
    real = Tidy(tmp_path)
    expected = outcome(stage(real), action)
    real.close_all()
    assert outcome(stage(simulated()), action) == expected


DENIED = {
    "write": lambda disk: (disk.chmod("d/file", 0o444), disk.open("d/file")),
    "read": lambda disk: (disk.chmod("d/file", 0o200), disk.open("d/file", create=False)),
    "create": lambda disk: (disk.chmod("d", 0o555), disk.open("d/new")),
    "remove": lambda disk: (disk.chmod("d", 0o555), disk.remove("d/file")),
    "rename": lambda disk: (disk.chmod("d", 0o555), disk.rename("d/file", "d/new")),
    "make a directory": lambda disk: (disk.chmod("d", 0o555), disk.mkdir("d/new")),
}


@pytest.mark.parametrize("simulated", [MemoryDisk, FakeDisk])
@pytest.mark.parametrize("action", DENIED.values(), ids=DENIED)
def test_simulated_disks_deny_whoever_runs_them(action, simulated):
    assert outcome(stage(simulated()), action) == "EACCES"


@pytest.mark.skipif(os.geteuid() == 0, reason="the kernel denies root nothing, whatever the bits say")
@pytest.mark.parametrize("action", DENIED.values(), ids=DENIED)
def test_the_real_disk_denies_the_same(action, tmp_path):
    assert outcome(stage(RealDisk(tmp_path)), action) == "EACCES"


def test_a_file_that_somebody_holds_locked_says_so_on_every_disk(tmp_path):
    for disk in (stage(MemoryDisk()), stage(FakeDisk()), stage(RealDisk(tmp_path))):
        first, second = disk.open("d/file"), disk.open("d/file")
        said = [disk.locked("d/file"), disk.lock(first), disk.lock(second), disk.locked("d/file")]
        disk.close(first)
        said += [disk.locked("d/file"), disk.lock(second), disk.locked("d/file")]
        disk.close(second)
        assert said == [False, True, False, True, False, True, True]


NAMED = {
    "as it was": (lambda _: None, True),
    "renamed": (lambda disk: disk.rename("d/file", "d/new"), True),
    "moved away and back": (lambda disk: (disk.rename("d/file", "x"), disk.rename("x", "d/file")), True),
    "cut": (lambda disk: disk.truncate(disk.open("d/file"), 0), True),
    "removed": (lambda disk: disk.remove("d/file"), False),
    "removed and made anew": (lambda disk: (disk.remove("d/file"), disk.open("d/file")), False),
    "another in its place": (lambda disk: (write_all(disk, "x", b""), disk.rename("x", "d/file")), False),
}


@pytest.mark.parametrize(("change", "named"), NAMED.values(), ids=NAMED)
@pytest.mark.parametrize("disk", [MemoryDisk, FakeDisk, Tidy])
def test_an_open_file_knows_whether_it_has_a_name(change, named, disk, tmp_path):
    disk = stage(disk(tmp_path) if disk is Tidy else disk())
    descriptor = disk.open("d/file")
    change(disk)
    assert disk.is_named(descriptor) is named
    if isinstance(disk, Tidy):
        disk.close_all()
