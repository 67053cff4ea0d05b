from __future__ import annotations

import errno
import os

import pytest
from engine_bench import (
    FILE,
    RESCUE,
    SECOND,
    TARGET,
    Bench,
    joined,
    make_project,
    numbered_lines,
    recovery_bench,
)

from engine.kernel import Signal
from engine.project.model import SinkConf
from engine.rescue.quarantine import quarantine_path, quarantined_lines
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.storage.disk_port import read_all, write_all
from engine.storage.real import RealDisk

QUARANTINE = quarantine_path(FILE)


def put(bench, name, lines):
    write_all(bench.disk, f"{RESCUE}/{name}", joined(lines))


class TestOrder:
    def test_the_newest_file_goes_first_and_each_is_removed_before_the_next_begins(self):
        bench = Bench()
        names = ["a-2025-10-04_01:59:24.dat", "a-2025-10-04_02:10:00.dat", "a-2025-10-04_02:10:00-1.dat"]
        for number, name in enumerate(names):
            put(bench, name, [b"%d" % number])
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [b"2", b"1", b"0"]
        kinds = [event.kind for event in bench.machine.trace.events if event.kind.startswith("recovery.file")]
        assert kinds == ["recovery.file_began", "recovery.file_removed"] * 3

    def test_files_in_directories_below_the_root_are_found(self):
        bench = Bench()
        put(bench, "2025/10/a-2025-10-04_01:59:24.dat", [b"deep"])
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [b"deep"]

    def test_a_missing_root_is_made_and_there_is_nothing_to_do(self):
        bench = Bench()
        assert bench.run("wprescue work") == 0
        assert bench.disk.stat(RESCUE).is_dir

    def test_a_file_of_no_lines_is_removed(self):
        bench = recovery_bench(b"")
        assert bench.run("wprescue work") == 0
        assert bench.rescue_files() == []
        assert bench.lines() == []

    def test_a_daemon_takes_files_that_come_later(self):
        bench = Bench()
        program = bench.start("wprescue daemon")
        bench.run_for(5 * SECOND)
        put(bench, "a-2025-10-04_01:59:24.dat", [b"later"])
        bench.run_for(2 * SECOND)
        assert bench.lines() == [b"later"]
        program.process.signal(Signal.USR1)
        bench.run_for(SECOND)
        assert program.process.exit_code == 0

    def test_the_log_says_what_the_seed_greps_for(self):
        bench = recovery_bench([b"one"])
        bench.run("wprescue work")
        info = bench.log("info")
        assert [line for line in info if line.startswith("recover")] == [
            "recover begin",
            f"recover file: ./{FILE}",
            f"recover begin! file : ./{FILE}",
            f"recover end! clean file : ./{FILE}",
            "recover end",
        ]


