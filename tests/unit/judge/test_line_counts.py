"""Lines of a file in batches, its first ones, and tallies of them."""

from __future__ import annotations

import pytest

from wptest.judge import line_counts
from wptest.judge.line_counts import Tally, batches, first_lines, number_of_lines, split_lines, without_blank

DATA = b"one\n\ntwo\nthree\nunfinished"


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 9, 100])
@pytest.mark.parametrize("data", [DATA, DATA + b"\n", b"", b"\n", b"\n\n"])
def test_batches_are_the_lines_whatever_their_size(monkeypatch, size, data):
    monkeypatch.setattr(line_counts, "_BATCH", size)

    assert [line for batch in batches(data) for line in batch] == split_lines(data)
    assert number_of_lines(data) == len(split_lines(data))
    for count in range(7):
        assert split_lines(first_lines(data, count)) == split_lines(data)[:count]


def test_tallies_are_equal_for_equal_lines_in_any_order():
    one, other, third = Tally(), Tally(), Tally()
    one.update([b"a", b"b", b"b"])
    other.update([b"b", b"a"])
    other.update([b"b"])
    third.update([b"a", b"a", b"b"])

    assert one == other != third
    assert one + third == third + other


def test_blank_lines_are_left_out():
    assert without_blank([b"a", b"", b" \t", b"b"]) == [b"a", b"b"]
