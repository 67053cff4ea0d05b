"""What is kept packed of large files answers as plain bytes do; with small blocks here, so that there are many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.storage.contents import buffer, packed
from engine.storage.contents.buffer import Buffer, put_together
from engine.storage.contents.packed import PackedBytes, in_pieces, stands_at
from wptest.judge.line_counts import (
    batches,
    first_lines,
    number_of_lines,
    split_lines,
    tally_of,
    whole_lines,
)

BLOCK_SIZE = 32
TEXT = st.lists(st.sampled_from([b"a" * 40, b"b" * 7, b"\n", b"\n\n", b"one\n", b"xyz"]), max_size=40).map(b"".join)
DATA = TEXT | st.binary(max_size=200)
PLACE = st.integers(0, 300)


@pytest.fixture(autouse=True, scope="module")
def _small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "BLOCK_SIZE", BLOCK_SIZE)
        patch.setattr(buffer, "BLOCK_SIZE", BLOCK_SIZE)
        patch.setattr(buffer, "_LOOSE", 2 * BLOCK_SIZE)
        yield


def packed_within(data, before=b"", after=b""):
    """The data as a part of what is packed, wherever in its blocks that begins and ends."""
    whole = put_together([before, data, after])
    return whole[len(before) : len(before) + len(data)]


@given(
    st.lists(st.tuples(st.just("append"), DATA) | st.tuples(st.sampled_from(["cut", "copy", "behind"]), PLACE)),
    PLACE,
    PLACE,
)
def test_a_buffer_has_what_was_added_and_not_cut_off(steps, start, end):
    made, model, kept = Buffer(), b"", []
    for name, value in steps:
        if name == "append":
            made.append(value)
            model += value
        elif name == "behind":  # what another buffer has, from its first byte on or not
            other = put_together([model, b"c" * value])
            made.append(other[value:])
            model += (model + b"c" * value)[value:]
        elif value <= len(model):
            kept.append((made.content(value), model[:value]))
            if name == "cut":
                made.cut(value)
            else:
                made = made.beginning(value)
            model = model[:value]
        assert made.size == len(model)

    assert made.read(start, end) == model[start:end]
    assert b"".join(made.pieces(start, end)) == model[start:end]
    assert bytes(made.content(made.size)) == model
    assert [bytes(content) for content, _ in kept] == [before for _, before in kept], "nobody has changed those"


@given(DATA, DATA, DATA, PLACE, PLACE)
def test_what_is_packed_answers_as_bytes_do(data, before, after, start, end):
    content = packed_within(data, before, after)

    assert content == data
    assert data == content
    assert bytes(content[start:end]) == data[start:end]
    assert bytes(content[-start:]) == data[-start:]
    assert b"".join(in_pieces(content)) == data
    assert all(len(piece) <= 2 * BLOCK_SIZE for piece in in_pieces(content))
    for byte in (b"a", b"\n", b"z", b"\0"):
        assert content.count(byte) == data.count(byte)
        assert (byte in content) == (byte in data)
        assert content.rfind(byte) == data.rfind(byte)
    for what in (b"\n", b"aaa", b"b\n", b"one\none", data[start : start + 50] or b"x"):
        place = min(end, len(data))
        assert content.find(what, place) == data.find(what, place)


@given(DATA, DATA, DATA, st.integers(-3, 300), st.tuples(PLACE, PLACE, PLACE))
def test_a_part_stands_where_its_bytes_do(data, before, other, place, places):
    content, (start, end, shift) = packed_within(data, before), places
    for part in (data[start:end], other):
        stands = 0 <= place <= len(data) and data.startswith(part, place)
        within = packed_within(part, b"d" * shift)
        assert stands_at(content, within, place) == stands_at(data, within, place) == stands
        assert stands_at(content, part, place) == stands
    assert stands_at(content, content[start:end], min(start, len(data)))
    changed = bytearray(data[start:end])
    if changed:
        changed[-1] ^= 1
        assert not stands_at(content, packed_within(bytes(changed), b"d" * shift), start)


@given(DATA, DATA, PLACE, PLACE)
def test_contents_are_equal_where_their_bytes_are(data, other, one, two):
    content = packed_within(data, b"d" * one)

    assert (content == packed_within(other, b"d" * two)) == (data == other)
    assert content == packed_within(data, b"d" * two)
    assert content != 1


@given(DATA, DATA, st.integers(0, 60))
def test_lines_of_what_is_packed_are_those_of_its_bytes(data, before, count):
    content = packed_within(data, before)

    assert split_lines(content) == split_lines(data)
    assert [line for batch in batches(content) for line in batch] == split_lines(data)
    assert number_of_lines(content) == number_of_lines(data)
    assert bytes(first_lines(content, count)) == bytes(first_lines(data, count))
    assert bytes(whole_lines(content)) == whole_lines(data)
    assert tally_of(content) == tally_of(data)


def test_equal_lines_need_a_small_part_of_their_bytes_and_other_bytes_no_more_than_they_are():
    lines = packed.pack(b"a\n" * (BLOCK_SIZE // 2))
    others = packed.pack(bytes(range(BLOCK_SIZE)))

    assert len(lines.packed) < BLOCK_SIZE // 2
    assert (lines.ends, others.ends) == (BLOCK_SIZE // 2, 1)
    assert others.packed == bytes(range(BLOCK_SIZE))
    assert isinstance(put_together([b"a" * 3 * BLOCK_SIZE]), PackedBytes)
    assert put_together([b"a" * 2 * BLOCK_SIZE]) == b"a" * 2 * BLOCK_SIZE