class TestSkipped:
    def test_an_unknown_sink_and_unreadable_names_are_reported_once_and_starve_nobody(self):
        bench = recovery_bench([b"good"])
        put(bench, "nobody-2026-01-01_00:00:00.dat", [b"unknown"])
        put(bench, "a-2025-02-30_00:00:00.dat", [b"no such day"])
        put(bench, "notes.dat", [b"no rescue file"])
        program = bench.start("wprescue daemon")
        bench.run_for(10 * SECOND)
        assert bench.lines() == [b"good"]
        assert sorted(event["path"].rpartition("/")[2] for event in bench.events("recovery.file_skipped")) == [
            "a-2025-02-30_00:00:00.dat", "nobody-2026-01-01_00:00:00.dat", "notes.dat",
        ]  # fmt: skip
        assert len(bench.log("error")) == 3
        assert program.process.alive
        assert len(bench.rescue_files()) == 3

    def test_what_remains_shows_in_the_exit_code(self):
        bench = recovery_bench([b"good"])
        put(bench, "nobody-2026-01-01_00:00:00.dat", [b"unknown"])
        assert bench.run("wprescue work") == 3
        assert bench.run("wprescue work") == 3
        bench.disk.remove(f"{RESCUE}/nobody-2026-01-01_00:00:00.dat")
        assert bench.run("wprescue work") == 0

    def test_locked_files_and_other_files_are_not_touched(self):
        bench = Bench()
        for name in ("a-2025-10-04_01:59:24.dat.lock", "a-2025-10-04_01:59:24.quarantine", "readme"):
            put(bench, name, [b"text"])
        assert bench.run("wprescue work") == 0
        assert bench.lines() == []
        assert len(bench.disk.list(RESCUE)) == 4

    def test_a_sink_whose_name_begins_with_a_dot_gets_its_lines_back(self):
        bench = Bench(make_project(SinkConf(".a", FILE_KIND, TARGET)))
        put(bench, ".a-2025-10-04_01:59:24.dat", [b"one"])
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [b"one"]

    def test_a_name_that_is_not_text_is_an_unreadable_one(self, tmp_path):
        bench = Bench(disk=RealDisk(tmp_path))
        put(bench, "a-2025-10-04_01:59:24.dat", [b"good"])
        (tmp_path / RESCUE / os.fsdecode(b"\xff.dat")).write_bytes(b"")
        assert bench.run("wprescue work") == 3
        assert bench.lines() == [b"good"]

    def test_a_file_that_cant_be_read_is_left_for_another_run_and_others_go_on(self):
        bench = recovery_bench([b"good"])
        put(bench, "a-2026-01-01_00:00:00.dat", [b"unreadable"])
        bench.fault(f"{RESCUE}/a-2026*", "read", errno=errno.EIO)
        assert bench.run("wprescue work") == 3
        assert bench.lines() == [b"good"]
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [b"good", b"unreadable"]

    def test_a_root_that_cant_be_listed_ends_it_with_an_error(self):
        bench = recovery_bench([b"good"])
        bench.fault(RESCUE, "list", errno=errno.EACCES)
        assert bench.run("wprescue work") == 1
        assert any("can't be scanned" in message for message in bench.log("error"))


class TestExclusion:
    def test_two_recoveries_exclude_each_other(self):
        bench = recovery_bench(numbered_lines(100), speed_limit=10)
        first = bench.start("wprescue work")
        bench.run_for(SECOND)
        assert bench.run("wprescue work") == 4
        assert bench.log("error") == [f"another recovery works on {RESCUE}"]
        bench.run_for(20 * SECOND)
        assert first.process.exit_code == 0
        assert bench.lines() == numbered_lines(100)

    def test_a_killed_one_is_in_nobodys_way(self):
        bench = recovery_bench(numbered_lines(100), speed_limit=10)
        program = bench.start("wprescue daemon")
        bench.run_for(SECOND)
        program.process.kill()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == numbered_lines(100)


