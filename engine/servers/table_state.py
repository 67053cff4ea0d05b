"""What a server's table holds, and the changes that a request makes to it.

An engine never changes a state: it says which changes there are, and who keeps the state does them when they are
committed. So what is written to the disk, what a fault cuts short and what is there are the same changes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from engine.kernel.by_identity import ByIdentity
from engine.rows.row_table import TableRow

_T = TypeVar("_T")
_MOST_CHANGES = 20_000  # so much is remembered of each table, some megabytes


class Put(NamedTuple):
    """A row of this number, a new one or one that takes the place of an older one.

    `key` is what no other row may have, in the form in which keys are compared; None for a row without one. `sent`
    is the row as it came, where that is another than what is stored.
    """

    number: int
    key: TableRow | None
    row: TableRow
    sent: TableRow | None = None


class RowGone(NamedTuple):
    """The row of this number is there no more; another one has its key."""

    number: int


class Learn(NamedTuple):
    """An index has learnt the type of a field."""

    field: str
    kind: str


class Remember(NamedTuple):
    """A block was written, by which repeats are known; so many are remembered."""

    token: str
    window: int


TableChange = Put | RowGone | Learn | Remember
ChangeUnit = tuple[TableChange, ...]  # changes that are there all together or not at all
_Changes = ChangeUnit | Sequence[ChangeUnit]


class StateVersion:
    """The changes that a state is made of, in their order: one object for the same ones, in one run after another.

    What follows from a state is worked out once for its version. Runs of an exploration have their beginnings in
    common, and come to the same states by different ways.

    Args:
        last: the last of the changes.
        room: how much more is remembered by all that come from one beginning.
    """

    __slots__ = ("_known", "_last", "_next", "_room")

    def __init__(self, last: _Changes = (), room: list[int] | None = None) -> None:
        self._last = last
        self._room = [_MOST_CHANGES] if room is None else room
        self._next: dict[int, StateVersion] = {}
        self._known: dict[Hashable, Any] = {}

    def after(self, changes: _Changes) -> StateVersion:
        """The version with a unit behind it, or several that are done together."""
        found = self._next.get(id(changes))
        if found is None:
            found = StateVersion(changes, self._room)
            if self._room[0] > 0:
                self._room[0] -= 1 + sum(map(len, changes))
                self._next[id(changes)] = found  # which keeps the changes, so that no others get their identity
        return found

    def once(self, what: Hashable, make: Callable[[], _T]) -> _T:
        """What is made of this version, or of the state that it is of."""
        if what not in self._known:
            self._known[what] = make()
        made: _T = self._known[what]
        return made


def _no_changes(_of: object) -> StateVersion:
    return StateVersion()


first_version = ByIdentity(_no_changes, most=32)  # of empty tables with the same rules


class _NewRows(NamedTuple):
    """Changes that do nothing but to write rows as they were sent: what they add to a state."""

    rows: dict[int, TableRow]
    numbers: dict[TableRow, int]


def _new_rows(changes: Sequence[TableChange]) -> _NewRows | None:
    puts = [change for change in changes if isinstance(change, Put) and change.sent is None]
    if len(puts) < len(changes):
        return None
    numbers = {put.key: put.number for put in puts if put.key is not None}
    return _NewRows({put.number: put.row for put in puts}, numbers)


class TableState:
    """The rows of a table, oldest first.

    Attributes:
        rows: by their number.
        numbers: the number of the last row that has a key.
        sent: by number, the rows that were sent otherwise than they are stored, as they were sent.
        mapping: the types that an index has learnt.
        window: the blocks that are remembered, the oldest first.
        version: the changes that it is made of.
    """

    __slots__ = ("mapping", "next", "numbers", "rows", "sent", "version", "window")

    def __init__(self, version: StateVersion | None = None) -> None:
        self.version = version or StateVersion()
        self.rows: dict[int, TableRow] = {}
        self.numbers: dict[TableRow, int] = {}
        self.sent: dict[int, TableRow] = {}
        self.mapping: dict[str, str] = {}
        self.window: tuple[str, ...] = ()
        self.next = 1

    def copy(self) -> TableState:
        """Another one that holds the same; rows are shared, since they never change."""
        made = TableState()
        made.rows, made.numbers, made.sent = self.rows.copy(), self.numbers.copy(), self.sent.copy()
        made.mapping, made.window, made.next = self.mapping.copy(), self.window, self.next
        return made

    def apply(self, unit: ChangeUnit) -> None:
        """Do the changes of a unit."""
        self.version = self.version.after(unit)
        if len(unit) > 1:
            self._do_all(unit)
        else:
            self._do(unit)

    def apply_all(self, units: Sequence[ChangeUnit]) -> None:
        """Do those of several units."""
        if units:
            self.version = self.version.after(units)
            self._do_all(list(chain.from_iterable(units)))

    def _do_all(self, changes: Sequence[TableChange]) -> None:
        new = self.version.once("new rows", lambda: _new_rows(changes)) if changes and not self.sent else None
        if new is None:
            self._do(changes)
        else:
            self.rows.update(new.rows)
            self.numbers.update(new.numbers)
            self.next = max(self.next, 1 + max(new.rows))

    def _do(self, changes: Iterable[TableChange]) -> None:
        for change in changes:
            if isinstance(change, Put):
                self._put(change)
            elif isinstance(change, RowGone):
                del self.rows[change.number]
                self.sent.pop(change.number, None)
            elif isinstance(change, Learn):
                self.mapping[change.field] = change.kind
            else:
                self.window = (*self.window, change.token)[-change.window :]

    def _put(self, put: Put) -> None:
        number, key, row, sent = put
        self.rows[number] = row
        if key is not None:
            self.numbers[key] = number
        if sent is not None:
            self.sent[number] = sent
        elif self.sent:
            self.sent.pop(number, None)
        self.next = max(self.next, number + 1)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TableState):
            return NotImplemented
        held = (name for name in self.__slots__ if name != "version")
        return all(getattr(self, name) == getattr(other, name) for name in held)

    __hash__ = None  # type: ignore[assignment]  # it changes


class StatementDraft:
    """What one request has changed so far, over a state that stays as it is."""

    __slots__ = ("_fresh", "_next", "_state", "puts")

    def __init__(self, state: TableState) -> None:
        self.puts: list[Put] = []
        self._state = state
        self._fresh: dict[TableRow, Put] = {}
        self._next = state.next

    def find(self, key: TableRow | None) -> tuple[int, TableRow] | None:
        """The number and the row that have this key by now."""
        if key is None:
            return None
        fresh = self._fresh.get(key)
        if fresh is not None:
            return fresh.number, fresh.row
        number = self._state.numbers.get(key)
        return None if number is None else (number, self._state.rows[number])

    def is_fresh(self, key: TableRow) -> bool:
        """Whether this request has itself written a row with this key."""
        return key in self._fresh

    def add(self, key: TableRow | None, row: TableRow, sent: TableRow | None = None) -> None:
        """Write a new row."""
        self._keep(Put(self._next, key, row, sent))
        self._next += 1

    def replace(self, number: int, key: TableRow | None, row: TableRow, sent: TableRow | None = None) -> None:
        """Write a row over another one."""
        self._keep(Put(number, key, row, sent))

    def _keep(self, put: Put) -> None:
        self.puts.append(put)
        if put.key is not None:
            self._fresh[put.key] = put

    @property
    def together(self) -> Sequence[ChangeUnit]:
        """The changes as one unit; none where nothing has changed."""
        return (tuple(self.puts),) if self.puts else ()

    @property
    def by_row(self) -> Sequence[ChangeUnit]:
        """The changes as one unit for each row."""
        return [(put,) for put in self.puts]
