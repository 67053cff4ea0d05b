"""A server as a process: what it finds on its disk when it starts again, and what becomes of who waits for it."""

from __future__ import annotations

import errno

import pytest
from servers_bench import KEYED, Net, write

from engine.databases.request import NoAnswer
from engine.kernel import sleep
from engine.servers.engines.known import ENGINES
from engine.storage.disk_port import read_all
from engine.storage.faults import FaultRule
from engine.units import MINUTE, SECOND

LONG = "x" * 25
SYNCED = ["sqlite", "innodb", "postgres", "aria", "bulk_index"]
CACHED = ["myisam", "merge_tree", "replacing_merge_tree", "merge_tree@18.16"]
FOUR = tuple((each, "a") for each in range(1, 5))


@pytest.mark.parametrize("engine", [*SYNCED, *CACHED])
def test_rows_that_were_acknowledged_are_there_after_a_kill(engine):
    net = Net(engine)
    net.ask((1, "a"), (2, "b"))
    net.server.kill()
    assert net.rows == [(1, "a"), (2, "b")]
    net.restart()
    assert net.rows == [(1, "a"), (2, "b")]
    assert net.find((1,), (3,)) == {(1,): (1, "a")}


@pytest.mark.parametrize("engine", SYNCED)
def test_rows_that_were_acknowledged_outlive_a_power_loss_where_they_are_synced(engine):
    net = Net(engine)
    net.ask((1, "a"), (2, "b"))
    net.lose_power()
    assert net.rows == [(1, "a"), (2, "b")]
    net.restart()
    assert net.ask((3, "c")) in (1, [201])
    assert len(net.rows) == 3


@pytest.mark.parametrize("engine", CACHED)
def test_rows_in_the_page_cache_may_be_gone_after_a_power_loss(engine):
    net = Net(engine)
    net.ask((1, "a"))
    net.lose_power()
    assert net.rows == []


def test_clickhouse_can_be_told_to_sync():
    net = Net("merge_tree", flush="fsync_after_insert")
    net.ask((1, "a"))
    net.lose_power()
    assert net.rows == [(1, "a")]


@pytest.mark.parametrize(
    ("engine", "flush", "interval"),
    [("innodb", "0", SECOND), ("bulk_index", "async", 5 * SECOND), ("log_store", "", 10 * SECOND)],
)
def test_rows_in_memory_are_gone_with_a_kill_until_they_are_flushed(engine, flush, interval):
    net = Net(engine, flush=flush)
    net.ask((1, "a"))
    assert net.rows == [(1, "a")]
    net.server.kill()
    assert net.rows == []
    net.restart()
    net.ask((1, "a"))
    net.run_for(interval)
    net.lose_power()
    assert net.rows == [(1, "a")]


def test_a_log_store_writes_what_has_been_in_its_memory_for_an_interval():
    net = Net("log_store")
    for number in range(1, 5):
        net.ask((number, "a"))
        net.run_for(3 * SECOND)
    net.server.kill()  # at 12 s; it has written at 10 s what was there at 5 s
    assert net.rows == [(1, "a"), (2, "a")]


def test_rows_in_memory_are_written_by_a_graceful_stop():
    net = Net("log_store")
    net.ask((1, "a"))
    net.run_for(6 * SECOND)
    net.server.stop()
    net.run_for(0)
    assert not net.server.alive
    assert net.rows == [(1, "a")]
    assert net.events("server.stopped")


