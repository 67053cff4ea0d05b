"""What a power loss may leave, seen on single cases; tests/property/test_crash_images.py has all of them."""

from __future__ import annotations

from random import Random

import pytest

from engine.storage.disk_port import read_all, write_all
from engine.storage.memory import MemoryDisk


@pytest.fixture
def disk():
    disk = MemoryDisk()
    write_all(disk, "f", b"synced\n")
    return disk


def append(disk, path, data):
    descriptor = disk.open(path)
    disk.append(descriptor, data)
    disk.close(descriptor)


def fsync(disk, path):
    descriptor = disk.open(path)
    disk.fsync(descriptor)
    disk.close(descriptor)


def left(disk, profile="posix", **bounds):
    found = []
    for crash in disk.crash_images(profile, **bounds).images:
        other = MemoryDisk()
        other.power_loss(crash)
        found.append({path: read_all(other, path) for path in other.list("")})
    return found


class TestBytes:
    def test_an_append_is_lost_torn_or_there_or_its_size_is_and_its_bytes_are_not(self, disk):
        append(disk, "f", b"one\ntwo\n")
        assert [each["f"] for each in left(disk)] == [
            b"synced\n", b"synced\none\ntwo\n", b"synced\none\n", b"synced\none\ntwo", b"synced\n" + b"\0" * 8,
        ]  # fmt: skip

    def test_of_two_appends_the_first_may_be_zeros_with_the_second_behind_it(self, disk):
        append(disk, "f", b"one\n")
        append(disk, "f", b"two\n")
        assert {"f": b"synced\n\0\0\0\0two\n"} in left(disk)
        assert {"f": b"synced\n\0\0\0\0two\n"} in left(disk, "ordered")

    def test_a_long_append_may_lack_a_block_in_the_middle(self):
        disk = MemoryDisk()
        write_all(disk, "f", b"")
        append(disk, "f", b"x" * 10_000)
        assert {"f": b"x" * 4096 + b"\0" * 4096 + b"x" * 1808} in left(disk, bound=None)

    def test_a_fragment_that_was_cut_off_may_come_back_and_only_out_of_order_without_what_is_before_it(self, disk):
        append(disk, "f", b"frag")
        descriptor = disk.open("f")
        disk.truncate(descriptor, 7)
        disk.append(descriptor, b"whole\n")
        strict, ordered, posix = (left(disk, profile, bound=None) for profile in ("strict", "ordered", "posix"))
        assert strict == [{"f": b"synced\nwhole\n"}]
        assert {"f": b"synced\nfrag"} in ordered
        assert {"f": b"synced\nwhole\n"} in ordered
        assert {"f": b"synced\n\0\0\0\0"} in ordered  # seen on ext4: the size before the cut, without bytes
        assert all(each in posix for each in ordered)

    def test_a_block_that_was_cut_may_be_on_the_disk_before_the_new_size_is(self):
        disk = MemoryDisk()
        write_all(disk, "f", b"A" * 6000)
        descriptor = disk.open("f")
        disk.truncate(descriptor, 3000)
        zeroed = {"f": b"A" * 3000 + b"\0" * 1096 + b"A" * 1904}  # seen on ext4 and XFS
        assert zeroed in left(disk, "ordered")
        disk.append(descriptor, b"E" * 500)
        written = {"f": b"A" * 3000 + b"E" * 500 + b"\0" * 596 + b"A" * 1904}
        for profile in ("ordered", "posix", "ext4", "ext4:data=writeback", "ext4-nojournal", "ext2", "xfs"):
            assert zeroed in left(disk, profile)
            assert written in left(disk, profile)
        for profile in ("strict", "sync", "ext4:data=journal", "btrfs"):
            assert zeroed not in left(disk, profile)
            assert written not in left(disk, profile)
        assert {"f": b"A" * 3000 + b"\0" * 72 + b"A" * 2928} in left(disk, "xfs:1k")

    def test_nothing_is_damaged_by_a_cut_at_the_end_of_a_block_or_one_that_was_synced(self, disk):
        write_all(disk, "g", b"A" * 6000)
        descriptor = disk.open("g")
        disk.truncate(descriptor, 4096)
        assert {len(each["g"]) for each in left(disk, "ext4")} == {4096, 6000}
        assert not [each for each in left(disk, "ext4") if b"\0" in each["g"]]
        disk.truncate(descriptor, 3000)
        disk.fsync(descriptor)
        assert left(disk, "ext4") == [{"f": b"synced\n", "g": b"A" * 3000}]

    def test_very_many_appends_cost_a_bounded_memory_and_lose_only_the_places_between_them(self, disk):
        for number in range(1000):
            append(disk, "f", b"%d\n" % number)
        found = disk.crash_images(bound=100)
        assert len(found.images) == 100
        assert {path: read_all(disk, path) for path in disk.list("")} in left(disk, bound=100)

    def test_very_many_cuts_do_the_same(self, disk):
        for number in range(200):
            descriptor = disk.open("f")
            disk.append(descriptor, b"%d" % number)
            disk.truncate(descriptor, disk.size(descriptor) - 1)
            disk.close(descriptor)
        seen = read_all(disk, "f")
        assert left(disk, "strict") == [{"f": seen}]
        assert left(disk)[0] == {"f": b"synced\n"}
        fsync(disk, "f")
        assert left(disk) == [{"f": seen}]


