"""Tables of SQLite 3.40.1, whose columns have an affinity and no type.

Sources: section 3.1 of the notes on real servers; the order of checks and what affinities store is held against the
`sqlite3` of Python in the property tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count

from engine.databases.request import RowsWritten, ServerRefusal, WriteRows
from engine.databases.sql.sql_dialect import SQLITE
from engine.databases.sql.sql_values import whole_number
from engine.rows.row_table import ColumnValue, TableRow
from engine.rows.server_column import ServerColumn
from engine.servers.engines.fitting import Columns, ColumnsOf, Fit, Misfit
from engine.servers.engines.numbers import number_in
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import RANGES, ServerTable
from engine.servers.table_engine import WITHOUT_NETWORK, Decision, EngineKind, Flush
from engine.servers.table_state import StatementDraft, TableState

MISMATCH = "SQLITE_MISMATCH"
_NOT_NULL = "SQLITE_CONSTRAINT_NOTNULL"
_CHECK = "SQLITE_CONSTRAINT_CHECK"
_DUPLICATE = "SQLITE_CONSTRAINT_PRIMARYKEY"
UNIQUE = "SQLITE_CONSTRAINT_UNIQUE"
_WRONG_TYPE = "SQLITE_CONSTRAINT_DATATYPE"
_TYPE_NAMES: Mapping[type, str] = {str: "TEXT", bytes: "BLOB", float: "REAL", int: "INTEGER"}
_LOW, _HIGH = RANGES["int64"]


class SqliteTable:
    """One table; implements `TableEngine`."""

    def __init__(self, table: ServerTable, _settings: ServerSettings) -> None:
        self._table = table
        self._columns = ColumnsOf(table, _strictly if table.strict else _affinity)
        self._duplicate = UNIQUE if table.strict else _DUPLICATE
        self._checked = [place for place, column in enumerate(table.columns) if column.length]
        key = [place for place, column in enumerate(table.columns) if column.name in table.key]
        # A key of one whole number is the row's own number: it has a type, and NULL asks for the next one.
        # Our own strict tables number their rows themselves.
        is_number = len(key) == 1 and table.columns[key[0]].kind in RANGES
        self._rowid = key[0] if is_number and not table.strict else -1

    def decide(self, state: TableState, request: WriteRows) -> Decision:
        """Row by row, all or nothing."""
        columns = self._columns.of(request.table)
        if columns.unknown:
            return Decision(ServerRefusal("SQLITE_ERROR", f"no column named {columns.unknown[0]}"))
        draft, affected = StatementDraft(state), 0
        for place, sent in enumerate(request.rows):
            row = self._row(state, draft, columns, sent)
            wrong = row if isinstance(row, ServerRefusal) else self._write(draft, columns, request, row, sent)
            if wrong is None:
                affected += 1
            elif not _is_forgiven(request, wrong.code):
                return Decision(wrong, (), ((place, wrong.code),))
        return Decision(RowsWritten(affected), draft.together)

    def _row(
        self, state: TableState, draft: StatementDraft, columns: Columns, sent: TableRow
    ) -> TableRow | ServerRefusal:
        """The row as it is stored, or the first rule that it breaks: rowid, NULL, type, CHECK."""
        row: list[ColumnValue | Misfit] = [*columns.fitted(sent).values]
        if self._rowid >= 0:
            number = _rowid(row[self._rowid])
            if number is None:
                if row[self._rowid] is not None:
                    return ServerRefusal(MISMATCH, "datatype mismatch")
                number = _next_rowid(state, draft)
            row[self._rowid] = number
        missing = next((place for place in columns.required if row[place] is None), None)
        if missing is not None:
            return ServerRefusal(_NOT_NULL, f"NOT NULL constraint failed: {self._named(missing)}")
        made: list[ColumnValue] = []
        for place, value in enumerate(row):
            if isinstance(value, Misfit):
                return ServerRefusal(value.code, f"cannot store {value.text} column {self._named(place)}")
            made.append(value)
        return self._broken_check(made) or tuple(made)

    def _broken_check(self, row: Sequence[ColumnValue]) -> ServerRefusal | None:
        for place in self._checked:
            value, column = row[place], self._table.columns[place]
            if value is not None and _length(value) > column.length:
                rule = f"length({SQLITE.quoted(column.name)}) <= {column.length}"
                return ServerRefusal(_CHECK, f"CHECK constraint failed: {rule}")
        return None

    def _named(self, *places: int) -> str:
        """Columns as errors name them."""
        return ", ".join(f"{self._table.name}.{self._table.columns[place].name}" for place in places)

    def _write(
        self, draft: StatementDraft, columns: Columns, request: WriteRows, row: TableRow, sent: TableRow
    ) -> ServerRefusal | None:
        """Write the row, unless it breaks the rule about keys."""
        _, key, as_sent = columns.stored(row, sent)
        known = draft.find(key)
        if known is None:
            draft.add(key, row, as_sent)
        elif request.mode == "upsert":
            draft.replace(known[0], key, row, as_sent)
        else:
            return ServerRefusal(self._duplicate, f"UNIQUE constraint failed: {self._named(*columns.key)}")
        return None


def _is_forgiven(request: WriteRows, code: str) -> bool:
    """Whether a row that breaks a rule is left out: its key's by DO NOTHING, most rules by INSERT OR IGNORE."""
    if request.mode == "insert_ignore":
        return code in (_DUPLICATE, UNIQUE)
    return request.mode == "ignore_errors" and code not in (MISMATCH, _WRONG_TYPE)


