from __future__ import annotations

import errno
import os
import re

import pytest

from engine.storage.disk_port import FileStat, read_all, write_all
from engine.storage.memory import MemoryDisk


@pytest.fixture
def disk():
    disk = MemoryDisk()
    write_all(disk, "d/file", b"content")
    disk.mkdir("d/sub")
    return disk


def fails(number, operation, *arguments, **options):
    with pytest.raises(OSError, match=re.escape(os.strerror(number))) as caught:
        operation(*arguments, **options)
    assert caught.value.errno == number


class TestOpen:
    def test_it_makes_a_missing_file_and_keeps_one_that_is_there(self, disk):
        disk.close(disk.open("d/new"))
        disk.close(disk.open("d/file"))
        assert disk.list("d") == ["d/file", "d/new"]
        assert read_all(disk, "d/file") == b"content"

    def test_truncate_empties_it(self, disk):
        disk.open("d/file", truncate=True)
        assert read_all(disk, "d/file") == b""

    @pytest.mark.parametrize(
        ("path", "options", "number"),
        [
            ("d/missing", {"create": False}, errno.ENOENT),
            ("nowhere/file", {}, errno.ENOENT),
            ("d/file", {"exclusive": True}, errno.EEXIST),
            ("d/sub", {}, errno.EISDIR),
        ],
    )
    def test_its_errors(self, disk, path, options, number):
        fails(number, disk.open, path, **options)

    def test_permission_bits_bind_whoever_runs_the_tests(self, disk):
        disk.chmod("d/file", 0o444)
        fails(errno.EACCES, disk.open, "d/file")
        assert disk.read(disk.open("d/file", create=False), 0, 9) == b"content"
        disk.chmod("d/file", 0o200)
        fails(errno.EACCES, disk.open, "d/file", create=False)

    def test_a_directory_without_the_write_bit_takes_and_gives_no_name(self, disk):
        disk.mkdir("open")
        disk.chmod("d", 0o555)
        fails(errno.EACCES, disk.open, "d/new")
        fails(errno.EACCES, disk.remove, "d/file")
        fails(errno.EACCES, disk.rename, "d/file", "open/file")
        fails(errno.EACCES, disk.mkdir, "d/more")
        write_all(disk, "open/file", b"x")
        fails(errno.EACCES, disk.rename, "open/file", "d/file")
        disk.append(disk.open("d/file"), b"!")  # the file itself may still be written
        assert read_all(disk, "d/file") == b"content!"

    def test_what_is_open_stays_open_through_chmod_rename_and_remove(self, disk):
        descriptor = disk.open("d/file")
        disk.chmod("d/file", 0)
        disk.append(descriptor, b" 1")
        disk.rename("d/file", "d/other")
        disk.append(descriptor, b" 2")
        disk.remove("d/other")
        disk.append(descriptor, b" 3")
        assert disk.read(descriptor, 0, 99) == b"content 1 2 3"
        assert disk.size(descriptor) == 13

    def test_a_closed_descriptor_is_a_bad_one(self, disk):
        descriptor = disk.open("d/file")
        disk.close(descriptor)
        for operation in (disk.size, disk.fsync):
            fails(errno.EBADF, operation, descriptor)
        fails(errno.EBADF, disk.append, descriptor, b"x")
        fails(errno.EBADF, disk.read, descriptor, 0, 1)
        fails(errno.EBADF, disk.truncate, descriptor, 0)


class TestData:
    def test_two_descriptors_of_a_file_append_one_behind_the_other(self, disk):
        first, second = disk.open("d/file"), disk.open("d/file")
        assert disk.append(first, b"-1") == 2
        assert disk.append(second, b"-2") == 2
        assert disk.read(first, 7, 99) == b"-1-2"

    def test_reading_at_and_behind_the_end_gives_nothing(self, disk):
        descriptor = disk.open("d/file")
        assert disk.read(descriptor, 4, 2) == b"en"
        assert disk.read(descriptor, 7, 1) == disk.read(descriptor, 99, 1) == b""

    def test_truncate_cuts_and_the_next_append_stands_at_the_new_end(self, disk):
        descriptor = disk.open("d/file")
        disk.truncate(descriptor, 3)
        disk.append(descriptor, b"!")
        assert read_all(disk, "d/file") == b"con!"


