"""A log store as VictoriaLogs 1.52.1: it takes every line, knows no key, and keeps lines in memory first.

Sources: section 3.5 of the notes on real servers. That all is on the disk after 10 s is between what was seen: gone
at 6 s, there at 12 s.
"""

from __future__ import annotations

from engine.databases.request import ByItem, RowsWritten, ServerRefusal, WriteRows
from engine.servers.engines.bulk_index import CREATED
from engine.servers.engines.fitting import ColumnsOf
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import ServerTable
from engine.servers.table_engine import Decision, EngineKind, Flush
from engine.servers.table_state import StatementDraft, TableState
from engine.units import SECOND


class LogStore:
    """One stream of lines; implements `TableEngine`."""

    def __init__(self, table: ServerTable, _settings: ServerSettings) -> None:
        self._columns = ColumnsOf(table, lambda _column: lambda value: value)

    def decide(self, state: TableState, request: WriteRows) -> Decision:
        """Every row is stored, a repeat once more, also where `_bulk` is asked to `create` it."""
        columns = self._columns.of(request.table)
        draft = StatementDraft(state)
        for row in request.rows:
            draft.add(None, columns.taken(row))
        bulk = request.mode in ("create", "index")
        answer = ByItem((CREATED,) * len(request.rows)) if bulk else RowsWritten(len(request.rows))
        return Decision(answer, draft.by_row)


LOG_STORE = EngineKind(
    name="log_store@victorialogs-1.52",
    make=LogStore,
    flushes={"delayed": Flush("in_memory", 10 * SECOND)},
    refusals={"denied": ServerRefusal("401", "unauthorized")},
    full=ServerRefusal("503", "cannot write: no space left on device"),
    broken=ServerRefusal("503", "cannot write"),
    keeps_connections=False,
    settings=frozenset({"queue"}),
)
