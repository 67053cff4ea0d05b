"""The same random operations on a simulated disk and on a real directory: every result and every errno must agree.

A rename may put a file where a directory could be, so paths that lead through a file occur as well.

Left out on purpose: denials by permission bits (the kernel denies root nothing; tests/unit/engine has them for
other users), descriptors opened for reading only (tests/unit/engine/test_disk_differences.py), and durability,
which no real disk shows without a power cut.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from engine.foreign.fake_disk import FakeDisk
from engine.storage.disk_port import read_all
from engine.storage.memory import MemoryDisk
from engine.storage.real import RealDisk

FILES = st.sampled_from(["a", "b", "d/a", "d/b", "d/sub/a"])
DIRECTORIES = st.sampled_from(["d", "d/sub", "e"])
ANY = st.one_of(FILES, DIRECTORIES)
BYTES = st.binary(max_size=20)


def tried(action):
    try:
        return action()
    except OSError as error:
        return errno.errorcode[error.errno]


class DisksAgree(RuleBasedStateMachine):
    handles = Bundle("handles")
    simulated = MemoryDisk

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="wptest-disks-"))
        self.memory = self.simulated()
        self.real = RealDisk(self.root)
        self.open = set()

    def both(self, action):
        """Do it on both disks; what came of it, which must be the same."""
        memory, real = (tried(lambda disk=disk: action(disk)) for disk in (self.memory, self.real))
        assert memory == real
        return memory

    def on_open(self, handle, operation, *arguments):
        memory, real = (
            tried(lambda: getattr(self.memory, operation)(handle[0], *arguments)),
            tried(lambda: getattr(self.real, operation)(handle[1], *arguments)),
        )
        assert memory == real

    @rule(target=handles, path=FILES, exclusive=st.booleans(), truncate=st.booleans())
    def open_for_writing(self, path, exclusive, truncate):
        options = {"exclusive": exclusive, "truncate": truncate}
        memory, real = (tried(lambda disk=disk: disk.open(path, **options)) for disk in (self.memory, self.real))
        if isinstance(memory, str) or isinstance(real, str):
            assert memory == real
            return (-1, -1)
        self.open.add((memory, real))
        return memory, real

    @rule(handle=handles, data=BYTES)
    def append(self, handle, data):
        if handle in self.open:
            self.on_open(handle, "append", data)

    @rule(handle=handles, offset=st.integers(0, 50), size=st.integers(0, 50))
    def read(self, handle, offset, size):
        if handle in self.open:
            self.on_open(handle, "read", offset, size)

    @rule(handle=handles, share=st.floats(0, 1))
    def truncate(self, handle, share):
        if handle in self.open:
            self.on_open(handle, "truncate", int(self.memory.size(handle[0]) * share))

    @rule(handle=handles, share=st.floats(0, 1))
    def rewrite(self, handle, share):
        if handle in self.open:
            self.on_open(handle, "rewrite", int(self.memory.size(handle[0]) * share))

    @rule(handle=handles, operation=st.sampled_from(["size", "fsync", "lock"]))
    def look_sync_or_lock(self, handle, operation):
        if handle in self.open:
            self.on_open(handle, operation)

    @rule(handle=consumes(handles))
    def close(self, handle):
        if handle in self.open:
            self.open.remove(handle)
            self.memory.close(handle[0])
            self.real.close(handle[1])

    @rule(source=FILES, new=st.one_of(FILES, DIRECTORIES))
    def rename(self, source, new):
        self.both(lambda disk: disk.rename(source, new))

    @rule(path=ANY)
    def remove(self, path):
        self.both(lambda disk: disk.remove(path))

    @rule(path=DIRECTORIES)
    def mkdir(self, path):
        self.both(lambda disk: disk.mkdir(path))

    @rule(path=st.one_of(DIRECTORIES, FILES).filter(bool))
    def rmdir(self, path):
        self.both(lambda disk: disk.rmdir(path))

    @rule(path=DIRECTORIES)
    def sync_dir(self, path):
        self.both(lambda disk: disk.sync_dir(path))

    @rule(path=ANY, mode=st.sampled_from([0o644, 0o600, 0o755, 0o700]))
    def chmod(self, path, mode):
        self.both(lambda disk: disk.chmod(path, mode))

    @rule(path=ANY)
    def stat_and_locked(self, path):
        self.both(lambda disk: disk.stat(path)._replace(number=0, modified=None))
        self.both(lambda disk: disk.locked(path))

    @rule(path=DIRECTORIES)
    def list(self, path):
        self.both(lambda disk: disk.list(path))

    @invariant()
    def every_file_is_the_same(self):
        paths = self.both(lambda disk: disk.list(""))
        for path in paths:
            self.both(lambda disk, path=path: read_all(disk, path))

    def teardown(self):
        for _, descriptor in self.open:
            self.real.close(descriptor)
        shutil.rmtree(self.root)


class FakeDiskAgrees(DisksAgree):
    simulated = FakeDisk


SETTINGS = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
)
TestDisksAgree = DisksAgree.TestCase
TestDisksAgree.settings = SETTINGS
TestFakeDiskAgrees = FakeDiskAgrees.TestCase
TestFakeDiskAgrees.settings = SETTINGS