def _affinity(column: ServerColumn) -> Callable[[ColumnValue], ColumnValue]:
    match column.kind:
        case "text" | "ip" | "json":
            return _as_text
        case "bytes":
            return _unchanged
        case "float64":
            return _as_real
        case _:
            return _as_number


def _strictly(column: ServerColumn) -> Fit:
    """The columns of a strict table take what their affinity makes one of their type, and nothing else."""
    affinity = _affinity(column)
    match column.kind:
        case "text" | "ip" | "json":
            type_: type = str
        case "bytes":
            type_ = bytes
        case "float64":
            type_ = float
        case "uint64":  # which has no place in an integer of SQLite, and is text of digits
            return _digits
        case _:
            type_ = int

    def fit(value: ColumnValue) -> ColumnValue | Misfit:
        made = affinity(value)
        return made if made is None or isinstance(made, type_) else _of_another_type(made, type_)

    return fit


def _of_another_type(value: ColumnValue, type_: type) -> Misfit:
    found = "INT" if isinstance(value, int) else _TYPE_NAMES[type(value)]
    return Misfit(None, _WRONG_TYPE, f"{found} value in {_TYPE_NAMES[type_]}")


def _digits(value: ColumnValue) -> ColumnValue | Misfit:
    """A number as text, which is read as the number; what is none stays the text that it is."""
    if isinstance(value, int):
        return value
    text = _as_text(value)
    return whole_number(text) if isinstance(text, str) else _of_another_type(text, str)


def _unchanged(value: ColumnValue) -> ColumnValue:
    return value


def _as_text(value: ColumnValue) -> ColumnValue:
    """Numbers become text; bytes stay bytes."""
    if isinstance(value, (str, bytes)):
        return value
    return str(int(value)) if isinstance(value, bool) else _number_as_text(value)


def _number_as_text(value: float | None) -> str | None:
    """A number as SQLite writes it: 15 digits, a point in each that isn't whole by its type, no zero below zero."""
    if not isinstance(value, float):
        return str(value)
    if value - value != 0:
        return None if value != value else "Inf" if value > 0 else "-Inf"  # noqa: PLR0124 - not a number
    digits, e, exponent = f"{value or 0.0:.15g}".partition("e")
    return f"{digits if '.' in digits else f'{digits}.0'}{e}{exponent}"


def _as_number(value: ColumnValue) -> ColumnValue:
    """A text that is a number becomes one, a whole one where it has no fraction; another text stays text."""
    if isinstance(value, str):
        number = number_in(value) if value.isascii() else None
        return value if number is None else _as_number(number)
    if isinstance(value, float):
        if value - value != 0:
            return value if value == value else None  # noqa: PLR0124 - not a number, which is NULL
        return int(value) if value.is_integer() and _LOW <= value < _HIGH else value
    if isinstance(value, int) and not _LOW <= value <= _HIGH:
        return float(value) if abs(value) < 10**308 else float("inf")
    return value


def _as_real(value: ColumnValue) -> ColumnValue:
    number = _as_number(value)
    return float(number) if isinstance(number, int) else number


def _rowid(value: ColumnValue | Misfit) -> int | None:
    return int(value) if isinstance(value, int) else None


def _next_rowid(state: TableState, draft: StatementDraft) -> int:
    """One above the largest; where there is none above, SQLite draws a number, and this is the first free one."""
    known = (key[0] for key in state.numbers)
    fresh = (put.key[0] for put in draft.puts if put.key is not None)
    numbers = {value for value in (*known, *fresh) if isinstance(value, int)}
    above = max(numbers, default=0) + 1
    return above if above <= _HIGH else next(number for number in count(1) if number not in numbers)


def _length(value: ColumnValue) -> int:
    return len(value) if isinstance(value, (str, bytes)) else len(str(value))


SQLITE_ENGINE = EngineKind(
    name="sqlite@3.40",
    make=SqliteTable,
    flushes={"full": Flush("synced")},
    refusals={
        "read_only": ServerRefusal("SQLITE_READONLY", "attempt to write a readonly database"),
        "locked": ServerRefusal("SQLITE_BUSY", "database is locked"),
        "denied": ServerRefusal("SQLITE_CANTOPEN", "unable to open database file"),
        "missing": ServerRefusal("SQLITE_ERROR", "no such table"),
    },
    full=ServerRefusal("SQLITE_FULL", "database or disk is full"),
    broken=ServerRefusal("SQLITE_IOERR", "disk I/O error"),
    keeps_connections=False,
    points=WITHOUT_NETWORK,
)
