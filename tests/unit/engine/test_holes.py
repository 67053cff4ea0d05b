"""What a power loss leaves that was never synced: zeros for bytes, and names that come back."""

from __future__ import annotations

import errno
import json
from dataclasses import asdict

import pytest
from engine_bench import (
    CHECKPOINT,
    FILE,
    RESCUE,
    SECOND,
    TARGET,
    Bench,
    FilesBench,
    joined,
    numbered_lines,
    recovery_bench,
)

from engine.kernel import Signal
from engine.rescue.quarantine import quarantine_path, quarantined_lines
from engine.rescue.resuming.file_identity import Position, identity_of
from engine.rescue.resuming.intents import Intent, intent_path
from engine.storage.disk_port import read_all, write_all
from engine.storage.inode import Cut, Write, replay
from engine.storage.line_file import LineFile
from engine.storage.memory import MemoryDisk

LINES = numbered_lines(300)
ZEROS = b"\0" * 20


def killed_half_way(behind: bytes) -> Bench:
    """A recovery died after its checkpoint over 100 lines; this is in the target behind them."""
    bench = recovery_bench(LINES)
    known, rescued = joined(LINES[:100]), joined(LINES)
    begun = Intent(
        began=1,
        number=number_of(bench.disk, FILE),
        size=len(rescued),
        identity=identity_of(0, Position()),
        behind=0,
    )
    intents = {"target": TARGET, "number": 0, "begun": {FILE: asdict(begun)}}
    write_all(bench.disk, intent_path(RESCUE, TARGET), json.dumps(intents).encode())
    entry = {
        "lines": 100,
        "offset": len(known),
        "target": len(known),
        "identity": identity_of(len(rescued), Position().behind(known, 100)),
    }
    write_all(bench.disk, CHECKPOINT, json.dumps({FILE: entry}).encode())
    write_all(bench.disk, TARGET, known + behind)
    return bench


def number_of(disk: MemoryDisk, path: str) -> int:
    descriptor = disk.open(path, create=False)
    try:
        return disk.number(descriptor)
    finally:
        disk.close(descriptor)


def with_holes(lines: list[bytes], start: int, end: int) -> bytes:
    """Lines as a power loss leaves them that has not kept the bytes from `start` to `end`."""
    data = joined(lines)
    return data[:start] + b"\0" * (end - start) + data[end:]


class TestBehindTheCheckpoint:
    @pytest.mark.parametrize(
        "behind",
        [
            ZEROS,
            joined(LINES[100:110]) + ZEROS,
            with_holes(LINES[100:200], 90, 300),
            with_holes(LINES[100:140], 6, 38) + b"line 14",
            with_holes(LINES[100:140], 0, 1),
        ],
    )
    def test_zeros_are_cut_off_and_every_line_stands_there_once(self, behind):
        bench = killed_half_way(behind)
        assert bench.run("wprescue work") == 0
        assert bench.lines() == LINES

    def test_zeros_stay_where_lines_of_strangers_stand_behind_them(self):
        bench = killed_half_way(ZEROS + b"\nsomebody else's\n")
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [*LINES[:100], ZEROS, b"somebody else's", *LINES[100:]]

    def test_zeros_are_cut_off_before_live_lines_come_behind_them(self):
        bench = killed_half_way(with_holes(LINES[100:200], 90, 300))
        live = bench.feed(20)
        assert bench.run("wparse batch") == 0
        assert bench.lines() == [*LINES[:110], *live]
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [*LINES[:110], *live, *LINES[110:]]

    def test_zeros_in_a_line_of_the_rescue_file_are_part_of_it(self):
        lines = [b"a\0b", b"c\0d"]
        bench = recovery_bench(lines, speed_limit=1)
        program = bench.start("wprescue work")
        bench.run_until_event("sink.delivered", 1)
        program.process.signal(Signal.KILL)
        bench.run_for(SECOND)
        assert bench.run("wprescue work") == 0
        assert bench.lines() == lines


