from __future__ import annotations

import errno

import pytest
from engine_bench import (
    FILE,
    RESCUE,
    SECOND,
    TARGET,
    Bench,
    ShortWrites,
    make_project,
    phases,
)

from engine.kernel import Signal
from engine.project.model import SinkConf, SourceConf
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.storage.disk_port import read_all, write_all

LOCKED = f"{FILE}.lock"


def stranded(data):
    bench = Bench()
    write_all(bench.disk, LOCKED, data)
    return bench


def outage_bench(*durations, disk=None, rate=1000.0):
    sink = SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(*durations))
    return Bench(make_project(sink, source=SourceConf(rate=rate)), disk)


class TestUnlock:
    def test_a_dead_writers_file_becomes_a_rescue_file(self):
        bench = stranded(b"one\ntwo\n")
        assert bench.run("wproj rescue unlock") == 0
        assert bench.disk.list(RESCUE) == [FILE]
        (event,) = bench.events("lock.adopted")
        assert (event["path"], event["lines"]) == (FILE, 2)
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [b"one", b"two"]

    def test_a_torn_last_line_is_cut_off_for_good(self):
        bench = stranded(b"one\ntwo\nthr")
        assert bench.run("wproj rescue unlock") == 0
        assert read_all(bench.disk, FILE) == b"one\ntwo\n"
        assert bench.log("warn") == [f"cut 3 bytes of a torn line off ./{LOCKED}"]
        bench.disk.power_loss()
        assert read_all(bench.disk, FILE) == b"one\ntwo\n"

    @pytest.mark.parametrize("data", [b"", b"torn"])
    def test_a_file_without_a_whole_line_becomes_an_empty_one(self, data):
        bench = stranded(data)
        assert bench.run("wproj rescue unlock") == 0
        assert bench.disk.stat(FILE).size == 0
        assert bench.run("wprescue work") == 0
        assert bench.rescue_files() == []

    def test_a_living_writers_file_stays(self):
        bench = outage_bench(100, 3_600_000)
        bench.feed(500)
        writer = bench.start("wparse daemon")
        bench.run_for(SECOND)
        (path,) = bench.rescue_files(".dat.lock")
        assert bench.run("wproj rescue unlock") == 3
        assert bench.rescue_files(".dat.lock") == [path]
        assert [event["reason"] for event in bench.events("lock.refused")] == ["its writer is alive"]
        message = f"./{path} stays locked: its writer is alive"
        assert bench.log("error") == [message]
        assert [event["line"] for event in bench.events("program.output")].count(message) == 1
        writer.process.kill()
        assert bench.run("wproj rescue unlock") == 0
        assert bench.rescue_files() == [path.removesuffix(".lock")]

    def test_nothing_is_overwritten(self):
        bench = stranded(b"locked\n")
        write_all(bench.disk, FILE, b"released\n")
        assert bench.run("wproj rescue unlock") == 3
        assert (read_all(bench.disk, FILE), read_all(bench.disk, LOCKED)) == (b"released\n", b"locked\n")
        assert bench.run("wprescue work") == 0
        assert bench.run("wproj rescue unlock") == 0
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [b"released", b"locked"]

    def test_one_that_cant_be_unlocked_doesnt_hold_up_the_others(self):
        bench = stranded(b"one\n")
        other = f"{RESCUE}/a-2026-01-01_00:00:00.dat.lock"
        write_all(bench.disk, other, b"two\n")
        bench.fault(LOCKED, "rename", errno=errno.EACCES)
        assert bench.run("wproj rescue unlock") == 3
        assert bench.disk.list(RESCUE) == [LOCKED, other.removesuffix(".lock")]
        assert bench.log("error") == [f"./{LOCKED} can't be unlocked: Permission denied"]

    def test_without_a_rescue_root_there_is_nothing_to_do(self):
        assert Bench().run("wproj rescue unlock") == 0

    def test_the_checkpoint_is_no_locked_file(self):
        bench = Bench()
        write_all(bench.disk, f"{RESCUE}/recover.lock", b"{}")
        assert bench.run("wproj rescue unlock") == 0
        assert bench.disk.list(RESCUE) == [f"{RESCUE}/recover.lock"]

    def test_what_was_unlocked_is_durable(self):
        bench = Bench()
        bench.disk.mkdir(RESCUE)
        bench.disk.append(bench.disk.open(LOCKED), b"one\ntwo\n")  # a dead writer never synced it
        bench.disk.sync_dir(RESCUE)
        assert bench.run("wproj rescue unlock") == 0
        bench.disk.power_loss()
        assert read_all(bench.disk, FILE) == b"one\ntwo\n"


class TestWritersLock:
    def test_it_is_held_from_the_moment_the_file_is_there(self):
        """An operator who unlocks between the making and the locking must not get a living writer's file."""
        bench = outage_bench(100, 300, 100_000)
        lines = bench.feed(1000)
        bench.fault(f"{RESCUE}/**", "lock", delay=SECOND // 10, times=1)
        writer = bench.start("wparse daemon")
        bench.run_for(SECOND // 10 + SECOND // 20)
        assert len(bench.rescue_files(".dat.lock")) == 1
        bench.run("wproj rescue unlock")
        bench.run("wprescue work")
        bench.run_for(2 * SECOND)
        writer.process.signal(Signal.TERM)
        bench.run_for(SECOND)
        bench.run("wproj rescue unlock")
        bench.run("wprescue work")
        assert sorted(bench.lines()) == sorted(lines)

    def test_a_writer_that_had_to_reopen_its_file_still_holds_it(self):
        """A torn write that can't be cut off at once closes the file; the writer lives on all the same."""
        bench = outage_bench(100, 3_600_000, disk=ShortWrites(50))
        bench.disk.most = 10**9
        bench.feed(5000)
        writer = bench.start("wparse daemon")
        bench.run_for(SECOND)
        (path,) = bench.rescue_files(".dat.lock")
        assert bench.disk.locked(path)
        bench.disk.most = 50
        bench.fault(path, "append", errno=errno.ENOSPC, nth=2, times=1)
        bench.fault(path, "truncate", errno=errno.EIO, times=1)
        bench.run_for(SECOND)
        bench.disk.most = 10**9
        bench.run_for(SECOND)
        assert all(rule.bitten for rule in bench.machine.storage.faults.rules)
        assert writer.process.alive
        assert bench.run("wproj rescue unlock") == 3
        assert bench.rescue_files(".dat.lock") == [path]
