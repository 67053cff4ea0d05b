"""How a sink writes to its server: what goes into one request, how large rows are, and which can't be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import NamedTuple

from engine.behaviour import REFERENCE, Behaviour
from engine.databases.batches import together
from engine.databases.clickhouse.clickhouse_requests import MOST_BLOCK_ROWS, insert_head
from engine.databases.clickhouse.each_row import each_row
from engine.databases.elasticsearch.bulk_requests import bulk_item
from engine.databases.elasticsearch.documents import why_no_id
from engine.databases.request import RequestFlaw, WriteRows
from engine.databases.server_rules import ServerRules, rules_for
from engine.databases.sql.sql_dialect import MARIADB, POSTGRES, SQLITE
from engine.databases.sql.sql_sizes import head_bytes, row_bytes
from engine.databases.victorialogs.line_requests import line_item, why_no_line
from engine.kernel.by_identity import ByIdentity
from engine.project.database_conf import BatchLimits
from engine.rows.row_table import RowTable, TableRow, WriteMode

_LONGEST_CHARACTER = 6  # bytes: one that is escaped in JSON
_LONGEST_NUMBER = 32  # bytes, with what stands around it; times are as long
_ANY_NUMBER = 10**9  # of rows
_MOST_BATCHES = 200
_DIALECTS = {"mysql": MARIADB, "postgres": POSTGRES, "sqlite": SQLITE}


SizeOf = Callable[[TableRow], int]


class FirstRequests(NamedTuple):
    """How a batch is sent at first.

    Attributes:
        runs: the places of the rows of each request.
        refused: why the others aren't sent at all, by their places.
    """

    runs: Sequence[Sequence[int]]
    refused: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class HowToWrite:
    """How a sink writes its batches.

    Attributes:
        rules: what is known of the server.
        table: what it writes to.
        mode: what is done with a row whose key is there.
        limits: what a request may have at most.
        size_of: how large a row is as it is sent, at most.
        around: how large a request is besides its rows, at most.
        why_not: why a row can't be sent at all; empty if it can.
        names: how much of the size of each row is the same for all of them, at most.
        behaviour: the choices in force.
        flaws: what is wrong with how its requests are written.
        first_requests: how a batch is sent at first; one that is sent again, also in another run, is known.
    """

    rules: ServerRules
    table: RowTable
    mode: WriteMode
    limits: BatchLimits
    size_of: SizeOf
    around: int
    why_not: Callable[[TableRow], str]
    names: int
    behaviour: Behaviour = REFERENCE
    flaws: frozenset[RequestFlaw] = frozenset()
    first_requests: Callable[[tuple[TableRow, ...]], FirstRequests] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "first_requests", ByIdentity(self._first_requests, _MOST_BATCHES))

    @property
    def asks_first(self) -> bool:
        """Whether the server has to be asked for keys before rows are sent: it would take these once more.

        Nobody asks who takes no answer for a failure, or relies on servers that remember inserts by name and rows.
        """
        choices = (self.behaviour.insert_name, self.behaviour.rows_sent_again, self.behaviour.no_answer)
        asks = choices == (REFERENCE.insert_name, REFERENCE.rows_sent_again, REFERENCE.no_answer)
        return asks and bool(self.table.key) and self.rules.repeats != "refused"

    def _first_requests(self, rows: tuple[TableRow, ...]) -> FirstRequests:
        sizes = self.sizes_of(rows)
        reasons = map(self._why_not_sent, rows, sizes)
        refused = {at: reason for at, reason in enumerate(reasons) if reason}
        places = [at for at in range(len(rows)) if at not in refused]
        requests = together([sizes[at] for at in places], self.limits, self.around)
        return FirstRequests([places[each.start : each.stop] for each in requests], refused)

    def _why_not_sent(self, row: TableRow, size: int) -> str:
        reason, most = self.why_not(row), self.limits.bytes
        if not reason and most and self.around + size > most:
            return f"it makes a request of {self.around + size} bytes, and {most} are the most"
        return reason

    def sizes_of(self, rows: Sequence[TableRow]) -> Sequence[int]:
        """How large each row is as it is sent; 0 where all of them together are far from the limit.

        To know it exactly costs as much as to write it, and most batches are small.
        """
        most = self.limits.bytes
        if not most or self.around + len(rows) * self.names + sum(map(_loose_size, rows)) <= most:
            return [0] * len(rows)
        return list(map(self.size_of, rows))


def _loose_size(row: TableRow) -> int:
    """What it can't be larger than, without names: numbers, and each character as six, in the row and in an id."""
    texts = sum(len(value) for value in row if isinstance(value, str | bytes))
    return _LONGEST_NUMBER * len(row) + 2 * _LONGEST_CHARACTER * texts