class TestALockedFile:
    def test_lines_with_zeros_go_to_quarantine_and_the_others_are_adopted(self):
        bench = Bench()
        write_all(bench.disk, f"{FILE}.lock", b"one\n" + ZEROS + b"\nthree\nto" + ZEROS)
        assert bench.run("wproj rescue unlock") == 0
        assert read_all(bench.disk, FILE) == b"one\nthree\n"
        assert quarantined_lines(bench.disk, quarantine_path(FILE)) == [(2, ZEROS)]

    def test_it_is_adopted_durably(self):
        bench = Bench()
        write_all(bench.disk, f"{FILE}.lock", b"one\n" + ZEROS + b"\nthree\n")
        assert bench.run("wproj rescue unlock") == 0
        bench.disk.power_loss()
        assert read_all(bench.disk, FILE) == b"one\nthree\n"


class TestNamesThatWereNotDurable:
    def test_a_checkpoint_that_was_found_is_durable_before_lines_are_sent(self):
        bench = recovery_bench(LINES, speed_limit=1000)
        program = bench.start("wprescue work")
        bench.run_until_event("checkpoint.saved", 1)
        program.process.signal(Signal.KILL)
        write_all(bench.disk, f"{RESCUE}/x", b"")
        bench.disk.rename(CHECKPOINT, f"{RESCUE}/aside")
        bench.disk.sync_dir(RESCUE)
        bench.disk.rename(f"{RESCUE}/aside", CHECKPOINT)  # as before the killed one had synced the directory
        second = bench.start("wprescue work")
        bench.run_until_event("sink.delivered", 1)
        second.process.signal(Signal.KILL)
        bench.disk.power_loss()
        assert bench.disk.exists(CHECKPOINT)

    def test_what_a_killed_writer_left_in_the_target_is_durable_before_its_size_is_counted_on(self):
        bench = recovery_bench(LINES, speed_limit=1000)
        bench.disk.mkdir("data/out_dat")
        descriptor = bench.disk.open(TARGET)
        bench.disk.append(descriptor, b"earlier\n")
        bench.disk.close(descriptor)
        left = []

        def before(operation, path, _process):
            if operation == "rename" and path.startswith(CHECKPOINT):
                disk = MemoryDisk()
                disk.restore(bench.disk.snapshot())
                disk.power_loss()
                left.append(read_all(disk, TARGET))

        bench.machine.storage.watchers.append(before)
        bench.run("wprescue work")
        assert left[0] == b"earlier\n"


def test_a_file_that_is_cut_within_a_line_still_ends_in_a_torn_line():
    bench = FilesBench()
    write_all(bench.disk, "d/x", b"one\nha")
    file = LineFile(bench.files, "d/x")

    async def main():
        await file.cut(1)
        await file.append([b"two"])

    bench.run(main)
    assert read_all(bench.disk, "d/x") == b"one\nh\ntwo\n"


@pytest.mark.parametrize("torn", [b"line 1", b"line 101\nli", ZEROS])
def test_what_is_torn_is_mended_before_lines_of_another_file_come_behind_it(torn):
    bench = killed_half_way(torn)
    newer = [b"newer 1", b"newer 2"]
    write_all(bench.disk, FILE.replace("01:59:24", "05:00:00"), joined(newer))
    assert bench.run("wprescue work") == 0
    assert sorted(bench.lines()) == sorted([*LINES, *newer])


def test_a_failed_sync_is_remembered_when_the_file_is_opened_anew():
    bench = FilesBench()
    file = LineFile(bench.files, "d/x")
    bench.fault("d/x", "fsync", errno=errno.EIO, times=1)

    async def main():
        await file.append([b"one"])
        with pytest.raises(OSError, match="Input/output error"):
            await file.sync()
        file.close()
        await file.append([b"two"])
        await file.sync()

    bench.run(main)
    bench.disk.power_loss()
    assert read_all(bench.disk, "d/x") == b"one\ntwo\n"


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ([Write(20, b"yy")], b"x" * 10 + b"yy" + b"x" * 18),
        ([Write(40, b"yy")], b"x" * 30 + b"yy"),
        ([Write(42, b"yy")], b"x" * 30 + b"\0\0yy"),
        ([Cut(20), Write(20, b"yy")], b"x" * 10 + b"yy"),
    ],
)
def test_changes_are_done_at_their_places_where_the_beginning_is_left_out(changes, left):
    assert replay(b"x" * 30, changes, 10) == left
