"""After a sync that fails the kernel takes for written what isn't: no other program may count on a later sync."""

from __future__ import annotations

import errno

import pytest
from engine_bench import (
    FILE,
    MILLISECOND,
    SECOND,
    TARGET,
    Bench,
    FilesBench,
    joined,
    numbered_lines,
    recovery_bench,
)

from engine.rescue.quarantine import quarantine_path, quarantined_lines
from engine.storage.disk_port import read_all, write_all
from engine.storage.line_file import LineFile

LINES = numbered_lines(300)
ADDED = [b"put in front", *LINES]


def fail_sync(bench: Bench | FilesBench, path: str = TARGET) -> None:
    """What is left of a failed sync in a program that has died right after it, or does nothing about it."""
    descriptor = bench.disk.open(path)
    bench.disk.fail_sync(descriptor)
    bench.disk.close(descriptor)


def add_unsynced(bench: Bench, lines: list[bytes]) -> None:
    bench.disk.mkdir("data/out_dat")
    descriptor = bench.disk.open(TARGET)
    bench.disk.append(descriptor, joined(lines))
    bench.disk.close(descriptor)


def killed_after(bench: Bench, sent: int) -> None:
    """Let a replay die when so many lines are in the target, before anything else is done."""
    program = bench.start("wprescue work")
    bench.machine.deliveries.stop_at("a", sent)
    while not bench.events("sink.delivered") or bench.events("sink.delivered")[-1]["total"] < sent:
        bench.run_until_event("sink.delivered")
    program.process.kill()


def arrived(bench: Bench) -> list[bytes]:
    """The lines of the target that aren't what a power loss has left of somebody else's."""
    return [line for line in bench.lines() if b"\0" not in line and not line.startswith(b"live")]


class TestSomebodyElsesInFront:
    """Two lines are in the target that nobody has synced; a sync fails, a replay begins, and the power goes."""

    def bench(self, sent: int) -> Bench:
        bench = recovery_bench(LINES, speed_limit=1000)
        add_unsynced(bench, [b"live 1", b"live 2"])
        fail_sync(bench)
        killed_after(bench, sent)
        bench.disk.power_loss()
        return bench

    @pytest.mark.parametrize("sent", [1, 150, 250])
    @pytest.mark.parametrize("lines", [LINES, ADDED])
    def test_no_line_is_glued_to_what_is_left_of_them(self, sent, lines):
        bench = self.bench(sent)
        write_all(bench.disk, FILE, joined(lines))
        assert bench.run("wprescue work") == 0
        assert sorted(arrived(bench)) == sorted(lines)

    @pytest.mark.parametrize("sent", [1, 150, 250])
    def test_nor_where_the_file_is_away_when_live_lines_come(self, sent):
        bench = self.bench(sent)
        bench.disk.rename(FILE, "aside")
        live = bench.feed(2)
        assert bench.run("wparse batch") == 0
        bench.disk.rename("aside", FILE)
        assert bench.run("wprescue work") == 0
        assert sorted(arrived(bench)) == sorted([*live, *LINES])
        assert len(bench.lines()) <= 2 + 2 + 300

    @pytest.mark.parametrize("sent", [1, 150])
    def test_nor_where_the_replay_s_own_sync_was_the_one_that_failed(self, sent):
        bench = recovery_bench(LINES, speed_limit=1000)
        add_unsynced(bench, [b"live 1", b"live 2"])
        bench.fault(TARGET, "fsync", errno=errno.EIO, times=1)
        killed_after(bench, sent)
        bench.disk.power_loss()
        assert bench.run("wprescue work") == 0
        assert bench.lines()[:2] == [b"live 1", b"live 2"]
        assert arrived(bench) == LINES


class TestOfTheReplayThatDied:
    @pytest.mark.parametrize("sent", [1, 50, 150, 250, 300])
    def test_the_next_one_makes_durable_what_it_counts_as_arrived(self, sent):
        bench = recovery_bench(LINES, speed_limit=1000)
        killed_after(bench, sent)
        fail_sync(bench)
        assert bench.run("wprescue work") == 0
        bench.disk.power_loss()
        assert bench.lines() == LINES

    @pytest.mark.parametrize("sent", [1, 50, 150, 250])
    @pytest.mark.parametrize("lines", [LINES, ADDED])
    def test_so_does_who_adds_live_lines_behind_them(self, sent, lines):
        bench = recovery_bench(LINES, speed_limit=1000)
        killed_after(bench, sent)
        fail_sync(bench)
        live = bench.feed(2)
        assert bench.run("wparse batch") == 0
        bench.disk.power_loss()
        write_all(bench.disk, FILE, joined(lines))
        assert bench.run("wprescue work") == 0
        bench.disk.power_loss()
        assert [line for line in bench.lines() if line not in live] == (
            lines if lines is LINES else [*LINES[:sent], ADDED[0], *LINES[sent:]]
        )

    @pytest.mark.parametrize("sent", [50, 150])
    def test_and_who_finds_the_file_changed(self, sent):
        bench = recovery_bench(LINES, speed_limit=1000)
        killed_after(bench, sent)
        fail_sync(bench)
        write_all(bench.disk, FILE, joined(ADDED))
        assert bench.run("wprescue work") == 0
        bench.disk.power_loss()
        assert sorted(bench.lines()) == sorted(ADDED)


