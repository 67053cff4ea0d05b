from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.mistake import Mistake
from engine.units import (
    DAY,
    HOUR,
    LARGEST_NUMBER,
    LONGEST_DURATION,
    MILLISECOND,
    MINUTE,
    SECOND,
    Phase,
    format_duration,
    parse_count,
    parse_duration,
    parse_phases,
    parse_rate,
    parse_size,
)

ALL = [parse_duration, parse_size, parse_count, parse_rate, parse_phases]


@given(st.integers(0, LONGEST_DURATION))
def test_a_duration_reads_back_as_it_was_written(nanoseconds):
    assert parse_duration(format_duration(nanoseconds)) == nanoseconds


@given(st.integers(0, LARGEST_NUMBER))
def test_a_count_reads_back_as_it_was_written(count):
    assert parse_count(count) == parse_count(str(count)) == count


@given(st.integers(0, 10**6), st.sampled_from([("", 1), ("B", 1), ("kB", 1000), ("KiB", 1024), ("MiB", 2**20)]))
def test_a_size_is_its_number_in_its_unit(number, unit):
    assert parse_size(f"{number}{unit[0]}") == number * unit[1]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, LONGEST_DURATION)), min_size=1))
def test_phases_read_back_as_they_were_written(phases):
    parts = [f"{'up' if up else 'down'} {format_duration(duration)}" for up, duration in phases]

    expected = tuple(Phase(up, duration) for up, duration in phases)
    assert parse_phases(parts) == parse_phases(", ".join(parts)) == expected


@given(st.text(), st.sampled_from(ALL))
def test_any_text_is_a_quantity_or_a_unit_error_with_an_example(text, parse):
    told = None
    try:
        parse(text)
    except Mistake as error:
        told = error
    assert told is None or ("like" in told.expected and told.expected in str(told))


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("250ms", 250 * MILLISECOND),
        ("2s", 2 * SECOND),
        ("3d16h", 3 * DAY + 16 * HOUR),
        ("1m30s", MINUTE + 30 * SECOND),
        ("1.5s", 1_500 * MILLISECOND),
        ("1h 30m", HOUR + 30 * MINUTE),
        ("0s", 0),
        ("7ns", 7),
    ],
)
def test_durations_as_people_write_them(text, nanoseconds):
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [(0, "0s"), (1_500_000_000, "1.5s"), (250_000_000, "250ms"), (90 * SECOND, "1m30s"), (-2 * SECOND, "-2s")],
)
def test_durations_are_shown_as_people_write_them(nanoseconds, text):
    assert format_duration(nanoseconds) == text


@pytest.mark.parametrize(
    ("text", "count"), [(500, 500), ("10k", 10_000), ("1e6", 10**6), (1e6, 10**6), ("10M", 10**7)]
)
def test_counts_as_people_write_them(text, count):
    assert parse_count(text) == count


@pytest.mark.parametrize(("text", "rate"), [("2k/s", 2000.0), ("100/s", 100.0), ("6/m", 0.1), ("36/h", 0.01)])
def test_rates_are_lines_per_second(text, rate):
    assert parse_rate(text) == rate


@pytest.mark.parametrize("parse", [parse_duration, parse_size, parse_count, parse_rate])
def test_a_negative_quantity_has_its_own_message(parse):
    with pytest.raises(Mistake, match="can't be negative"):
        parse("-2s")


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_duration, "5"),
        (parse_duration, "1s1m"),
        (parse_duration, "0.1ns"),
        (parse_duration, "9" * 18 + "d"),
        (parse_duration, "٣s"),
        (parse_size, "5 parsecs"),
        (parse_size, "1.0001kB"),
        (parse_count, 1.5),
        (parse_count, float("inf")),
        (parse_count, float("nan")),
        (parse_count, "9e99"),
        (parse_rate, "5"),
        (parse_rate, "5/d"),
        (parse_phases, ""),
        (parse_phases, "up"),
        (parse_phases, "up 0s"),
        (parse_phases, "sideways 2s"),
    ],
)
def test_what_is_no_such_quantity_is_refused(parse, text):
    with pytest.raises(Mistake):
        parse(text)
