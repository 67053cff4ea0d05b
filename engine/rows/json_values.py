"""JSON as every server reads it: what one of them would take for something else is refused by its name."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from engine.rows.refused_row import RawField, UnfitValueError

MOST_LEVELS = 20  # OpenSearch maps no field that is deeper inside
LEAST_WHOLE, MOST_WHOLE = -(1 << 63), (1 << 64) - 1
_MOST_DIGITS = 20  # of MOST_WHOLE
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_WORTHLESS_ZERO = re.compile(r"-?[0.]+(?:[eE].*)?")


class NotJsonError(UnfitValueError):
    """A text isn't JSON at all."""


def read_json(text: str) -> RawField:
    """The value of a JSON text.

    Raises:
        UnfitValueError: it is none, or one that servers read differently: with a key twice, NaN, a number beyond
            64 bits, half of a surrogate pair, or very many levels.
    """
    if text.count("[") + text.count("{") > MOST_LEVELS and _levels(text) > MOST_LEVELS:
        raise UnfitValueError(f"is more than {MOST_LEVELS} levels deep")
    try:
        value: RawField = _DECODER.decode(text)
    except json.JSONDecodeError:
        raise NotJsonError("isn't JSON") from None  # its own text differs from Python to Python
    if _SURROGATE.search(text) and any(map(has_lone_surrogate, strings_in(value))):
        raise UnfitValueError("has half of a surrogate pair")
    return value


def json_in_one_form(value: RawField) -> str:
    """A JSON value as text without blanks, members in their order, characters as they are.

    Raises:
        UnfitValueError: a text in it has the character NUL.
    """
    text = _ENCODER.encode(value)
    if r"\u0000" in text and any("\0" in each for each in strings_in(value)):
        raise UnfitValueError("has the character NUL")
    return text


def strings_in(value: RawField) -> Iterator[str]:
    """All texts in a value, names of members among them."""
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from strings_in(each)
        case dict():
            yield from value
            for each in value.values():
                yield from strings_in(each)
        case _:
            pass


def has_lone_surrogate(text: str) -> bool:
    """Whether a text has half of a pair, so that no bytes are this text."""
    return any("\ud800" <= each <= "\udfff" for each in text)


def _levels(text: str) -> int:
    deepest = level = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        level += 1 if bracket in "[{" else -1
        deepest = max(deepest, level)
    return deepest


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(members)
    if len(made) != len(members):
        names = [name for name, _ in members]
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise UnfitValueError(f"has the key {json.dumps(twice)} twice")
    return made


def _whole(digits: str) -> int:
    if len(digits) <= _MOST_DIGITS:
        value = int(digits)
        if LEAST_WHOLE <= value <= MOST_WHOLE:
            return value
    raise UnfitValueError("has a whole number beyond 64 bits")


def _fraction(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise UnfitValueError("has a number that is too large for 64 bits")
    if not value and not _WORTHLESS_ZERO.fullmatch(digits):
        raise UnfitValueError("has a number that is too small for 64 bits")
    return value


def _constant(name: str) -> NoReturn:
    raise UnfitValueError(f"has {name}, which is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_constant
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
