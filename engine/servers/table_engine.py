"""What a table engine is: the answer to a request and the changes that it makes, and how it keeps these."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, Protocol, get_args

from engine.databases.request import FaultPoint, ItemStatus, ServerAnswer, ServerRefusal, WriteRows
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import ServerTable
from engine.servers.server_words import ServerTrouble
from engine.servers.table_state import ChangeUnit, TableState

POINTS: tuple[FaultPoint, ...] = get_args(FaultPoint)
WITHOUT_NETWORK: tuple[FaultPoint, ...] = ("before_send", "before_commit", "after_commit")

KeptIn = Literal["synced", "cached", "in_memory"]
CutBodies = Literal["dropped", "stored_if_whole_lines", "stored"]


@dataclass(frozen=True, slots=True)
class Flush:
    """When what was written is durable.

    Attributes:
        kept: synced before the answer; in the page cache, which a killed process leaves and a power loss may take;
            or in the process's own memory.
        interval: nanoseconds after which it is written and synced all the same; 0 for never.
        ages: what has come since the last such moment is left in memory until the next.
    """

    kept: KeptIn
    interval: int = 0
    ages: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a request does.

    Attributes:
        answer: what the client is told.
        units: the changes, in the order in which they are made; each unit is there wholly or not at all.
        refused: the places of rows that were refused by themselves, with the code.
        disconnects: the server closes the connection behind its answer.
    """

    answer: ServerAnswer
    units: Sequence[ChangeUnit] = ()
    refused: Sequence[tuple[int, str]] = ()
    disconnects: bool = False


class TableEngine(Protocol):
    """The rules by which one table takes rows; it holds none itself, and the same request always does the same."""

    def decide(self, state: TableState, request: WriteRows) -> Decision:
        """What a request to write does to a table in this state, which stays as it is."""


_OF_NETWORK = frozenset({"latency", "timeout"})


@dataclass(frozen=True, slots=True)
class EngineKind:
    """One kind of table of one version of a server.

    Attributes:
        name: `engine@version`, such as `innodb@mariadb-10.11`.
        make: makes the rules for one table.
        flushes: when rows are durable, by the server's own words, the default one first.
        refusals: what it answers to a whole request while something is wrong with it.
        item_refusals: the same for each of its items, where it answers by item.
        full: what it answers when the disk is full; None where it waits until there is room, as long as that takes.
        broken: what it answers when the disk fails otherwise; None where it ends itself.
        marks_open: while it is written to, its file says so; after a kill it is found corrupt, and repaired.
        skips_damage: what stands behind a damaged place of its file is read all the same.
        in_one_record: rows that a failing statement leaves are not left by a kill.
        by_item: the answer has a status for each row.
        keeps_connections: a connection made before a restart fails at its next request.
        cut_bodies: what it does with the lines that it has of a body that was cut: nothing; it stores them if it
            can take them for all, where the body ends with a line; or it stores them however it ends.
        final: the last of the rows with one key is what a reader sees who asks for it (`FINAL`).
        points: where a request to it can go wrong.
        settings: which settings it looks at, besides its flush and those of the network before it.
    """

    name: str
    make: Callable[[ServerTable, ServerSettings], TableEngine]
    flushes: Mapping[str, Flush]
    refusals: Mapping[ServerTrouble, ServerRefusal]
    full: ServerRefusal | None
    broken: ServerRefusal | None = None
    item_refusals: Mapping[ServerTrouble, ItemStatus] = field(default_factory=dict)
    marks_open: bool = False
    skips_damage: bool = False
    in_one_record: bool = False
    by_item: bool = False
    keeps_connections: bool = True
    cut_bodies: CutBodies = "dropped"
    final: bool = False
    points: Collection[FaultPoint] = POINTS
    settings: frozenset[str] = frozenset()

    @property
    def heeds(self) -> frozenset[str]:
        """The settings that make a difference to it."""
        return self.settings | {"flush"} | (frozenset() if self.is_embedded else _OF_NETWORK)

    @property
    def is_embedded(self) -> bool:
        """Whether it is no server beside its client: where that one dies, nobody goes on."""
        return "received" not in self.points

    def rules(self, table: ServerTable, settings: ServerSettings) -> TableEngine:
        """What it does with requests to a table; the same object for the same table, in one run after another."""
        return _rules(self.make, table, settings)

    def flush(self, word: str) -> Flush:
        """When rows are durable where the settings say so; by default where they say nothing."""
        return self.flushes[word or next(iter(self.flushes))]


@lru_cache(maxsize=32)
def _rules(
    make: Callable[[ServerTable, ServerSettings], TableEngine], table: ServerTable, settings: ServerSettings
) -> TableEngine:
    return make(table, settings)
