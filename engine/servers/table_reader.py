"""What a table shows to who reads it: all of its rows, those of some keys, and those that aren't what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.databases.request import AskForKeys, KeysFound
from engine.rows.row_table import ColumnValue, RowTable, TableRow
from engine.servers.engines.bulk_index import document_key
from engine.servers.engines.fitting import fold
from engine.servers.engines.merge_tree import last_of_each_key
from engine.servers.server_table import ServerTable
from engine.servers.table_engine import EngineKind
from engine.servers.table_state import TableState


@dataclass(frozen=True, slots=True)
class AlteredRow:
    """A row that is stored otherwise than it was sent."""

    stored: TableRow
    sent: TableRow


class VisibleRows(list[TableRow]):
    """The rows of a table as a reader sees them, oldest first; they never change.

    Attributes:
        content: the lines that they were made of, once somebody has asked for them.
    """

    content: bytes | None = None


class TableReader:
    """Reads one table for who knows it as `table`: rows have its columns, NULL where the server hasn't one."""

    def __init__(self, kind: EngineKind, server_table: ServerTable, table: RowTable) -> None:
        names = [column.name for column in server_table.columns]
        self._kind = kind
        self._server_table = server_table
        self._table = table
        self._places = [names.index(each.name) if each.name in names else -1 for each in table.columns]
        self._flags = {place for place, column in enumerate(table.columns) if column.kind == "bool"}
        asked = self._key_names()
        own = [column for column in server_table.columns if column.name in server_table.key]
        is_plain = not kind.by_item and not any(column.collation == "no_case" for column in own)
        self._has_keys_as_asked = is_plain and asked == [column.name for column in own]
        self._straight = self._places == list(range(len(names))) and not self._flags

    def rows(self, state: TableState, *, final: bool = False) -> VisibleRows:
        """The visible rows; `final` leaves the last of those with one key, where the server can."""
        if self._straight and not final:
            return VisibleRows(state.rows.values())
        return VisibleRows(self._shown(state.rows[number]) for number in self._numbers(state, final=final))

    def altered(self, state: TableState) -> list[AlteredRow]:
        """The stored rows that aren't what was sent, oldest first."""
        return [AlteredRow(self._shown(row), state.sent[at]) for at, row in state.rows.items() if at in state.sent]

    def found(self, state: TableState, request: AskForKeys) -> KeysFound:
        """Those of the keys that are there, with their rows."""
        if self._has_keys_as_asked:
            numbers = {key: state.numbers[key] for key in request.keys if key in state.numbers}
            return KeysFound({key: self._shown(state.rows[number]) for key, number in numbers.items()})
        found: dict[TableRow, TableRow] = {}
        for key in request.keys:
            number = self._find(state, key)
            if number is not None:
                found[key] = self._shown(state.rows[number])
        return KeysFound(found)

    def _numbers(self, state: TableState, *, final: bool) -> Iterable[int]:
        if final and self._kind.final:
            return last_of_each_key(state, self._server_table)
        return state.rows

    def _find(self, state: TableState, key: TableRow) -> int | None:
        if self._kind.by_item:
            found = document_key(key)
            return None if found is None else state.numbers.get(found)
        values = dict(zip(self._key_names(), key, strict=True))
        if set(values) == set(self._server_table.key):
            return state.numbers.get(self._stored_key(values))
        columns = list(self._places_of(values))
        for number, row in state.rows.items():  # the server has no such key, and looks at every row
            if all(row[place] == value for place, value in columns):
                return number
        return None

    def _key_names(self) -> list[str]:
        return [column.name for column in self._table.columns if column.name in self._table.key]

    def _stored_key(self, values: dict[str, ColumnValue]) -> TableRow:
        key: list[ColumnValue] = []
        for column in self._server_table.columns:
            if column.name in values:
                value = values[column.name]
                key.append(fold(value) if column.collation == "no_case" else value)
        return tuple(key)

    def _places_of(self, values: dict[str, ColumnValue]) -> Iterator[tuple[int, ColumnValue]]:
        for place, column in enumerate(self._server_table.columns):
            if column.name in values:
                yield place, values[column.name]

    def _shown(self, row: TableRow) -> TableRow:
        if self._straight:
            return row
        values = [None if at < 0 else row[at] for at in self._places]
        return tuple(_as_flag(value) if place in self._flags else value for place, value in enumerate(values))


def _as_flag(value: ColumnValue) -> ColumnValue:
    """A truth value as a client makes it of the number that most servers keep for it."""
    return bool(value) if isinstance(value, int) else value
