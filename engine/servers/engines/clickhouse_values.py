"""What a column of ClickHouse makes of a value in JSONEachRow.

Sources: section 3.3 of the notes on real servers, 18.16.1 over HTTP and 26.9.2.1 in process; what 18.16.1 makes of
odd values again in 200 random histories. That null is a number in 26.9 is what its source says.
"""

from __future__ import annotations

from functools import partial

from engine.rows.row_table import ColumnValue
from engine.servers.engines.fitting import Fit, Misfit
from engine.servers.engines.numbers import number_in
from engine.servers.server_table import RANGES, ServerColumn

OF_ANOTHER_TYPE = "Code: 27"
NEGATIVE = "Code: 72"
NO_STRING = "Code: 26"
_SECOND = 1_000_000  # microseconds
_LAST_DATETIME = (2**32 - 1) * _SECOND


def clickhouse_fit(column: ServerColumn, *, empty_is_zero: bool) -> Fit:
    """What a column makes of values that aren't NULL: too large numbers wrap around, times are moved inside.

    An empty text may be a number: `empty_is_zero`.
    """
    match column.kind:
        case "text" | "ip" | "json":
            return _text
        case "bytes":
            return _bytes
        case "float64":
            return partial(_float, empty_is_zero=empty_is_zero)
        case "bool":
            return _integer("uint8", empty_is_zero=empty_is_zero)
        case "datetime":
            return _datetime
        case "timestamp":
            return _integer("int64", empty_is_zero=empty_is_zero)
        case kind:
            return _integer(kind, empty_is_zero=empty_is_zero)


def null_as_number(column: ServerColumn) -> ColumnValue:
    """What a column of numbers that has no null makes of it."""
    return float("nan") if column.kind == "float64" else 0


def type_default(column: ServerColumn) -> ColumnValue:
    """What stands where there is no value: of a column that a row hasn't, or for null if it is asked to."""
    if column.kind in ("text", "ip", "json"):
        return ""
    return b"" if column.kind == "bytes" else 0


def _text(value: ColumnValue) -> ColumnValue | Misfit:
    if isinstance(value, bytes):
        return value.decode(errors="surrogateescape")
    return value if isinstance(value, str) else Misfit(None, NO_STRING)


def _bytes(value: ColumnValue) -> ColumnValue | Misfit:
    if isinstance(value, str):
        return value.encode(errors="surrogatepass")
    return value if isinstance(value, bytes) else Misfit(None, NO_STRING)


def _integer(kind: str, *, empty_is_zero: bool) -> Fit:
    low, high = RANGES[kind]

    def fit(value: ColumnValue) -> ColumnValue | Misfit:
        if isinstance(value, str):  # a number may stand in quotes
            value = number_in(value or "0" if empty_is_zero else value)
        if value is None or isinstance(value, (float, bytes)):
            return Misfit(None, OF_ANOTHER_TYPE)
        if low <= value <= high:
            return value
        if low == 0 and value < 0:
            return Misfit(None, NEGATIVE)
        wrapped = value % (high - low + 1)
        return wrapped if wrapped <= high else wrapped - (high - low + 1)

    return fit


def _float(value: ColumnValue, *, empty_is_zero: bool) -> ColumnValue | Misfit:
    if isinstance(value, str):
        value = number_in(value or "0" if empty_is_zero else value)
    if value is None or isinstance(value, bytes):
        return Misfit(None, OF_ANOTHER_TYPE)
    return float(value) if abs(value) < 10**308 else float("inf") * (1 if value > 0 else -1)


def _datetime(value: ColumnValue) -> ColumnValue | Misfit:
    if type(value) is not int:
        return Misfit(None, OF_ANOTHER_TYPE)
    return min(max(value, 0), _LAST_DATETIME) // _SECOND * _SECOND
