"""Amounts in values: which are found, and what stands in their place."""

from __future__ import annotations

from fractions import Fraction

import pytest

from wptest.explore.rewriting.amounts import Amount, amounts, replaced


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (500, [(500, "")]),
        ("500", [(500, "")]),
        ("2k/s", [(2000, "/s")]),
        ("10k", [(10_000, "")]),
        ("1.5k", [(1500, "")]),
        ("250ms", [(250, "ms")]),
        ("2m", [(2, "m")]),
        ("64KiB", [(64, "KiB")]),
        ("up 2s, down 3s", [(2, "s"), (3, "s")]),
        ("wpgen sample -n 500 -s 20", [(500, ""), (20, "")]),
        (">= 400", [(400, "")]),
        (True, []),
        (None, []),
        (0.66, []),
        ("2025-10-04 01:59:20", []),
        ("data/rescue/a-2025-10-04_01:59:24.dat", []),
        ("1h30m", []),
        ("wprescue work", []),
        ("*line 3*", []),
    ],
)
def test_amounts_are_found_where_a_number_stands_alone(value, found):
    assert [(place.amount.number, place.amount.unit) for place in amounts(value)] == found


@pytest.mark.parametrize(
    ("value", "new", "text"),
    [
        (2, 1, 1),
        ("up 2s, down 2s", 1, "up 1s, down 1s"),
        ("2k/s", 500, "500/s"),
        ("wpgen sample -n 10k -s 10000", 50, "wpgen sample -n 50 -s 50"),
    ],
)
def test_an_amount_is_replaced_wherever_it_stands(value, new, text):
    old = amounts(value)[0].amount

    assert replaced(value, old, Amount(Fraction(new), old.unit)) == text


def test_simpler_amounts_are_smaller_and_the_smallest_comes_first():
    assert [int(each.number) for each in Amount(Fraction(30), "s").simpler] == [1, 2, 5, 10, 20]
    assert list(Amount(Fraction(1), "s").simpler) == []
