"""What a column of ClickHouse makes of a value in JSONEachRow: how it is read, and what doesn't fit.

Sources: section 3.3 of the notes on real servers, 18.16.1 over HTTP and 26.9.2.1 in process.
"""

from __future__ import annotations

import math
from functools import partial

from engine.rows.row_table import ColumnValue
from engine.rows.server_column import ServerColumn
from engine.servers.engines.clickhouse_reading import (
    NO_NUMBER,
    TRUTHS,
    ClickHouseReading,
    text_read,
)
from engine.servers.engines.clickhouse_times import OF_ANOTHER_TYPE
from engine.servers.engines.fitting import Fit, Misfit
from engine.servers.engines.times import PER_SECOND
from engine.servers.server_table import RANGES

_BEYOND_FLOAT = 10**308
_BYTES = ("int8", "uint8")


def clickhouse_fit(column: ServerColumn, reading: ClickHouseReading) -> Fit:
    """What a column makes of values that aren't NULL: too large numbers wrap around, times are moved inside."""
    match column.kind:
        case "text" | "ip" | "json":
            return partial(text_read, reading)
        case "bytes":
            return partial(_bytes, reading)
        case "float64":
            return partial(_float, reading)
        case "bool":
            return _integer("uint8", reading)
        case "datetime":
            return partial(_datetime, reading)
        case "timestamp":
            return _integer("int64", reading)
        case kind:
            return _integer(kind, reading)


def null_read(column: ServerColumn, reading: ClickHouseReading) -> ColumnValue | Misfit:
    """What a column that has no null makes of it."""
    match column.kind:
        case "text" | "bytes" | "ip" | "json":
            return text_read(reading, None)
        case "datetime":
            return reading.seconds(None)
        case "float64":
            return math.nan
        case _:
            return 0


def type_default(column: ServerColumn) -> ColumnValue:
    """What stands where there is no value: of a column that a row hasn't, or for null if it is asked to."""
    if column.kind in ("text", "ip", "json"):
        return ""
    return b"" if column.kind == "bytes" else 0


def _bytes(reading: ClickHouseReading, value: ColumnValue) -> ColumnValue | Misfit:
    read = value if isinstance(value, bytes) else text_read(reading, value)
    return read.encode(errors="surrogatepass") if isinstance(read, str) else read


def _integer(kind: str, reading: ClickHouseReading) -> Fit:
    low, high = RANGES[kind]

    def whole(text: str) -> int | Misfit:
        return TRUTHS[text] if kind in _BYTES and text in TRUTHS else reading.whole(text, low < 0)

    def fit(value: ColumnValue) -> ColumnValue | Misfit:
        number = whole(_as_text(value)) if isinstance(value, str | bytes) else value
        match number:
            case Misfit():
                return number
            case float() if low == 0 and math.copysign(1, number) < 0:
                return Misfit(None, NO_NUMBER)
            case None | float():
                return Misfit(None, OF_ANOTHER_TYPE)
            case _ if low <= number <= high:
                return int(number)
            case _ if low == 0 and number < 0:
                return Misfit(None, NO_NUMBER)
        wrapped = number % (high - low + 1)
        return wrapped if wrapped <= high else wrapped - (high - low + 1)

    return fit


def _float(reading: ClickHouseReading, value: ColumnValue) -> ColumnValue | Misfit:
    number = reading.fraction(_as_text(value)) if isinstance(value, str | bytes) else value
    if number is None or isinstance(number, Misfit):
        return number or Misfit(None, OF_ANOTHER_TYPE)
    if isinstance(number, int) and abs(number) >= _BEYOND_FLOAT:
        return math.copysign(math.inf, number)
    return float(number)


def _as_text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode(errors="surrogateescape")


def datetime_at_the_end(reading: ClickHouseReading, value: str | bytes) -> ColumnValue | Misfit:
    """What a column of times makes of a text behind which the request ends too early, where that matters."""
    assert reading.seconds_at_the_end is not None, "who asks has looked"
    return _microseconds(reading.seconds_at_the_end(value))


def _datetime(reading: ClickHouseReading, value: ColumnValue) -> ColumnValue | Misfit:
    return _microseconds(reading.seconds(value))


def _microseconds(seconds: int | Misfit) -> int | Misfit:
    return seconds if isinstance(seconds, Misfit) else seconds * PER_SECOND
