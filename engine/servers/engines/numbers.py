"""Numbers in texts, and numbers made whole, as servers read and round them."""

from __future__ import annotations

import math
import re

_WHOLE = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*")
_BEGINNING = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_LONGEST = 400  # digits: more of them are beyond every column, and slow to read


def number_in(text: str) -> int | float | None:
    """The number that a text is; None where it is none."""
    return read_number(text) if _WHOLE.fullmatch(text, 0, _LONGEST) else None


def number_before(text: str) -> int | float | None:
    """The number that a text begins with; None where it begins with none."""
    found = _BEGINNING.match(text, 0, _LONGEST)
    return read_number(found[0]) if found else None


def read_number(text: str) -> int | float:
    """A text that is a number, as a whole one where it is written as one."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def number_as_text(number: float) -> str:
    """A number as MySQL and PostgreSQL write it: as short as it can be."""
    text = str(int(number) if isinstance(number, bool) else number)
    return text.removesuffix(".0")


def rounded(number: float, *, was_text: bool = False) -> int | None:
    """The nearest whole number; None for what is no number.

    Where two are as near, it is the even one, and for a number that came as a text the one away from zero.
    """
    if isinstance(number, int):
        return int(number)
    if not math.isfinite(number):
        return None
    return int(math.copysign(math.floor(abs(number) + 0.5), number)) if was_text else round(number)
