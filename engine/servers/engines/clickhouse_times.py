"""How versions of ClickHouse read a `DateTime` in JSONEachRow: whole seconds since 1970, up to 2106.

Sources: 18.16.1 over HTTP, 26.9.2.1 in process (chdb 4.4.0), each with some fifty texts and numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from engine.rows.row_table import ColumnValue
from engine.servers.engines.fitting import Misfit
from engine.servers.engines.times import MONTHS, WrittenTime, time_written

OF_ANOTHER_TYPE = "Code: 27"
_NO_TIME = "Code: 41"
_NO_DECIMAL = "Code: 69"
_LAST = 2**32 - 1
_MOST_DECIMAL = 10**15
TIME_BYTES = 19  # of `2025-10-04 01:59:20`
_FIFTH = 4  # where a digit means seconds, and anything else the end of a year
_DIGITS_OF_SECONDS = re.compile(rb"\d{5,10}")
_DAYS_OF_A_MONTH = range(1, 32)
_YEARS = range(1970, 2106)


def seconds_of_18(value: ColumnValue, whole: Callable[[str, bool], int | Misfit]) -> int | Misfit:
    """A number wraps around; of a text 19 bytes are read, and a day that there is none of is 1970-01-01.

    Args:
        value: what is no text that the request ends with.
        whole: how this version reads a whole number, signed or not.
    """
    if isinstance(value, float) or value is None:
        return Misfit(None, OF_ANOTHER_TYPE)
    if isinstance(value, int):
        return int(value) % (_LAST + 1)
    text = _as_bytes(value)
    if text[_FIFTH : _FIFTH + 1].isdigit():
        number = whole(_as_text(value), True)
        return number if isinstance(number, Misfit) else number % (_LAST + 1)
    return _by_places(text) if len(text) == TIME_BYTES else Misfit(None, OF_ANOTHER_TYPE)


def seconds_of_18_at_the_end(value: str | bytes) -> int | Misfit:
    """What a text is behind whose beginning the request has fewer than 19 bytes."""
    text = _as_bytes(value)
    found = _DIGITS_OF_SECONDS.match(text)
    if found is None:
        return Misfit(None, _NO_TIME)
    return int(found[0]) % (_LAST + 1) if found.end() == len(text) else Misfit(None, OF_ANOTHER_TYPE)


def _by_places(text: bytes) -> int:
    """The time whose digits stand where they should, in bytes that wrap around; what is between them is free."""
    digit = [byte - ord("0") for byte in text]
    year = (digit[0] * 1000 + digit[1] * 100 + digit[2] * 10 + digit[3]) % 2**16
    month, day, hour, minute, second = ((digit[at] * 10 + digit[at + 1]) % 2**8 for at in (5, 8, 11, 14, 17))
    days = 0
    if year in _YEARS and 1 <= month <= MONTHS and day in _DAYS_OF_A_MONTH:
        days = WrittenTime(year, month, day).seconds
    return days + (hour * 60 + minute) * 60 + second


def seconds_of_26(value: ColumnValue) -> int | Misfit:
    """A number is moved inside; of a text a zone counts, a part of a second doesn't, and no hour is too late."""
    if value is None:
        return Misfit(None, _NO_TIME)
    if isinstance(value, int):
        return _inside(value)
    if isinstance(value, float):
        return _inside(math.trunc(value)) if abs(value) < _MOST_DECIMAL else Misfit(None, _NO_DECIMAL)
    written = time_written(_as_text(value))
    if written is None or not written.has_day:
        return Misfit(None, _NO_TIME)
    return _inside(written.seconds - (written.zone or 0))


def _inside(seconds: int) -> int:
    return min(max(int(seconds), 0), _LAST)


def _as_text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode(errors="surrogateescape")


def _as_bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode(errors="surrogatepass")
