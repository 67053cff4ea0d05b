"""How the oracle reads names of rescue files, quarantine and checkpoint: as documented, and as the engine does."""

from __future__ import annotations

import json
from datetime import datetime
from zlib import crc32

import pytest
from engine_bench import CHECKPOINT, RESCUE, infra_groups, make_project
from hypothesis import given
from hypothesis import strategies as st

from engine.behaviour import Behaviour
from engine.machine import Machine
from engine.machine.machine import Options
from engine.project.identity import identified
from engine.project.model import GroupConf, Project, SinkConf
from engine.rescue.name import is_locked_name, is_released, parse_name
from engine.rescue.quarantine import quarantined_lines
from engine.storage.disk_port import write_all
from engine.storage.memory import MemoryDisk
from wptest.judge.rescue_names import (
    RescueFileNames,
    has_locked_name,
    has_released_name,
    quarantine_of,
    quarantined,
    rescue_file_of,
)
from wptest.judge.written_down.checkpoints import UnreadableCheckpointError, read_checkpoint

TIME = "2025-10-04_01:59:24"
NAMES = RescueFileNames(make_project())
pieces = st.lists(
    st.sampled_from(
        [
            "a",
            "b-c",
            "/",
            "-",
            ".",
            ".dat",
            ".lock",
            "-7",
            "-1234567890",
            TIME,
            f"-{TIME}",
            "2025-13-01_00:00:00",
            "٢",
        ]
    ),
    max_size=6,
).map("".join)


@pytest.mark.parametrize(
    ("file", "sink"),
    [
        (f"a-{TIME}.dat", "a"),
        (f"a-{TIME}.dat.lock", "a"),
        (f"a-b-c-{TIME}.dat", "a-b-c"),
        (f"a--{TIME}.dat", "a-"),
        (f"a-{TIME}-7.dat", "a"),
        (f"a-{TIME}-{TIME}.dat", f"a-{TIME}"),
        (f"group/deep-er/[0]-{TIME}.dat", "group/deep-er/[0]"),
        (f"汇-{TIME}.dat", "汇"),
    ],
)
def test_a_name_tells_the_sink_and_the_second(file, sink):
    name = NAMES.read(f"{RESCUE}/{file}")
    assert (name.sink, name.time) == (sink, datetime(2025, 10, 4, 1, 59, 24))  # noqa: DTZ001


@pytest.mark.parametrize(
    "file",
    [
        f"-{TIME}.dat", f"{TIME}.dat", f"a{TIME}.dat", f"a-{TIME}-x.dat", f"a-{TIME}-.dat", f"a-{TIME}",
        f"a-{TIME}-1234567890.dat", "a-2025-02-30_00:00:00.dat", "a-2025-10-04_24:00:00.dat",
        "a-٢٠٢٥-10-04_01:59:24.dat", "a.dat", "",
    ],
)  # fmt: skip
def test_what_is_no_name_of_a_rescue_file_tells_nothing(file):
    assert NAMES.read(f"{RESCUE}/{file}") is None


@given(file=pieces)
def test_the_engine_reads_the_same_names(file):
    path = f"{RESCUE}/{file}"
    assert (has_released_name(path), has_locked_name(path)) == (is_released(path), is_locked_name(path))
    name, by_engine = NAMES.read(path), parse_name(path.removesuffix(".lock"), RESCUE)
    told = None if name is None else (name.sink, name.time.strftime("%Y-%m-%d_%H:%M:%S"))
    assert told == (None if by_engine is None else (by_engine.sink, by_engine.time))


GROUPS = identified((
    GroupConf("/sink/web", (SinkConf("[0]", "file", "w0.dat"), SinkConf("main", "file", "main.dat")), ("*",)),
    GroupConf("/sink/app", (SinkConf("[0]", "file", "a0.dat"), SinkConf("hole", "blackhole")), ("/app",)),
    *infra_groups(),
))  # fmt: skip


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("sink/web/[0]", "w0.dat"),
        ("sink/app/[0]", "a0.dat"),
        ("main", "main.dat"),
        ("sink/web/main", "main.dat"),
        ("elsewhere/main", "main.dat"),
        ("sink/app/main", "sink/app/main"),
        ("hole", "hole"),
        ("[0]", "[0]"),
        ("nobody", "nobody"),
    ],
)
def test_a_file_is_for_the_target_of_its_sink(name, target):
    project = Project("p", GROUPS, ())
    path = f"{RESCUE}/{name}-{TIME}.dat"
    assert RescueFileNames(project).target(path) == target
    sink, by_engine = RescueFileNames(project).sink(path), project.sink_of_rescue_file(name)
    assert sink == by_engine


