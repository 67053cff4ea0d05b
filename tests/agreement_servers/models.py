"""The engines of the simulation beside real tables: the same requests, and what both say and hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from engine.databases.request import ByItem, ItemStatus, NoAnswer, ServerAnswer, ServerRefusal, WriteRows
from engine.rows.row_table import Column, ColumnValue, Parsing, RowTable, TableRow, WriteMode
from engine.rows.server_column import ServerColumn, server_columns
from engine.servers.engines.known import engine_kind
from engine.servers.engines.merge_tree import last_of_each_key
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import ServerTable
from engine.servers.table_state import TableState

LENGTH = 20
TEXTS = ["a", "b", "", "e\u0301 \u00e9 \U0001f4a1", 'it\'s \\ "so"\t%s\n', "x" * LENGTH, "x" * (LENGTH + 5), None]
NUMBERS: list[ColumnValue] = [0, 1, -1, 2**63 - 1, -(2**63), None]
TOO_LARGE: list[ColumnValue] = [2**63, -(2**63) - 1]
NO_NUMBERS: list[ColumnValue] = ["abc"]
MODES: tuple[WriteMode, ...] = ("insert", "insert_ignore", "upsert")


@dataclass(frozen=True, slots=True)
class Match:
    """An engine of the simulation, and the table of a real server that it is to be like.

    Attributes:
        engine: its name.
        server: the real server's fixture.
        version: what the real server's version begins with.
        table_engine: how the real table is made.
        schedules: how many are played.
        modes: how rows are written.
        sizes: what is written into the column of numbers, right and wrong.
        window: how many blocks the table remembers; then batches come again, and have tokens or none.
        loses: requests go wrong on their way.
        needs_number: the table has one more column, of numbers, that takes no NULL.
        forgets: a kill takes what was written for some seconds; servers are killed, stopped and paused then.
    """

    engine: str
    server: str
    version: str
    table_engine: str
    schedules: int
    modes: tuple[WriteMode, ...] = MODES
    sizes: Sequence[ColumnValue] = field(default_factory=lambda: [*NUMBERS, *TOO_LARGE])
    window: int = 0
    loses: bool = True
    needs_number: bool = False
    forgets: bool = False

    def table(self, name: str) -> RowTable:
        """A table for one schedule."""
        columns = (
            Column("id", "int64", "id", required=True),
            Column("line", "text", "line", length=LENGTH, required=True),
            Column("size", "int64", "size"),
            *([Column("code", "int64", "code", required=True)] if self.needs_number else ()),
        )
        return RowTable(name, Parsing(), columns, key=("id",))

    def rows(self) -> st.SearchStrategy[list[TableRow]]:
        """Batches: keys that are there already, texts that are too long, numbers that are too large."""
        size = st.sampled_from(list(self.sizes))
        row = st.tuples(st.integers(0, 11), st.sampled_from(TEXTS), size, *([size] if self.needs_number else ()))
        return st.lists(row, min_size=1, max_size=5)

    def tokens(self) -> st.SearchStrategy[str]:
        """Names of batches; none where nothing is remembered by them."""
        return st.sampled_from(["", "one", "other"] if self.window else [""])


class Model:
    """A table of the simulation; what a request does to it is what the engine decides."""

    def __init__(self, match: Match, table: RowTable, made: tuple[ServerColumn, ...] = ()) -> None:
        kind = engine_kind(match.engine)
        self._table = replace(ServerTable.of(table), columns=made or server_columns(table))
        self._engine = kind.make(self._table, ServerSettings(window=match.window))
        self._final = kind.final
        self._state = TableState()
        self._kept = TableState()

    def write(self, request: WriteRows) -> ServerAnswer:
        """Do it, and say what a client is told."""
        decision = self._engine.decide(self._state, request)
        for unit in decision.units:
            self._state.apply(unit)
        return decision.answer

    def stop(self) -> None:
        """Let its server end in order: all of it is on the disk."""
        self._kept = self._state.copy()

    def kill(self) -> None:
        """Let its server be killed, which has nothing more on the disk since it was stopped last."""
        self._state = self._kept.copy()

    def rows(self) -> list[TableRow]:
        """What a reader sees, the oldest first."""
        numbers = last_of_each_key(self._state, self._table) if self._final else iter(self._state.rows)
        return [self._state.rows[number] for number in sorted(numbers)]


def told(answer: ServerAnswer) -> object:
    """An answer without its words, which are nobody's to agree on."""
    match answer:
        case ServerRefusal():
            return ("refused", answer.code)
        case NoAnswer():
            return "no answer"
        case ByItem():
            return [_told(item) for item in answer.items]
        case _:
            return answer


def _told(item: ItemStatus) -> object:
    return (item.status, item.kind)


def in_any_order(rows: Sequence[TableRow]) -> list[TableRow]:
    """Rows of a server that keeps no order among those that came together."""
    return sorted(rows, key=repr)


def as_they_are(rows: Sequence[TableRow]) -> list[TableRow]:
    """Rows of a server that keeps their order."""
    return list(rows)


ORDER: dict[str, Callable[[Sequence[TableRow]], list[TableRow]]] = {
    "clickhouse": in_any_order,
    "chdb": in_any_order,
    "opensearch": in_any_order,
}
_ANY = [*NUMBERS, *NO_NUMBERS]
MATCHES = [
    Match("sqlite@3.40", "sqlite", "3.", "", 2000, sizes=NUMBERS, loses=False),
    Match("innodb@mariadb-10.11", "mariadb", "10.11.", "InnoDB", 400),
    Match("aria@mariadb-10.11", "mariadb", "10.11.", "Aria", 400),
    Match("myisam@mariadb-10.11", "mariadb", "10.11.", "MyISAM", 400),
    Match("postgres@15", "postgres", "15.", "", 400),
    Match("merge_tree@18.16", "clickhouse", "18.16.", "MergeTree", 300, ("insert",), _ANY),
    Match("merge_tree@26.9", "chdb", "26.9.", "MergeTree", 300, ("insert",), _ANY, loses=False, needs_number=True),
    Match("merge_tree@26.9", "chdb", "26.9.", "MergeTree", 300, ("insert",), NUMBERS, window=2, loses=False),
    Match("replacing_merge_tree@26.9", "chdb", "26.9.", "ReplacingMergeTree", 300, ("upsert",), _ANY, loses=False),
    Match("bulk_index@opensearch-2.19", "opensearch", "2.19.", "", 100, ("create", "index"), _ANY),
    Match("log_store@victorialogs-1.52", "victorialogs", "1.52.", "", 150, ("create", "index"), forgets=True),
]