class TestLinesLeftOut:
    def test_blank_lines_are_skipped_and_counted(self):
        bench = recovery_bench(b"\none\n\n  \t\n\r\ntwo\n\n")
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [b"one", b"two"]
        assert [event["lines"] for event in bench.events("line.blank_skipped")] == [5]
        assert f"skipped 5 blank lines of {FILE}" in bench.log("warn")

    def test_lines_are_kept_byte_for_byte(self):
        lines = [b"one\r", b" two ", "dreißig 三十".encode(), b"\x00\x7f\x0b", b"x" * 200_000]
        bench = recovery_bench(joined(lines) + b"no end")
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [*lines, b"no end"]

    @pytest.mark.parametrize("speed_limit", [0, 10, 10_000])
    def test_lines_that_are_not_text_are_quarantined_and_the_rest_goes_on(self, speed_limit):
        bench = recovery_bench([b"one", b"\xff\xfe", b"", b"two", b"caf\xe9"], speed_limit=speed_limit)
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [b"one", b"two"]
        assert quarantined_lines(bench.disk, QUARANTINE) == [(2, b"\xff\xfe"), (5, b"caf\xe9")]
        assert [event["line"] for event in bench.events("line.quarantined")] == [2, 5]
        assert bench.rescue_files() == []
        assert len(bench.log("error")) == 2

    def test_the_quarantine_is_durable_before_the_file_is_removed(self):
        bench = recovery_bench([b"\xff", b"one"])
        bench.run("wprescue work")
        bench.disk.power_loss()
        assert quarantined_lines(bench.disk, QUARANTINE) == [(1, b"\xff")]

    def test_quarantining_a_line_again_changes_nothing(self):
        bench = recovery_bench([b"\xff", b"one", b"\xfe"])
        program = bench.start("wprescue work")
        bench.run_until_event("sink.delivered")
        program.process.kill()
        first = read_all(bench.disk, QUARANTINE)
        assert first.count(b"\n") == 2
        bench.run("wprescue work")
        assert read_all(bench.disk, QUARANTINE) == first

    @pytest.mark.parametrize("later", [[b"two", b"\xff"], [b"one", b"\xff"]])
    def test_a_later_file_of_the_same_name_has_equal_bad_lines_quarantined_as_well(self, later):
        bench = recovery_bench([b"one", b"\xff"])
        bench.run("wprescue work")
        write_all(bench.disk, FILE, joined(later))
        bench.run("wprescue work")
        assert quarantined_lines(bench.disk, QUARANTINE) == [(2, b"\xff"), (2, b"\xff")]

    @pytest.mark.parametrize("step", [0, -5 * SECOND])
    def test_so_has_it_where_the_clock_is_coarse_or_has_been_set_back(self, step):
        """The beginnings of replays tell files of one name apart, and there are moments that a clock has twice."""
        bench = recovery_bench([b"one", b"\xff"])
        bench.machine.wall.truncate(10 * SECOND)
        for count in range(1, 4):
            write_all(bench.disk, FILE, joined([b"one", b"\xff"]))
            assert bench.run("wprescue work") == 0
            assert quarantined_lines(bench.disk, QUARANTINE) == [(2, b"\xff")] * count
            bench.machine.wall.step(step)

    def test_a_later_file_of_the_same_name_has_its_own_bad_lines_quarantined(self):
        bench = recovery_bench([b"\xff", b"one"])
        bench.run("wprescue work")
        write_all(bench.disk, FILE, joined([b"\xfe", b"two"]))
        bench.run("wprescue work")
        assert [line for _, line in quarantined_lines(bench.disk, QUARANTINE)] == [b"\xff", b"\xfe"]

    def test_a_torn_line_in_the_quarantine_file_is_left_out_and_written_again(self):
        bench = recovery_bench([b"\xff", b"one", b"\xfe"])
        write_all(bench.disk, QUARANTINE, b'{"file": "x", "li')
        assert bench.run("wprescue work") == 0
        assert quarantined_lines(bench.disk, QUARANTINE) == [(1, b"\xff"), (3, b"\xfe")]

    @pytest.mark.parametrize("operation", ["open", "append", "fsync"])
    def test_a_file_whose_bad_lines_cant_be_kept_stays(self, operation):
        bench = recovery_bench([b"one", b"\xff", b"two"])
        bench.fault(QUARANTINE, operation, errno=errno.ENOSPC)
        assert bench.run("wprescue work") == 3
        assert bench.rescue_files() == [FILE]
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [b"one", b"two"]
        assert quarantined_lines(bench.disk, QUARANTINE) == [(2, b"\xff")]

    @pytest.mark.parametrize("between", [[], [b""], [b"\xfe"]], ids=["alone", "behind a blank", "behind another"])
    @pytest.mark.parametrize("behind", [[], [b"four"]], ids=["at the end", "before a good line"])
    def test_a_bad_line_that_was_not_reached_before_a_kill_is_quarantined_after_it(self, between, behind):
        good = [b"one", b"two", b"three"]
        bench = recovery_bench([*good, *between, b"\xff", *behind], speed_limit=10)
        program = bench.start("wprescue work")
        bench.run_until_event("sink.delivered", 3)
        program.process.kill()
        assert bench.lines() == good
        assert bench.run("wprescue work") == 0
        assert bench.lines() == good + behind
        quarantined = [line for _, line in quarantined_lines(bench.disk, QUARANTINE)]
        assert quarantined == [line for line in [*between, b"\xff"] if line]
