from __future__ import annotations

import errno

import pytest

from engine.storage.disk_port import read_all, write_all
from engine.storage.memory import MemoryDisk


@pytest.fixture
def disk():
    disk = MemoryDisk()
    write_all(disk, "d/file", b"durable")
    return disk


def after(disk):
    """Every file and its bytes after a power loss."""
    disk.power_loss()
    return {path: read_all(disk, path) for path in disk.list("")}


def test_what_was_synced_stays_and_what_was_not_goes(disk):
    descriptor = disk.open("d/file")
    disk.append(descriptor, b" synced")
    disk.fsync(descriptor)
    disk.append(descriptor, b" lost")
    assert after(disk) == {"d/file": b"durable synced"}


def test_a_new_name_needs_a_sync_of_its_directory_however_often_its_data_was_synced(disk):
    descriptor = disk.open("d/new")
    disk.append(descriptor, b"data")
    disk.fsync(descriptor)
    assert after(disk) == {"d/file": b"durable"}


def test_a_synced_name_without_synced_data_is_an_empty_file(disk):
    disk.append(disk.open("d/new"), b"data")
    disk.sync_dir("d")
    assert after(disk) == {"d/file": b"durable", "d/new": b""}


def test_a_rename_that_was_not_synced_did_not_happen(disk):
    disk.rename("d/file", "d/moved")
    assert after(disk) == {"d/file": b"durable"}


def test_a_synced_rename_stays(disk):
    disk.rename("d/file", "d/moved")
    disk.sync_dir("d")
    assert after(disk) == {"d/moved": b"durable"}


def test_a_rename_onto_a_file_that_was_not_synced_leaves_the_old_one_whole(disk):
    """Which is what makes `Files.replace` atomic."""
    descriptor = disk.open("d/aside")
    disk.append(descriptor, b"new")
    disk.fsync(descriptor)
    disk.rename("d/aside", "d/file")
    assert read_all(disk, "d/file") == b"new"
    assert after(disk) == {"d/file": b"durable"}


def test_a_remove_that_was_not_synced_did_not_happen(disk):
    disk.remove("d/file")
    assert disk.list("") == []
    assert after(disk) == {"d/file": b"durable"}


def test_a_file_removed_and_made_anew_without_a_sync_is_the_old_one(disk):
    disk.remove("d/file")
    descriptor = disk.open("d/file")
    disk.append(descriptor, b"new")
    disk.fsync(descriptor)
    assert after(disk) == {"d/file": b"durable"}


def test_a_truncation_that_was_not_synced_did_not_happen(disk):
    disk.truncate(disk.open("d/file"), 3)
    assert read_all(disk, "d/file") == b"dur"
    assert after(disk) == {"d/file": b"durable"}


def test_a_synced_truncation_stays(disk):
    descriptor = disk.open("d/file")
    disk.truncate(descriptor, 3)
    disk.fsync(descriptor)
    assert after(disk) == {"d/file": b"dur"}


def test_two_truncations_and_an_append_between_them_bring_back_what_was_synced(disk):
    descriptor = disk.open("d/file")
    disk.truncate(descriptor, 5)
    disk.append(descriptor, b"XYZ")
    disk.truncate(descriptor, 2)
    disk.append(descriptor, b"Q")
    assert read_all(disk, "d/file") == b"duQ"
    assert after(disk) == {"d/file": b"durable"}


def test_cutting_off_only_what_was_never_synced_leaves_what_was(disk):
    descriptor = disk.open("d/file")
    disk.append(descriptor, b" more")
    disk.truncate(descriptor, 9)
    assert after(disk) == {"d/file": b"durable"}


def test_a_file_in_a_directory_that_was_never_synced_is_gone_with_it():
    disk = MemoryDisk()
    disk.mkdir("d/deep")
    descriptor = disk.open("d/deep/file")
    disk.append(descriptor, b"data")
    disk.fsync(descriptor)
    disk.sync_dir("")
    disk.power_loss()
    assert disk.stat("d").is_dir
    with pytest.raises(OSError, match="d/deep") as caught:
        disk.stat("d/deep")
    assert caught.value.errno == errno.ENOENT
    assert disk.list("") == []


def test_a_directory_is_a_name_in_the_one_above_and_durable_when_that_is_synced():
    disk = MemoryDisk()
    disk.mkdir("d/deep")
    disk.open("d/deep/file")
    disk.sync_dir("d")
    disk.power_loss()
    assert disk.stat("d/deep").is_dir
    assert disk.list("") == []


def test_syncing_a_directory_makes_the_way_to_it_durable():
    disk = MemoryDisk()
    write_all(disk, "d/deep/file", b"data")
    assert after(disk) == {"d/deep/file": b"data"}


def test_syncing_a_directory_syncs_no_name_in_another(disk):
    disk.mkdir("d/sub")
    disk.mkdir("e")
    for path in ("d/sub/x", "e/x", "x"):
        disk.open(path)
    disk.sync_dir("d")
    assert after(disk) == {"d/file": b"durable"}


def test_it_closes_everything_and_gives_up_every_lock(disk):
    descriptor = disk.open("d/file")
    assert disk.lock(descriptor)
    disk.power_loss()
    assert not disk.locked("d/file")
    with pytest.raises(OSError, match="Bad file descriptor"):
        disk.append(descriptor, b"x")


def test_what_is_left_is_durable_and_a_second_loss_changes_nothing(disk):
    disk.append(disk.open("d/file"), b" lost")
    first = after(disk)
    assert after(disk) == first
    disk.append(disk.open("d/file"), b" lost again")
    assert after(disk) == first


def test_the_disk_goes_on_afterwards(disk):
    disk.power_loss()
    write_all(disk, "d/next", b"next")
    assert after(disk) == {"d/file": b"durable", "d/next": b"next"}


def test_a_snapshot_of_before_survives_it(disk):
    disk.append(disk.open("d/file"), b" unsynced")
    snapshot = disk.snapshot()
    disk.power_loss()
    disk.append(disk.open("d/file"), b"!")
    disk.restore(snapshot)
    assert read_all(disk, "d/file") == b"durable unsynced"


def test_a_sync_after_a_power_loss_commits_no_name_that_came_later():
    """On a disk that journals names in order; what was changed before the power loss has other numbers."""
    disk = MemoryDisk("ordered")
    for name in "abc":
        write_all(disk, f"d/{name}", b"durable")
    disk.power_loss(disk.crash_images().images[0])
    disk.open("d/new")
    disk.fsync(disk.open("d/a"))
    assert after(disk) == {f"d/{name}": b"durable" for name in "abc"}


def test_a_sync_of_a_directory_commits_the_names_before_it_where_they_are_journalled_in_order():
    left = {}
    for profile in ("ordered", "posix"):
        disk = MemoryDisk(profile)
        for directory in ("a", "b"):
            write_all(disk, f"{directory}/old", b"durable")
        disk.open("a/before")
        disk.open("b/new")
        disk.open("a/after")
        disk.sync_dir("b")
        left[profile] = after(disk).keys() - {"a/old", "b/old"}

    assert left == {"ordered": {"a/before", "b/new"}, "posix": {"b/new"}}
