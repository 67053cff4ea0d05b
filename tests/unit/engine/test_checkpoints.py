from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from engine_bench import (
    CHECKPOINT,
    FILE,
    RESCUE,
    SECOND,
    Bench,
    FilesBench,
    joined,
    numbered_lines,
    read_entries,
    recovery_bench,
)
from hypothesis import given
from hypothesis import strategies as st

from engine.behaviour import REFERENCE
from engine.kernel import Signal
from engine.rescue.checkpoint import CheckpointError, Entry, checkpoint_bytes, parse_checkpoint
from engine.rescue.resuming.file_identity import Position, identity_of, place_in
from engine.storage.disk_port import read_all, write_all

LINES = numbered_lines(1000)
GOOD = {"lines": 3, "offset": 21, "target": 21, "identity": "21-abc"}


def as_file(**changes):
    return json.dumps({"a.dat": GOOD | changes}).encode()


def stopped_half_way(signal=Signal.TERM, lines=LINES, after=300, **changes):
    """A bench whose first recovery was stopped when about `after` lines were delivered."""
    bench = recovery_bench(lines, speed_limit=1000, **changes)
    program = bench.start("wprescue work")
    bench.machine.deliveries.stop_at("a", after)
    bench.run_until_event("sink.delivered", (after + 99) // 100)
    program.process.signal(signal)
    bench.run_for(SECOND)
    assert not program.process.alive
    assert 0 < len(bench.lines()) < len(lines)
    return bench


class TestParse:
    def test_it_reads_what_was_written(self):
        assert parse_checkpoint(as_file()) == {"a.dat": Entry(3, 21, 21, "21-abc")}
        assert parse_checkpoint(b"{}") == {}

    @pytest.mark.parametrize(
        "data",
        [
            b"", b"\x00", b"\xff\xfe", b"null", b"[]", b"1", b'"text"', b"{", b'{"a.dat": 5}', b'{"a.dat": null}',
            b'{"a.dat": []}', b'{"a.dat": {}}', b'{"a.dat": {"lines": 3}}', as_file()[:-1], as_file() + b"}",
            as_file(more=1), as_file(lines="3"), as_file(lines=3.0), as_file(lines=True), as_file(lines=None),
            as_file(offset="0"), as_file(target=[]), as_file(identity=7), as_file(identity=None),
            b"[" * 100_000, as_file(lines=-1), as_file(offset=-1), as_file(target=-1),
        ],
        ids=lambda data: repr(data[:40]),
    )  # fmt: skip
    def test_anything_else_is_no_checkpoint(self, data):
        with pytest.raises(CheckpointError):
            parse_checkpoint(data)

    @given(st.dictionaries(st.text(), st.builds(Entry, *[st.integers(min_value=0)] * 3, st.text()), min_size=1))
    def test_what_is_written_has_a_line_for_each_value_and_is_read_back(self, entries):
        values = {path: asdict(entry) for path, entry in entries.items()}
        assert checkpoint_bytes(entries) == json.dumps(values, indent=1).encode()
        assert parse_checkpoint(checkpoint_bytes(entries)) == entries

    def test_a_missing_file_has_no_entries_and_a_damaged_one_says_so(self):
        bench = Bench()
        assert read_entries(bench.disk, RESCUE) == {}
        write_all(bench.disk, CHECKPOINT, b"{")
        with pytest.raises(CheckpointError):
            read_entries(bench.disk, RESCUE)


class TestIdentity:
    def test_it_is_of_every_byte_before_the_position(self):
        bench = FilesBench()
        write_all(bench.disk, FILE, b"x" * 5000)
        handle = bench.run(lambda: bench.files.open(FILE, create=False))
        known = Position().behind(b"x" * 4000, 1)

        async def found(offset, identity):
            return await place_in(REFERENCE, handle, 1, offset, identity)

        assert bench.run(lambda: found(4000, identity_of(5000, known))) == known
        assert bench.run(lambda: found(4001, identity_of(5000, known))) is None
        assert bench.run(lambda: found(6000, identity_of(5000, known))) is None
        changed = Position().behind(b"x" * 3999 + b"y", 1)
        assert bench.run(lambda: found(4000, identity_of(5000, changed))) is None

    def test_a_later_file_of_the_same_name_is_sent_from_its_start(self):
        bench = stopped_half_way()
        assert FILE in read_entries(bench.disk, RESCUE)
        later = [b"later %d" % number for number in range(50)]
        write_all(bench.disk, FILE, joined(later))
        sent = bench.lines()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == sent + later


class TestResume:
    @pytest.mark.parametrize("signal", [Signal.TERM, Signal.INT, Signal.USR1, Signal.KILL])
    def test_a_stopped_recovery_goes_on_where_it_was(self, signal):
        bench = stopped_half_way(signal)
        assert bench.run("wprescue work") == 0
        assert bench.lines() == LINES
        assert bench.disk.list(RESCUE) == [f"{RESCUE}/.wprescue"]

    def test_the_checkpoint_says_what_a_graceful_stop_has_delivered(self):
        bench = stopped_half_way()
        (entry,) = read_entries(bench.disk, RESCUE).values()
        delivered = bench.lines()
        assert entry.lines == len(delivered)
        assert entry.offset == entry.target == len(joined(delivered))

    def test_a_resumed_run_sends_only_what_is_left(self):
        bench = stopped_half_way()
        before = bench.machine.deliveries.total("a")
        bench.run("wprescue work")
        assert bench.machine.deliveries.total("a") - before == len(LINES) - before

    def test_a_power_loss_sends_again_what_was_lost_and_nothing_else(self):
        bench = stopped_half_way(Signal.KILL)
        bench.disk.power_loss()
        assert len(bench.lines()) < 300
        assert bench.run("wprescue work") == 0
        assert bench.lines() == LINES

    def test_lines_of_others_between_ours_in_the_target_are_no_trouble(self):
        bench = stopped_half_way(Signal.KILL)
        live = bench.feed(10)
        assert bench.run("wparse batch") == 0
        assert bench.run("wprescue work") == 0
        assert [line for line in bench.lines() if line not in live] == LINES
        assert [line for line in bench.lines() if line in live] == live

    def test_lines_of_a_stranger_among_ours_make_it_send_again_what_is_not_acknowledged(self):
        bench = stopped_half_way(Signal.KILL)
        (entry,) = read_entries(bench.disk, RESCUE).values()
        sent = bench.lines()
        bench.disk.append(bench.disk.open("data/out_dat/a.dat"), b"a stranger's\n")
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [*sent, b"a stranger's", *LINES[entry.lines :]]
        (doubt,) = bench.events("recovery.doubtful")
        assert doubt["lines"] == len(sent) - entry.lines > 0
        assert any("may arrive twice" in message for message in bench.log("warn"))

    def test_a_torn_line_in_the_target_is_written_whole(self):
        bench = stopped_half_way(Signal.KILL)
        sent = len(bench.lines())
        bench.disk.append(bench.disk.open("data/out_dat/a.dat"), LINES[sent][:4])
        assert bench.run("wprescue work") == 0
        assert bench.lines() == LINES


class TestDamage:
    def test_a_damaged_checkpoint_is_put_aside_and_nothing_is_sent_twice(self):
        bench = stopped_half_way()
        write_all(bench.disk, CHECKPOINT, b'{"half')
        assert bench.run("wprescue work") == 0
        assert bench.lines() == LINES
        assert read_all(bench.disk, f"{CHECKPOINT}.bad.kept") == b'{"half'
        assert any(f"checkpoint {CHECKPOINT} can't be read" in message for message in bench.log("error"))

    def test_an_empty_checkpoint_is_a_damaged_one(self):
        bench = stopped_half_way()
        write_all(bench.disk, CHECKPOINT, b"")
        assert bench.run("wprescue work") == 0
        assert bench.lines() == LINES

    @pytest.mark.parametrize("signal", [Signal.KILL, Signal.TERM])
    def test_a_recovery_that_ends_right_after_putting_it_aside_leaves_the_next_one_knowing(self, signal):
        bench = stopped_half_way()
        write_all(bench.disk, CHECKPOINT, b'{"half')
        program = bench.start("wprescue work")
        bench.fault(CHECKPOINT, "rename", delay=SECOND)  # the log line before it is the last event
        bench.fault("data/rescue", "list", delay=SECOND)
        bench.run_for(SECOND + SECOND // 2)
        program.process.signal(signal)
        bench.run_for(SECOND)
        assert not program.process.alive
        assert bench.disk.list(RESCUE).count(f"{CHECKPOINT}.bad") == 1
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == LINES

    def test_two_half_sent_files_survive_it_too(self):
        """The damage is known to the run that finds it; that run is killed in the newer file."""
        bench = stopped_half_way()
        newer = f"{RESCUE}/a-2025-10-04_02:00:00.dat"
        more = numbered_lines(1000, 5001)
        write_all(bench.disk, newer, joined(more))
        write_all(bench.disk, CHECKPOINT, b'{"half')
        program = bench.start("wprescue work")
        bench.run_until_event("sink.delivered", 2)
        program.process.kill()
        assert bench.run("wprescue work") == 0
        assert sorted(bench.lines()) == sorted(LINES + more)


class TestEntries:
    def test_the_entry_of_a_file_that_is_gone_is_pruned(self):
        bench = stopped_half_way()
        bench.disk.remove(FILE)
        assert bench.run("wprescue work") == 0
        assert not bench.disk.list(RESCUE).count(CHECKPOINT)

    def test_a_pruned_entry_leaves_the_others(self):
        bench = stopped_half_way()
        entries = json.loads(read_all(bench.disk, CHECKPOINT))
        gone = f"{RESCUE}/a-2024-01-01_00:00:00.dat"
        write_all(bench.disk, CHECKPOINT, json.dumps(entries | {gone: GOOD}).encode())
        program = bench.start("wprescue work")
        bench.run_until_event("checkpoint.saved")
        assert list(read_entries(bench.disk, RESCUE)) == [FILE]
        program.process.kill()

    def test_nothing_but_the_guard_is_left_when_all_is_done(self):
        bench = recovery_bench(LINES)
        assert bench.run("wprescue work") == 0
        assert bench.disk.list(RESCUE) == [f"{RESCUE}/.wprescue"]
        bench.disk.power_loss()
        assert bench.lines() == LINES

    def test_without_a_checkpoint_nothing_is_sent(self):
        bench = recovery_bench(LINES, speed_limit=1000)
        bench.fault(f"{CHECKPOINT}*", "open", errno=28)  # ENOSPC: the rescue disk is full, the target's isn't
        assert bench.run("wprescue work") == 3
        assert bench.lines() == []  # nothing is sent that a later run could not tell from what it has to send
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == LINES
