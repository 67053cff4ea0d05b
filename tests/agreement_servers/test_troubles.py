"""What is wrong with a real server for a while, and what it says then: what the simulation's engines say."""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from engine.databases.http_request import HttpRequest
from engine.databases.request import ByItem, NoAnswer, RowsWritten, ServerAnswer, ServerRefusal, WriteRows
from engine.rows.row_table import Column, Parsing, RowTable
from engine.servers.engines.known import engine_kind
from wptest.servers.clients import mysql_connect, postgres_connect
from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import TableConnection, real_answer
from wptest.servers.http_client import http_send
from wptest.servers.opened import open_server
from wptest.servers.real_server import RealDatabase

pytest_plugins = ["wptest.servers.fixtures"]
pytestmark = pytest.mark.slow

TABLE = RowTable(
    "t", Parsing(), (Column("id", "int64", "id", required=True), Column("line", "text", "line")), key=("id",)
)
BATCH = 500
MYSQL = ("mariadb", "InnoDB", "innodb@mariadb-10.11")
POSTGRES = ("postgres", "", "postgres@15")
CLICKHOUSE = ("clickhouse", "MergeTree", "merge_tree@18.16")
OPENSEARCH = ("opensearch", "", "bulk_index@opensearch-2.19")
# What makes it so, said by who may do everything; {table} is the table, {name} the database, {index} the index.
SAID = {
    (MYSQL, "read_only"): ("set global read_only = 1", "set global read_only = 0"),
    (MYSQL, "missing"): ("drop table {table}", "do 0"),
    (MYSQL, "denied"): ("alter user `{name}`@`127.0.0.1` identified by 'another'", "do 0"),
    (POSTGRES, "read_only"): ("alter database {name} set default_transaction_read_only = on", "select 1"),
    (POSTGRES, "missing"): ("drop table {table}", "select 1"),
    (CLICKHOUSE, "missing"): ("DROP TABLE {name}.{table}", "SELECT 1"),
    (OPENSEARCH, "write_blocked"): ('{{"index.blocks.write": true}}', '{{"index.blocks.write": null}}'),
    (OPENSEARCH, "read_only"): ('{{"index.blocks.read_only": true}}', '{{"index.blocks.read_only": null}}'),
    (OPENSEARCH, "flood_stage"): (
        '{{"index.blocks.read_only_allow_delete": true}}',
        '{{"index.blocks.read_only_allow_delete": null}}',
    ),
}


def say(database: RealDatabase, template: str) -> None:
    text = template.format(table=TABLE.name, name=database.name)
    address = replace(database.server.address, database=database.name)
    match database.server.kind.name:
        case "mariadb":
            with closing(mysql_connect(address)) as connection, connection.cursor() as cursor:
                cursor.execute(text)
        case "postgres":
            with postgres_connect(address) as connection:
                connection.execute(text)
        case "clickhouse":
            assert http_send(address, HttpRequest("POST", "/", {}, text.encode())).status == 200
        case _:
            target, headers = f"/{database.name}-{TABLE.name}/_settings", {"Content-Type": "application/json"}
            assert http_send(address, HttpRequest("PUT", target, headers, text.encode())).status == 200


@contextmanager
def made(database: RealDatabase, engine: str, timeout: float = 30.0) -> Iterator[TableConnection]:
    """The table, and a connection to it."""
    with closing(connect_to(database, direct=True, timeout=timeout)) as connection:
        connection.create_table(TABLE, engine)
        yield connection


def write(connection: TableConnection, *numbers: int, size: int = 1, bulk: bool = False) -> ServerAnswer:
    # Random, or some would press it into nothing; and short: InnoDB keeps long texts elsewhere, and on a full disk
    # 10.11.19 was seen to lose the connection over a text of 128 kB.
    rows = tuple((number, random.Random(number).randbytes(size).hex()) for number in numbers)
    return real_answer(connection.ask(WriteRows(TABLE, rows, "create" if bulk else "insert")))


@pytest.mark.parametrize(("which", "trouble"), SAID, ids=lambda each: each if isinstance(each, str) else each[0])
def test_a_server_in_trouble_says_what_the_engine_says(
    which: tuple[str, str, str], trouble: str, request: pytest.FixtureRequest
) -> None:
    name, engine, modelled = which
    database: RealDatabase = request.getfixturevalue(name)
    kind = engine_kind(modelled)
    begins, ends = SAID[which, trouble]
    with made(database, engine):
        say(database, begins)
        try:
            with closing(connect_to(database, direct=True)) as connection:
                answer = write(connection, 1, 2, bulk=kind.by_item)
        finally:
            say(database, ends)
    match answer:
        case ServerRefusal():
            assert answer.code == kind.refusals[trouble].code, answer
        case ByItem():
            assert set(answer.items) == {kind.item_refusals[trouble]}
        case _:
            raise AssertionError(answer)


