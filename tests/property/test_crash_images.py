"""What MemoryDisk says that a power loss may leave, against a model that keeps every operation and does them again.

The model knows neither inodes that share bytes nor what is durable: it has the history, and asks of every operation
whether a later sync made it certain. What isn't certain is done again wholly, in part, or not at all.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.storage.disk_port import parent, read_all
from engine.storage.memory import MemoryDisk
from engine.storage.profiles import PROFILES

BLOCK = 4
DIRECTORY = "a directory"

FILES = st.sampled_from(["a", "b", "d/a"])
DIRECTORIES = st.sampled_from(["", "d"])
OPERATIONS = st.one_of(
    st.tuples(st.just("append"), FILES, st.binary(min_size=1, max_size=6)),
    st.tuples(st.just("append"), FILES, st.sampled_from([b"x\ny\nz", b"12", b"345"])),
    st.tuples(st.just("cut"), FILES, st.integers(0, 5)),
    st.tuples(st.just("fsync"), FILES),
    st.tuples(st.just("fail_sync"), FILES),
    st.tuples(st.just("rename"), FILES, FILES),
    st.tuples(st.just("remove"), FILES),
    st.tuples(st.just("mkdir"), st.just("d")),
    st.tuples(st.just("sync_dir"), DIRECTORIES),
)
repeatable = settings(max_examples=120, deadline=None, database=None, derandomize=True)
HISTORIES = st.lists(OPERATIONS, max_size=9)


@pytest.fixture(autouse=True, scope="module")
def small_blocks():
    """So that files of a few bytes have many."""
    with pytest.MonkeyPatch.context() as patch:
        for name, profile in PROFILES.items():
            patch.setitem(PROFILES, name, replace(profile, block=BLOCK))
        yield


class Model:
    """The history of a disk: what was done, one entry for each effect that can be lost by itself."""

    def __init__(self):
        self.files, self.dirs, self.sizes = {}, {""}, {}
        self.done = []  # (operation number, kind, ...)
        self.number = 0

    def do(self, kind, path, *rest):
        """Do it here and say whether it is possible."""
        self.number += 1
        return getattr(self, kind)(path, *rest)

    def append(self, path, data):
        if parent(path) not in self.dirs:
            return False
        if path not in self.files:
            self.files[path] = self.number
            self.sizes[self.number] = 0
            self.done.append((self.number, "name", parent(path), {path: self.number}))
        file = self.files[path]
        for byte in range(len(data)):  # pieces end where blocks do
            offset = self.sizes[file]
            if byte == 0 or offset % BLOCK == 0:
                self.done.append((self.number, "write", file, offset, b""))
            self.done[-1] = (*self.done[-1][:4], self.done[-1][4] + data[byte : byte + 1])
            self.sizes[file] += 1
        return True

    def cut(self, path, size):
        if path not in self.files or size >= self.sizes[self.files[path]]:
            return False
        self.sizes[self.files[path]] = size
        self.done.append((self.number, "cut", self.files[path], size))
        return True

    def fsync(self, path):
        return self._synced("fsync", path)

    def fail_sync(self, path):
        return self._synced("fail_sync", path)

    def _synced(self, kind, path):
        if path in self.files:
            self.done.append((self.number, kind, self.files[path]))
        return path in self.files

    def rename(self, source, target):
        if source not in self.files or source == target or parent(target) not in self.dirs:
            return False
        file = self.files[target] = self.files.pop(source)
        if parent(source) == parent(target):
            self.done.append((self.number, "name", parent(source), {source: None, target: file}))
        else:
            self.done.append((self.number, "name", parent(target), {target: file}))
            self.done.append((self.number, "name", parent(source), {source: None}))
        return True

    def remove(self, path):
        if path not in self.files:
            return False
        del self.files[path]
        self.done.append((self.number, "name", parent(path), {path: None}))
        return True

    def mkdir(self, path):
        if path not in self.dirs:
            self.dirs.add(path)
            self.done.append((self.number, "name", parent(path), {path: DIRECTORY}))
        return True

    def sync_dir(self, path):
        if path in self.dirs:
            self.done.append((self.number, "sync_dir", path))
        return path in self.dirs

    def fate(self, index):
        """`certain`, `dropped` by a failed sync, or `open`."""
        _, kind, where = self.done[index][:3]
        for later in self.done[index + 1 :]:
            if kind in ("write", "cut") and later[1] in ("fsync", "fail_sync") and later[2] == where:
                return "certain" if later[1] == "fsync" else "dropped"
            if kind == "name" and later[1] == "sync_dir" and later[2] == where:
                return "certain"
            if later[1] == "sync_dir" and self.done[index][3:4] == ({later[2]: DIRECTORY},):
                return "certain"  # a directory that is synced itself
        return "open"

    def undecided(self):
        """The effects that may be there or not, by index."""
        effects = [i for i, entry in enumerate(self.done) if entry[1] in ("name", "write", "cut")]
        return [i for i in effects if self.fate(i) == "open"]

    def committed(self, index):
        """The operation up to which a sync makes names durable where these are journaled in order."""
        _, kind, where = self.done[index][:3]
        if kind not in ("fsync", "sync_dir"):
            return 0
        return max((entry[0] for entry in self.done[:index] if self.changes(entry, kind, where)), default=0)

    @staticmethod
    def changes(entry, kind, where):
        """Whether an effect changed the file or the directory that is synced."""
        if kind == "sync_dir":
            return entry[1] == "name" and (entry[2] == where or entry[3] == {where: DIRECTORY})
        return (
            entry[2] == where if entry[1] in ("write", "cut") else entry[1] == "name" and where in entry[3].values()
        )

    def left(self, states, *, stale=False):
        """The disk after doing everything again; `states` says of the undecided how much of each: True, False, or
        of a write how many of its bytes with the file grown by so many, or `bare` for its size and no bytes, and of
        a cut `page` for the zeros that it puts into its block, without its size."""
        names, dirs, disks, sizes = {}, {""}, {}, {}
        for index, entry in enumerate(self.done):
            fate = self.fate(index)
            state = states.get(index, fate != "dropped")
            if state is False:
                continue
            if entry[1] == "name":
                for path, what in entry[3].items():
                    names.pop(path, None)
                    if what == DIRECTORY:
                        dirs.add(path)
                    elif what is not None:
                        names[path] = what
            elif entry[1] == "fsync":  # which writes zeros behind a cut, too
                size = sizes.get(entry[2], 0)
                disks[entry[2]] = {at: byte for at, byte in disks.get(entry[2], {}).items() if at < size}
            elif entry[1] in ("write", "cut"):
                platter = disks.setdefault(entry[2], {})
                if state == "page":
                    end = -(-entry[3] // BLOCK) * BLOCK
                    disks[entry[2]] = {at: byte for at, byte in platter.items() if not entry[3] <= at < end}
                    continue
                data = entry[4] if entry[1] == "write" else b""
                end = entry[3] + len(data)
                if state == "bare":
                    data = b""
                elif state is not True:
                    data, end = data[:state], entry[3] + state
                for at, byte in enumerate(data, entry[3]):
                    platter[at] = byte
                before = sizes.get(entry[2], 0)
                sizes[entry[2]] = end if entry[1] == "cut" or state == "bare" else max(before, end)
                keep = -(-sizes[entry[2]] // BLOCK) * BLOCK if stale else sizes[entry[2]]
                if sizes[entry[2]] < before:
                    disks[entry[2]] = {at: byte for at, byte in platter.items() if at < keep}
        files = {path: file for path, file in names.items() if parent(path) in dirs}
        return frozenset(
            (path, file, bytes(disks.get(file, {}).get(at, 0) for at in range(sizes.get(file, 0))))
            for path, file in files.items()
        ), frozenset(dirs)


def played(history, disk):
    """The history as the model has it, done on the disk too."""
    model = Model()
    for kind, path, *rest in history:
        if not model.do(kind, path, *rest):
            continue
        match kind:
            case "append":
                disk.append(disk.open(path), *rest)
            case "cut":
                disk.truncate(disk.open(path), *rest)
            case "fsync" | "fail_sync":
                getattr(disk, kind)(disk.open(path))
            case _:
                getattr(disk, kind)(path, *rest)
    return model


def left_on(disk, profile=None):
    """Every disk that a power loss may leave, as the model writes them: with a number for each file."""
    found = disk.crash_images(profile, bound=None)
    assert found.complete
    return {contents(crash) for crash in found.images}


def contents(crash):
    disk = MemoryDisk()
    disk.power_loss(crash)
    twins = {path: twin or path for path, _, twin in crash.image.files}
    files = frozenset((path, twins[path], read_all(disk, path)) for path in disk.list(""))
    return files, frozenset(path for path, _ in crash.image.dirs)


def plain(left):
    """A disk as the model has it, with files told apart by their first name."""
    files, dirs = left
    first = {}
    for path, file, _ in sorted(files):
        first.setdefault(file, path)
    return frozenset((path, first[file], data) for path, file, data in files), dirs


def states_of(model, index):
    entry = model.done[index]
    match entry[1]:
        case "write":
            return [False, True, "bare", *range(1, len(entry[4]))]
        case "cut":
            return [False, True, "page"]
        case _:
            return [False, True]


@repeatable
@given(history=HISTORIES)
def test_everything_that_posix_leaves_the_model_allows(history):
    disk = MemoryDisk()
    model = played(history, disk)
    undecided = model.undecided()
    choices = [states_of(model, index) for index in undecided]
    assume(len(undecided) <= 5)
    allowed = {
        plain(model.left(dict(zip(undecided, states, strict=True)), stale=stale))
        for states in product(*choices)
        for stale in (False, True)
    }
    assert left_on(disk) <= allowed


@repeatable
@given(history=HISTORIES)
def test_everything_that_the_model_does_wholly_or_not_at_all_posix_leaves(history):
    disk = MemoryDisk()
    model = played(history, disk)
    undecided = model.undecided()
    assume(len(undecided) <= 6)
    every = {
        plain(model.left(dict(zip(undecided, states, strict=True)), stale=stale))
        for states in product((False, True), repeat=len(undecided))
        for stale in (False, True)
    }
    assert every <= left_on(disk)


@repeatable
@given(history=HISTORIES)
def test_posix_tears_the_last_write_to_a_file_at_its_half_and_before_its_last_byte(history):
    disk = MemoryDisk()
    model = played(history, disk)
    undecided = model.undecided()
    assume(0 < len(undecided) <= 6)
    assume(model.done[undecided[-1]][1] == "write")
    data = model.done[undecided[-1]][4]
    states = dict.fromkeys(undecided, True)
    torn = {plain(model.left(states | {undecided[-1]: state})) for state in ("bare", len(data) // 2 or "bare")}
    torn.add(plain(model.left(states | {undecided[-1]: len(data) - 1 or "bare"})))
    assert torn <= left_on(disk)


@repeatable
@given(history=HISTORIES)
def test_what_ordered_leaves_of_names_is_what_was_done_up_to_some_operation(history):
    disk = MemoryDisk()
    model = played(history, disk)
    certain = max(map(model.committed, range(len(model.done))), default=0)
    names = []
    for last in [certain, *(entry[0] for entry in model.done if entry[0] > certain)]:
        states = {i: entry[0] <= last for i, entry in enumerate(model.done) if entry[1] == "name"}
        files, dirs = model.left(states)
        names.append((frozenset(path for path, *_ in files), dirs))
    found = {(frozenset(path for path, *_ in files), dirs) for files, dirs in left_on(disk, "ordered")}
    assert found == set(names)


@repeatable
@given(history=HISTORIES)
def test_strict_leaves_what_was_done_and_nothing_else(history):
    disk = MemoryDisk()
    model = played(history, disk)
    assert left_on(disk, "strict") == {plain(model.left({}))}


@repeatable
@given(history=HISTORIES)
def test_each_profile_leaves_what_the_stricter_ones_leave(history):
    disk, liar = MemoryDisk(), MemoryDisk("lying")
    assume(len(played(history, disk).undecided()) <= 6)
    assume(len([entry for entry in played(history, liar).done if entry[1] in ("name", "write", "cut")]) <= 7)
    strict, ordered, posix = (left_on(disk, profile) for profile in ("strict", "ordered", "posix"))
    assert strict <= ordered <= posix <= left_on(liar)


@repeatable
@given(history=HISTORIES)
def test_the_power_loss_of_every_profile_leaves_one_of_its_images(history):
    for profile in PROFILES:
        disk = MemoryDisk(profile)
        most = 4 if PROFILES[profile].bytes == "at any time" else 7
        assume(len([entry for entry in played(history, disk).done if entry[1] in ("name", "write", "cut")]) <= most)
        every = left_on(disk)
        drawn = disk.drawn_crash(Random(1))
        assert contents(drawn) in every
        disk.power_loss()
        assert left_on(disk) <= every
        assert len(left_on(disk)) == 1


@repeatable
@given(before=HISTORIES, after=HISTORIES)
def test_a_snapshot_keeps_what_a_power_loss_would_leave(before, after):
    disk = MemoryDisk()
    model = played(before, disk)
    assume(len(model.undecided()) <= 6)
    snapshot, image, left = disk.snapshot(), disk.image(pending=True), left_on(disk)
    for kind, path, *rest in after:
        if kind == "append" and path in model.files:
            disk.append(disk.open(path), *rest) if path in disk.list("") else None
        elif kind in ("cut", "fsync") and path in disk.list(""):
            descriptor = disk.open(path)
            disk.truncate(descriptor, *rest) if kind == "cut" else disk.fsync(descriptor)
        elif kind == "remove" and path in disk.list(""):
            disk.remove(path)
    disk.power_loss()
    disk.restore(snapshot)
    assert disk.image(pending=True) == image
    assert disk.image(pending=True).digest == image.digest
    assert left_on(disk) == left
