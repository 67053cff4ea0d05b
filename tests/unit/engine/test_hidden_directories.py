"""A directory below the rescue root that nobody can look into is never skipped in silence."""

from __future__ import annotations

import errno
import os

import pytest
from engine_bench import FILE, RESCUE, TARGET, Bench, numbered_lines

from engine.foreign.fake_disk import FakeDisk
from engine.storage.disk_port import read_all, write_all
from engine.storage.memory import MemoryDisk
from engine.storage.real import RealDisk

HIDDEN = f"{RESCUE}/old"
LINES = numbered_lines(10)


def bench_with(hidden_lines=3, **options):
    bench = Bench(**options)
    write_all(bench.disk, FILE, b"".join(line + b"\n" for line in LINES))
    write_all(bench.disk, f"{HIDDEN}/a-2025-10-04_01:59:20.dat", b"hidden\n" * hidden_lines)
    return bench


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE])
@pytest.mark.parametrize("by_mode", [True, False], ids=["by its mode", "by a fault"])
def test_recovery_replays_the_rest_says_so_and_exits_with_3(number, by_mode):
    bench = bench_with()
    if by_mode:
        bench.disk.chmod(HIDDEN, 0o300)
    else:
        bench.fault(HIDDEN, "list", errno=number)

    assert bench.run("wprescue work") == 3
    assert bench.lines() == LINES
    assert [line for line in bench.log("error") if "can't be listed" in line]
    assert bench.rescue_files() == [f"{HIDDEN}/a-2025-10-04_01:59:20.dat"]


def test_what_can_be_seen_again_is_replayed():
    bench = bench_with(2)
    bench.disk.chmod(HIDDEN, 0o300)
    assert bench.run("wprescue work") == 3
    bench.disk.chmod(HIDDEN, 0o755)
    assert bench.run("wprescue work") == 0
    assert read_all(bench.disk, TARGET).endswith(b"hidden\nhidden\n")


def test_a_root_that_can_not_be_listed_is_exit_code_1():
    bench = bench_with()
    bench.disk.chmod(RESCUE, 0o300)
    assert bench.run("wprescue work") == 1


@pytest.mark.parametrize("command", ["wproj rescue unlock", "wproj rescue stat", "wproj data clean"])
def test_wproj_says_so_and_does_not_exit_with_0(command):
    bench = bench_with()
    bench.disk.chmod(HIDDEN, 0o300)
    assert bench.run(command) != 0
    assert bench.rescue_files()


@pytest.mark.parametrize("make", [MemoryDisk, FakeDisk])
def test_disks_tell_what_can_not_be_listed(make):
    disk = make()
    for path in ("d/x", "d/closed/y", "d/closed/deeper/z", "d/open/w"):
        write_all(disk, path, b"")
    disk.chmod("d/closed", 0o300)
    found = disk.listing("d")

    assert (found.files, list(found.refused)) == (["d/open/w", "d/x"], ["d/closed"])
    assert found.refused["d/closed"].errno == errno.EACCES
    assert disk.list("d") == ["d/closed/deeper/z", "d/closed/y", "d/open/w", "d/x"]
    assert found.hides("d/closed/y")
    assert not found.hides("d/closed2/y")


def test_a_link_to_a_directory_is_followed_and_a_circle_once(tmp_path):
    (tmp_path / "root" / "in").mkdir(parents=True)
    (tmp_path / "big").mkdir()
    for path in ("big/far", "root/in/near"):
        (tmp_path / path).write_bytes(b"")
    (tmp_path / "root" / "linked").symlink_to(tmp_path / "big")
    (tmp_path / "big" / "circle").symlink_to(tmp_path / "big")
    (tmp_path / "root" / "in" / "up").symlink_to(tmp_path / "root")

    assert RealDisk(tmp_path).list("root") == ["root/in/near", "root/linked/far"]


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions don't bind root")
def test_a_real_directory_that_can_not_be_listed_is_told(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o300)
    assert list(RealDisk(tmp_path).listing("").refused) == ["closed"]
