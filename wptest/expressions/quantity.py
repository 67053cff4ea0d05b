"""Quantities inside expressions: what kind a value is, what may be done with it, and how it is written back.

A text that reads as a duration, size, rate, percentage or count with a unit (`250ms`, `64MiB`, `2k/s`, `5%`, `10k`)
is that quantity. Digits alone in quotes stay text: somebody put them in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from engine.text.mistake import Mistake
from engine.units import SECOND, format_duration, parse_count, parse_duration, parse_rate, parse_size

QuantityKind = Literal["number", "duration", "size", "rate"]

LARGEST_AMOUNT = 10**18

_NUMBER = r"\d{1,18}(?:\.\d{1,18})?"
_PERCENT = re.compile(rf"({_NUMBER})\s*%")
_TEXTS: tuple[tuple[re.Pattern[str], QuantityKind, Callable[[str], float]], ...] = (
    (re.compile(rf"(?:{_NUMBER}\s*(?:d|h|ms|m|s|us|ns)\s*)+", re.ASCII), "duration", parse_duration),
    (re.compile(rf"{_NUMBER}\s*(?:B|[kKMGT]B|[KMGT]iB)", re.ASCII), "size", parse_size),
    (re.compile(rf"{_NUMBER}[kKMG]", re.ASCII), "number", parse_count),
    (re.compile(rf"{_NUMBER}(?:[eE]\+?\d{{1,2}}|[kKMG])?\s*/\s*[smh]", re.ASCII), "rate", parse_rate),
)
_SIZES = [(1024**power, f"{'KMGT'[power - 1]}iB") for power in (4, 3, 2, 1)] + [
    (1000**power, f"{'kMGT'[power - 1]}B") for power in (4, 3, 2, 1)
]


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount: nanoseconds, bytes, lines per second, or just a number."""

    kind: QuantityKind
    amount: Fraction


def as_quantity(value: Any) -> Any:
    """The quantity that a plain value stands for, or the value itself where it stands for none.

    Raises:
        Mistake: for a quantity that is too large.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    if not isinstance(value, str):
        return Quantity("number", Fraction(str(value)))
    text = value.strip()
    sign = -1 if text.startswith("-") else 1
    text = text.removeprefix("-").lstrip()
    if percent := _PERCENT.fullmatch(text):
        return Quantity("number", sign * Fraction(percent[1]) / 100)
    for pattern, kind, parse in _TEXTS:
        if pattern.fullmatch(text):
            return Quantity(kind, sign * Fraction(str(parse(text))))
    return value


def written(value: Any) -> Any:
    """A value as a scenario writes it: `500ms`, `256KiB`, `100/s`, `5`."""
    if isinstance(value, list):
        return [written(item) for item in value]
    if not isinstance(value, Quantity):
        return value
    amount = value.amount
    match value.kind:
        case "duration":
            return format_duration(round(amount))
        case "size":
            return _size_text(round(amount))
        case "rate":
            return _rate_text(amount)
        case _:
            return int(amount) if amount.denominator == 1 else float(amount)


def kind_name(value: Any) -> str:
    """What a value is, in words: `a duration`, `a text`."""
    value = as_quantity(value)
    match value:
        case Quantity():
            return f"a {value.kind}"
        case bool():
            return "true or false"
        case str():
            return "a text"
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case _:
            return "a list"


def add(one: Quantity, other: Quantity, sign: int) -> Quantity:
    """`one + other`, or with `sign` -1 their difference.

    Raises:
        Mistake: they are of different kinds.
    """
    if one.kind != other.kind:
        words = ("adding", "and") if sign > 0 else ("subtracting", "from")
        first, second = (one, other) if sign > 0 else (other, one)
        problem = f"{words[0]} {kind_name(first)} {words[1]} {kind_name(second)}"
        is_rate = {one.kind, other.kind} == {"number", "duration"}
        rate = "; for a rate divide the number by the duration, with '/'" if is_rate else ""
        raise Mistake(problem, help_=f"both have to be of one kind{rate}")
    return within_bounds(Quantity(one.kind, one.amount + sign * other.amount))


def multiply(one: Quantity, other: Quantity) -> Quantity:
    """`one * other`: one of them is a number, or they are a rate and a duration, which make a number of lines.

    Raises:
        Mistake: for other kinds.
    """
    if {one.kind, other.kind} == {"rate", "duration"}:
        return within_bounds(Quantity("number", one.amount * other.amount / SECOND))
    if "number" not in (one.kind, other.kind):
        raise Mistake(f"multiplying {kind_name(one)} by {kind_name(other)}")
    return within_bounds(Quantity(other.kind if one.kind == "number" else one.kind, one.amount * other.amount))


def divide(one: Quantity, other: Quantity) -> Quantity:
    """`one / other`: by a number; by its own kind; lines by a duration (a rate) or by a rate (a duration).

    Raises:
        Mistake: for other kinds, and by zero.
    """
    if not other.amount:
        raise Mistake("dividing by zero")
    ratio = one.amount / other.amount
    match one.kind, other.kind:
        case "number", "duration":
            return within_bounds(Quantity("rate", ratio * SECOND))
        case "number", "rate":
            return within_bounds(Quantity("duration", ratio * SECOND))
        case _, "number":
            return within_bounds(Quantity(one.kind, ratio))
        case kind, same if kind == same:
            return within_bounds(Quantity("number", ratio))
    raise Mistake(f"dividing {kind_name(one)} by {kind_name(other)}")


def within_bounds(value: Quantity) -> Quantity:
    """The value itself, where it is no larger than anything in a scenario.

    Raises:
        Mistake: it is larger than anything in a scenario.
    """
    if abs(value.amount) > (LARGEST_AMOUNT * SECOND if value.kind == "duration" else LARGEST_AMOUNT):
        raise Mistake("the result is too large")
    return value


def _size_text(size: int) -> str:
    for unit, name in _SIZES:
        if size and not size % unit:
            return f"{size // unit}{name}"
    return f"{size}B"


def _rate_text(rate: Fraction) -> str:
    for unit, seconds in (("s", 1), ("m", 60), ("h", 3600)):
        if (rate * seconds).denominator == 1:
            return f"{rate * seconds}/{unit}"
    return f"{float(rate):.9f}".rstrip("0").rstrip(".") + "/s"