class TestOfAnotherProgram:
    @pytest.mark.parametrize("after", [20, 120, 180])
    def test_a_replay_s_lines_are_durable_when_its_file_goes_though_a_live_sink_s_sync_failed(self, after):
        bench = recovery_bench(LINES, speed_limit=1000)
        bench.start("wprescue work")
        bench.run_for(after * MILLISECOND)
        bench.fault(TARGET, "fsync", errno=errno.EIO, times=1)
        live = bench.feed(2)
        bench.run("wparse batch")
        assert bench.events("fault.bit")
        bench.run_for(400 * MILLISECOND)
        assert bench.events("recovery.file_removed")
        bench.disk.power_loss()
        assert sorted(line for line in bench.lines() if line not in live) == sorted(LINES)


class TestLineFiles:
    @pytest.mark.parametrize("closed", [False, True])
    def test_what_others_wrote_before_is_written_again_as_well(self, closed):
        bench = FilesBench()
        write_all(bench.disk, "d/x", b"synced\n")
        file, other = LineFile(bench.files, "d/x"), LineFile(bench.files, "d/x")
        bench.fault("d/x", "fsync", errno=errno.EIO, times=1)

        async def main():
            await other.append([b"other's"])
            await file.append([b"one"])
            if closed:
                file.close()
                await file.opened()
            with pytest.raises(OSError, match="Input/output error"):
                await file.sync()
            await other.append([b"two"])
            await other.sync()

        bench.run(main)
        bench.disk.power_loss()
        assert read_all(bench.disk, "d/x") == b"synced\nother's\none\ntwo\n"

    def test_so_it_is_behind_a_cut(self):
        bench = FilesBench()
        file = LineFile(bench.files, "d/x")

        async def main():
            await file.append([b"one", b"two", b"three"])
            await file.sync()
            await file.cut(10)
            await file.append([b"a longer second line"])
            bench.fault("d/x", "fsync", errno=errno.EIO, times=1)
            with pytest.raises(OSError, match="Input/output error"):
                await file.sync()
            await file.sync()

        bench.run(main)
        bench.disk.power_loss()
        assert read_all(bench.disk, "d/x") == b"one\na longer second line\n"

    def test_where_even_that_fails_the_next_sync_does_it(self):
        bench = FilesBench()
        file = LineFile(bench.files, "d/x")

        async def main():
            await file.append([b"one"])
            bench.fault("d/x", "fsync", "append", errno=errno.EIO, times=3)
            for _ in range(2):
                with pytest.raises(OSError, match="Input/output error"):
                    await file.sync()
            await file.sync()

        bench.run(main)
        bench.disk.power_loss()
        assert read_all(bench.disk, "d/x") == b"one\n"


class TestFilesOfTheRescueRoot:
    def test_an_adopted_file_is_durable_whatever_sync_of_its_writer_failed(self):
        bench = Bench()
        bench.disk.mkdir("data/rescue")
        descriptor = bench.disk.open(f"{FILE}.lock")
        bench.disk.append(descriptor, joined(LINES))
        bench.disk.fail_sync(descriptor)
        bench.disk.close(descriptor)
        assert bench.run("wproj rescue unlock") == 0
        bench.disk.power_loss()
        assert read_all(bench.disk, FILE) == joined(LINES)

    def test_so_is_a_quarantine_that_an_earlier_replay_has_left(self):
        bench = recovery_bench(b"one\n\xff\xfe\nthree\n", speed_limit=1)
        bench.fault(quarantine_path(FILE), "fsync", delay=SECOND, times=1)
        program = bench.start("wprescue work")
        bench.run_for(10 * MILLISECOND)
        program.process.kill()
        assert quarantined_lines(bench.disk, quarantine_path(FILE))
        fail_sync(bench, quarantine_path(FILE))
        assert bench.run("wprescue work") == 0
        bench.disk.power_loss()
        assert quarantined_lines(bench.disk, quarantine_path(FILE)) == [(2, b"\xff\xfe")]
