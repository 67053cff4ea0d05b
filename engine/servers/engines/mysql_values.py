"""What a column of MariaDB makes of a value that it has no place for: an error, or something else instead.

Seen on MariaDB 10.11.19 (section 3.1 of the notes on real servers, and each code again by hand).
"""

from __future__ import annotations

import math

from engine.databases.sql.sql_values import ZERO_TIME
from engine.rows.row_table import ColumnValue
from engine.rows.server_column import ServerColumn, StoredKind
from engine.servers.engines.fitting import Fit, Misfit
from engine.servers.engines.numbers import number_as_text, number_before, number_in, rounded
from engine.servers.engines.times import PER_SECOND, time_as_text, time_in_number, time_written
from engine.servers.server_table import RANGES

_TOO_LONG = "1406"
_OUT_OF_RANGE = "1264"
_NO_NUMBER = "1366"
ONLY_BEGINS = "1265"
_NO_TIME = "1292"
_NO_DAY = "0000-00-00"
_FIRST_TIME = -62_135_596_800_000_000  # the year 1
_LAST_TIME = 253_402_300_799_999_999  # the end of the year 9999
_IP_LENGTH = 45
_BLANKS = " \t\n\v\f\r"
_THREE_BYTES = "\uffff"


def mysql_fit(column: ServerColumn) -> Fit:
    """What a column makes of values that aren't NULL; a time that is sent is a text to all but columns of times."""
    if column.kind in ("timestamp", "datetime"):
        return _time_fit(column)
    fit = _fit(column)
    return fit if column.sent != "timestamp" else lambda value: fit(time_as_text(int(value or 0)))


def _fit(column: ServerColumn) -> Fit:
    match column.kind:
        case "text" | "json":
            return _text(column.length, three_bytes=column.charset == "utf8mb3")
        case "ip":
            return _text(_IP_LENGTH, three_bytes=False)
        case "bytes":
            return _bytes(column.length)
        case "float64":
            return _float
        case "bool":
            return _integer("int8")
        case kind:
            return _integer(kind)


def implicit_default(kind: StoredKind) -> ColumnValue:
    """What stands in a column that refuses NULL, where NULL was sent and strict mode doesn't bind."""
    match kind:
        case "text" | "json" | "ip":
            return ""
        case "bytes":
            return b""
        case "timestamp" | "datetime":
            return ZERO_TIME
        case _:
            return 0


def _integer(kind: str) -> Fit:
    low, high = RANGES[kind]

    def fit(value: ColumnValue) -> ColumnValue | Misfit:
        if type(value) is int and low <= value <= high:
            return value
        code, was_text = "", isinstance(value, (str, bytes))
        if isinstance(value, (str, bytes)):
            value, code = _read(value)
        whole = rounded(value or 0, was_text=was_text)
        if whole is None:
            return Misfit(0, _OUT_OF_RANGE)
        inside = min(max(whole, low), high)
        if inside != whole:
            code = _OUT_OF_RANGE
        return Misfit(inside, code) if code else inside

    return fit


def _read(text: str | bytes) -> tuple[int | float, str]:
    """The number that a text is taken for, and the code where it is none."""
    text = text.decode("latin-1") if isinstance(text, bytes) else text
    number = number_in(text)
    if number is not None:
        return number, ""
    number = number_before(text)
    return (0, _NO_NUMBER) if number is None else (number, ONLY_BEGINS)


def _float(value: ColumnValue) -> ColumnValue | Misfit:
    if type(value) is float and value - value == 0:  # neither infinite nor none
        return value + 0.0  # -0.0 in a statement is a decimal number, and 0
    code = ""
    if isinstance(value, (str, bytes)):
        value, code = _read(value)
    try:
        number = float(value or 0)
    except OverflowError:
        number = float("inf")
    if number - number != 0:
        return Misfit(0.0, _OUT_OF_RANGE)
    return Misfit(number, code) if code else number


def _text(length: int, *, three_bytes: bool) -> Fit:
    def fit(value: ColumnValue) -> ColumnValue | Misfit:
        if not isinstance(value, str):
            value = value.decode(errors="replace") if isinstance(value, bytes) else _short(value)
        code = ""
        if three_bytes and value and max(value) > _THREE_BYTES:
            value = "".join("?" if each > _THREE_BYTES else each for each in value)
            code = _NO_NUMBER  # the code of every value that is of another kind than the column
        if length and len(value) > length:
            blank = not value[length:].strip(_BLANKS)  # those that are too many are cut off in strict mode, too
            value, code = value[:length], code if blank else code or _TOO_LONG
        return Misfit(value, code) if code else value

    return fit


def _short(number: float | None) -> str:
    return number_as_text(number or 0).replace("e+", "e")


def _bytes(length: int) -> Fit:
    def fit(value: ColumnValue) -> ColumnValue | Misfit:
        if not isinstance(value, bytes):
            text = value if isinstance(value, str) else _short(value)
            value = text.encode(errors="surrogatepass")
        if length and len(value) > length:
            return Misfit(value[:length], _TOO_LONG)
        return value

    return fit


def _time_fit(column: ServerColumn) -> Fit:
    """A time that is sent as one is that time, and a number the day that its digits are; both by whole seconds."""
    unit = 1 if column.kind == "timestamp" else PER_SECOND
    is_time = column.sent in ("", "timestamp")

    def fit(value: ColumnValue) -> ColumnValue | Misfit:
        if is_time and type(value) is int:
            time = value if _FIRST_TIME <= value <= _LAST_TIME else None
        else:
            time = _time_in(value)
        return Misfit(ZERO_TIME, _NO_TIME) if time is None else time // unit * unit

    return fit


def _time_in(value: ColumnValue) -> int | None:
    """Microseconds since 1970; None for what is no time: a zone is none to MariaDB."""
    if value == 0:
        return ZERO_TIME
    written = None
    if isinstance(value, (str, bytes)):
        text = value if isinstance(value, str) else value.decode("latin-1")
        if text.strip().startswith(_NO_DAY):
            return ZERO_TIME
        written = time_written(text)
    elif value is not None and value - value == 0:
        whole = math.floor(value)
        written = time_in_number(whole)
        if written is not None:
            written = written._replace(fraction=f"{value - whole:.6f}"[2:])
    if written is None or written.zone is not None or not (written.has_day and written.has_hour()):
        return None
    return written.seconds * PER_SECOND + int(written.fraction.ljust(6, "0")[:6])