def test_a_file_that_is_named_otherwise_is_its_own_target():
    assert NAMES.target(f"{RESCUE}/notes.dat") == f"{RESCUE}/notes.dat"


def test_a_quarantine_has_the_bytes_of_its_lines_and_what_is_torn_is_none():
    disk, path = MemoryDisk(), f"{RESCUE}/a-{TIME}.quarantine"
    lines = [b"\xff\xfe", b"", "ü".encode()]
    entries = [
        json.dumps({"file": "x", "line": number, "latin1": line.decode("latin-1")})
        for number, line in enumerate(lines)
    ]
    others = [
        "nonsense",
        "[1]",
        "17",
        '{"line": 1}',
        '{"line": "x", "latin1": "no"}',
        '{"line": 1, "latin1": "torn',
    ]
    write_all(disk, path, "\n".join([*entries, *others]).encode())

    assert quarantined(Machine(disk), path) == lines
    assert [line for _, line in quarantined_lines(disk, path)] == lines
    assert (quarantine_of(f"{RESCUE}/a-{TIME}.dat"), rescue_file_of(path)) == (path, f"{RESCUE}/a-{TIME}.dat")


def test_a_line_in_quarantine_is_that_of_its_entry_where_rescue_files_have_some():
    disk, path = MemoryDisk(), f"{RESCUE}/a-{TIME}.quarantine"
    poison = '{"version":1,"kind":"raw","raw":"a","raw":"b"}'
    rescued = {"file": "x", "line": 1, "latin1": poison}
    live = {"sink": "a", "latin1": poison, "reason": "too long"}
    write_all(disk, path, f"{json.dumps(rescued)}\n{json.dumps(live)}\n".encode())
    machine = Machine(disk, Options(behaviour=Behaviour(rescue_lines="entries")))

    assert quarantined(machine, path) == [b"b", poison.encode()]
    assert quarantined(Machine(disk), path) == [poison.encode()] * 2


class TestCheckpoint:
    DATA = b"line\n" * 300

    def read(self, text):
        disk = MemoryDisk()
        write_all(disk, CHECKPOINT, text.encode())
        return read_checkpoint(Machine(disk), RESCUE)

    def entry(self, **changes):
        identity = f"{len(self.DATA)}-{crc32(self.DATA[:15]):08x}"
        return {"lines": 3, "offset": 15, "target": 15, "identity": identity} | changes

    def test_says_how_much_of_which_file_is_done_with(self):
        (done,) = self.read(json.dumps({"x.dat": self.entry()})).values()
        assert done.lines == 3
        assert done.is_of(self.DATA)
        assert done.is_of(self.DATA + b"line\n")
        assert not done.is_of(b"other" + self.DATA[5:])
        assert not done.is_of(self.DATA[:10])

    def test_is_not_there_or_says_nothing(self):
        assert read_checkpoint(Machine(MemoryDisk()), RESCUE) == {}
        assert self.read("") == self.read("{}") == {}

    @pytest.mark.parametrize(
        "changes",
        [{"lines": -1}, {"lines": "3"}, {"lines": True}, {"offset": None}, {"identity": 3}, {"more": 1}],
    )
    def test_with_a_value_that_cant_be_is_none(self, changes):
        with pytest.raises(UnreadableCheckpointError):
            self.read(json.dumps({"x.dat": self.entry(**changes)}))

    def test_that_says_no_more_than_lines_is_one_of_whatever_file_has_the_name(self):
        (entry,) = self.read('{"data/rescue/x.dat": 3}').values()
        assert (entry.lines, entry.is_of(b"anything")) == (3, True)

    @pytest.mark.parametrize(
        "text", ["{", "[]", "17", '{"x.dat": -3}', '{"x.dat": true}', '{"x.dat": {"lines": 3}}', "[" * 100_000]
    )
    def test_that_is_something_else_is_none(self, text):
        with pytest.raises(UnreadableCheckpointError):
            self.read(text)
