from __future__ import annotations

import errno

import pytest
from engine_bench import FilesBench, ShortWrites, joined

from engine.storage.chunks import CHUNK, LineReader
from engine.storage.disk_port import read_all, write_all
from engine.storage.line_file import LineFile, LinesFailed

LINES = [b"one", b"two", b"three"]


@pytest.fixture
def bench():
    return FilesBench()


def appended(bench, lines=LINES, path="d/x"):
    """Append once to a fresh `LineFile`: the file, and how many lines a failure says were written."""
    file = LineFile(bench.files, path)

    async def main():
        try:
            await file.append(lines)
        except LinesFailed as error:
            return error.written
        return None

    return file, bench.run(main)


class TestLineFile:
    def test_it_makes_its_directories_and_ends_every_line(self, bench):
        appended(bench)
        assert read_all(bench.disk, "d/x") == b"one\ntwo\nthree\n"

    def test_nothing_is_opened_before_the_first_use(self, bench):
        LineFile(bench.files, "d/x")
        assert bench.trace.operations == 0

    def test_a_last_line_without_an_end_gets_one(self, bench):
        write_all(bench.disk, "d/x", b"zero\nhalf")
        file, _ = appended(bench)
        bench.run(lambda: file.append([b"four"]))
        assert read_all(bench.disk, "d/x") == b"zero\nhalf\n" + joined(LINES) + b"four\n"

    def test_an_exclusive_file_must_be_new_once(self, bench):
        file = LineFile(bench.files, "d/x", exclusive=True)

        async def main():
            await file.append([b"one"])
            file.close()
            await file.append([b"two"])  # it is ours by now
            with pytest.raises(LinesFailed):
                await LineFile(bench.files, "d/x", exclusive=True).append([b"three"])

        bench.run(main)
        assert read_all(bench.disk, "d/x") == b"one\ntwo\n"

    @pytest.mark.parametrize(("most", "whole"), [(1, 0), (3, 0), (4, 1), (5, 1), (7, 1), (8, 2), (9, 2), (13, 2)])
    def test_a_torn_write_is_cut_back_to_whole_lines_at_once(self, most, whole):
        bench = FilesBench(ShortWrites(most))
        bench.fault("d/x", "append", errno=errno.ENOSPC, nth=2, times=1)
        file, written = appended(bench)
        assert written == whole
        assert read_all(bench.disk, "d/x") == joined(LINES[:whole])
        bench.disk.most = 1000
        bench.run(lambda: file.append(LINES[whole:]))
        assert read_all(bench.disk, "d/x") == joined(LINES)

    @pytest.mark.parametrize("times", [1, 100])
    def test_a_torn_write_is_cut_at_once_where_nothing_can_be_read(self, times):
        """Whoever ends then, and leaves it, leaves a line that nobody sent."""
        bench = FilesBench(ShortWrites(6))
        bench.fault("d/x", "append", errno=errno.ENOSPC, nth=2, times=1)
        bench.fault("d/x", "read", errno=errno.EINTR, times=times)
        _, written = appended(bench)
        assert written == 1
        assert read_all(bench.disk, "d/x") == b"one\n"

    @pytest.mark.parametrize("times", [1, 2])
    def test_a_torn_write_that_cant_be_cut_at_once_is_cut_before_anything_else_is_written(self, times):
        bench = FilesBench(ShortWrites(6))
        bench.fault("d/x", "append", errno=errno.ENOSPC, nth=2, times=1)
        bench.fault("d/x", "truncate", errno=errno.EIO, times=times)
        file, written = appended(bench)
        assert written == 1
        assert read_all(bench.disk, "d/x") == b"one\ntw"
        bench.disk.most = 1000
        for _ in range(times - 1):
            with pytest.raises(LinesFailed):
                bench.run(lambda: file.append(LINES[1:]))
        bench.run(lambda: file.append(LINES[1:]))
        assert read_all(bench.disk, "d/x") == joined(LINES)

    def test_a_fragment_that_is_no_longer_the_end_is_left_alone(self):
        bench = FilesBench(ShortWrites(6))
        bench.fault("d/x", "append", errno=errno.ENOSPC, nth=2, times=1)
        bench.fault("d/x", "truncate", errno=errno.EIO, times=1)
        file, _ = appended(bench)
        bench.disk.most = 1000
        bench.disk.append(bench.disk.open("d/x"), b"!\nother\n")
        bench.run(lambda: file.append([b"two"]))
        assert read_all(bench.disk, "d/x") == b"one\ntw!\nother\ntwo\n"

    def test_the_end_that_an_unfinished_line_was_given_counts_as_no_line_of_ours(self):
        bench = FilesBench(ShortWrites(3))
        write_all(bench.disk, "d/x", b"ha")
        bench.disk.most = 3
        bench.fault("d/x", "append", errno=errno.ENOSPC, nth=2, times=1)
        file, written = appended(bench)  # "\non" got through
        assert written == 0
        assert read_all(bench.disk, "d/x") == b"ha\n"
        bench.disk.most = 1000
        bench.run(lambda: file.append(LINES))
        assert read_all(bench.disk, "d/x") == b"ha\n" + joined(LINES)

    def test_failures_to_open_leave_no_descriptor_open(self, bench):
        write_all(bench.disk, "d/x", b"zero\n")
        bench.fault("d/x", "read", errno=errno.EIO)
        file = LineFile(bench.files, "d/x")

        async def main():
            for _ in range(20):
                with pytest.raises(LinesFailed):
                    await file.append([b"one"])

        bench.run(main)
        assert len(bench.disk._open.inodes) <= 1

    def test_sync_makes_data_and_name_durable(self, bench):
        file, _ = appended(bench)
        bench.run(file.sync)
        bench.disk.power_loss()
        assert read_all(bench.disk, "d/x") == joined(LINES)

    def test_cut_takes_the_end_off(self, bench):
        write_all(bench.disk, "d/x", b"one\ntw")
        file = LineFile(bench.files, "d/x")

        async def main():
            await file.cut(2)
            await file.append([b"two"])

        bench.run(main)
        assert read_all(bench.disk, "d/x") == b"one\ntwo\n"