class TestNames:
    def test_rename_replaces_its_target(self, disk):
        write_all(disk, "d/sub/target", b"old")
        disk.rename("d/file", "d/sub/target")
        assert disk.list("") == ["d/sub/target"]
        assert read_all(disk, "d/sub/target") == b"content"

    def test_rename_onto_itself_changes_nothing(self, disk):
        disk.rename("d/file", "d/file")
        assert read_all(disk, "d/file") == b"content"

    @pytest.mark.parametrize(
        ("source", "target", "number"),
        [
            ("d/missing", "d/x", errno.ENOENT),
            ("d/file", "nowhere/x", errno.ENOENT),
            ("d/file", "d/sub", errno.EISDIR),
            ("d/file", "d", errno.ENOTEMPTY),
        ],
    )
    def test_errors_of_rename(self, disk, source, target, number):
        fails(number, disk.rename, source, target)
        assert read_all(disk, "d/file") == b"content"

    def test_a_directory_is_renamed_with_all_that_is_below_it(self, disk):
        write_all(disk, "d/sub/x/y", b"deep")
        disk.rename("d/sub", "e")
        assert disk.list("") == ["d/file", "e/x/y"]
        assert disk.stat("e/x").is_dir
        fails(errno.ENOENT, disk.stat, "d/sub")

    @pytest.mark.parametrize(
        ("source", "target", "number"),
        [
            ("d/sub", "d/file", errno.ENOTDIR),
            ("d", "d/sub/x", errno.EINVAL),
            ("d/sub", "full", errno.ENOTEMPTY),
            ("d/sub", "nowhere/x", errno.ENOENT),
        ],
    )
    def test_errors_of_renaming_a_directory(self, disk, source, target, number):
        write_all(disk, "full/x", b"")
        fails(number, disk.rename, source, target)
        assert disk.stat("d/sub").is_dir

    def test_no_name_is_longer_than_file_systems_take(self, disk):
        disk.rename("d/file", f"d/{'x' * 255}")
        for name in ("x" * 256, "\u00e9" * 128, "/".join(["x" * 100] * 41)):
            path = f"d/{name}"
            fails(errno.ENAMETOOLONG, disk.open, path)
            fails(errno.ENAMETOOLONG, disk.open, path, create=False)
            fails(errno.ENAMETOOLONG, disk.rename, f"d/{'x' * 255}", path)
            fails(errno.ENAMETOOLONG, disk.stat, path)
            fails(errno.ENAMETOOLONG, disk.mkdir, path)

    def test_errors_of_remove_mkdir_list_stat_chmod_and_sync_dir(self, disk):
        fails(errno.ENOENT, disk.remove, "d/missing")
        fails(errno.EISDIR, disk.remove, "d/sub")
        fails(errno.EEXIST, disk.mkdir, "d/file")
        fails(errno.ENOENT, disk.list, "missing")
        fails(errno.ENOENT, disk.stat, "missing")
        fails(errno.ENOENT, disk.chmod, "missing", 0o600)
        fails(errno.ENOENT, disk.sync_dir, "missing")

    def test_mkdir_makes_the_directories_above_and_minds_none_that_is_there(self, disk):
        disk.mkdir("x/y/z")
        disk.mkdir("x/y/z")
        assert all(disk.stat(path).is_dir for path in ("x", "x/y", "x/y/z"))

    def test_list_gives_files_at_any_depth_sorted_and_no_neighbour_of_a_like_name(self, disk):
        for path in ("d/sub/z", "d/a", "dd/file"):
            write_all(disk, path, b"")
        assert disk.list("d") == ["d/a", "d/file", "d/sub/z"]
        assert disk.list("") == ["d/a", "d/file", "d/sub/z", "dd/file"]

    def test_stat_tells_size_mode_and_kind(self, disk):
        disk.chmod("d/file", 0o600)
        disk.chmod("d/sub", 0o700)
        assert disk.stat("d/file")._replace(number=0) == FileStat(7, 0o600, is_dir=False)
        assert disk.stat("d/sub")._replace(number=0) == FileStat(0, 0o700, is_dir=True)


