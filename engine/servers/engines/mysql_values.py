"""What a column of MariaDB makes of a value that it has no place for: an error, or something else instead.

Seen on MariaDB 10.11.19 (section 3.1 of the notes on real servers, and each code again by hand).
"""

from __future__ import annotations

from engine.rows.row_table import ColumnValue
from engine.servers.engines.fitting import Fit, Misfit
from engine.servers.engines.numbers import number_as_text, number_before, number_in, rounded
from engine.servers.server_table import RANGES, ServerColumn
from engine.servers.server_words import StoredKind

_TOO_LONG = "1406"
_OUT_OF_RANGE = "1264"
_NO_NUMBER = "1366"
ONLY_BEGINS = "1265"
_NO_TIME = "1292"
ZERO_TIME = -62_167_219_200_000_000  # 0000-00-00, which stands for every time that is none
_FIRST_TIME = -62_135_596_800_000_000  # the year 1
_LAST_TIME = 253_402_300_799_999_999  # the end of the year 9999
_IP_LENGTH = 45
_THREE_BYTES = "\uffff"


def mysql_fit(column: ServerColumn) -> Fit:
    """What a column makes of values that aren't NULL."""
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
        case "timestamp" | "datetime":
            return _time
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
            code = code or _OUT_OF_RANGE
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
            blank = not value[length:].strip(" ")  # blanks that are too many are cut off in strict mode, too
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


def _time(value: ColumnValue) -> ColumnValue | Misfit:
    if isinstance(value, (str, bytes)):
        return Misfit(ZERO_TIME, _NO_TIME)
    whole = rounded(value or 0)
    if whole is None or not _FIRST_TIME <= whole <= _LAST_TIME:
        return Misfit(ZERO_TIME, _NO_TIME)
    return whole
