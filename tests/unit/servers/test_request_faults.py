"""What goes wrong between a client and its server, at which request, and what then is in the table."""

from __future__ import annotations

from itertools import product

import pytest
from servers_bench import Net, narrowed, row_table, write

from engine.databases.request import ItemStatus, NoAnswer
from engine.rows.row_table import Column
from engine.servers.request_faults import CutAt, Late, Refuse, RequestFault, Stopped, Troubled
from engine.text.mistake import Mistake
from engine.units import MILLISECOND, SECOND

FOUR = tuple((each, "a") for each in range(1, 5))
ATOMIC = ["innodb", "postgres", "merge_tree", "replacing_merge_tree", "merge_tree@18.16"]
BY_ROW = ["myisam", "aria", "bulk_index", "log_store"]
LOST = "the connection was lost"


@pytest.mark.parametrize("engine", [*ATOMIC, *BY_ROW, "sqlite"])
def test_nothing_is_there_of_a_request_that_was_never_sent(engine):
    net = Net(engine)
    fault = net.fault(CutAt("before_send"), times=1)
    answer = net.play(net.server.connect(net.client).ask(write(*FOUR)))
    assert isinstance(answer, NoAnswer)
    assert not answer.sent
    assert net.rows == []
    assert fault.took_effect


@pytest.mark.parametrize(
    ("engine", "point"),
    [
        *product(["innodb", "postgres", "myisam", "aria", "bulk_index"], ["half_sent", "received"]),
        ("log_store", "received"),
    ],
)
def test_nothing_is_there_of_a_request_that_was_not_looked_at(engine, point):
    net = Net(engine)
    net.fault(CutAt(point), times=1)
    assert net.ask(*FOUR) == LOST
    net.run_for(SECOND)
    assert net.rows == []


@pytest.mark.parametrize("engine", ["merge_tree", "replacing_merge_tree", "merge_tree@18.16"])
def test_clickhouse_stores_the_lines_before_the_end_of_one_where_the_body_was_cut(engine):
    net = Net(engine)
    net.fault(CutAt("half_sent"), times=2)
    assert net.ask(*FOUR, framed=False) == LOST
    net.run_for(SECOND)
    assert net.rows == list(FOUR[:2])
    assert net.ask(*FOUR) == LOST
    net.run_for(SECOND)
    assert len(net.rows) == 2  # this one says where it ends


@pytest.mark.parametrize("cut", [CutAt("half_sent", reset=True), CutAt("half_sent", inside_line=True)])
def test_clickhouse_stores_nothing_of_a_body_that_was_reset_or_cut_inside_a_line(cut):
    net = Net("merge_tree")
    net.fault(cut, times=1)
    net.ask(*FOUR, framed=False)
    net.run_for(SECOND)
    assert net.rows == []
    assert net.events("request.dropped") == [{"request": 1, "rows": 2}]


@pytest.mark.parametrize("cut", [CutAt("half_sent"), CutAt("half_sent", reset=True, inside_line=True)])
def test_a_log_store_stores_the_lines_that_it_has_however_the_request_ends(cut):
    net = Net("log_store")
    net.fault(cut, times=1)
    assert net.ask(*FOUR, mode="create") == LOST
    net.run_for(SECOND)
    assert net.rows == list(FOUR[:2])
    assert net.events("request.dropped") == []


def test_a_client_that_is_killed_in_the_middle_of_sending_leaves_half_a_body():
    for engine, rows in [("merge_tree", 2), ("log_store", 2), ("innodb", 0)]:
        net = Net(engine)
        net.at("half_sent", net.client.kill)
        net.begin(*FOUR, framed=False)
        net.run_for(SECOND)
        assert len(net.rows) == rows


@pytest.mark.parametrize(("engine", "left"), [*((each, 0) for each in ATOMIC), *((each, 2) for each in BY_ROW)])
def test_a_statement_that_is_ended_before_its_commit_leaves_half_where_it_cannot_be_undone(engine, left):
    net = Net(engine)
    net.fault(CutAt("before_commit"), times=1)
    assert net.ask(*FOUR) == LOST
    assert len(net.rows) == left


@pytest.mark.parametrize("engine", [*ATOMIC, *BY_ROW])
@pytest.mark.parametrize(("point", "why"), [("after_commit", LOST), ("answer_lost", "no answer within 10s")])
def test_all_is_there_of_a_request_whose_answer_is_lost(engine, point, why):
    net = Net(engine)
    net.fault(CutAt(point), times=1)
    assert net.ask(*FOUR) == why
    assert len(net.rows) == 4
    assert len(net.events("answer.lost")) == (point == "answer_lost")


def test_a_repeat_after_a_lost_answer_is_told_by_its_key_as_each_mode_does():
    for mode, answer, rows in [("insert", "1062", 2), ("insert_ignore", 0, 2), ("upsert", 0, 2)]:
        net = Net("innodb")
        net.fault(CutAt("answer_lost"), times=1)
        net.ask((1, "a"), (2, "b"), mode=mode)
        assert net.ask((1, "a"), (2, "b"), mode=mode) == answer
        assert len(net.rows) == rows


