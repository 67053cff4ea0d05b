"""Numbers in a scenario's plain data, alone or inside of texts: where each stands, and what would be simpler."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

# `500`, `2k/s`, `250ms`, `down 2s`, `wpgen sample -n 500`; not a number in a name, a path or a date.
_AMOUNT = re.compile(r"(?<![^\s,])(\d{1,15}(?:\.\d{1,9})?)([A-Za-z]*(?:/[smh])?)(?![^\s,])", re.ASCII)
_PREFIXES = {"k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9}
_SIMPLE = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Amount:
    """So many of a unit; counts have none, and `2k/s` is 2000 of `/s`."""

    number: Fraction
    unit: str

    @property
    def simpler(self) -> Iterator[Amount]:
        """Rounder and smaller ones of the same unit, the smallest first."""
        return (Amount(Fraction(each), self.unit) for each in _SIMPLE if each < self.number)


@dataclass(frozen=True, slots=True)
class AmountPlace:
    """An amount's place in a value: the characters from `start` to `end`, or all of a number."""

    amount: Amount
    start: int = 0
    end: int = 0


def amounts(value: Any) -> list[AmountPlace]:
    """The amounts in a value, in order."""
    if isinstance(value, int) and not isinstance(value, bool):
        return [AmountPlace(Amount(Fraction(value), ""))]
    if not isinstance(value, str):
        return []
    return [AmountPlace(_amount(match[1], match[2]), *match.span()) for match in _AMOUNT.finditer(value)]


def replaced(value: Any, old: Amount, new: Amount) -> Any:
    """The value with `new` wherever it has `old`."""
    number = str(new.number)
    if not isinstance(value, str):
        return int(new.number)
    for place in reversed(amounts(value)):
        if place.amount == old:
            value = value[: place.start] + number + new.unit + value[place.end :]
    return value


def _amount(number: str, unit: str) -> Amount:
    prefix, rest = unit[:1], unit[1:]
    if prefix in _PREFIXES and (not rest or rest.startswith("/")):
        return Amount(Fraction(number) * _PREFIXES[prefix], rest)
    return Amount(Fraction(number), unit)
