"""An index of OpenSearch 2.19.6 that is written to by `_bulk`: every document is taken or refused by itself.

Sources: section 3.2 of the notes on real servers.
"""

from __future__ import annotations

from engine.databases.elasticsearch.documents import document_of, id_of
from engine.databases.request import FIRST_REFUSED, ByItem, ItemStatus, ServerRefusal, WriteRows
from engine.rows.row_table import TableRow
from engine.rows.server_column import ServerColumn
from engine.servers.engines.fitting import ColumnsOf, Fit
from engine.servers.engines.index_mapping import FieldTypes, WrongDocument
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import ServerTable
from engine.servers.table_engine import Decision, EngineKind, Flush
from engine.servers.table_state import ChangeUnit, Learn, RowGone, StatementDraft, TableChange, TableState
from engine.servers.wire_size import body_bytes
from engine.units import SECOND

_TOO_LARGE = "413"
BAD_REQUEST = "400"
CREATED = ItemStatus(201)
UPDATED = ItemStatus(200)
CONFLICT = ItemStatus(409, "version_conflict_engine_exception")
QUEUE_FULL = ItemStatus(429, "rejected_execution_exception")


class BulkIndex:
    """One index; implements `TableEngine`."""

    def __init__(self, table: ServerTable, settings: ServerSettings) -> None:
        self._table = table
        self._settings = settings
        self._columns = ColumnsOf(table, _as_it_is)

    def decide(self, state: TableState, request: WriteRows) -> Decision:
        """Item by item, in their order: the document first, then its id.

        A body over `http.max_content_length` is 413, and an id over 512 bytes is 400 for the whole request: nothing
        is written, the good items before it included. So is an action with a `_type`.
        """
        if "typed_actions" in request.flaws:
            return Decision(ServerRefusal(BAD_REQUEST, "action line contains an unknown parameter [_type]"))
        if body_bytes(request, self._settings.content) > self._settings.content:
            return Decision(ServerRefusal(_TOO_LARGE))
        keys = [document_key(request.table.key_of(row)) for row in request.rows]
        if any(key is not None and _id_bytes(key) > self._settings.id_bytes for key in keys):
            return Decision(ServerRefusal(BAD_REQUEST, "id is too long"))
        types = FieldTypes(self._table, self._settings, state.mapping)
        draft, items, units = StatementDraft(state), list[ItemStatus](), list[ChangeUnit]()
        for sent, key in zip(request.rows, keys, strict=True):
            status, unit = self._item(draft, types, request, sent, key)
            items.append(status)
            if unit:
                units.append(unit)
        answer = ByItem(tuple(items))
        return Decision(answer, units, answer.refused)

    def _item(
        self, draft: StatementDraft, types: FieldTypes, request: WriteRows, sent: TableRow, key: TableRow | None
    ) -> tuple[ItemStatus, ChangeUnit]:
        """What becomes of one document. What it teaches the index it teaches it even if its id is taken.

        One that is written anew counts from then on: no older one is read before it.
        """
        try:
            learnt = types.take(document_of(request.table, sent))
        except WrongDocument as wrong:
            return ItemStatus(FIRST_REFUSED, str(wrong)), ()
        changes: list[TableChange] = [Learn(field, kind) for field, kind in learnt.items()]
        known = draft.find(key)
        if known is not None and request.mode != "index":
            return CONFLICT, tuple(changes)
        if known is not None:
            changes.append(RowGone(known[0]))
        draft.add(key, self._columns.of(request.table).taken(sent))
        return CREATED if known is None else UPDATED, (*changes, draft.puts[-1])


def _as_it_is(_column: ServerColumn) -> Fit:
    return lambda value: value


def document_key(key: TableRow) -> TableRow | None:
    """The key of a document as the index has it, its `_id`; None where the server makes one."""
    return None if not key or None in key else (id_of(key),)


def _id_bytes(key: TableRow) -> int:
    return len(str(key[0]).encode(errors="surrogatepass"))


BULK_INDEX = EngineKind(
    name="bulk_index@opensearch-2.19",
    make=BulkIndex,
    flushes={"request": Flush("synced"), "async": Flush("in_memory", 5 * SECOND)},
    refusals={
        "denied": ServerRefusal("401", "security_exception"),
        "too_many_connections": ServerRefusal("429", "circuit_breaking_exception"),
    },
    item_refusals={
        "flood_stage": ItemStatus(429, "cluster_block_exception"),
        "write_blocked": ItemStatus(403, "cluster_block_exception"),
        "read_only": ItemStatus(403, "cluster_block_exception"),
        "closed": ItemStatus(400, "index_closed_exception"),
        "missing": ItemStatus(404, "index_not_found_exception"),
    },
    full=ServerRefusal("429", "cluster_block_exception"),
    broken=ServerRefusal("500", "translog_exception"),
    by_item=True,
    keeps_connections=False,
    settings=frozenset({"content", "queue", "id_bytes", "term_bytes", "fields", "learns_mapping"}),
)