class TestNames:
    def test_renames_are_in_order_or_not(self, disk):
        disk.rename("f", "g")
        append(disk, "h", b"")
        names = {profile: [set(each) for each in left(disk, profile)] for profile in ("strict", "ordered", "posix")}
        assert names == {
            "strict": [{"g", "h"}],
            "ordered": [{"f"}, {"g"}, {"g", "h"}],
            "posix": [{"f"}, {"g", "h"}, {"g"}, {"f", "h"}],
        }

    def test_a_journal_of_names_is_written_out_by_a_sync_of_what_was_changed_after_them(self, disk):
        disk.rename("f", "g")
        fsync(disk, "g")
        append(disk, "late", b"")
        assert [set(each) for each in left(disk, "ordered")] == [{"g"}, {"g", "late"}]
        assert {"f"} in [set(each) for each in left(disk, "posix")]

    def test_and_not_by_one_of_what_was_not(self, disk):
        write_all(disk, "other", b"")
        disk.rename("f", "g")
        fsync(disk, "other")
        assert [set(each) for each in left(disk, "ordered")] == [{"f", "other"}, {"g", "other"}]

    def test_a_rename_between_directories_is_whole_where_names_are_journaled(self, disk):
        disk.mkdir("d")
        disk.sync_dir("")
        disk.rename("f", "d/f")
        assert [set(each) for each in left(disk, "ordered")] == [{"f"}, {"d/f"}]
        assert [set(each) for each in left(disk, "posix")] == [{"f"}, {"d/f"}, {"f", "d/f"}, set()]

    def test_the_two_names_of_a_half_done_rename_are_one_file(self, disk):
        disk.mkdir("d")
        disk.sync_dir("")
        disk.rename("f", "d/f")
        both = next(crash for crash in disk.crash_images().images if len(crash.image.files) == 2)
        disk.power_loss(both)
        append(disk, "f", b"more")
        assert read_all(disk, "d/f") == b"synced\nmore"


