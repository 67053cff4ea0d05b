"""A log store as VictoriaLogs 1.52.1: it takes every line, knows no key, and keeps lines in memory first.

Sources: what the real one was seen to do, and its source. A line waits in a buffer for a second at most, then in a
part in memory for five seconds, and is written at the next of the moments that come every five seconds
(`-inmemoryDataFlushInterval`). Killed 24 times, the real one had lost lines of up to 10.9 s, and kept some of 6.0.
Which lines between these two are lost is a matter of its buffers, one for each processor: here it is the last ones.
"""

from __future__ import annotations

from engine.databases.request import ByItem, ServerRefusal, WriteRows
from engine.databases.victorialogs.line_requests import has_too_many_fields, makes_a_long_line
from engine.rows.row_table import TableRow
from engine.servers.engines.bulk_index import CREATED
from engine.servers.engines.fitting import ColumnsOf
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import ServerTable
from engine.servers.table_engine import Decision, EngineKind, Flush
from engine.servers.table_state import StatementDraft, TableState
from engine.units import SECOND

TOO_LONG = "400"


class LogStore:
    """One stream of lines; implements `TableEngine`."""

    def __init__(self, table: ServerTable, _settings: ServerSettings) -> None:
        self._columns = ColumnsOf(table, lambda _column: lambda value: value)

    def decide(self, state: TableState, request: WriteRows) -> Decision:
        """Every row is stored, a repeat once more, also where `_bulk` is asked to `create` it.

        A field that is empty is none. A line of too many fields is dropped, and answered like the others. One that
        is too long ends the request with 400, and those before it are stored; the real one does so if the rest of
        the request has come by then, and else drops that line alone.
        """
        columns = self._columns.of(request.table)
        draft = StatementDraft(state)
        for place, sent in enumerate(request.rows):
            if makes_a_long_line(request.table, sent):
                refusal = ServerRefusal(TOO_LONG, "missing log message after the command")
                return Decision(refusal, draft.by_row, ((place, TOO_LONG),))
            if not has_too_many_fields(sent):
                row, key, as_sent = columns.stored(_as_fields(columns.taken(sent)), sent)
                draft.add(key, row, as_sent)
        return Decision(ByItem((CREATED,) * len(request.rows)), draft.by_row)


def _as_fields(row: TableRow) -> TableRow:
    """Values as fields have them: an empty one is none."""
    return tuple([None if value in ("", b"") else value for value in row]) if "" in row or b"" in row else row


LOG_STORE = EngineKind(
    name="log_store@victorialogs-1.52",
    make=LogStore,
    flushes={"delayed": Flush("in_memory", 5 * SECOND, ages=True)},
    refusals={"denied": ServerRefusal("401", "unauthorized")},
    full=ServerRefusal("429", "cannot add rows into storage in read-only mode"),
    keeps_connections=False,
    cut_bodies="stored",
    settings=frozenset({"queue"}),
)