class TestDirectoriesThatGo:
    def test_only_an_empty_one_goes(self, disk):
        fails(errno.ENOTEMPTY, disk.rmdir, "d")
        fails(errno.ENOTDIR, disk.rmdir, "d/file")
        fails(errno.ENOENT, disk.rmdir, "d/nothing")
        disk.rmdir("d/sub")
        disk.remove("d/file")
        disk.rmdir("d")
        assert disk.listing("").directories == []

    def test_it_is_gone_for_good_with_what_was_in_it(self, disk):
        disk.settle()
        disk.remove("d/file")
        disk.rmdir("d/sub")
        disk.rmdir("d")
        disk.mkdir("e")
        disk.sync_dir("e")
        disk.power_loss()
        assert (disk.list(""), disk.exists("d")) == ([], False)

    def test_one_of_its_name_may_be_made_again(self, disk):
        disk.rmdir("d/sub")
        write_all(disk, "d/sub/file", b"new")
        disk.sync_dir("d/sub")
        disk.power_loss()
        assert read_all(disk, "d/sub/file") == b"new"


def test_with_a_clock_it_knows_when_a_file_was_changed(disk):
    assert disk.stat("d/file").modified is None
    disk.clock = iter(range(10)).__next__
    write_all(disk, "d/new", b"x")
    write_all(disk, "d/file", b"x", behind=True)
    assert (disk.stat("d/new").modified, disk.stat("d/file").modified) == (2, 3)


class TestLocks:
    def test_one_descriptor_has_it_until_it_is_closed(self, disk):
        first, second = disk.open("d/file"), disk.open("d/file")
        assert not disk.locked("d/file")
        assert disk.lock(first)
        assert disk.lock(first)
        assert not disk.lock(second)
        assert disk.locked("d/file")
        disk.close(second)
        assert disk.locked("d/file")
        disk.close(first)
        assert not disk.locked("d/file")

    def test_it_belongs_to_the_file_and_not_to_its_name(self, disk):
        assert disk.lock(disk.open("d/file"))
        disk.rename("d/file", "d/moved")
        write_all(disk, "d/file", b"another")
        assert disk.locked("d/moved")
        assert not disk.locked("d/file")
        assert disk.lock(disk.open("d/file"))

    def test_a_missing_file_is_not_locked(self, disk):
        assert not disk.locked("nowhere/file")


class TestSnapshot:
    def test_what_happens_later_does_not_reach_it(self, disk):
        descriptor = disk.open("d/file")
        snapshot = disk.snapshot()
        disk.append(descriptor, b" and more")
        disk.fsync(descriptor)
        disk.chmod("d/file", 0o400)
        disk.rename("d/file", "d/moved")
        disk.mkdir("later")
        disk.restore(snapshot)
        assert disk.list("") == ["d/file"]
        assert read_all(disk, "d/file") == b"content"
        assert disk.stat("d/file").mode == 0o644
        fails(errno.ENOENT, disk.stat, "later")

    def test_it_can_be_restored_again_and_on_two_disks_that_part_ways(self, disk):
        snapshot = disk.snapshot()
        other = MemoryDisk()
        other.restore(snapshot)
        disk.restore(snapshot)
        disk.append(disk.open("d/file"), b" here")
        other.append(other.open("d/file"), b" there")
        assert read_all(disk, "d/file") == b"content here"
        assert read_all(other, "d/file") == b"content there"
        other.restore(snapshot)
        assert read_all(other, "d/file") == b"content"

    def test_a_snapshot_of_a_restored_disk_is_as_good(self, disk):
        disk.restore(disk.snapshot())
        second = disk.snapshot()
        disk.append(disk.open("d/file"), b"!")
        disk.truncate(disk.open("d/file"), 2)
        disk.restore(second)
        assert read_all(disk, "d/file") == b"content"

    def test_restoring_closes_everything_and_gives_up_every_lock(self, disk):
        descriptor = disk.open("d/file")
        assert disk.lock(descriptor)
        disk.restore(disk.snapshot())
        assert not disk.locked("d/file")
        fails(errno.EBADF, disk.append, descriptor, b"x")

    def test_it_keeps_what_is_durable_apart_from_what_is_not(self, disk):
        disk.append(disk.open("d/file"), b" unsynced")
        snapshot = disk.snapshot()
        disk.fsync(disk.open("d/file"))
        disk.restore(snapshot)
        assert read_all(disk, "d/file") == b"content unsynced"
        disk.power_loss()
        assert read_all(disk, "d/file") == b"content"


def test_who_reads_or_sets_the_stage_leaves_no_file_open_and_no_mode_changed():
    disk = MemoryDisk()
    write_all(disk, "d/f", b"one\n")
    disk.chmod("d/f", 0o200)

    assert read_all(disk, "d/f") == b"one\n"
    assert read_all(disk, "d/missing") == b""

    assert disk.stat("d/f").mode & 0o777 == 0o200
    assert not disk._open.inodes