class TestSyncs:
    def test_after_a_failed_sync_a_later_one_makes_nothing_durable_of_what_was_there(self, disk):
        descriptor = disk.open("f")
        disk.append(descriptor, b"lost\n")
        disk.fail_sync(descriptor)
        disk.fsync(descriptor)
        assert read_all(disk, "f") == b"synced\nlost\n"
        assert left(disk) == left(disk, "ordered") == left(disk, "strict") == [{"f": b"synced\n"}]

    def test_but_of_what_was_written_since_and_what_was_lost_are_zeros_then(self, disk):
        descriptor = disk.open("f")
        disk.append(descriptor, b"lost\n")
        disk.fail_sync(descriptor)
        disk.append(descriptor, b"kept\n")
        disk.fsync(descriptor)
        assert left(disk) == [{"f": b"synced\n\0\0\0\0\0kept\n"}]
        disk.truncate(descriptor, 7)
        disk.append(descriptor, b"written anew\n")
        disk.fsync(descriptor)
        assert left(disk) == [{"f": b"synced\nwritten anew\n"}]

    def test_what_is_written_again_after_a_failed_sync_the_next_one_saves(self, disk):
        descriptor = disk.open("f")
        disk.append(descriptor, b"lost\n")
        disk.fail_sync(descriptor)
        disk.append(descriptor, b"kept\n")
        disk.rewrite(descriptor, 7)
        assert read_all(disk, "f") == b"synced\nlost\nkept\n"
        assert left(disk)[:2] == [{"f": b"synced\n"}, {"f": b"synced\nlost\nkept\n"}]
        disk.fsync(descriptor)
        assert left(disk) == [{"f": b"synced\nlost\nkept\n"}]

    def test_so_it_is_of_a_large_file_and_each_byte_that_is_left_stands_in_its_place(self, disk):
        descriptor = disk.open("f")
        for number in range(40):
            disk.append(descriptor, b"line %d\n" % number * 400)
        disk.fail_sync(descriptor)
        disk.append(descriptor, b"kept\n")
        disk.rewrite(descriptor, 7)
        disk.append(descriptor, b"and this\n")
        whole = read_all(disk, "f")
        found = [crash for profile in ("ordered", "posix") for crash in disk.crash_images(profile).images]
        for crash in found:
            disk.power_loss(crash)
            there = read_all(disk, "f")
            assert len(there) <= len(whole)
            assert all(byte in (0, right) for byte, right in zip(there[::97], whole[::97], strict=False))

    def test_a_lying_disk_keeps_what_was_there_before_it_was_used(self):
        disk = MemoryDisk("lying")
        write_all(disk, "d/f", b"before\n")
        disk.settle()
        append(disk, "d/f", b"after\n")
        fsync(disk, "d/f")
        disk.sync_dir("d")
        found = left(disk, "lying")
        assert found[:2] == [{"d/f": b"before\n"}, {"d/f": b"before\nafter\n"}]
        disk.power_loss()
        assert read_all(disk, "d/f") == b"before\n"

    @pytest.mark.parametrize(("own", "asked"), [("posix", "lying"), ("lying", "posix"), ("lying", "ordered")])
    def test_what_a_lying_disk_leaves_only_one_that_lied_can_tell(self, own, asked):
        with pytest.raises(
            ValueError, match=f"a disk that is {own} can't tell what one that is {asked} would leave"
        ):
            MemoryDisk(own).crash_images(asked)

    def test_each_profile_leaves_by_default_what_is_certain(self):
        def after(profile):
            disk = MemoryDisk(profile)
            write_all(disk, "f", b"staged")
            disk.settle()
            disk.rename("f", "g")
            append(disk, "g", b" synced")
            fsync(disk, "g")
            append(disk, "g", b" not")
            disk.power_loss()
            return {path: read_all(disk, path) for path in disk.list("")}

        assert after("strict") == {"g": b"staged synced not"}
        assert after("ordered") == {"g": b"staged synced"}
        assert after("posix") == {"f": b"staged synced"}
        assert after("lying") == {"f": b"staged"}