def test_a_late_answer_comes_late_and_after_the_timeout_not_at_all():
    net = Net("innodb")
    net.fault(Late(3 * SECOND), nth=1, times=1)
    net.fault(Late(30 * SECOND), nth=1, times=1)
    assert net.ask((1, "a")) == 1
    assert 3 * SECOND <= net.machine.scheduler.now < 4 * SECOND
    assert net.ask((2, "b")) == "no answer within 10s"
    assert net.machine.scheduler.now < 14 * SECOND
    assert net.rows == [(1, "a"), (2, "b")]


def test_a_server_that_stands_still_past_the_timeout_writes_the_row_later():
    net = Net("innodb")
    fault = net.fault(Stopped(15 * SECOND), times=1)
    assert net.ask((1, "a")) == "no answer within 10s"
    assert net.rows == []
    net.run_for(6 * SECOND)
    assert net.rows == [(1, "a")]
    assert net.events("server.wrote_late")
    assert fault.took_effect
    assert net.ask((2, "b")) == 1


def test_a_fault_is_for_the_nth_request_and_so_many_from_there():
    net = Net("innodb")
    fault = net.fault(Refuse("1205"), nth=2, times=2)
    assert [net.ask((each, "a")) for each in range(4)] == [1, "1205", "1205", 1]
    assert (fault.seen, fault.bitten) == (4, 2)


def test_a_fault_may_be_for_one_table_and_for_a_time():
    net = Net("innodb")
    other = net.fault(Refuse("1205"), table="others")
    later = net.fault(Refuse("1205"), since=10 * SECOND, until=20 * SECOND)
    assert net.ask((1, "a")) == 1
    net.run_for(10 * SECOND)
    assert net.ask((2, "a")) == "1205"
    net.run_for(10 * SECOND)
    assert net.ask((2, "a")) == 1
    assert not other.took_effect
    assert later.took_effect


def test_a_fault_whose_request_never_got_so_far_has_not_bitten():
    net = Net("innodb")
    fault = net.fault(CutAt("after_commit"), times=1)
    net.server.kill()
    net.ask((1, "a"))
    net.restart()
    assert net.ask((1, "a")) == 1  # it was for the first one, which never came to its commit
    assert (fault.took_effect, fault.is_over(net.machine.scheduler.now)) == (False, True)
    assert net.server.faults.heal() == [fault]


def test_a_question_for_keys_is_no_request_to_write():
    net = Net("innodb")
    net.fault(CutAt("after_commit"), times=1)
    net.find((1,))
    assert net.ask((1, "a")) == LOST


@pytest.mark.parametrize(
    ("engine", "trouble", "answer"),
    [
        ("innodb", "read_only", "1290"),
        ("innodb", "too_many_connections", "1040"),
        ("innodb", "locked", "1205"),
        ("postgres", "read_only", "25006"),
        ("sqlite", "read_only", "SQLITE_READONLY"),
        ("sqlite", "locked", "SQLITE_BUSY"),
        ("merge_tree", "read_only", "Code: 164"),
        ("merge_tree", "missing", "Code: 60"),
        ("merge_tree", "denied", "401"),
        ("merge_tree", "too_many_parts", "Code: 252"),
        ("bulk_index", "flood_stage", [429, 429]),
        ("bulk_index", "write_blocked", [403, 403]),
        ("bulk_index", "closed", [400, 400]),
        ("bulk_index", "missing", [404, 404]),
    ],
)
def test_each_engine_has_its_own_code_for_what_is_wrong_with_it(engine, trouble, answer):
    net = Net(engine)
    fault = net.fault(Troubled(trouble), times=1)
    assert net.ask((1, "a"), (2, "b")) == answer
    assert net.rows == []
    assert fault.took_effect


def test_a_share_of_the_items_of_a_bulk_request_is_refused_by_itself():
    net = Net("bulk_index")
    net.fault(Refuse("429", "rejected_execution_exception", share=0.5), times=1)
    connection = net.server.connect(net.client)
    rows = [(each, "a") for each in range(40)]
    answer = net.play(connection.ask(write(*rows, mode="create")))
    refused = [place for place, item in enumerate(answer.items) if item.status == 429]
    assert 0 < len(refused) < 40
    assert answer.items[refused[0]] == ItemStatus(429, "rejected_execution_exception")
    assert net.rows == [row for place, row in enumerate(rows) if place not in refused]
    assert net.events("row.refused") == [{"request": 1, "code": "429", "rows": len(refused), "first": refused[0]}]


def test_a_code_that_no_item_has_refuses_the_whole_bulk_request():
    net = Net("bulk_index")
    net.fault(Refuse("413"), times=1)
    assert net.ask((1, "a"), (2, "b")) == "413"
    assert net.rows == []


