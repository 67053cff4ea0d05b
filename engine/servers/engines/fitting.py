"""From the columns of a request to those of a table: which are unknown, which are not filled, what fits where."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeGuard

from engine.kernel.by_identity import ByIdentity
from engine.rows.row_mapping import MOST_ROWS
from engine.rows.row_table import ColumnValue, RowTable, TableRow
from engine.rows.server_column import ServerColumn
from engine.servers.server_table import ServerTable


class Misfit(NamedTuple):
    """A value that a column has no place for: what a server that alters would store instead, and the code."""

    instead: ColumnValue
    code: str
    text: str = ""


Fit = Callable[[ColumnValue], ColumnValue | Misfit]  # the value as it is stored, where it can be


class StoredRow(NamedTuple):
    """A row of the table, its key in the form in which keys are compared, and how it was sent if that differs."""

    row: TableRow
    key: TableRow | None
    as_sent: TableRow | None


class FittedRow(NamedTuple):
    """Each value of a row as its column stores it, or why it can't; the row, where all of them fit."""

    values: tuple[ColumnValue | Misfit, ...]
    stored: StoredRow | None


@dataclass(frozen=True, slots=True)
class Columns:
    """How rows of one request become rows of the table.

    Attributes:
        places: where in a request's row each column of the table is; -1 for one that it hasn't.
        fits: what each column of the table makes of a value.
        required: the places of the table's columns that refuse NULL.
        key: the places of the key in a row of the table.
        folded: which of them are compared as a collation does that knows no case.
        unknown: the columns of the request that the table hasn't.
        straight: a row of the request is one of the table.
        fitted: what becomes of a row that is sent; one that is sent again is known.
    """

    places: tuple[int, ...]
    fits: tuple[Fit, ...]
    required: tuple[int, ...]
    key: tuple[int, ...]
    folded: tuple[bool, ...]
    unknown: tuple[str, ...]
    straight: bool
    fitted: Callable[[TableRow], FittedRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fitted", ByIdentity(self._fitted, MOST_ROWS))

    def stored(self, row: TableRow, sent: TableRow) -> StoredRow:
        """A row of the table that was sent as another one, or as it is; 1, 1.0 and true are the same."""
        return StoredRow(row, self.key_of(row), sent if self.unknown or row != self.taken(sent) else None)

    def _fitted(self, sent: TableRow) -> FittedRow:
        values = self.taken(sent)
        made = tuple([None if each is None else fit(each) for each, fit in zip(values, self.fits, strict=True)])
        return FittedRow(made, self.stored(made, sent) if _fits_all(made, self) else None)

    def taken(self, row: TableRow) -> TableRow:
        """A row of the request in the order of the table's columns; NULL where it has no value."""
        if self.straight:
            return row
        return tuple(None if place < 0 else row[place] for place in self.places)

    def key_of(self, row: TableRow) -> TableRow | None:
        """The key of a row of the table, in the form in which keys are compared; None where it has none.

        A key that is NULL in part is equal to no other.
        """
        if not self.key:
            return None
        key = tuple(row[place] for place in self.key)
        if None in key:
            return None
        if True not in self.folded:
            return key
        return tuple(fold(value) if is_folded else value for value, is_folded in zip(key, self.folded, strict=True))


class ColumnsOf:
    """The `Columns` of requests to one table; sinks say the same ones again and again.

    Args:
        table: the table of the server.
        fit: what a column makes of values.
        folds: the server compares texts as their collation says, and not byte by byte.
    """

    def __init__(self, table: ServerTable, fit: Callable[[ServerColumn], Fit], *, folds: bool = False) -> None:
        self._table = table
        self._fits = tuple(fit(column) for column in table.columns)
        self._folds = folds
        self._last: tuple[RowTable, Columns] | None = None

    def of(self, table: RowTable) -> Columns:
        """The columns of requests about `table`."""
        if self._last is None or self._last[0] is not table:
            self._last = table, self._made(table)
        return self._last[1]

    def _made(self, table: RowTable) -> Columns:
        places = {column.name: place for place, column in enumerate(table.columns)}
        own = self._table.columns
        key = tuple(place for place, column in enumerate(own) if column.name in self._table.key)
        found = tuple(places.get(column.name, -1) for column in own)
        return Columns(
            found,
            self._fits,
            tuple(place for place, column in enumerate(own) if column.required),
            key,
            tuple(self._folds and own[place].collation == "no_case" for place in key),
            tuple(name for name in places if name not in {column.name for column in own}),
            found == tuple(range(len(table.columns))),
        )


def fold(value: ColumnValue) -> ColumnValue:
    """A text as a collation compares it that knows neither case nor accents nor blanks at the end."""
    if not isinstance(value, str):
        return value
    bare = "".join(each for each in unicodedata.normalize("NFD", value) if not unicodedata.combining(each))
    return bare.casefold().rstrip(" ")


def _fits_all(made: tuple[ColumnValue | Misfit, ...], columns: Columns) -> TypeGuard[TableRow]:
    """Whether these values are a row of the table."""
    return Misfit not in map(type, made) and not any(made[place] is None for place in columns.required)