def test_who_waits_too_long_for_a_lock_hears_what_the_engine_says(mariadb: RealDatabase) -> None:
    with made(mariadb, "InnoDB") as connection:
        write(connection, 1)
        say(mariadb, "set global innodb_lock_wait_timeout = 1")
        with closing(mysql_connect(mariadb.direct)) as other, other.cursor() as cursor:
            other.begin()
            cursor.execute(f"select * from {TABLE.name} for update")
            with closing(connect_to(mariadb, direct=True)) as waiting:
                answer = write(waiting, 2)
        say(mariadb, "set global innodb_lock_wait_timeout = 50")
    assert isinstance(answer, ServerRefusal)
    assert answer.code == engine_kind(MYSQL[2]).refusals["locked"].code


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of its own of this size, where temporary files are made."""
    place = Path(tempfile.mkdtemp(prefix="small-"))
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=1777", "none", str(place)],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        place.rmdir()
        pytest.skip(f"this machine mounts no small disk: {done.stderr.strip()}")
    before = tempfile.tempdir
    tempfile.tempdir = str(place)
    try:
        yield place
    finally:
        tempfile.tempdir = before
        subprocess.run(["umount", "-l", str(place)], check=True)
        place.rmdir()


def test_a_log_store_refuses_while_its_disk_is_nearly_full_and_ends_itself_when_it_is() -> None:
    """Free space is looked at every now and then: so one request may still be taken."""
    kind = engine_kind("log_store@victorialogs-1.52")
    with (
        small_disk(60) as disk,
        open_server("victorialogs") as server,
        server.fresh("a full disk") as database,
        made(database, "") as connection,
    ):
        filled = disk / "filled"
        filled.write_bytes(bytes(shutil.disk_usage(disk).free - (9 << 20)))
        patience = time.monotonic() + 30
        taken = 0
        while isinstance(answer := write(connection, taken, bulk=True), ByItem):
            taken += 1
            assert time.monotonic() < patience
            time.sleep(0.2)
        assert isinstance(answer, ServerRefusal)
        assert kind.full is not None
        assert answer.code == kind.full.code
        with filled.open("ab") as file, suppress(OSError):
            while True:
                file.write(bytes(1 << 16))
                file.flush()
        while server.is_up():
            assert time.monotonic() < patience
            time.sleep(0.2)
        filled.unlink()
        server.start()
        assert len(connection.read_table(TABLE)) <= taken


FILLED = [
    MYSQL,
    ("mariadb", "MyISAM", "myisam@mariadb-10.11"),
    ("mariadb", "Aria", "aria@mariadb-10.11"),
    POSTGRES,
    CLICKHOUSE,
]


@pytest.mark.parametrize("which", FILLED, ids=lambda each: each[2])
def test_a_full_disk(which: tuple[str, str, str]) -> None:
    """A batch is refused and undone, or it waits until there is room, and is done long after its client gave up."""
    name, engine, modelled = which
    kind = engine_kind(modelled)
    with (
        small_disk(300) as disk,
        open_server(name) as server,
        server.fresh(modelled) as database,
        made(database, engine, timeout=30.0 if kind.full else 3.0) as connection,
    ):
        filled = disk / "filled"
        with filled.open("wb") as file:
            left = shutil.disk_usage(disk).free - (24 << 20)
            file.write(bytes(left))
        taken = 0
        while isinstance(answer := write(connection, *range(taken, taken + BATCH), size=1000), RowsWritten):
            taken += BATCH
            assert taken < 50_000
        if kind.full is None:
            assert isinstance(answer, NoAnswer), answer
            filled.unlink()
            patience = time.monotonic() + 90
            with closing(connect_to(database, direct=True, timeout=60.0)) as later:
                while len(later.read_table(TABLE)) <= taken and time.monotonic() < patience:
                    time.sleep(0.5)
                assert taken < len(later.read_table(TABLE)) <= taken + BATCH
            return
        assert isinstance(answer, ServerRefusal), answer
        assert answer.code == kind.full.code, answer
        filled.unlink()
        patience = time.monotonic() + 60
        while not server.is_up() and time.monotonic() < patience:  # PostgreSQL may start itself anew
            time.sleep(0.1)
        with closing(connect_to(database, direct=True)) as later:
            assert len(later.read_table(TABLE)) == taken
            assert isinstance(write(later, taken + BATCH), RowsWritten)
