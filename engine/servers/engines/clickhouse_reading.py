"""How versions of ClickHouse read JSONEachRow: what a text is to a column of numbers, and a number to one of texts.

Sources: 18.16.1 over HTTP, 200 random histories and section 3.3 of the notes on real servers; 26.9.2.1 in process
(chdb 4.4.0), each kind of column with some sixty values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from engine.rows.row_table import ColumnValue
from engine.servers.engines.clickhouse_times import (
    OF_ANOTHER_TYPE,
    seconds_of_18,
    seconds_of_18_at_the_end,
    seconds_of_26,
)
from engine.servers.engines.fitting import Misfit

NO_STRING = "Code: 26"
NO_NUMBER = "Code: 72"
NO_STRING_26 = "Code: 117"

_SIGN = re.compile(r"[+-]")
_SIGNS_AND_DIGITS = re.compile(r"[0-9+-]*")
_SIGN_ALONE = re.compile(r"[+-](?![0-9])")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_PARTS_OF_NUMBER = re.compile(r"(?P<before>-?[0-9]*)(?P<behind>\.?[0-9]*)(?:[eE](?P<power>[+-]?[0-9]*))?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NO_FINITE = re.compile(r"[+-]?(?:nan|inf(?:inity)?)", re.IGNORECASE)
TRUTHS = {"true": 1, "false": 0}  # to a byte in any version, and to any number in 26.9
_OF_TRUTHS = ("t", "f")  # what begins so is none, or no number of another type


@dataclass(frozen=True, slots=True)
class ClickHouseReading:
    """What a version makes of values.

    Attributes:
        whole: of a text where whole numbers are, signed or not: before it is fitted to their range.
        fraction: of a text where floats are.
        text: of what is no text where texts are.
        no_text: the code of NULL where a text has to be.
        seconds: of what is no NULL where a time of whole seconds is: since 1970, up to 2106.
        seconds_at_the_end: of a text there that is too near to the end of its request to be a time; None where that
            makes no difference.
    """

    whole: Callable[[str, bool], int | Misfit]
    fraction: Callable[[str], float | Misfit]
    text: Callable[[float], str | Misfit]
    no_text: str
    seconds: Callable[[ColumnValue], int | Misfit]
    seconds_at_the_end: Callable[[str | bytes], int | Misfit] | None = None


def _whole_of_18(text: str, is_signed: bool) -> int | Misfit:
    """Signs may stand anywhere: `2025-10-04` is -20251004."""
    found = _SIGNS_AND_DIGITS.match(text)
    assert found is not None, "there may be none"
    if "-" in found[0] and not is_signed:
        return Misfit(None, NO_NUMBER)
    if found.end() < len(text):
        return Misfit(None, OF_ANOTHER_TYPE)
    digits = _SIGN.sub("", text)
    return int(digits or "0") * (-1 if "-" in text else 1)


def _fraction_of_18(text: str) -> float | Misfit:
    """A float, of which any part may be missing."""
    if _NO_FINITE.fullmatch(text) and not text.startswith("+"):
        return float(text)
    found = _PARTS_OF_NUMBER.fullmatch(text)
    if found is None:
        return Misfit(None, OF_ANOTHER_TYPE)
    before, behind, power = found["before"], found["behind"], found["power"] or "0"
    before += "" if before[-1:].isdigit() else "0"
    return float(f"{before}{behind}e{power}{'' if power[-1].isdigit() else '0'}")


def _whole_of_26(text: str, is_signed: bool) -> int | Misfit:
    if text in TRUTHS:
        return TRUTHS[text]
    if _SIGN_ALONE.match(text) or (text.startswith("-") and not is_signed):
        return Misfit(None, NO_NUMBER)
    return int(text or "0") if not text or _WHOLE.fullmatch(text) else Misfit(None, OF_ANOTHER_TYPE)


def _fraction_of_26(text: str) -> float | Misfit:
    if text in TRUTHS:
        return float(TRUTHS[text])
    if _NO_FINITE.fullmatch(text):
        return float(text)
    found = _NUMBER.match(text)
    if found is None:
        return Misfit(None, OF_ANOTHER_TYPE if text.startswith(_OF_TRUTHS) else NO_NUMBER)
    return float(text) if found.end() == len(text) else Misfit(None, OF_ANOTHER_TYPE)


def _written(number: float) -> str:
    """A number as it stands in a request: that is what a column of texts has."""
    return str(int(number) if isinstance(number, bool) else number)


def _no_text(_number: float) -> Misfit:
    return Misfit(None, NO_STRING)


READING_18 = ClickHouseReading(
    _whole_of_18,
    _fraction_of_18,
    _no_text,
    NO_STRING,
    partial(seconds_of_18, whole=_whole_of_18),
    seconds_of_18_at_the_end,
)
READING_26 = ClickHouseReading(_whole_of_26, _fraction_of_26, _written, NO_STRING_26, seconds_of_26)


def text_read(reading: ClickHouseReading, value: ColumnValue) -> ColumnValue | Misfit:
    """What a column of texts has of a value."""
    match value:
        case str():
            return value
        case bytes():
            return value.decode(errors="surrogateescape")
        case None:
            return Misfit(None, reading.no_text)
        case _:
            return reading.text(value)