def test_a_server_that_stops_shows_its_rows_until_it_has_ended():
    net = Net("log_store")
    net.ask((1, "a"))
    net.machine.storage.faults.add(FaultRule("servers/**", frozenset({"append"}), delay=SECOND))
    net.server.stop()
    net.run_for(SECOND // 2)
    assert (net.server.alive, net.server.listening, net.rows) == (True, False, [(1, "a")])
    net.run_for(SECOND)
    assert (net.server.alive, net.rows) == (False, [(1, "a")])


def test_innodb_with_flush_2_keeps_rows_over_a_kill_and_for_a_second_not_over_a_power_loss():
    net = Net("innodb", flush="2")
    net.ask((1, "a"))
    net.server.kill()
    assert net.rows == [(1, "a")]
    net.restart()
    net.ask((2, "b"))
    net.lose_power()
    assert net.rows == [(1, "a")]  # which was synced when it was found
    net.restart()
    net.ask((2, "b"))
    net.run_for(SECOND)
    net.lose_power()
    assert net.rows == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(
    ("engine", "left"),
    [
        ("innodb", 0),
        ("postgres", 0),
        ("aria", 0),
        ("merge_tree", 0),
        ("myisam", 2),
        ("bulk_index", 2),
        ("log_store", 0),
    ],
)
def test_a_kill_in_the_middle_of_a_statement_leaves_what_the_engine_writes_by_then(engine, left):
    net = Net(engine)
    net.at("before_commit", net.server.kill)
    assert net.ask(*FOUR) == "the connection was lost"
    net.restart()
    assert len(net.rows) == left


def test_myisam_is_repaired_after_a_kill_and_not_after_a_graceful_stop():
    net = Net("myisam")
    net.ask((1, "a"))
    net.server.stop()
    net.run_for(0)
    net.restart()
    assert net.events("table.repaired") == []
    net.ask((2, "b"))
    net.server.kill()
    net.restart()
    assert net.events("table.repaired") == [{"table": "orders", "rows": 2}]


@pytest.mark.parametrize("engine", ["innodb", "myisam", "merge_tree", "bulk_index"])
def test_a_client_that_dies_in_the_middle_of_its_statement_does_not_keep_the_server_from_finishing_it(engine):
    net = Net(engine)
    net.at("before_commit", net.client.kill)
    net.begin(*FOUR)
    net.run_for(SECOND)
    assert len(net.rows) == 4
    assert net.events("server.wrote_late") == [{"request": 1, "rows": 4}]


def test_sqlite_dies_with_its_client():
    net = Net("sqlite")
    net.at("before_commit", net.client.kill)
    net.begin(*FOUR)
    net.run_for(SECOND)
    assert net.rows == []


def test_sqlite_is_opened_by_who_asks():
    net = Net("sqlite")
    net.server.kill()
    assert net.ask((1, "a")) == 1


def test_a_client_whose_server_dies_loses_its_connection_and_those_behind_it_too():
    net = Net("innodb")
    net.at("before_commit", net.server.kill)
    tasks = [net.begin((each, "a")) for each in range(3)]
    net.run_for(SECOND)
    assert [task.result for task in tasks] == [NoAnswer("the connection was lost")] * 3
    assert net.rows == []


def test_a_server_that_is_not_there_has_surely_nothing_of_a_request():
    net = Net("innodb")
    net.server.kill()
    answer = net.play(net.server.connect(net.client).ask(write((1, "a"))))
    assert answer == NoAnswer("db refuses connections", sent=False)


@pytest.mark.parametrize(("engine", "first"), [("innodb", "the connection was lost"), ("merge_tree", 1)])
def test_the_first_request_after_a_restart_is_lost_where_connections_are_kept(engine, first):
    net = Net(engine)
    connection = net.server.connect(net.client)
    net.ask((1, "a"), connection=connection)
    net.server.kill()
    net.restart()
    assert net.ask((2, "b"), connection=connection) == first
    assert net.ask((3, "c"), connection=connection) == 1
    assert len(net.rows) == (2 if first != 1 else 3)


def test_a_paused_server_writes_late_what_its_client_has_given_up():
    net = Net("innodb", timeout=SECOND)
    net.server.pause()
    assert net.ask((1, "a")) == "no answer within 1s"
    assert net.rows == []
    net.server.resume()
    net.run_for(SECOND)
    assert net.rows == [(1, "a")]
    assert net.events("server.wrote_late") == [{"request": 1, "rows": 1}]


def test_a_stopped_server_does_what_it_has_taken():
    net = Net("innodb")
    task = net.begin((1, "a"))
    net.run_for(0)
    net.server.stop()
    net.run_for(SECOND)
    assert task.result.affected == 1
    assert net.events("server.stopped") == [{}]


@pytest.mark.parametrize(
    ("engine", "answer", "left"),
    [
        ("innodb", "1114", 0),
        ("postgres", "53100", 0),
        ("sqlite", "SQLITE_FULL", 0),
        ("merge_tree", "Code: 75", 0),
        ("bulk_index", [429] * 4, 0),
    ],
)
def test_a_full_disk_undoes_the_batch_and_the_server_lives_on(engine, answer, left):
    net = Net(engine)
    net.machine.storage.quotas.resize({"servers/db": 30})
    assert net.ask(*FOUR) == answer
    assert len(net.rows) == left
    net.machine.storage.quotas.rooms.clear()
    assert net.ask((9, "z")) in (1, [201])
    net.server.kill()
    net.restart()
    assert net.rows == [(9, "z")]


@pytest.mark.parametrize("engine", ["myisam", "aria"])
def test_a_full_disk_hangs_and_what_was_given_up_is_written_when_there_is_room(engine):
    net = Net(engine)
    net.machine.storage.quotas.resize({"servers/db": 30})
    assert net.ask(*FOUR) == "no answer within 10s"
    assert net.ask((9, "z")) == "no answer within 10s"
    assert net.rows == []
    net.machine.storage.quotas.rooms.clear()
    net.run_for(MINUTE)
    assert net.rows == [*FOUR, (9, "z")]
    assert [event["request"] for event in net.events("server.wrote_late")] == [1, 2]


@pytest.mark.parametrize("engine", ["innodb", "postgres", "aria"])
def test_a_server_that_cannot_sync_ends_itself_and_what_it_finds_when_it_starts_is_durable(engine):
    net = Net(engine)
    net.ask((1, "a"))
    net.machine.storage.faults.add(FaultRule("servers/**", frozenset({"fsync"}), errno=errno.EIO, times=1))
    assert net.ask((2, "b")) == "the connection was lost"
    assert not net.server.alive
    assert net.events("server.aborted")
    net.restart()
    assert net.find((2,)) == {(2,): (2, "b")}
    net.lose_power()
    assert net.rows == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(("engine", "answer"), [("sqlite", "SQLITE_IOERR"), ("bulk_index", [500])])
def test_a_server_that_survives_a_failing_sync_takes_back_what_it_wrote(engine, answer):
    net = Net(engine)
    net.ask((1, "a"))
    net.machine.storage.faults.add(FaultRule("servers/**", frozenset({"fsync"}), errno=errno.EIO, times=1))
    assert net.ask((2, "b")) == answer
    net.server.kill()
    net.restart()
    assert net.rows == [(1, "a")]


def test_a_torn_end_is_taken_out_of_the_file_so_that_later_rows_can_be_read():
    net = Net("innodb")
    net.ask((1, "a"))
    net.server.kill()
    descriptor = net.disk.open("servers/db/orders.rows")
    net.disk.append(descriptor, b"0badc0de [[")
    net.disk.close(descriptor)
    net.restart()
    net.ask((2, "b"))
    net.server.kill()
    assert net.rows == [(1, "a"), (2, "b")]
    assert read_all(net.disk, "servers/db/orders.rows").count(b"\n") == 2


def test_a_flush_that_finds_no_room_is_tried_again():
    net = Net("bulk_index", flush="async")
    net.ask((1, "a"), mode="index")
    net.machine.storage.quotas.resize({"servers/db": 10})
    net.run_for(5 * SECOND)
    net.machine.storage.quotas.rooms.clear()
    net.run_for(5 * SECOND)
    net.lose_power()
    assert net.rows == [(1, "a")]


def test_a_log_store_that_finds_no_room_ends_itself_and_what_it_had_in_memory_is_gone():
    net = Net("log_store")
    net.ask((1, "a"))
    net.run_for(10 * SECOND)
    net.ask((2, "b"))
    net.machine.storage.quotas.resize({"servers/db": 10})
    net.run_for(10 * SECOND)
    assert net.events("server.aborted")
    net.machine.storage.quotas.rooms.clear()
    net.restart()
    assert net.rows == [(1, "a")]


@pytest.mark.parametrize("engine", ENGINES)
def test_equal_runs_have_equal_traces(engine):
    def digest():
        net = Net(engine)
        net.ask(*FOUR)
        net.ask((1, LONG), mode="ignore_errors")
        net.server.kill()
        net.restart()
        net.find((1,))
        net.run_for(20 * SECOND)
        return net.machine.trace.digest()

    assert digest() == digest()


def test_a_server_does_one_request_after_another():
    net = Net("innodb")
    tasks = [net.begin((each, "a"), client=net.new_client()) for each in range(5)]
    net.run_for(SECOND)
    assert [task.result.affected for task in tasks] == [1] * 5
    assert net.server.visible(KEYED) == [(each, "a") for each in range(5)]


def test_what_is_sent_to_a_server_that_has_ended_is_lost():
    net = Net("innodb")
    net.at("half_sent", net.server.kill)

    async def ask():
        answer = await net.server.connect(net.client).ask(write((1, "a")))
        await sleep(0)
        return answer

    assert net.play(ask()) == NoAnswer("the connection was lost")
