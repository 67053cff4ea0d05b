"""Targets that are named pipes: whoever writes waits for whoever reads, and holds up nobody else."""

from __future__ import annotations

import os

import pytest
from engine_bench import FilesBench

from engine.kernel import sleep
from engine.storage.disk_port import read_all, write_all
from engine.storage.line_file import LineFile
from engine.storage.quotas import CAPACITY
from engine.storage.real import RealDisk

LINE = b"x" * 1023
PIPE = "d/pipe"


def test_what_does_not_fit_waits_until_somebody_reads() -> None:
    bench = FilesBench()
    write_all(bench.disk, PIPE, b"")
    pipes = bench.storage.pipes
    pipes.make(PIPE)

    async def read() -> None:
        await sleep(3_000_000_000)
        assert pipes.waiting[PIPE] == CAPACITY
        assert pipes.read(PIPE, 4096) == 4096
        await sleep(1_000_000_000)
        assert pipes.waiting[PIPE] == CAPACITY
        assert pipes.read(PIPE, CAPACITY) == CAPACITY

    async def main() -> None:
        bench.scheduler.spawn(read())
        await LineFile(bench.files, PIPE).append([LINE] * 70)

    bench.run(main)
    assert bench.scheduler.now == 4_000_000_000
    assert pipes.waiting[PIPE] == 2 * 1024
    assert read_all(bench.disk, PIPE).count(b"\n") == 70


def test_a_careless_file_goes_on_while_a_pipe_is_full_and_waits_with_the_next_batch() -> None:
    bench = FilesBench()
    write_all(bench.disk, PIPE, b"")
    pipes = bench.storage.pipes
    pipes.make(PIPE)
    moments = []

    async def read() -> None:
        for _ in range(3):
            await sleep(3_000_000_000)
            pipes.read(PIPE, CAPACITY)

    async def main() -> None:
        bench.scheduler.spawn(read())
        file = LineFile(bench.files, PIPE, careless=True)
        for _ in range(3):
            await file.append([LINE] * 70)
            moments.append(bench.scheduler.now // 1_000_000_000)
        await file.finish()
        moments.append(bench.scheduler.now // 1_000_000_000)

    bench.run(main)
    assert moments == [0, 3, 6, 9]
    assert read_all(bench.disk, PIPE) == (LINE + b"\n") * 210


def test_a_real_pipe_that_is_full_says_so_and_keeps_nobody(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    disk = RealDisk(tmp_path)
    descriptor = disk.open("pipe")
    written = 0
    with pytest.raises(BlockingIOError):  # noqa: PT012 - the last of several
        for _ in range(1000):
            written += disk.append(descriptor, LINE)
    assert 0 < written <= 1000 * len(LINE)
    disk.close(descriptor)
