"""Times as servers read and write them: in texts, and in the numbers that MariaDB takes for dates.

Sources: MariaDB 10.11.19, PostgreSQL 15.18, ClickHouse 18.16.1 and 26.9.2.1, each of some thirty texts and numbers.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

PER_SECOND = 1_000_000  # microseconds
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - tables have no zones
_FIRST_DAY = date(1970, 1, 1).toordinal()
_WRITTEN = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(?:(Z)|([+-])(\d\d):?(\d\d))?\s*",
    re.ASCII,
)
MONTHS = 12
# MariaDB's bounds of numbers that are a day, or a day and a time, with a year of two digits or of four.
_OF_TWO_DIGITS = ((101, 691_231, 20_000_000), (700_101, 991_231, 19_000_000))
_DAYS = (10_000_101, 99_991_231)
_TIMES_OF_TWO_DIGITS = (
    (101_000_000, 691_231_235_959, 20_000_000_000_000),
    (700_101_000_000, 991_231_235_959, 19_000_000_000_000),
)
_A_DAY = 1_000_000  # in a number that is a day and a time


class WrittenTime(NamedTuple):
    """A time as it is written, whether there is such a day and hour or not.

    Attributes:
        fraction: the digits of a part of a second; empty where there are none.
        zone: seconds before UTC; None where no zone is said.
    """

    year: int
    month: int
    day: int
    hour: int = 0
    minute: int = 0
    second: int = 0
    fraction: str = ""
    zone: int | None = None

    @property
    def has_day(self) -> bool:
        """Whether there is such a day."""
        if self.year < 1 or not 1 <= self.month <= MONTHS:
            return False
        return 1 <= self.day <= calendar.monthrange(self.year, self.month)[1]

    def has_hour(self, last_second: int = 59) -> bool:
        """Whether a day has such a time."""
        return self.hour <= 23 and self.minute <= 59 and self.second <= last_second

    @property
    def seconds(self) -> int:
        """Seconds since 1970, with hours, minutes and seconds that are too many counted on; it has a month."""
        days = date(self.year, self.month, 1).toordinal() - _FIRST_DAY + self.day - 1
        return ((days * 24 + self.hour) * 60 + self.minute) * 60 + self.second


def time_written(text: str) -> WrittenTime | None:
    """A text that is a day, or a day and a time, as ISO 8601 has it or with a blank between; None for any other."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    *numbers, fraction, utc, sign, hours, minutes = found.groups()
    zone = 0 if utc else None if sign is None else (int(hours) * 60 + int(minutes)) * (-60 if sign == "-" else 60)
    year, month, day, hour, minute, second = (int(each or 0) for each in numbers)
    return WrittenTime(year, month, day, hour, minute, second, fraction or "", zone)


def time_in_number(number: int) -> WrittenTime | None:
    """The time that MariaDB takes a number for, whose digits are those of a day, or of a day and a time."""
    for low, high, century in _OF_TWO_DIGITS:
        if low <= number <= high:
            number += century
    if _DAYS[0] <= number <= _DAYS[1]:
        number *= _A_DAY
    for low, high, century in _TIMES_OF_TWO_DIGITS:
        if low <= number <= high:
            number += century
    if number < _DAYS[0] * _A_DAY:
        return None
    day, time = divmod(number, _A_DAY)
    return WrittenTime(day // 10_000, day // 100 % 100, day % 100, time // 10_000, time // 100 % 100, time % 100)


def time_as_text(microseconds: int, *, is_short: bool = False) -> str:
    """A time as servers write it: with no part of a second or six digits of it; `is_short` leaves zeros out."""
    text = str(_EPOCH + microseconds * _MICROSECOND)
    return text.rstrip("0") if is_short and "." in text else text