class TestEnumeration:
    def test_a_disk_with_nothing_unsynced_leaves_itself(self, disk):
        found = disk.crash_images()
        assert found.complete
        assert len(found.images) == 1
        assert found.images[0].image == disk.image()

    def test_equal_images_are_found_once(self, disk):
        append(disk, "f", b"")
        for _ in range(3):
            disk.rename("f", "g")
            disk.rename("g", "f")
        found = disk.crash_images("ordered")
        assert (len(found.images), found.complete) == (2, True)

    def test_a_bound_is_told_and_what_is_certain_and_what_was_seen_come_first(self, disk):
        for path in ("a", "b", "c", "d"):
            append(disk, path, b"one\ntwo\n")
        found = disk.crash_images(bound=20, stream=Random(1))
        assert not found.complete
        assert len({crash.image for crash in found.images}) == 20
        assert left(disk, bound=20)[0] == {"f": b"synced\n"}
        assert {path: read_all(disk, path) for path in disk.list("")} in left(disk, bound=20)

    def test_the_same_stream_draws_the_same(self, disk):
        for path in ("a", "b", "c", "d"):
            append(disk, path, b"one\ntwo\n")
        first, second = (
            [crash.image.digest for crash in disk.crash_images(bound=50, stream=Random(seed)).images]
            for seed in (1, 1)
        )
        assert first == second
        assert disk.drawn_crash(Random(5)).image == disk.drawn_crash(Random(5)).image

    def test_looking_changes_nothing(self, disk):
        append(disk, "f", b"more")
        before = disk.image(pending=True)
        disk.crash_images(bound=None)
        disk.drawn_crash(Random(1))
        append(disk, "f", b" and more")
        assert read_all(disk, "f") == b"synced\nmore and more"
        assert disk.image(pending=True) != before


class TestImages:
    def test_two_disks_with_the_same_files_are_equal_however_they_came_about(self, disk):
        other = MemoryDisk()
        write_all(other, "g", b"syn")
        append(other, "g", b"ced\n")
        assert other.image() != disk.image()
        other.rename("g", "f")
        assert other.image() == disk.image()
        assert hash(other.image()) == hash(disk.image())
        assert other.image().digest == disk.image().digest

    def test_what_is_not_durable_tells_them_apart_when_it_is_asked_for(self, disk):
        other = MemoryDisk()
        write_all(other, "f", b"syn")
        append(other, "f", b"ced\n")
        assert other.image() == disk.image()
        assert other.image(pending=True) != disk.image(pending=True)
        fsync(other, "f")
        assert other.image(pending=True) == disk.image(pending=True)

    @pytest.mark.parametrize(
        "change",
        [
            lambda disk: append(disk, "f", b"x"),
            lambda disk: disk.rename("f", "g"),
            lambda disk: disk.mkdir("d"),
            lambda disk: disk.chmod("f", 0o600),
            lambda disk: disk.truncate(disk.open("f"), 3),
        ],
    )
    def test_every_change_shows(self, disk, change):
        before = disk.image()
        change(disk)
        assert disk.image() != before

    def test_bytes_that_replace_others_of_the_same_length_show(self, disk):
        images = [disk.image()]
        for data in (b"other!\n", b"SYNCED\n"):
            descriptor = disk.open("f")
            disk.truncate(descriptor, 0)
            disk.append(descriptor, data)
            disk.fsync(descriptor)
            images.append(disk.image())
        assert len(set(images)) == 3


class TestSharedBytes:
    def test_snapshots_of_a_growing_file_share_its_bytes_and_part_ways_where_they_must(self, disk):
        snapshots = []
        for number in range(50):
            append(disk, "f", b"%d\n" % number)
            snapshots.append((disk.snapshot(), read_all(disk, "f")))
        for snapshot, content in reversed(snapshots):
            disk.restore(snapshot)
            assert read_all(disk, "f") == content
            append(disk, "f", b"another branch\n")
            assert read_all(disk, "f") == content + b"another branch\n"
        for snapshot, content in snapshots:
            disk.restore(snapshot)
            assert read_all(disk, "f") == content

    def test_a_cut_in_one_branch_leaves_the_others_alone(self, disk):
        append(disk, "f", b"tail")
        snapshot = disk.snapshot()
        disk.truncate(disk.open("f"), 3)
        append(disk, "f", b"new")
        other = MemoryDisk()
        other.restore(snapshot)
        assert (read_all(disk, "f"), read_all(other, "f")) == (b"synnew", b"synced\ntail")
