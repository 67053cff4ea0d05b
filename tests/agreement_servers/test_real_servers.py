"""Real servers: found, started, killed with what they hold, and gone at the end. Slow: each kind starts its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from orders_table import ORDERS, Orders, is_written, row, written_and_read

from engine.databases.request import ByItem, NoAnswer, RowsWritten, ServerRefusal, WriteRows
from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import real_answer
from wptest.servers.opened import SERVER_KINDS, open_server
from wptest.servers.real_server import RealServer
from wptest.servers.server_errors import ServerFailedError

pytest_plugins = ["wptest.servers.fixtures"]
pytestmark = pytest.mark.slow

MARKS = {"opensearch": b"_bulk", "victorialogs": b"_bulk", "clickhouse": b"FORMAT JSONEachRow"}


@pytest.fixture(params=SERVER_KINDS)
def server(request: pytest.FixtureRequest) -> RealServer:
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture
def orders(server: RealServer, request: pytest.FixtureRequest) -> Iterator[Orders]:
    made = Orders(request.getfixturevalue(server.kind.name))
    yield made
    made.close()


def test_each_has_a_version_and_a_new_database(server: RealServer, orders: Orders) -> None:
    print(f"\n{server.kind.called} {server.version}")  # noqa: T201 - the log of a run of CI tells what was tried
    assert server.version[0].isdigit()
    assert orders.count() == 0


def test_a_row_of_all_types_is_read_as_it_was_written(orders: Orders) -> None:
    written_and_read(orders)


def test_a_key_that_is_there_is_told(orders: Orders) -> None:
    orders.write(row(1))
    answer = orders.write(row(2), row(1))
    told: dict[str, object] = {
        "mariadb": "1062", "postgres": "23505", "clickhouse": 2,
        "opensearch": [201, 409], "victorialogs": [201, 201],
    }  # fmt: skip
    match answer:
        case ServerRefusal():
            assert answer.code == told[orders.kind]
        case RowsWritten():  # it has no unique keys
            assert answer.affected == told[orders.kind]
        case ByItem():
            assert [item.status for item in answer.items] == told[orders.kind]


def test_a_database_has_the_same_name_each_time_and_is_gone_afterwards(server: RealServer) -> None:
    names = []
    for _ in range(2):
        with server.fresh("the same") as database:
            names.append(database.name)
            orders = Orders(database)  # where one was left, this would be refused
            assert is_written(orders.write(row(1)))
            orders.close()
    assert names[0] == names[1]


def test_a_database_that_is_there_is_left_as_it_is(server: RealServer) -> None:
    with server.fresh("twice") as first, server.fresh("twice") as second:
        assert first.name != second.name
        one, two = Orders(first), Orders(second)
        one.write(row(1))
        assert (one.count(), two.count()) == (1, 0)
        one.close()
        two.close()


def test_what_was_acknowledged_is_there_after_a_kill_but_in_a_log_store(orders: Orders) -> None:
    for number in range(3):
        assert is_written(orders.write(row(number)))
    orders.database.server.kill()
    assert isinstance(orders.write(row(3)), NoAnswer)
    assert isinstance(orders.write(row(3)), NoAnswer)
    orders.database.server.start()
    assert orders.count() == (0 if orders.kind == "victorialogs" else 3)  # which has them in its memory for seconds
    assert is_written(orders.write(row(3)))


def test_a_server_that_was_stopped_starts_again(orders: Orders) -> None:
    orders.write(row(1))
    orders.database.server.stop()
    orders.database.server.start()
    assert orders.count() == 1


@pytest.mark.parametrize(("point", "there"), [("before_send", 0), ("half_sent", 0), ("answer_lost", 1)])
def test_a_client_cannot_tell_a_lost_request_from_a_lost_answer(orders: Orders, point: str, there: int) -> None:
    fault = orders.database.fault(point, MARKS.get(orders.kind, b"INSERT INTO"))
    assert isinstance(orders.write(row(1)), NoAnswer)
    assert fault.struck
    assert orders.count() == there
    assert is_written(orders.write(row(2)))


def test_a_request_to_a_server_that_stands_still_is_done_when_it_goes_on(orders: Orders) -> None:
    orders.write(row(0))  # it has a connection by now
    hasty = connect_to(orders.database, timeout=5.0)  # far more than an answer takes
    assert is_written(real_answer(hasty.ask(WriteRows(ORDERS, (row(1),), orders.mode))))
    orders.database.server.pause()
    assert isinstance(real_answer(hasty.ask(WriteRows(ORDERS, (row(2),), orders.mode))), NoAnswer)
    orders.database.server.resume()
    patience = time.monotonic() + 60
    while orders.count() != 3 and time.monotonic() < patience:
        time.sleep(0.05)
    assert orders.count() == 3
    hasty.close()


def test_a_server_at_an_address_gets_a_database_of_its_own_and_is_nobody_else_s_to_kill(server: RealServer) -> None:
    kind = server.kind
    with open_server(kind.name, server.address.url(kind.schemes[0])) as other:
        assert other.version == server.version
        for done in (other.kill, other.stop, other.pause, other.resume, other.start):
            with pytest.raises(ServerFailedError, match="was started by somebody else"):
                done()
        with other.fresh("by address") as database:
            orders = Orders(database)
            assert is_written(orders.write(row(1)))
            orders.close()
    assert server.is_up()


@pytest.mark.parametrize("name", ["mariadb", "postgres", "clickhouse"])
def test_two_of_a_kind_run_side_by_side(name: str, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue(f"{name}_server")
    with open_server(name) as other, other.fresh("x") as database:
        assert other.address != server.address
        orders = Orders(database)
        assert is_written(orders.write(row(1)))
        orders.close()
    assert [each for each in threading.enumerate() if each.name.startswith("wptest-relay")] == []
