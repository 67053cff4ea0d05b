"""Tables of PostgreSQL 15.

Sources: section 3.1 of the notes on real servers, PostgreSQL 15.18; codes of wrong values and their order by hand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from engine.databases.request import RowsWritten, ServerRefusal, WriteRows
from engine.rows.row_table import ColumnValue
from engine.rows.server_column import ServerColumn
from engine.servers.engines.fitting import Columns, ColumnsOf, Fit, FittedRow, Misfit, StoredRow
from engine.servers.engines.numbers import number_as_text, number_in, rounded
from engine.servers.engines.times import PER_SECOND, time_as_text, time_written
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import RANGES, ServerTable
from engine.servers.table_engine import Decision, EngineKind, Flush
from engine.servers.table_state import StatementDraft, TableState

_DUPLICATE = "23505"
_NOT_NULL = "23502"
TWICE_IN_ONE = "21000"
_TOO_LONG = "22001"
_OUT_OF_RANGE = "22003"
_NO_NUMBER = "22P02"
_NO_TIME = "22007"
_NO_SUCH_TIME = "22008"
_LAST_SECOND = 60
_WRONG_TYPE = "42804"
_NUMBERS = frozenset({"int64", "uint64", "float64"})
_TEXTS = frozenset({"text", "ip", "json"})
_NO_COLUMN = "42703"
NUL = "22021"
_CHECK = "23514"
_TRUE = ("true", "yes", "on", "1")  # or the beginning of one, as long as it isn't that of another
_FALSE = ("false", "no", "off", "0")
_AMBIGUOUS = "o"
_NO_FINITE = re.compile(r"\s*[+-]?(?:nan|inf(?:inity)?)\s*", re.IGNORECASE)
_NO_FINITE_NUMERIC = re.compile(r"\s*(?:nan|[+-]?inf(?:inity)?)\s*", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"\s*[+-]?0x[0-9a-f]+\s*", re.IGNORECASE)
_SOME_DIGIT = re.compile(r"[^eE]*[1-9]")
# A value of another type is noticed first, then a text that can't be read, and then what is out of bounds.
_STAGES = {_WRONG_TYPE: 0, _NO_NUMBER: 1, _NO_TIME: 1, NUL: 1}
_PLANNED = 2
_LONGEST_ADDRESS = 45
_TWENTY_DIGITS = 10**20
_FIRST_TIME = -210_866_803_200_000_000  # 4714 BC
_LAST_TIME = 9_224_318_016_000_000_000 - 1  # 294276 AD


class PostgresTable:
    """One table; implements `TableEngine`."""

    def __init__(self, table: ServerTable, _settings: ServerSettings) -> None:
        self._columns = ColumnsOf(table, _fit)

    def decide(self, state: TableState, request: WriteRows) -> Decision:
        """All or nothing. The constants of all rows are looked at before NULL, checks and the key of any.

        ON CONFLICT DO NOTHING forgives a key that is there, and no value. A key may stand once in an upsert.
        """
        columns = self._columns.of(request.table)
        if columns.unknown:
            return Decision(ServerRefusal(_NO_COLUMN, f'column "{columns.unknown[0]}" does not exist'))
        rows = [columns.fitted(sent) for sent in request.rows]
        wrong_constants = [(_STAGES.get(each.code, _PLANNED), place, each) for place, each in _constants(rows)]
        if wrong_constants:
            _, place, wrong = min(wrong_constants, key=lambda each: each[:2])
            return _refused(place, wrong.code, wrong.text)
        draft, affected = StatementDraft(state), 0
        for place, (made, stored) in enumerate(rows):
            if stored is None:
                wrong = _wrong_row(columns, made)
                return _refused(place, wrong.code, wrong.text)
            written = _write(draft, request, stored)
            if isinstance(written, str):
                return _refused(place, written, "duplicate key value violates unique constraint")
            affected += written
        return Decision(RowsWritten(affected), draft.together)


def _refused(place: int, code: str, text: str) -> Decision:
    return Decision(ServerRefusal(code, text), (), ((place, code),))


def _constants(rows: Sequence[FittedRow]) -> Iterator[tuple[int, Misfit]]:
    """What is wrong with the constants of a statement, with the places of their rows."""
    for place, (made, stored) in enumerate(rows):
        if stored is None:
            yield from ((place, each) for each in made if isinstance(each, Misfit) and each.code != _CHECK)


def _wrong_row(columns: Columns, made: tuple[ColumnValue | Misfit, ...]) -> Misfit:
    """What rule a row breaks by itself: NULL first, then what a column checks."""
    if any(made[at] is None for at in columns.required):
        return Misfit(None, _NOT_NULL, "null value violates not-null constraint")
    return next(value for value in made if isinstance(value, Misfit))


def _write(draft: StatementDraft, request: WriteRows, stored: StoredRow) -> int | str:
    row, key, as_sent = stored
    known = draft.find(key)
    if known is None:
        draft.add(key, row, as_sent)
        return 1
    if request.mode == "upsert":
        assert key is not None, "what is there was found by it"
        if draft.is_fresh(key):
            return TWICE_IN_ONE
        draft.replace(known[0], key, row, as_sent)
        return 1
    return 0 if request.mode == "insert_ignore" else _DUPLICATE


def _fit(column: ServerColumn) -> Fit:
    if column.kind in ("timestamp", "datetime"):
        return _no_time if column.sent in _NUMBERS else _time_fit(column)
    fit = _fit_of(column)
    if column.sent != "timestamp":
        return fit
    return _time_as_text(fit) if column.kind in _TEXTS else _wrong_type


def _fit_of(column: ServerColumn) -> Fit:
    match column.kind:
        case "text":
            return _text(column.length)
        case "json":
            return _text(0)
        case "ip":
            return _text(_LONGEST_ADDRESS)
        case "bytes":
            return _bytes(column.length)
        case "uint64":
            return _numeric
        case "bool":
            return _bool
        case "float64":
            return _float
        case kind:
            return _integer(*RANGES[kind])


def _text(length: int) -> Fit:
    def fit(value: ColumnValue) -> ColumnValue | Misfit:
        text = value if isinstance(value, str) else _text_of(value)
        if "\0" in text:
            return Misfit(None, NUL, "no character 0 in a text")
        if length and len(text) > length:
            if text[length:].strip(" "):
                return Misfit(None, _TOO_LONG, f"value too long for type character varying({length})")
            return text[:length]  # blanks that are too many are cut off, and nobody is told
        return text

    return fit


def _text_of(value: ColumnValue) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, float):
        return number_as_text(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _integer(low: int, high: int) -> Fit:
    def fit(value: ColumnValue) -> ColumnValue | Misfit:
        if type(value) is int and low <= value <= high:
            return value
        if isinstance(value, (bool, bytes)):
            return Misfit(None, _WRONG_TYPE)
        number = number_in(value) if isinstance(value, str) else value
        if isinstance(value, str) and not isinstance(number, int):  # a text with a fraction is none either
            return Misfit(None, _NO_NUMBER)
        whole = rounded(number or 0)
        return whole if whole is not None and low <= whole <= high else Misfit(None, _OUT_OF_RANGE)

    return fit


def _numeric(value: ColumnValue) -> ColumnValue | Misfit:
    """Of twenty digits, and then checked to be a number of 64 bits without a sign."""
    if isinstance(value, (bool, bytes)):
        return Misfit(None, _WRONG_TYPE)
    if isinstance(value, str) and _NO_FINITE_NUMERIC.fullmatch(value):
        return Misfit(None, _CHECK if math.isnan(float(value)) else _OUT_OF_RANGE)
    number = number_in(value) if isinstance(value, str) else value
    if number is None:
        return Misfit(None, _NO_NUMBER)
    whole = rounded(number, was_text=True)  # a decimal number is rounded away from zero
    if whole is None or abs(whole) >= _TWENTY_DIGITS:
        return Misfit(None, _OUT_OF_RANGE)
    low, high = RANGES["uint64"]
    return whole if low <= whole <= high else Misfit(None, _CHECK)


def _float(value: ColumnValue) -> ColumnValue | Misfit:
    if isinstance(value, float):
        return value
    if isinstance(value, (bool, bytes)):
        return Misfit(None, _WRONG_TYPE)
    if isinstance(value, str):
        return _float_in(value)
    number = value or 0
    return float(number) if abs(number) < 10**308 else Misfit(None, _OUT_OF_RANGE)


def _float_in(text: str) -> ColumnValue | Misfit:
    if _NO_FINITE.fullmatch(text):
        return float(text)
    if _HEXADECIMAL.fullmatch(text):
        return float(int(text, 16))
    if number_in(text) is None:
        return Misfit(None, _NO_NUMBER)
    number = float(text)
    is_lost = math.isinf(number) or (number == 0 and _SOME_DIGIT.match(text))
    return Misfit(None, _OUT_OF_RANGE) if is_lost else number


def _bool(value: ColumnValue) -> ColumnValue | Misfit:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return Misfit(None, _WRONG_TYPE)
    word = value.strip().lower()
    if word in ("", _AMBIGUOUS):
        return Misfit(None, _NO_NUMBER)
    if any(each.startswith(word) for each in _TRUE):
        return True
    return False if any(each.startswith(word) for each in _FALSE) else Misfit(None, _NO_NUMBER)


def _bytes(length: int) -> Fit:
    def fit(value: ColumnValue) -> ColumnValue | Misfit:
        if isinstance(value, str):
            value = value.encode(errors="surrogatepass")
        if not isinstance(value, bytes):
            return Misfit(None, _WRONG_TYPE)
        return Misfit(None, _CHECK) if length and len(value) > length else value

    return fit


def _no_time(_value: ColumnValue) -> Misfit:
    """What is sent as a number is no time to this server; times of ours are numbers here as well."""
    return Misfit(
        None, _WRONG_TYPE, "column is of type timestamp without time zone but expression is of type bigint"
    )


def _wrong_type(_value: ColumnValue) -> Misfit:
    return Misfit(None, _WRONG_TYPE, "expression is of type timestamp without time zone")


def _time_as_text(fit: Fit) -> Fit:
    return lambda value: fit(time_as_text(int(value or 0), is_short=True))


def _time_fit(column: ServerColumn) -> Fit:
    """A zone is read and makes no difference; a `datetime` has the nearest second."""
    unit = 1 if column.kind == "timestamp" else PER_SECOND

    def fit(value: ColumnValue) -> ColumnValue | Misfit:
        time = _time_in(value) if isinstance(value, str) else value
        if type(time) is not int:
            return time if isinstance(time, Misfit) else Misfit(None, _WRONG_TYPE)
        if not _FIRST_TIME <= time <= _LAST_TIME:
            return Misfit(None, _NO_SUCH_TIME)
        nearest = (abs(time) + unit // 2) // unit * unit
        return nearest if time >= 0 else -nearest

    return fit


def _time_in(text: str) -> int | Misfit:
    written = time_written(text)
    if written is None:
        return Misfit(None, _NO_TIME)
    if not (written.has_day and written.has_hour(_LAST_SECOND)):
        return Misfit(None, _NO_SUCH_TIME)
    return written.seconds * PER_SECOND + round(float(f"0.{written.fraction or 0}") * PER_SECOND)


POSTGRES_ENGINE = EngineKind(
    name="postgres@15",
    make=PostgresTable,
    flushes={"on": Flush("synced")},
    refusals={
        "read_only": ServerRefusal("25006", "cannot execute INSERT in a read-only transaction"),
        "too_many_connections": ServerRefusal("53300", "sorry, too many clients already"),
        "locked": ServerRefusal("55P03", "canceling statement due to lock timeout"),
        "denied": ServerRefusal("28P01", "password authentication failed"),
        "missing": ServerRefusal("42P01", "relation does not exist"),
    },
    full=ServerRefusal("53100", "could not extend file: no space left on device"),
)