def taken(data, most=1000, *, unfinished=True, offset=0):
    """All batches that a reader gives of a file, each with the offset behind it."""
    bench = FilesBench()
    write_all(bench.disk, "x", data)

    async def main():
        reader = LineReader(await bench.files.open("x", create=False), offset)
        batches = []
        while lines := await reader.take(most, unfinished=unfinished):
            batches.append((lines, reader.offset))
        return batches, reader.offset

    return bench.run(main)


class TestLineReader:
    @pytest.mark.parametrize(
        ("data", "lines"),
        [
            (b"", []),
            (b"\n", [b""]),
            (b"a", [b"a"]),
            (b"a\n", [b"a"]),
            (b"a\n\nb", [b"a", b"", b"b"]),
            (b"a\r\nb\r\n", [b"a\r", b"b\r"]),
            (b"\xff\n\x00\n", [b"\xff", b"\x00"]),
        ],
    )
    def test_lines_are_what_stands_between_line_ends(self, data, lines):
        batches, offset = taken(data)
        assert [line for batch, _ in batches for line in batch] == lines
        assert offset == len(data)

    def test_a_last_line_without_an_end_waits_when_it_may_still_be_written(self):
        batches, offset = taken(b"one\ntwo", unfinished=False)
        assert (batches, offset) == ([([b"one"], 4)], 4)

    def test_a_line_that_is_finished_later_comes_whole_and_once(self):
        bench = FilesBench()
        write_all(bench.disk, "x", b"one\ntw")

        async def main():
            reader = LineReader(await bench.files.open("x", create=False))
            got = [await reader.take(10, unfinished=False), await reader.take(10, unfinished=False)]
            bench.disk.append(bench.disk.open("x"), b"o\nthree\n")
            got += [await reader.take(10, unfinished=False), await reader.take(10, unfinished=False)]
            return got, reader.offset

        assert bench.run(main) == ([[b"one"], [], [b"two", b"three"], []], 14)

    def test_batches_are_as_small_as_asked_and_the_offset_is_behind_each(self):
        batches, _ = taken(b"a\nbb\nccc\ndddd\n", most=2)
        assert batches == [([b"a", b"bb"], 5), ([b"ccc", b"dddd"], 14)]

    def test_it_starts_at_its_offset(self):
        batches, offset = taken(b"a\nbb\nccc\n", offset=2)
        assert (batches, offset) == ([([b"bb", b"ccc"], 9)], 9)

    @pytest.mark.parametrize("size", [1, 7, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])
    def test_lines_across_the_borders_of_chunks_come_whole(self, size):
        lines = [bytes([65 + number % 26]) * size for number in range(max(3, 2 * CHUNK // size // 8))]
        batches, offset = taken(joined(lines))
        assert [line for batch, _ in batches for line in batch] == lines
        assert offset == (size + 1) * len(lines)

    @pytest.mark.parametrize("shift", [-1, 0, 1])
    def test_a_line_end_next_to_the_border_of_a_chunk_ends_one_line(self, shift):
        data = b"x" * (CHUNK - 1 + shift) + b"\n" + b"y\nz"
        batches, offset = taken(data)
        assert [line for batch, _ in batches for line in batch] == [data[: CHUNK - 1 + shift], b"y", b"z"]
        assert offset == len(data)

    def test_a_failed_read_loses_nothing(self):
        bench = FilesBench()
        lines = [b"%d" % number * 3000 for number in range(60)]
        write_all(bench.disk, "x", joined(lines))
        bench.fault("x", "read", errno=errno.EIO, nth=2, times=3)

        async def main():
            reader = LineReader(await bench.files.open("x", create=False))
            got, failures = [], 0
            while True:
                try:
                    batch = await reader.take(5, unfinished=True)
                except OSError:
                    failures += 1
                    continue
                if not batch:
                    return got, failures
                got += batch

        assert bench.run(main) == (lines, 3)
