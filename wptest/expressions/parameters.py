"""The parameters of shared steps: their kinds, and whether a value is of a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from engine.text.mistake import Mistake
from engine.units import (
    WANTED_COUNT,
    WANTED_DURATION,
    WANTED_RATE,
    WANTED_SIZE,
    parse_count,
    parse_duration,
    parse_rate,
    parse_size,
)
from wptest.expressions.quantity import kind_name

# Stands for an argument that is wrong itself, which is told for itself.
WRONG: Any = object()

# How a quantity is read, what is expected where it can't be, and what it is written as.
UNITS: Mapping[str, tuple[Callable[[Any], Any], str, tuple[type, ...]]] = {
    "count": (parse_count, WANTED_COUNT, (int, float, str)),
    "duration": (parse_duration, WANTED_DURATION, (str,)),
    "size": (parse_size, WANTED_SIZE, (int, str)),
    "rate": (parse_rate, WANTED_RATE, (str,)),
}
_TYPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "text": ((str,), "a text"),
    "number": ((int, float), "a number"),
    "list": ((list,), "a list"),
    "any": ((object,), "anything"),
}

PARAMETER_KINDS = (*_TYPES, *UNITS)
EXAMPLES: Mapping[str, Any] = {
    "text": "TEXT", "number": 5, "list": ["A", "B"], "any": "VALUE", "count": 100, "duration": "2s", "size": "64kB",
    "rate": "100/s",
}  # fmt: skip


def misfit(kind: str, value: Any) -> tuple[str, str] | None:
    """What a value is instead, and what was expected, where it is not of that kind."""
    if kind in _TYPES:
        types, expected = _TYPES[kind]
        fits = isinstance(value, types) and (kind == "any" or not isinstance(value, bool))
        return None if fits else (kind_name(value), expected)
    parse, expected, types = UNITS[kind]
    if not isinstance(value, types) or isinstance(value, bool):
        return kind_name(value), expected
    try:
        _parsed(parse, value)
    except Mistake:
        return f"'{value}'", expected
    return None


@lru_cache(maxsize=2048, typed=True)
def _parsed(parse: Callable[[Any], Any], value: float | str) -> Any:
    return parse(value)
