"""MemoryDisk against a model that says the same in another way: for each inode what the disk has, by layers.

The model keeps for every file the bytes seen now and the bytes on the platter, and for every directory the
names seen now and those on the platter; a power loss throws away what is seen.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.storage.disk_port import read_all
from engine.storage.memory import MemoryDisk

FILES = st.sampled_from(["a", "b", "d/a", "d/b", "d/s/a"])
DIRECTORIES = {"d": "", "d/s": "d"}


class Model:
    def __init__(self):
        self.now = {}  # name -> a file: {"seen": bytes, "platter": bytes}
        self.durable = {}
        self.directories = {""}
        self.durable_directories = {""}

    def power_loss(self):
        self.directories = set(self.durable_directories)
        self.durable = {
            name: file for name, file in self.durable.items() if name.rpartition("/")[0] in self.directories
        }
        for file in self.durable.values():
            file["seen"] = file["platter"]
        self.now = dict(self.durable)


class Durability(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.disk = MemoryDisk()
        self.model = Model()
        self.kept = []

    def has_directory(self, path):
        return path.rpartition("/")[0] in self.model.directories

    @rule(path=FILES, data=st.binary(min_size=1, max_size=8))
    def append(self, path, data):
        if self.has_directory(path):
            descriptor = self.disk.open(path)
            self.disk.append(descriptor, data)
            self.disk.close(descriptor)
            self.model.now.setdefault(path, {"seen": b"", "platter": b""})["seen"] += data

    @rule(path=FILES, share=st.floats(0, 1))
    def truncate(self, path, share):
        if path in self.model.now:
            file = self.model.now[path]
            size = int(len(file["seen"]) * share)
            self.disk.truncate(self.disk.open(path), size)
            file["seen"] = file["seen"][:size]

    @rule(path=FILES)
    def fsync(self, path):
        if path in self.model.now:
            self.disk.fsync(self.disk.open(path))
            self.model.now[path]["platter"] = self.model.now[path]["seen"]

    @rule(source=FILES, new=FILES)
    def rename(self, source, new):
        # Between directories a half-synced rename is two names of one file, which this model doesn't describe.
        if source in self.model.now and source.rpartition("/")[0] == new.rpartition("/")[0]:
            self.disk.rename(source, new)
            self.model.now[new] = self.model.now.pop(source)

    @rule(path=FILES)
    def remove(self, path):
        if self.model.now.pop(path, None) is not None:
            self.disk.remove(path)

    @rule(path=st.sampled_from(sorted(DIRECTORIES)))
    def mkdir(self, path):
        self.disk.mkdir(path)
        self.model.directories |= {path, DIRECTORIES[path]}

    @rule(path=st.sampled_from(["", *sorted(DIRECTORIES)]))
    def sync_dir(self, path):
        if path not in self.model.directories:
            return
        self.disk.sync_dir(path)
        here = {name: file for name, file in self.model.now.items() if name.rpartition("/")[0] == path}
        elsewhere = {name: file for name, file in self.model.durable.items() if name.rpartition("/")[0] != path}
        self.model.durable = here | elsewhere
        self.model.durable_directories |= {
            below for below in self.model.directories if DIRECTORIES.get(below) == path
        }
        while path:
            self.model.durable_directories.add(path)
            path = DIRECTORIES[path]

    @rule()
    def power_loss(self):
        self.disk.power_loss()
        self.model.power_loss()

    @rule()
    def power_loss_that_a_snapshot_takes_back(self):
        snapshot = self.disk.snapshot()
        self.disk.power_loss()
        self.disk.restore(snapshot)

    @rule()
    def keep_a_snapshot(self):
        self.kept.append((self.disk.snapshot(), self.seen()))

    def seen(self):
        return {path: read_all(self.disk, path) for path in self.disk.list("")}

    @invariant()
    def what_is_seen_is_what_the_model_says(self):
        assert self.seen() == {name: file["seen"] for name, file in self.model.now.items()}

    @invariant()
    def what_a_power_loss_would_leave_is_what_the_model_says(self):
        disk = MemoryDisk()
        disk.restore(self.disk.snapshot())
        disk.power_loss()
        left = {path: read_all(disk, path) for path in disk.list("")}
        assert left == {
            name: file["platter"]
            for name, file in self.model.durable.items()
            if name.rpartition("/")[0] in self.model.durable_directories
        }

    def teardown(self):
        for snapshot, seen in self.kept:
            self.disk.restore(snapshot)
            assert self.seen() == seen


TestDurability = Durability.TestCase
TestDurability.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, database=None, derandomize=True
)