def test_a_share_of_the_requests_is_refused_where_answers_are_for_all_rows():
    net = Net("innodb")
    fault = net.fault(Refuse("1213", share=0.5))
    answers = [net.ask((each, "a")) for each in range(40)]
    assert answers.count("1213") == fault.bitten
    assert 0 < fault.bitten < 40


def test_a_fault_may_be_for_a_share_of_the_requests():
    net = Net("innodb")
    fault = net.fault(CutAt("received"), share=0.5)
    answers = [net.ask((each, "a")) for each in range(40)]
    assert answers.count(LOST) == fault.bitten
    assert 0 < fault.bitten < fault.seen == 40


def test_a_full_queue_refuses_every_item():
    net = Net("bulk_index", queue=2)
    net.server.pause()
    tasks = [net.begin((each, "a"), client=net.new_client(), mode="create") for each in range(4)]
    net.run_for(SECOND)
    net.server.resume()
    net.run_for(SECOND)
    assert [task.result.items[0].status for task in tasks] == [201, 201, 429, 429]


def test_a_packet_that_is_too_large_costs_the_connection():
    net = Net("innodb", packet=100)
    connection = net.server.connect(net.client)
    assert net.ask(*[(each, "x" * 20) for each in range(10)], connection=connection) == "1153"
    assert net.ask((1, "a"), connection=connection) == 1


def test_a_table_that_the_server_has_not_is_missing():
    other = row_table(Column("id", "int64", "id"))
    net = Net("innodb", narrowed(other))
    net.table = other
    assert net.ask((1,), table=other) == 1
    assert net.ask((1,), table=other.__class__("others", other.parsing, other.columns)) == "1146"


@pytest.mark.parametrize(
    ("engine", "wrong", "message"),
    [
        ("sqlite", CutAt("half_sent"), "can't fail at 'half_sent', expected one of: before_send"),
        ("sqlite", Stopped(SECOND), "no server that could stand still"),
        ("innodb", Troubled("flood_stage"), "is never 'flood_stage', expected one of: read_only"),
    ],
)
def test_a_fault_that_an_engine_cannot_have_is_a_mistake(engine, wrong, message):
    with pytest.raises(Mistake, match=message):
        Net(engine).fault(wrong)


@pytest.mark.parametrize("point", ["before_send", "half_sent", "received", "before_commit", "after_commit"])
def test_power_that_is_lost_in_the_middle_of_a_request_reaches_both_ends(point):
    net = Net("innodb")
    net.ask((1, "a"))
    net.at(point, net.lose_power, request=2)
    net.begin((2, "b"), (3, "c"))
    net.run_for(SECOND)
    net.restart()
    assert net.rows == [(1, "a"), *([(2, "b"), (3, "c")] if point == "after_commit" else [])]
    assert net.ask((4, "d")) == 1


@pytest.mark.parametrize(("point", "heard"), [("answer_lost", [1]), ("answer_late", [])])
def test_an_answer_on_its_way_arrives_though_its_server_dies_and_goes_with_a_client_that_dies(point, heard):
    net = Net("innodb")
    heard_by_client = []

    async def ask():
        heard_by_client.append((await net.server.connect(net.client).ask(write((1, "a")))).affected)

    net.at(point, net.server.kill if heard else net.client.kill)
    net.client.spawn(ask())
    net.run_for(SECOND)
    assert heard_by_client == heard
    assert net.rows == [(1, "a")]


def test_a_request_and_its_answer_take_their_time():
    net = Net("innodb", latency=5 * MILLISECOND)
    net.ask((1, "a"))
    assert net.machine.scheduler.now == 10 * MILLISECOND


def test_each_request_has_a_number_and_leaves_its_traces():
    net = Net("innodb")
    net.ask((1, "a"))
    net.ask((1, "b"))
    assert net.events("request.sent") == [
        {"request": number, "table": "orders", "rows": 1, "mode": "insert"} for number in (1, 2)
    ]
    assert net.events("server.committed") == [{"request": 1, "rows": 1}]
    assert net.events("request.refused") == [{"request": 2, "code": "1062"}]
    assert net.events("row.refused") == [{"request": 2, "code": "1062", "rows": 1, "first": 0}]
    assert net.server.writes == 2


def test_rows_that_are_not_what_was_sent_are_told():
    net = Net("innodb")
    net.ask((1, "x" * 25), (2, "b"), mode="ignore_errors")
    (altered,) = net.server.altered(net.table)
    assert (altered.stored, altered.sent) == ((1, "x" * 20), (1, "x" * 25))
    net.server.kill()
    assert net.server.altered(net.table) == [altered]
    net.restart()
    net.ask((1, "short"), mode="upsert")
    assert net.server.altered(net.table) == []


def test_a_rule_is_used_once():
    net = Net("innodb")
    fault = RequestFault(Refuse("1205"))
    net.server.faults.add(fault)
    net.ask((1, "a"))
    with pytest.raises(AssertionError, match="twice"):
        net.server.faults.add(fault)
