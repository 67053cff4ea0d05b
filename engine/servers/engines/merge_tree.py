"""Tables of ClickHouse: rows in blocks, no key that refuses, and repeats told by whole blocks.

Sources: section 3.3 of the notes on real servers, 18.16.1 over HTTP and 26.9.2.1 in process. That nothing is synced
by default is what its manual says of `fsync_after_insert`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from engine.databases.clickhouse.each_row import bytes_from_text
from engine.databases.request import RowsWritten, ServerRefusal, WriteRows
from engine.rows.row_table import ColumnValue
from engine.rows.server_column import ServerColumn
from engine.servers.engines.clickhouse_reading import READING_18, READING_26, ClickHouseReading
from engine.servers.engines.clickhouse_times import TIME_BYTES
from engine.servers.engines.clickhouse_values import clickhouse_fit, datetime_at_the_end, null_read, type_default
from engine.servers.engines.fitting import Columns, ColumnsOf, Misfit, StoredRow
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import ServerTable
from engine.servers.server_words import ServerTrouble
from engine.servers.simulated.row_records import as_json_value
from engine.servers.table_engine import Decision, EngineKind, Flush
from engine.servers.table_state import ChangeUnit, Put, Remember, TableChange, TableState

UNKNOWN_FIELD = "Code: 117"
TOO_MANY_PARTS = "Code: 252"

_Block = list[StoredRow]


@dataclass(frozen=True, slots=True)
class Version:
    """Where versions differ.

    Attributes:
        block_rows: rows of a block.
        smaller_blocks: settings can make them smaller.
        lenient: by its own settings, a field that the table hasn't is left out, and null where there is none is the
            default of the type; else they are 117 and, for a text, refused as `reading` says.
        reading: what values are to columns of another type.
        bounds_partitions: a request of rows of too many partitions is refused with 252, and always will be.
        keeps_window: a block that was just written is known, where a window is set.
    """

    block_rows: int
    smaller_blocks: bool
    lenient: bool
    reading: ClickHouseReading
    bounds_partitions: bool
    keeps_window: bool

    @property
    def settings(self) -> frozenset[str]:
        """Which settings make a difference."""
        heeded = {
            "block_rows": self.smaller_blocks,
            "lenient": self.lenient,
            "partitions": self.bounds_partitions,
            "window": self.keeps_window,
            "queue": True,
        }
        return frozenset(name for name, heeds in heeded.items() if heeds)


V18_16 = Version(1_048_576, False, False, READING_18, False, False)
V26_9 = Version(1_048_449, True, True, READING_26, True, True)


class MergeTreeTable:
    """One table; implements `TableEngine`."""

    def __init__(self, table: ServerTable, settings: ServerSettings, *, version: Version) -> None:
        self._table = table
        self._version = version
        self._block_rows = (settings.block_rows if version.smaller_blocks else 0) or version.block_rows
        self._window = settings.window if version.keeps_window else 0
        self._partitions = settings.partitions
        self._lenient = version.lenient and settings.lenient
        self._columns = ColumnsOf(table, partial(clickhouse_fit, reading=version.reading))
        times = any(column.kind == "datetime" for column in table.columns)
        self._heeds_ends = times and version.reading.seconds_at_the_end is not None
        names = [column.name for column in table.columns]
        self._partition = names.index(table.partition) if table.partition in names else -1

    def decide(self, state: TableState, request: WriteRows) -> Decision:
        """Block by block: a wrong row refuses the request, and blocks that are whole before it stay.

        How many rows those have differs on 26.9 with the threads that parse: 2 and 23 were seen, the model has 20.
        """
        columns = self._columns.of(request.table)
        if columns.unknown and not self._lenient:
            return Decision(ServerRefusal(UNKNOWN_FIELD, f"unknown field found: {columns.unknown[0]}"))
        changes = _Blocks(state, self._window, request.token)
        block: _Block = []
        for place in range(len(request.rows)):
            stored = self._stored(columns, request, place)
            if isinstance(stored, Misfit):
                return Decision(ServerRefusal(stored.code, stored.text), changes.units, ((place, stored.code),))
            block.append(stored)
            if len(block) == self._block_rows or place == len(request.rows) - 1:
                parts = self._parts(block)
                if self._version.bounds_partitions and len(parts) > self._partitions:
                    return Decision(ServerRefusal(TOO_MANY_PARTS, "too many partitions"), changes.units)
                for partition, rows in parts.items():
                    changes.add(partition, rows)
                block = []
        return Decision(RowsWritten(len(request.rows)), changes.units)

    def _stored(self, columns: Columns, request: WriteRows, number: int) -> StoredRow | Misfit:
        sent = request.rows[number]
        made, stored = columns.fitted(sent)
        if self._heeds_ends and number == len(request.rows) - 1:
            made, stored = tuple(self._at_the_end(columns, request, made)), None
        if stored is not None and columns.straight:
            return stored
        row = list[ColumnValue]()
        for column, fitted, place in zip(self._table.columns, made, columns.places, strict=True):
            is_missing = fitted is None and (column.required or place < 0)
            value = self._instead_of_null(column, place) if is_missing else fitted
            if isinstance(value, Misfit):
                what = "wrong value" if isinstance(fitted, Misfit) else "null"
                return value._replace(text=f"{what} for column {column.name}")
            row.append(value)
        return columns.stored(tuple(row), sent)

    def _at_the_end(
        self, columns: Columns, request: WriteRows, made: tuple[ColumnValue | Misfit, ...]
    ) -> Iterator[ColumnValue | Misfit]:
        """The values of a last row; those that its request ends too early behind are what they are there."""
        row = request.rows[-1]
        for column, fitted, place in zip(self._table.columns, made, columns.places, strict=True):
            sent = row[place] if column.kind == "datetime" and place >= 0 else None
            if isinstance(sent, str | bytes) and bytes_from_text(request.table, row, place) < TIME_BYTES:
                yield datetime_at_the_end(self._version.reading, sent)
            else:
                yield fitted

    def _instead_of_null(self, column: ServerColumn, place: int) -> ColumnValue | Misfit:
        """What stands in a column that has no null, where it was sent or the row has no such column."""
        if place < 0 or self._lenient:
            return type_default(column)
        return null_read(column, self._version.reading)

    def _parts(self, block: _Block) -> dict[ColumnValue, _Block]:
        """The rows of a block by partition: each is a part of the table by itself."""
        if self._partition < 0:
            return {None: block}
        parts: dict[ColumnValue, _Block] = {}
        for stored in block:
            parts.setdefault(stored.row[self._partition], []).append(stored)
        return parts


class _Blocks:
    """The blocks of one request, without those that are known already."""

    def __init__(self, state: TableState, window: int, token: str) -> None:
        self.units = list[ChangeUnit]()
        self._next = state.next
        self._window = window
        self._known = list(state.window)
        self._token = token
        self._number = 0

    def add(self, partition: ColumnValue, rows: _Block) -> None:
        """Write a block, unless it is a repeat. Where the table has a key, its rows stand there in the key's order.

        A repeat has the token of the request where it has one, whatever its rows are, and else the same rows in the
        same order. Three honest batches that are equal are one, within the window and a partition. Without a window
        a token does nothing.
        """
        placed = enumerate(sorted(rows, key=_by_key), self._next)
        changes = [Put(number, key, row, sent) for number, (row, key, sent) in placed]
        found: list[TableChange] = [*changes]
        if self._window:
            token = f"{partition!r} " + (f"{self._token} {self._number}" if self._token else _digest(rows))
            self._number += 1
            if token in self._known:
                return
            self._known = [*self._known, token][-self._window :]
            found.append(Remember(token, self._window))
        self._next += len(changes)
        self.units.append(tuple(found))


def _by_key(stored: StoredRow) -> Any:
    """What rows of a block are sorted by; where they have no keys, they stay as they are."""
    return stored.key or ()


def _digest(rows: _Block) -> str:
    text = json.dumps([[as_json_value(value) for value in stored.row] for stored in rows])
    return sha256(text.encode()).hexdigest()[:32]


def last_of_each_key(state: TableState, table: ServerTable) -> Iterator[int]:
    """The numbers of the rows that `FINAL` shows: of those with one key the one that was written last."""
    key = [place for place, column in enumerate(table.columns) if column.name in table.key]
    for number, row in state.rows.items():
        own = tuple(row[place] for place in key)
        if not key or None in own or state.numbers.get(own) == number:
            yield number


_REFUSALS: dict[ServerTrouble, ServerRefusal] = {
    "read_only": ServerRefusal("Code: 164", "cannot execute query in readonly mode"),
    "too_many_connections": ServerRefusal("Code: 202", "too many simultaneous queries"),
    "denied": ServerRefusal("401", "authentication failed"),
    "missing": ServerRefusal("Code: 60", "table doesn't exist"),
    "too_many_parts": ServerRefusal(TOO_MANY_PARTS, "too many parts, merges are processing slower than inserts"),
}


def _kind(name: str, version: Version, *, final: bool = False) -> EngineKind:
    flushes = {"never": Flush("cached")} | ({"fsync_after_insert": Flush("synced")} if version is V26_9 else {})
    return EngineKind(
        name=name,
        make=partial(MergeTreeTable, version=version),
        flushes=flushes,
        refusals=_REFUSALS,
        full=ServerRefusal("Code: 75", "cannot write to file descriptor: no space left on device"),
        broken=ServerRefusal("Code: 75", "cannot write to file descriptor"),
        skips_damage=True,
        keeps_connections=False,
        cut_bodies="stored_if_whole_lines",
        final=final,
        settings=version.settings,
    )


MERGE_TREE_18 = _kind("merge_tree@18.16", V18_16)
MERGE_TREE = _kind("merge_tree@26.9", V26_9)
REPLACING_MERGE_TREE = _kind("replacing_merge_tree@26.9", V26_9, final=True)
