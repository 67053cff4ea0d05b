"""How much of an input was read is known by what has come out, and which file that was by the file itself."""

from __future__ import annotations

import pytest

from wptest.judge.written_down.positions import ReadBefore
from wptest.subject.watching.read_input import ReadInput


class Told(list[tuple[object, ...]]):
    def __call__(self, kind, fields):
        self.append((kind.removeprefix("source."), *fields.values()))


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def place(tmp_path):
    return tmp_path / "gen.dat"


@pytest.fixture
def source(told, place):
    read = ReadInput(place.parent, place.name, told)
    yield read
    read.close()


def lines(*numbers):
    return [b"%d" % number for number in numbers]


def written(*numbers):
    return b"".join(line + b"\n" for line in lines(*numbers))


def append(place, *numbers):
    with place.open("ab") as file:
        file.write(written(*numbers))


def cut(source, place, size=0):
    source.about_to_cut(place.stat().st_ino)
    with place.open("r+b") as file:
        file.truncate(size)


def test_it_was_read_up_to_the_last_line_that_was_seen(source, told, place):
    place.write_bytes(written(1, 2, 3, 4))
    source.begin(None)
    source.seen([*lines(1, 3), b"of another file"], is_fresh=True)
    assert (told, source.is_read) == ([("accepted", "gen.dat", 3, 3)], False)
    source.seen(lines(2), is_fresh=True)
    source.seen(lines(4), is_fresh=True)
    assert (told[1:], source.is_read) == ([("accepted", "gen.dat", 1, 4)], True)


def test_a_program_may_say_more_but_not_more_than_there_is(source, told, place):
    place.write_bytes(written(1, 2))
    source.begin(None)
    source.claimed(7)
    assert told == [("accepted", "gen.dat", 2, 2)]


def test_a_line_without_an_end_was_read_by_whoever_has_read_everything(source, told, place):
    place.write_bytes(b"1\n2")
    source.begin(None)
    source.claim_all()
    assert told == [("accepted", "gen.dat", 2, 2)]


def test_what_comes_out_of_an_earlier_run_is_read_once(source, told, place):
    place.write_bytes(written(1, 2, 3))
    source.begin(None)
    source.seen(lines(1, 2), is_fresh=True)
    source.begin(None)
    source.seen(lines(1, 2), is_fresh=False)
    assert told == [("accepted", "gen.dat", 2, 2)]


def test_another_run_reads_it_again_from_its_start(source, told, place):
    place.write_bytes(written(1, 2, 3))
    for _ in range(2):
        source.begin(None)
        source.seen(lines(1, 2, 3), is_fresh=True)
    assert told == [("accepted", "gen.dat", 3, 3)] * 2


@pytest.mark.parametrize("size", [0, 2])
def test_what_is_appended_to_a_cut_input_is_of_a_file_of_its_own(source, told, place, size):
    place.write_bytes(written(1, 2, 3))
    source.begin(None)
    source.seen(lines(1, 2, 3), is_fresh=True)
    cut(source, place, size)
    append(place, 7, 8)
    source.reopened("has become shorter")
    source.seen(lines(7, 8), is_fresh=True)
    left = size // 2
    assert told[1:] == [
        ("reopened", "gen.dat", 3, "has become shorter"),
        ("accepted", "gen.dat", left + 2, left + 5),
    ]
    assert source.is_read


def test_a_cut_input_that_has_all_again_goes_on(source, told, place):
    place.write_bytes(written(1, 2))
    source.begin(None)
    source.seen(lines(1, 2), is_fresh=True)
    cut(source, place)
    append(place, 1, 2, 3)
    source.seen(lines(3), is_fresh=True)
    assert told[1:] == [("accepted", "gen.dat", 1, 3)]


def test_a_renamed_input_was_read_to_its_end_by_whoever_reads_the_next(source, told, place):
    place.write_bytes(written(1, 2, 3))
    source.begin(None)
    source.seen(lines(1), is_fresh=True)
    place.rename(place.with_name("old.dat"))
    append(place, 7, 8)
    source.seen(lines(7), is_fresh=True)
    assert told == [
        ("accepted", "gen.dat", 1, 1),
        ("accepted", "gen.dat", 2, 3),
        ("reopened", "gen.dat", 3, "is another file"),
        ("accepted", "gen.dat", 1, 4),
    ]


@pytest.mark.parametrize("says", [True, False], ids=["the log says so", "nothing says so"])
def test_where_the_position_is_kept_a_renamed_input_is_gone_on_with(source, told, place, says):
    place.write_bytes(written(1, 2, 3))
    number = place.stat().st_ino
    source.begin(None)
    source.seen(lines(1, 2), is_fresh=True)
    place.rename(place.with_name("old.dat"))
    append(place, 7)
    source.begin(ReadBefore(number, lines=1, offset=2, checksum=0))
    if says:
        assert source.go_on("old.dat", 1)
    source.seen(lines(2, 3, 7), is_fresh=True)
    assert told[1:] == [
        ("gone_on", "old.dat", 1),
        ("accepted", "gen.dat", 2, 2),
        ("reopened", "gen.dat", 2, "is another file"),
        ("accepted", "gen.dat", 1, 3),
    ]
    assert source.is_read


def test_a_file_that_nobody_knows_is_not_gone_on_with(source, place):
    place.with_name("other.dat").write_bytes(written(1))
    assert not source.go_on("other.dat", 1)
    assert not source.go_on("none.dat", 1)


def test_without_an_input_nothing_was_read(source, told):
    source.begin(None)
    source.seen(lines(1), is_fresh=True)
    source.claimed(1)
    source.claim_all()
    assert (told, source.is_read) == ([], True)


def test_a_directory_in_its_place_is_no_input_until_a_file_is_there(told, place, source):
    place.mkdir()
    source.begin(None)
    source.seen(lines(1), is_fresh=True)
    assert source.is_read
    assert told == []

    place.rmdir()
    append(place, 1, 2)
    source.seen(lines(1), is_fresh=True)
    assert not source.is_read
    assert told == [("accepted", "gen.dat", 1, 1)]
