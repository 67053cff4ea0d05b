"""Kills at moments that nobody chooses: what was acknowledged is there, and of the last batch what may be of it."""

from __future__ import annotations

import random
import threading
import time
from contextlib import closing

import pytest

from engine.databases.request import ByItem, NoAnswer, RowsWritten, WriteRows
from engine.rows.row_table import Column, Parsing, RowTable, WriteMode
from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import real_answer
from wptest.servers.opened import open_server
from wptest.servers.real_server import RealDatabase
from wptest.servers.runs.requests_in_hand import HeldStatement

pytest_plugins = ["wptest.servers.fixtures"]
pytestmark = pytest.mark.slow

TABLE = RowTable("t", Parsing(), (Column("id", "int64", "id", required=True),), key=("id",))
BATCH = 100
# Whether a batch is there whole or not at all, after a kill in the middle of it.
ENGINES = {
    "InnoDB": ("mariadb", True),
    "Aria": ("mariadb", True),
    "": ("postgres", True),
    "MergeTree": ("clickhouse", True),
    "index": ("opensearch", False),
}


class Stream(threading.Thread):
    """Writes batch after batch until one isn't answered."""

    def __init__(self, database: RealDatabase, mode: WriteMode) -> None:
        super().__init__(name="stream")
        self._connection = connect_to(database, direct=True)
        self._mode = mode
        self.acknowledged = 0

    def run(self) -> None:
        with closing(self._connection):
            while True:
                rows = tuple((number,) for number in range(self.acknowledged, self.acknowledged + BATCH))
                answer = real_answer(self._connection.ask(WriteRows(TABLE, rows, self._mode)))
                if isinstance(answer, NoAnswer):
                    return
                assert isinstance(answer, RowsWritten | ByItem), answer
                self.acknowledged += BATCH


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine or "postgres")
def test_what_was_acknowledged_is_there_and_at_most_one_batch_more(
    engine: str, seed: int, request: pytest.FixtureRequest
) -> None:
    name, is_whole = ENGINES[engine]
    database: RealDatabase = request.getfixturevalue(name)
    with closing(connect_to(database, direct=True)) as connection:
        connection.create_table(TABLE, engine if name in ("mariadb", "clickhouse") else "")
    stream = Stream(database, "create" if name == "opensearch" else "insert")
    stream.start()
    while stream.acknowledged < BATCH and stream.is_alive():
        time.sleep(0.001)
    time.sleep(random.Random(seed).uniform(0, 0.3))
    database.server.kill()
    stream.join(60)
    assert not stream.is_alive()
    database.server.start()
    with closing(connect_to(database, direct=True)) as connection:
        numbers = [row[0] for row in connection.read_table(TABLE)]
    there = len(numbers)
    assert sorted(numbers) == list(range(there))
    assert stream.acknowledged <= there <= stream.acknowledged + BATCH
    if is_whole:
        assert there % BATCH == 0


NEVER_OLDER = 11.0 + 4.0  # seconds: a buffer for one, a part for five, a moment every five; and a busy machine
FOR_SO_LONG = 22.0


def test_a_killed_log_store_has_lost_lines_of_some_seconds_and_none_that_are_older(
    victorialogs: RealDatabase,
) -> None:
    written: dict[int, float] = {}
    with closing(connect_to(victorialogs, direct=True)) as connection:
        began = time.monotonic()
        while time.monotonic() < began + FOR_SO_LONG:
            number = len(written)
            assert isinstance(real_answer(connection.ask(WriteRows(TABLE, ((number,),), "create"))), ByItem)
            written[number] = time.monotonic()
            time.sleep(0.05)
        victorialogs.server.kill()
        killed = time.monotonic()
        victorialogs.server.start()
        there = [row[0] for row in connection.read_table(TABLE)]
    assert len(there) == len(set(there))
    assert set(there) < set(written), "the last lines were in its memory alone"
    assert [number for number in written if number not in there and killed - written[number] > NEVER_OLDER] == []


KEYED = RowTable(
    "t", Parsing(), (Column("id", "int64", "id", required=True), Column("line", "text", "line")), key=("id",)
)


@pytest.mark.parametrize(("recovers", "twice"), [("BACKUP,QUICK", 50), ("FORCE", 0)])
def test_what_a_kill_leaves_of_a_statement_of_myisam_is_doubled_unless_it_is_repaired(
    recovers: str, twice: int
) -> None:
    rows = tuple((number, f"line {number}") for number in range(100))
    request = WriteRows(KEYED, rows, "insert_ignore")
    with (
        open_server("mariadb", options=(f"--myisam-recover-options={recovers}",)) as server,
        server.fresh("a kill") as database,
        closing(connect_to(database, direct=True)) as connection,
    ):
        connection.create_table(KEYED, "MyISAM")
        held = HeldStatement(connection, request, database)
        held.prepare()
        held.go_on()
        server.kill()
        server.start()
        held.forget()
        with closing(connect_to(database, direct=True)) as again:
            assert isinstance(real_answer(again.ask(request)), RowsWritten)
            there = [row[0] for row in again.read_table(KEYED)]
    assert sorted(set(there)) == list(range(100))
    assert len(there) == 100 + twice
