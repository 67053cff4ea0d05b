"""Times as lines write them, and as microseconds since 1970, UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from engine.rows.refused_row import RawField, UnfitValueError, called
from engine.rows.row_table import TimeFormat

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What all of them store: ClickHouse's DateTime64 begins in 1900 and ends with 2299, the others reach further.
_FIRST, _PAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2300, 1, 1, tzinfo=UTC)

_DAY, _CLOCK = r"(\d{4})-(\d\d)-(\d\d)", r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
_RFC3339 = re.compile(rf"{_DAY}[Tt]{_CLOCK}(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII)
_DATETIME = re.compile(rf"{_DAY} {_CLOCK}", re.ASCII)
_FORMATS: dict[TimeFormat, tuple[re.Pattern[str], ...]] = {
    "any": (_RFC3339, _DATETIME),
    "rfc3339": (_RFC3339,),
    "datetime": (_DATETIME,),
}
_WANTED: dict[TimeFormat, str] = {
    "any": "no time like 2026-11-30T14:00:00.5Z or 2026-11-30 14:00:00.5",
    "rfc3339": "no time like 2026-11-30T14:00:00.5Z",
    "datetime": "no time like 2026-11-30 14:00:00.5",
}
MICROSECONDS: dict[TimeFormat, int] = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}


def read_time(value: RawField, written: TimeFormat) -> int:
    """Microseconds since 1970, UTC.

    Raises:
        UnfitValueError: it is no time of this format, one that no calendar has, finer than microseconds, or
            in a year that some server doesn't have.
    """
    since = _from_epoch(value, MICROSECONDS[written]) if written in MICROSECONDS else _from_text(value, written)
    if not _LEAST <= since < _END:
        raise UnfitValueError("is outside of the years 1900 to 2299")
    return since


def write_time(since: int, written: TimeFormat) -> str:
    """A time as `read_time` reads it: the fraction has no digits, three or six, as few as are enough.

    Raises:
        OverflowError: no calendar has it.
    """
    if written in MICROSECONDS:
        return str(since // MICROSECONDS[written])
    then = (_EPOCH + timedelta(microseconds=since)).replace(tzinfo=None)
    text = then.isoformat("T" if written == "rfc3339" else " ")
    text = text.removesuffix("000") if then.microsecond else text
    return f"{text}Z" if written == "rfc3339" else text


def _from_epoch(value: RawField, unit: int) -> int:
    if type(value) is not int:
        raise UnfitValueError(f"is {called(value)}, where a whole number is expected")
    return value * unit


def _from_text(value: RawField, written: TimeFormat) -> int:
    if not isinstance(value, str):
        raise UnfitValueError(f"is {called(value)}, where a time is expected")
    for pattern in _FORMATS[written]:
        if match := pattern.fullmatch(value):
            return _of_groups(*match.groups())
    raise UnfitValueError(f"is {_WANTED[written]}")


def _of_groups(  # noqa: PLR0917 - the groups of the patterns, in their order
    year: str,
    month: str,
    day: str,
    hour: str,
    minute: str,
    second: str,
    fraction: str | None,
    sign: str | None = None,
    hours_off: str = "0",
    minutes_off: str = "0",
) -> int:
    digits = fraction or ""
    if digits[6:].strip("0"):
        raise UnfitValueError("is finer than microseconds")
    try:
        then = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError:
        raise UnfitValueError("is in no calendar") from None
    since = _microseconds(then) + (int(f"{digits[:6]:0<6}") if digits else 0)
    return since if sign is None else since - _offset(sign, int(hours_off), int(minutes_off))


def _microseconds(then: datetime) -> int:
    since = then - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000


def _offset(sign: str, hours: int, minutes: int) -> int:
    if hours > 23 or minutes > 59:
        raise UnfitValueError("is in no zone")
    return (hours * 60 + minutes) * (-60_000_000 if sign == "-" else 60_000_000)


_LEAST, _END = _microseconds(_FIRST), _microseconds(_PAST)