@lru_cache(maxsize=32)
def how_to_write(
    engine: str, table: RowTable, mode: WriteMode, limits: BatchLimits, behaviour: Behaviour = REFERENCE
) -> HowToWrite:
    """How rows of a table are written to an engine such as `innodb@mariadb-10.11`.

    Requests have no more rows than `limits` say, and than the server takes whatever these say.

    Raises:
        KeyError: there is no such engine.
    """
    rules = rules_for(engine)
    assert mode in rules.modes, f"{engine} knows no {mode}"
    assert table.key or mode not in ("insert_ignore", "upsert"), "without a key no row is there already"
    around, most, size_of = _sizes(rules, table, mode)
    limits = replace(limits, lines=min(limits.lines, most))
    why_not = _why_not(rules, table)
    if rules.family == "mysql" and behaviour.plain_insert == "ignores_errors" and mode != "upsert":
        mode, why_not = "ignore_errors", _any_row
    names = size_of((None,) * len(table.columns))
    flaws = _flaws(rules, behaviour)
    return HowToWrite(rules, table, mode, limits, size_of, around, why_not, names, behaviour, flaws)


def _flaws(rules: ServerRules, behaviour: Behaviour) -> frozenset[RequestFlaw]:
    """What is wrong with all requests to such a server."""
    if rules.family == "mysql" and behaviour.quoting == "single_quotes_only":
        return frozenset({"single_quotes_only"})
    if rules.family == "bulk" and behaviour.bulk_action == "with_type":
        return frozenset({"typed_actions"})
    return frozenset()


def _any_row(_row: TableRow) -> str:
    """Why a row can't be sent that a server makes something of in any case."""
    return ""


def _sizes(rules: ServerRules, table: RowTable, mode: WriteMode) -> tuple[int, int, SizeOf]:
    """How large a request is without rows, how many it may have, and how large each is."""
    request = WriteRows(table, (), mode)
    match rules.family:
        case "bulk":
            return 0, _ANY_NUMBER, lambda row: len(bulk_item(request, row))
        case "victorialogs":
            return 0, _ANY_NUMBER, lambda row: len(line_item(table, row))
        case "clickhouse":
            return len(insert_head(table)), MOST_BLOCK_ROWS, lambda row: len(each_row(table, [row]))
        case "mysql" | "postgres" | "sqlite":
            dialect = _DIALECTS[rules.family]
            return head_bytes(dialect, table, mode), dialect.most_rows(table), partial(row_bytes, table)


def _why_not(rules: ServerRules, table: RowTable) -> Callable[[TableRow], str]:
    match rules.family:
        case "bulk":
            return _no_id(table)
        case "victorialogs":
            null = _null_in_key(table)
            return lambda row: null(row) or why_no_line(table, row)
        case _:
            return _null_in_key(table)


def _null_in_key(table: RowTable) -> Callable[[TableRow], str]:
    places = [place for place, column in enumerate(table.columns) if column.name in table.key]

    def why_not(row: TableRow) -> str:
        for place in places:
            if row[place] is None:
                return "its key has a NULL"
        return ""

    return why_not


def _no_id(table: RowTable) -> Callable[[TableRow], str]:
    null = _null_in_key(table)
    if not any(column.kind in ("text", "bytes") for column in table.key_columns):
        return null  # such ids are short
    return lambda row: null(row) or why_no_id(table, row)
