"""The rows of a batch by their keys: what to ask a server about them, and what its answer says of which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from engine.databases.request import AskForKeys
from engine.kernel.by_identity import ByIdentity
from engine.rows.row_table import RowTable, TableRow

_MOST_BATCHES = 200


class KeyedRows:
    """Rows that are known by their places in the batch.

    Args:
        table: what they are rows of.
        rows: all of the batch.
    """

    def __init__(self, table: RowTable, rows: tuple[TableRow, ...]) -> None:
        self._table = table
        self._keys = _keys_of(table)(rows) if table.key else ((),) * len(rows)

    def key(self, place: int) -> TableRow:
        """The key of a row."""
        return self._keys[place]

    def question(self, run: Sequence[int]) -> AskForKeys:
        """Which of the keys of these rows does the table have?"""
        return AskForKeys(self._table, tuple([self._keys[place] for place in run]))

    def by_key(self, rows: Mapping[TableRow, TableRow]) -> Mapping[TableRow, TableRow]:
        """The rows of an answer by their own keys: a server may take others for the same that were asked for."""
        return {self._table.key_of(row): row for row in rows.values()}

    def of_different_keys(self, run: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
        """The first row of each key, and all others."""
        first = {self._keys[place]: place for place in reversed(run)}
        if len(first) == len(run):
            return run, ()
        return sorted(first.values()), [place for place in run if first[self._keys[place]] != place]


@lru_cache(maxsize=16)
def _keys_of(table: RowTable) -> Callable[[tuple[TableRow, ...]], tuple[TableRow, ...]]:
    """The keys of batches of rows; those of one that is sent again are known."""

    def keys(rows: tuple[TableRow, ...]) -> tuple[TableRow, ...]:
        return tuple(map(table.key_of, rows))

    return ByIdentity(keys, _MOST_BATCHES)
