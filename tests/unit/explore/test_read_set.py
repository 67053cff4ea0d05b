"""What is looked at of files, and runs that are known by what they have looked at."""

from __future__ import annotations

import pytest

from engine.storage.disk_port import read_all, write_all
from wptest.explore.crashes.read_set import ObservedDisk, Question, names_key
from wptest.explore.crashes.recollection import Recollection

CONTENT, OTHER = Question("a.dat", "content"), Question("b.dat", "content")


def disk_with(a: bytes = b"one\n", b: bytes = b"two\n") -> ObservedDisk:
    disk = ObservedDisk()
    write_all(disk, "a.dat", a)
    write_all(disk, "b.dat", b)
    return disk


def test_what_is_read_is_asked_once_and_the_rest_never():
    disk = disk_with()
    looked_at = disk.observe()
    read_all(disk, "a.dat")
    disk.content("a.dat")
    assert looked_at.asked == [(CONTENT, CONTENT.put_to(disk.snapshot()))]


def test_a_file_is_asked_for_as_it_was_at_first():
    disk = disk_with()
    looked_at, first = disk.observe(), CONTENT.put_to(disk.snapshot())
    disk.append(disk.open("a.dat"), b"more\n")
    assert not looked_at.asked
    assert disk.content("a.dat") == b"one\nmore\n"
    assert looked_at.asked == [(CONTENT, first)]


def test_what_was_emptied_before_anybody_looked_is_not_asked_for():
    disk = disk_with()
    looked_at = disk.observe()
    disk.append(disk.open("a.dat", truncate=True), b"new\n")
    assert disk.content("a.dat") == b"new\n"
    assert not looked_at.asked


def test_what_was_cut_in_the_middle_is_asked_for():
    disk = disk_with()
    looked_at = disk.observe()
    disk.truncate(disk.open("a.dat"), 2)
    assert [question for question, _ in looked_at.asked] == [CONTENT]


@pytest.mark.parametrize(
    "look", [lambda disk: disk.number_of("a.dat"), lambda disk: disk.number(disk.open("a.dat"))]
)
def test_a_number_is_asked_for_by_itself(look):
    disk = disk_with()
    looked_at = disk.observe()
    look(disk)
    assert [question for question, _ in looked_at.asked] == [Question("a.dat", "number")]


def test_its_size_tells_what_is_in_a_file_and_its_stat_its_number_too():
    disk = disk_with()
    looked_at = disk.observe()
    disk.size(disk.open("b.dat"))
    disk.stat("a.dat")
    assert [question for question, _ in looked_at.asked] == [OTHER, CONTENT, Question("a.dat", "number")]


def test_a_renamed_file_is_asked_for_by_the_name_that_it_had():
    disk = disk_with()
    looked_at = disk.observe()
    disk.rename("a.dat", "b.dat")
    disk.content("b.dat")
    assert [question for question, _ in looked_at.asked] == [CONTENT]


def test_names_and_modes_tell_disks_apart_and_contents_dont():
    key = names_key(disk_with().snapshot())
    assert names_key(disk_with(b"other").snapshot()) == key
    more, closed = disk_with(), disk_with()
    write_all(more, "c.dat", b"")
    closed.chmod("a.dat", 0)
    assert len({key, names_key(more.snapshot()), names_key(closed.snapshot())}) == 3


@pytest.mark.parametrize(("written", "unchanged"), [(b"one\n", True), (b"ONE\n", False)])
def test_what_is_written_anew_is_unchanged_where_it_is_as_it_was(written, unchanged):
    disk = disk_with()
    looked_at = disk.observe()
    write_all(disk, "a.dat", written)
    assert looked_at.is_unchanged(disk.snapshot()) is unchanged
    assert [question for question, _ in looked_at.asked] == [CONTENT], "with another content it would have changed"


def test_a_new_name_is_a_change():
    disk = disk_with()
    looked_at = disk.observe()
    write_all(disk, "c.dat", b"")
    assert not looked_at.is_unchanged(disk.snapshot())


def test_a_run_is_known_by_what_it_has_looked_at():
    recollection, disk = Recollection(), disk_with()
    looked_at = disk.observe()
    disk.content("a.dat")
    recollection.keep(1, looked_at.asked)
    same, other = disk_with(b=b"something else"), disk_with(a=b"something else")
    assert recollection.knows(1, lambda question: question.put_to(same.snapshot()))
    assert not recollection.knows(1, lambda question: question.put_to(other.snapshot()))
    assert not recollection.knows(2, lambda question: question.put_to(same.snapshot()))


def test_where_the_answer_differs_another_question_may_come_next():
    recollection = Recollection()
    for disk, order in ((disk_with(), ["a.dat", "b.dat"]), (disk_with(a=b""), ["a.dat"])):
        looked_at = disk.observe()
        for path in order:
            disk.content(path)
        recollection.keep(1, looked_at.asked)
    for disk, known in ((disk_with(), True), (disk_with(a=b"", b=b"?"), True), (disk_with(b=b"?"), False)):
        assert recollection.knows(1, disk.ask) is known


def test_who_asks_is_seen_to_have_looked():
    recollection, before = Recollection(), disk_with()
    earlier = before.observe()
    before.content("a.dat")
    recollection.keep(1, earlier.asked)
    disk = disk_with()
    looked_at = disk.observe()
    assert recollection.knows(1, disk.ask)
    assert [question for question, _ in looked_at.asked] == [CONTENT]
