"""Real servers: found, started, killed with what they hold, and gone at the end. Slow: each kind starts its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from wptest.servers.clients import mysql_connect, mysql_errors, postgres_client, postgres_connect
from wptest.servers.http_client import http_ask
from wptest.servers.opened import SERVER_KINDS, open_server
from wptest.servers.real_server import RealDatabase, RealServer
from wptest.servers.server_errors import ServerFailedError

pytest_plugins = ["wptest.servers.fixtures"]
pytestmark = pytest.mark.slow


class Table:
    """A table of one number: made, written to and counted as the server's own clients do."""

    def __init__(self, database: RealDatabase) -> None:
        self.database = database
        self.make()

    def make(self) -> None:
        self.ask("create table t (n int primary key)")

    def ask(self, text: str, *, direct: bool = True, timeout: float = 30.0) -> int:
        address = self.database.direct if direct else self.database.address
        match self.database.server.kind.name:
            case "mariadb":
                with closing(mysql_connect(address, timeout=timeout)) as connection, connection.cursor() as cursor:
                    cursor.execute(text)
                    row = cursor.fetchone()
            case "postgres":
                with postgres_connect(address, timeout=timeout) as connection:
                    cursor = connection.execute(text)
                    row = cursor.fetchone() if cursor.description else None
            case _:
                answer = http_ask(
                    address, "POST", "/", text.encode(), parameters={"database": address.database}, timeout=timeout
                )
                if answer.status != 200:
                    raise AssertionError(answer.text)
                row = (answer.text or 0,)
        return int(row[0]) if row else 0

    def write(self, number: int, *, direct: bool = False, timeout: float = 30.0) -> None:
        self.ask(f"insert into t values ({number})", direct=direct, timeout=timeout)

    def count(self) -> int:
        return self.ask("select count(*) from t")


class MergeTree(Table):
    """The same in ClickHouse."""

    def make(self) -> None:
        self.ask("create table t (n Int32) engine = MergeTree order by n")


class Index(Table):
    """The same in OpenSearch."""

    def make(self) -> None:
        """It is there."""

    def write(self, number: int, *, direct: bool = False, timeout: float = 30.0) -> None:
        address = self.database.direct if direct else self.database.address
        body = f'{{"create": {{"_id": "{number}"}}}}\n{{"n": {number}}}\n'.encode()
        path = f"/{address.database}/_bulk"
        answer = http_ask(address, "POST", path, body, content_type="application/x-ndjson", timeout=timeout)
        assert answer.status == 200, answer.text

    def count(self) -> int:
        address = self.database.direct
        http_ask(address, "POST", f"/{address.database}/_refresh")
        return int(json.loads(http_ask(address, "GET", f"/{address.database}/_count").body)["count"])


TABLES: dict[str, Callable[[RealDatabase], Table]] = {
    "mariadb": Table, "postgres": Table, "clickhouse": MergeTree, "opensearch": Index,
}  # fmt: skip
MARKS = {"opensearch": b"_bulk"}


@pytest.fixture(params=SERVER_KINDS)
def server(request: pytest.FixtureRequest) -> RealServer:
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture
def table(server: RealServer, request: pytest.FixtureRequest) -> Table:
    return TABLES[server.kind.name](request.getfixturevalue(server.kind.name))


def errors() -> tuple[type[Exception], ...]:
    return (OSError, mysql_errors().Error, postgres_client().Error, EOFError)


def test_each_has_a_version_and_a_new_database(server: RealServer, table: Table) -> None:
    print(f"\n{server.kind.called} {server.version}")  # noqa: T201 - the log of a run of CI tells what was tried
    assert server.version[0].isdigit()
    assert table.count() == 0
    table.write(1)
    assert table.count() == 1


def test_a_database_has_the_same_name_each_time_and_is_gone_afterwards(server: RealServer) -> None:
    names = []
    for _ in range(2):
        with server.fresh("the same") as database:
            names.append(database.name)
            TABLES[server.kind.name](database).write(1)  # where one was left, this would be refused
    assert names[0] == names[1]


def test_a_database_that_is_there_is_left_as_it_is(server: RealServer) -> None:
    with server.fresh("twice") as first, server.fresh("twice") as second:
        assert first.name != second.name
        TABLES[server.kind.name](first).write(1)
        assert TABLES[server.kind.name](second).count() == 0


def test_what_was_acknowledged_is_there_after_a_kill(table: Table) -> None:
    for number in range(3):
        table.write(number)
    table.database.server.kill()
    with pytest.raises(errors()):
        table.write(3)
    table.database.server.start()
    assert table.count() == 3


def test_a_server_that_was_stopped_starts_again(table: Table) -> None:
    table.write(1)
    table.database.server.stop()
    table.database.server.start()
    assert table.count() == 1


@pytest.mark.parametrize(("point", "there"), [("before_send", 0), ("half_sent", 0), ("answer_lost", 1)])
def test_a_client_cannot_tell_a_lost_request_from_a_lost_answer(table: Table, point: str, there: int) -> None:
    mark = MARKS.get(table.database.server.kind.name, b"insert")
    fault = table.database.fault(point, mark)
    with pytest.raises(errors()):
        table.write(1)
    assert fault.struck
    assert table.count() == there


@pytest.mark.parametrize("server", ["clickhouse", "opensearch"], indirect=True)
def test_a_request_to_a_server_that_stands_still_is_done_when_it_goes_on(table: Table) -> None:
    table.database.server.pause()
    with pytest.raises(errors()):
        table.write(1, timeout=1.0)
    table.database.server.resume()
    patience = time.monotonic() + 20
    while table.count() != 1 and time.monotonic() < patience:
        time.sleep(0.05)
    assert table.count() == 1


def test_a_server_at_an_address_gets_a_database_of_its_own_and_is_nobody_else_s_to_kill(server: RealServer) -> None:
    kind = server.kind
    with open_server(kind.name, server.address.url(kind.schemes[0])) as other:
        assert other.version == server.version
        for done in (other.kill, other.stop, other.pause, other.start):
            with pytest.raises(ServerFailedError, match="was started by somebody else"):
                done()
        with other.fresh("by address") as database:
            table = TABLES[kind.name](database)
            table.write(1)
            assert table.count() == 1
    assert server.is_up()


@pytest.mark.parametrize("name", ["mariadb", "postgres", "clickhouse"])
def test_two_of_a_kind_run_side_by_side(name: str, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue(f"{name}_server")
    with open_server(server.kind.name) as other, other.fresh("x") as database:
        assert other.address != server.address
        TABLES[server.kind.name](database).write(1)
    assert [each for each in threading.enumerate() if each.name.startswith("wptest-relay")] == []
