"""How versions of ClickHouse read a `DateTime` in JSONEachRow: whole seconds since 1970, up to 2106.

Sources: 18.16.1 over HTTP, 26.9.2.1 in process (chdb 4.4.0), each with some thirty texts and numbers.
"""

from __future__ import annotations

import math
import re

from engine.rows.row_table import ColumnValue
from engine.servers.engines.fitting import Misfit
from engine.servers.engines.times import WrittenTime, time_written

OF_ANOTHER_TYPE = "Code: 27"
_NO_TIME = "Code: 41"
_NO_DECIMAL = "Code: 69"
_LAST = 2**32 - 1
_MOST_DECIMAL = 10**15
_OF_18 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)", re.ASCII)
_BEGINS_LIKE_ONE = 16  # characters, of which the rest is then looked for behind the text
_MONTHS, _DAYS = range(1, 13), range(1, 32)


def seconds_of_18(value: ColumnValue) -> int | Misfit:
    """A number wraps around; a text has exactly 19 characters, and no hour is too late."""
    if isinstance(value, float) or value is None:
        return Misfit(None, OF_ANOTHER_TYPE)
    if isinstance(value, int):
        return int(value) % (_LAST + 1)
    text = _as_text(value)
    found = _OF_18.fullmatch(text)
    if found is None:
        return Misfit(None, OF_ANOTHER_TYPE if len(text) >= _BEGINS_LIKE_ONE else _NO_TIME)
    year, month, day, hour, minute, second = map(int, found.groups())
    written = WrittenTime(year, month, day, hour, minute, second)
    return _inside(written.seconds) if written.month in _MONTHS and written.day in _DAYS and written.year else 0


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
