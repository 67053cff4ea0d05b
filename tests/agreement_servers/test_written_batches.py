"""Batches are written to real servers while requests and answers are lost: no line is, and keys are there once."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import dataclass, replace

import pytest

from engine.databases.batch_writing import Conversation
from engine.databases.batch_written import BatchWritten
from engine.databases.conversation import lead
from engine.databases.how_to_write import how_to_write
from engine.project.database_conf import BatchLimits
from engine.rows.row_table import Column, Parsing, RowTable
from tests.property.line_fates import POISON, assert_there_at_least_once, assert_there_once_or_refused, until_done
from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import TableConnection, real_answer
from wptest.servers.opened import open_server
from wptest.servers.real_server import RealDatabase

pytest_plugins = ["wptest.servers.fixtures"]
pytestmark = pytest.mark.slow

KEYED = RowTable(
    "t",
    Parsing(),
    (Column("k", "int64", "k", required=True), Column("v", "text", "v", length=3, required=True)),
    key=("k",),
)
# Each with whether it refuses a text that is too long: MyISAM cuts it, and the others' columns have no length.
ENGINES = {
    "innodb": ("mariadb", "InnoDB", True),
    "myisam": ("mariadb", "MyISAM", False),
    "aria": ("mariadb", "Aria", False),
    "postgres": ("postgres", "", True),
    "merge_tree": ("clickhouse", "MergeTree", False),
    "bulk_index": ("opensearch", "", False),
    "log_store": ("victorialogs", "", False),
}
MARKS = {"opensearch": b"_bulk", "victorialogs": b'{"create"'}
SCHEDULES = 20


def conversing(connection: TableConnection):
    def converse(conversation: Conversation) -> BatchWritten:
        return real_answer(lead(conversation, connection))

    return converse


@dataclass
class Schedule:
    """Some lines, a table that may have a key, and up to three requests that go wrong."""

    seed: int
    engine: str
    database: RealDatabase

    def __post_init__(self) -> None:
        _, self.table_engine, has_poison = ENGINES[self.engine]
        chance = random.Random(self.seed)
        self.keyed = chance.random() < 0.7 and self.engine != "merge_tree"
        self.table = replace(KEYED, name=f"t{self.seed}", key=KEYED.key if self.keyed else ())
        modes = (
            ["create"]
            if self.engine in ("bulk_index", "log_store")
            else ["insert", "insert_ignore"][: 1 + self.keyed]
        )
        limits = BatchLimits(chance.choice([1, 3, 9, 100]), 0)
        self.how = how_to_write(self.engine, self.table, chance.choice(modes), limits)
        texts = ["a", "b", *([POISON] if has_poison else [])]
        self.lines = [(chance.randrange(16), chance.choice(texts)) for _ in range(chance.randrange(1, 17))]
        self.others = [(key, "c") for key in range(chance.randrange(3))] if self.keyed else []
        points = [chance.choice(["before_send", "half_sent", "answer_lost"]) for _ in range(chance.randrange(4))]
        self.wrong = [(point, chance.randrange(1, 4)) for point in points]

    def play(self, lossy: TableConnection, direct: TableConnection) -> int:
        """Write the lines by a connection that loses requests and answers; how many it lost."""
        direct.create_table(self.table, self.table_engine)
        assert not until_done(conversing(direct), self.how, self.others).refused
        mark = MARKS.get(self.database.server.kind.name, b"INSERT INTO")
        faults = [self.database.fault(point, mark, nth=nth) for point, nth in self.wrong]
        fates = until_done(conversing(lossy), self.how, self.lines)
        self.database.relay.clear()
        rows = direct.read_table(self.table)
        if self.keyed:
            assert_there_once_or_refused(rows, self.lines, self.others, fates)
        else:
            assert_there_at_least_once(rows, self.lines, fates)
        return sum(fault.struck for fault in faults)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_line_is_lost_and_keys_are_there_once(engine: str, request: pytest.FixtureRequest) -> None:
    database = request.getfixturevalue(ENGINES[engine][0])
    with closing(connect_to(database, timeout=10)) as lossy, closing(connect_to(database, direct=True)) as direct:
        struck = sum(Schedule(seed, engine, database).play(lossy, direct) for seed in range(SCHEDULES))
    assert struck > SCHEDULES // 4, "hardly anything went wrong"


def test_a_packet_above_what_mariadb_takes_is_halved_though_the_server_would_hang_up() -> None:
    table = RowTable("t", KEYED.parsing, (KEYED.columns[0], Column("v", "text", "v", most_bytes=0)), KEYED.key)
    rows = [(key, "x" * (1_200_000 if key == 7 else 300_000)) for key in range(12)]
    how = how_to_write("innodb", table, "insert", BatchLimits(100, 0))
    small = ("--max-allowed-packet=1M",)
    with (
        open_server("mariadb", options=small) as server,
        server.fresh("packets") as database,
        closing(connect_to(database)) as connection,
    ):
        connection.create_table(table)
        fates = until_done(conversing(connection), how, rows)
        assert list(fates.refused) == [7]
        assert fates.refused[7].startswith("1153 1200042 bytes")
        assert not fates.doubtful
        assert connection.read_table(table) == [row for row in rows if row[0] != 7]
