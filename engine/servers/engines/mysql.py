"""Tables of MariaDB 10.11: InnoDB, MyISAM and Aria take rows by the same rules, and undo other things.

Sources: section 3.1 of the notes on real servers, MariaDB 10.11.19, `STRICT_TRANS_TABLES`, autocommit.
"""

from __future__ import annotations

from functools import partial

from engine.databases.request import RowsWritten, ServerRefusal, WriteRows
from engine.rows.row_table import ColumnValue, TableRow
from engine.servers.engines.fitting import Columns, ColumnsOf, Misfit, StoredRow
from engine.servers.engines.mysql_texts import EndsElsewhereError, read_rows
from engine.servers.engines.mysql_values import implicit_default, mysql_fit
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import ServerTable
from engine.servers.server_words import ServerTrouble
from engine.servers.table_engine import Decision, EngineKind, Flush
from engine.servers.table_state import StatementDraft, TableState
from engine.servers.wire_size import statement_bytes
from engine.units import SECOND

_DUPLICATE = "1062"
_NOT_NULL = "1048"
NO_DEFAULT = "1364"
_NO_COLUMN = "1054"
_TOO_LARGE = "1153"
_SYNTAX = "1064"


class MysqlTable:
    """One table; implements `TableEngine`.

    Args:
        table: how it was made.
        settings: those of its server.
        atomic: a statement that fails leaves nothing.
    """

    def __init__(self, table: ServerTable, settings: ServerSettings, *, atomic: bool) -> None:
        self._table = table
        self._packet = settings.packet
        self._atomic = atomic
        self._columns = ColumnsOf(table, mysql_fit, folds=True)

    def decide(self, state: TableState, request: WriteRows) -> Decision:
        """Row by row: first the values, from the first column to the last, then the key.

        A statement in which a text ends where it shouldn't is refused with 1064. One over `max_allowed_packet` is
        refused with 1153, and the connection is closed behind it.
        """
        if statement_bytes(request, self._packet) > self._packet:
            return Decision(
                ServerRefusal(_TOO_LARGE, "got a packet bigger than 'max_allowed_packet'"), disconnects=True
            )
        columns = self._columns.of(request.table)
        if columns.unknown:
            return Decision(ServerRefusal(_NO_COLUMN, f"unknown column '{columns.unknown[0]}'"))
        try:
            read = read_rows(request)
        except EndsElsewhereError:
            return Decision(ServerRefusal(_SYNTAX, "you have an error in your SQL syntax"))
        draft, affected = StatementDraft(state), 0
        for place, (sent, taken) in enumerate(zip(request.rows, read, strict=True)):
            row = self._stored(columns, taken, sent, strict=self._is_strict(request, affected))
            changed = row if isinstance(row, ServerRefusal) else _write(draft, columns, request, row, sent)
            if isinstance(changed, ServerRefusal):
                return Decision(changed, () if self._atomic else draft.by_row, ((place, changed.code),))
            affected += changed
        return Decision(RowsWritten(affected), draft.together if self._atomic else draft.by_row)

    def _is_strict(self, request: WriteRows, affected: int) -> bool:
        """Whether a wrong value is refused.

        INSERT IGNORE alters it. So does a table that can't be undone, once its statement has changed anything: a
        repeat of a row that is there already has not.
        """
        return request.mode != "ignore_errors" and (self._atomic or not affected)

    def _stored(
        self, columns: Columns, taken: TableRow, sent: TableRow, *, strict: bool
    ) -> StoredRow | ServerRefusal:
        """The row as it is stored: whole, or with what fits in place of what doesn't where that is no error."""
        made, stored = columns.fitted(taken)
        if stored is not None:
            return stored if taken is sent else columns.stored(stored.row, sent)
        row: list[ColumnValue] = []
        for column, value, place in zip(self._table.columns, made, columns.places, strict=True):
            if value is None and column.required:
                if strict:
                    return ServerRefusal(
                        _NOT_NULL if place >= 0 else NO_DEFAULT, f"column '{column.name}' cannot be null"
                    )
                row.append(implicit_default(column.kind))
            elif isinstance(value, Misfit):
                if strict:
                    return ServerRefusal(value.code, f"wrong value for column '{column.name}'")
                row.append(value.instead)
            else:
                row.append(value)
        return columns.stored(tuple(row), sent)


def _write(
    draft: StatementDraft, columns: Columns, request: WriteRows, stored: StoredRow, sent: TableRow
) -> int | ServerRefusal:
    """How many rows the server counts as changed: 1 for a new row, 2 for one that replaces another, 0 for none."""
    row, key, as_sent = stored
    known = draft.find(key)
    if known is None:
        draft.add(key, row, as_sent)
        return 1
    number, old = known
    if request.mode == "upsert":
        row = tuple(old[place] if place in columns.key else value for place, value in enumerate(row))
        if row == old:
            return 0
        draft.replace(number, key, row, columns.stored(row, sent).as_sent)
        return 2
    if request.mode in ("insert_ignore", "ignore_errors"):
        return 0
    return ServerRefusal(_DUPLICATE, "duplicate entry for key 'PRIMARY'")


_REFUSALS: dict[ServerTrouble, ServerRefusal] = {
    "read_only": ServerRefusal("1290", "the server is running with the --read-only option"),
    "too_many_connections": ServerRefusal("1040", "too many connections"),
    "locked": ServerRefusal("1205", "lock wait timeout exceeded; try restarting transaction"),
    "denied": ServerRefusal("1045", "access denied"),
    "missing": ServerRefusal("1146", "table doesn't exist"),
}

_SETTINGS = frozenset({"packet"})
INNODB = EngineKind(
    name="innodb@mariadb-10.11",
    make=partial(MysqlTable, atomic=True),
    flushes={"1": Flush("synced"), "2": Flush("cached", SECOND), "0": Flush("in_memory", SECOND)},
    refusals=_REFUSALS,
    full=ServerRefusal("1114", "the table is full"),
    settings=_SETTINGS,
)
MYISAM = EngineKind(
    name="myisam@mariadb-10.11",
    make=partial(MysqlTable, atomic=False),
    flushes={"never": Flush("cached")},
    refusals=_REFUSALS,
    full=None,
    broken=ServerRefusal("1026", "error writing file"),
    marks_open=True,
    skips_damage=True,
    settings=_SETTINGS,
)
ARIA = EngineKind(
    name="aria@mariadb-10.11",
    make=partial(MysqlTable, atomic=False),
    flushes={"statement": Flush("synced")},
    refusals=_REFUSALS,
    full=None,
    in_one_record=True,
    settings=_SETTINGS,
)
