"""What is sent together, and how: limits of lines and bytes, and of what servers take in one request."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from engine.databases.batch_writing import written_batch
from engine.databases.batches import halves, together
from engine.databases.clickhouse.clickhouse_requests import insert_rows
from engine.databases.conversation import lead
from engine.databases.elasticsearch.bulk_requests import bulk
from engine.databases.how_to_write import how_to_write
from engine.databases.known_codes import Meaning
from engine.databases.request import (
    AskForKeys,
    ByItem,
    ItemStatus,
    KeysFound,
    NoAnswer,
    RowsWritten,
    ServerRefusal,
    WriteRows,
)
from engine.project.database_conf import BatchLimits
from engine.rows.row_table import Column, Parsing, RowTable, WriteMode
from tests.unit.databases.tables import EVENT_ROWS, EVENTS, KEYLESS, ORDER_ROWS, ORDERS

LIMITS = BatchLimits(lines=3, bytes=100)


def cut(*sizes: int, limits: BatchLimits = LIMITS, around: int = 0) -> list[list[int]]:
    return [list(run) for run in together(sizes, limits, around)]


def test_a_batch_has_as_many_lines_and_bytes_as_it_may() -> None:
    assert cut() == []
    assert cut(1, 1, 1, 1) == [[0, 1, 2], [3]]
    assert cut(50, 50, 1, 99) == [[0, 1], [2, 3]]
    assert cut(50, 50, around=1) == [[0], [1]]
    assert cut(1, 200, 1) == [[0], [1], [2]]
    assert cut(200, 200, 200, 200, limits=replace(LIMITS, bytes=0)) == [[0, 1, 2], [3]]


def test_halves_are_all_of_it() -> None:
    assert halves([4, 5, 6]) == ([4, 5], [6])
    assert halves([4, 5]) == ([4], [5])


ENGINES = ("sqlite@3.40", "postgres@15", "innodb@mariadb-10.11", "merge_tree@26.9", "bulk_index@opensearch-2.19")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_request_has_no_more_rows_than_its_server_takes(engine: str) -> None:
    how = how_to_write(engine, EVENTS, "create" if "bulk" in engine else "insert", BatchLimits(lines=10**9))
    most = {"sqlite@3.40": 32_766 // 9, "postgres@15": 65_535 // 9, "innodb@mariadb-10.11": 10**6 // 9}
    assert how.limits.lines == most.get(engine, 1_048_576 if "merge" in engine else 10**9)
    assert how_to_write(engine, EVENTS, how.mode, LIMITS).limits == LIMITS


def test_the_size_of_a_body_is_known_before_it_is_made() -> None:
    for table, rows in ((ORDERS, ORDER_ROWS), (EVENTS, EVENT_ROWS)):
        merge_tree = how_to_write("merge_tree", table, "insert", LIMITS)
        body = insert_rows("18.16", WriteRows(table, rows, framed=False)).body
        assert merge_tree.around + sum(map(merge_tree.size_of, rows)) == len(body)
        index = how_to_write("bulk_index", table, "index", LIMITS)
        assert index.around + sum(map(index.size_of, rows)) == len(bulk(WriteRows(table, rows, "index")).body)


def test_a_row_that_no_request_can_have_is_refused_before_it_is_sent() -> None:
    how = how_to_write("bulk_index", replace(EVENTS, key=("host",)), "create", BatchLimits())
    keys = ["x" * 513, "", None, "x"]
    requests, written = answered(how, [(key, *EVENT_ROWS[0][1:]) for key in keys], ByItem((ItemStatus(201),)))
    assert [len(each.rows) for each in requests] == [1]
    assert written.outcome.refused == {
        0: "its key makes an _id of 513 bytes, and 512 are the most",
        1: "its key is empty, and an _id can't be",
        2: "its key has a NULL",
    }
    assert (list(written.outcome.delivered), written.stopped) == ([3], None)


def test_a_null_in_a_key_is_refused_whatever_the_key_is() -> None:
    for engine, mode in (("bulk_index", "create"), ("innodb", "insert")):
        requests, written = answered(how_to_write(engine, ORDERS, mode, BatchLimits()), [(None, 1, "x")])
        assert (requests, written.outcome.refused) == ([], {0: "its key has a NULL"})


def test_lines_that_may_be_there_twice_are_told_and_none_that_was_refused() -> None:
    how = how_to_write("myisam", KEYLESS, "insert", BatchLimits())
    too_long = ServerRefusal("1406", "too long")
    _, written = answered(how, [("a",), ("b",)], too_long, RowsWritten(1), too_long)
    assert (list(written.maybe_twice), list(written.outcome.refused)) == ([0], [1])


def test_one_row_that_is_too_large_alone_is_refused_and_the_others_go() -> None:
    how = how_to_write("innodb", KEYLESS, "insert", BatchLimits(100, 200))
    requests, written = answered(how, [("x",), ("'" * 90,), ("y",)], RowsWritten(2))
    assert [each.rows for each in requests] == [(("x",), ("y",))]
    assert written.outcome.refused == {1: "it makes a request of 227 bytes, and 200 are the most"}


def test_a_packet_that_is_too_large_for_the_server_is_halved() -> None:
    how = how_to_write("innodb", KEYLESS, "insert", BatchLimits())
    answers = [
        ServerRefusal("1153", "got a packet bigger"),
        RowsWritten(2),
        ServerRefusal("1153", "got a packet bigger"),
    ]
    requests, written = answered(how, [("a",), ("b",), ("c",)], *answers)
    assert [len(each.rows) for each in requests] == [3, 2, 1]
    assert written.outcome.refused == {2: "1153 got a packet bigger"}
    assert list(written.outcome.delivered) == [0, 1]
    assert written.reason == "1153 got a packet bigger"


def test_items_of_one_answer_are_each_what_they_are() -> None:
    how = how_to_write("bulk_index", KEYLESS, "create", BatchLimits())
    statuses = (201, 429, 400, 503, 500, 403)
    _, written = answered(how, [("x",)] * 6, ByItem(tuple(map(ItemStatus, statuses))))
    outcome = written.outcome
    assert (list(outcome.delivered), dict(outcome.refused), list(outcome.unknown)) == ([0], {2: "400"}, [4])
    assert outcome.left(6) == [1, 3, 4, 5]
    assert (written.stopped, written.reason) == (Meaning.AGAIN, "429")


PARTITIONS = ServerRefusal("Code: 252", "Code: 252. Too many partitions for single INSERT block (more than 100)")


def test_rows_that_are_too_many_at_once_are_halved_and_one_alone_comes_again() -> None:
    how = how_to_write("merge_tree", KEYLESS, "insert", BatchLimits())
    requests, written = answered(how, [("a",), ("b",)], PARTITIONS, RowsWritten(1), PARTITIONS, token="1")
    assert [len(each.rows) for each in requests] == [2, 1, 1]
    assert (list(written.outcome.delivered), dict(written.outcome.refused)) == ([0], {})
    assert (written.stopped, written.reason) == (Meaning.AGAIN, PARTITIONS.text)


DUPLICATE = ServerRefusal("1062", "Duplicate entry")
NAMES = RowTable("names", Parsing(), (Column("name", "text", "$line", length=9, required=True),), key=("name",))
ONE, TWO = (1, 1, "a"), (2, 2, "b")


def test_a_key_that_is_there_is_asked_for_its_row() -> None:
    how = how_to_write("innodb", ORDERS, "insert", BatchLimits())
    requests, written = answered(how, [ONE, TWO], DUPLICATE, KeysFound({(1,): ONE, (2,): (2, 2, "of another")}))
    assert requests[1] == AskForKeys(ORDERS, ((1,), (2,)))
    assert list(written.outcome.delivered) == [0]
    assert written.outcome.refused == {1: "another row has its key"}
    assert written.stopped is None


def test_a_key_that_nobody_has_in_the_end_stops_it() -> None:
    """The server says that it is there, and has no row with it: somebody took it away, or is about to write it."""
    how = how_to_write("innodb", ORDERS, "insert", BatchLimits())
    nobody = KeysFound({})
    requests, written = answered(how, [ONE, TWO], DUPLICATE, nobody, DUPLICATE, nobody)
    assert [type(each) for each in requests] == [WriteRows, AskForKeys] * 2
    assert len(requests[2].rows) == 1
    assert (written.stopped, written.outcome.left(2)) == (Meaning.AGAIN, [0, 1])
    assert "has no row with it" in written.reason


@pytest.mark.parametrize(("mode", "answer"), [("insert", DUPLICATE), ("insert_ignore", RowsWritten(0))])
def test_a_row_whose_key_is_another_ones_to_the_server_is_refused_and_others_go_on(
    mode: WriteMode, answer: ServerRefusal | RowsWritten
) -> None:
    how = how_to_write("innodb", NAMES, mode, BatchLimits())
    folded = KeysFound({("abc",): ("ABC",)})
    requests, written = answered(how, [("abc",), ("d",)], answer, folded, answer, folded, RowsWritten(1))
    assert [len(each.rows) for each in requests if isinstance(each, WriteRows)] == [2, 1, 1]
    assert (list(written.outcome.delivered), written.stopped) == ([1], None)
    assert written.outcome.refused == {0: "another row has its key, as the server compares keys"}


def test_rows_that_were_left_alone_and_are_not_there_are_unknown() -> None:
    how = how_to_write("innodb", ORDERS, "insert_ignore", BatchLimits())
    _, written = answered(how, [ONE, TWO], RowsWritten(1), KeysFound({(1,): ONE}), KeysFound({}))
    assert (list(written.outcome.delivered), list(written.outcome.unknown)) == ([0], [1])
    assert written.stopped is Meaning.UNKNOWN


@pytest.mark.parametrize(
    ("answer", "stopped"),
    [
        (NoAnswer("cut", sent=False), Meaning.UNKNOWN),
        (ServerRefusal("1142", "denied"), Meaning.CONFIGURATION),
        (ServerRefusal("1205", "lock"), Meaning.AGAIN),
        (ServerRefusal("1064", "syntax"), Meaning.UNKNOWN),
        (RowsWritten(2), Meaning.UNKNOWN),
    ],
)
def test_a_question_that_is_not_answered_leaves_all_rows(answer, stopped) -> None:
    how = how_to_write("innodb", ORDERS, "insert", BatchLimits())
    requests, written = answered(how, [ONE, TWO], DUPLICATE, answer)
    assert (len(requests), written.stopped, written.outcome.left(2)) == (2, stopped, [0, 1])
    assert list(written.outcome.unknown) == ([0, 1] if stopped is Meaning.UNKNOWN else [])
    assert written.reason


@pytest.mark.parametrize(
    ("engine", "refused", "sent"),
    [("merge_tree", {1: "another row has its key"}, ()), ("replacing_merge_tree", {}, (TWO,))],
)
def test_a_server_that_takes_a_key_twice_is_asked_before_and_sent_what_is_not_there(engine, refused, sent) -> None:
    how = how_to_write(engine, ORDERS, "insert", BatchLimits())
    there = KeysFound({(1,): ONE, (2,): (2, 2, "of another")})
    requests, written = answered(how, [ONE, TWO, (3, 3, "c")], there, RowsWritten(1 + len(sent)))
    assert requests[0] == AskForKeys(ORDERS, ((1,), (2,), (3,)))
    assert requests[1].rows == (*sent, (3, 3, "c"))
    assert (len(requests), dict(written.outcome.refused), written.stopped) == (2, refused, None)
    assert list(written.outcome.delivered) == ([0, 1, 2] if sent else [0, 2])


def test_of_rows_of_one_key_in_a_batch_the_first_is_sent_and_the_others_are_asked_for_then() -> None:
    how = how_to_write("merge_tree", ORDERS, "insert", BatchLimits())
    answers = (KeysFound({}), RowsWritten(1), KeysFound({(1,): ONE}))
    requests, written = answered(how, [ONE, ONE], *answers)
    assert [type(each) for each in requests] == [AskForKeys, WriteRows, AskForKeys]
    assert (requests[1].rows, list(written.outcome.delivered)) == ((ONE,), [0, 1])


@pytest.mark.parametrize(
    ("answer", "stopped"),
    [
        (NoAnswer("cut"), Meaning.AGAIN),
        (ServerRefusal("Code: 60", "no such table"), Meaning.CONFIGURATION),
        (ServerRefusal("Code: 202", "too many"), Meaning.AGAIN),
        (RowsWritten(2), Meaning.AGAIN),
    ],
)
def test_a_question_before_that_is_not_answered_leaves_rows_of_which_nothing_was_sent(answer, stopped) -> None:
    how = how_to_write("merge_tree", ORDERS, "insert", BatchLimits())
    requests, written = answered(how, [ONE, TWO], answer)
    assert (len(requests), written.stopped, written.outcome.left(2)) == (1, stopped, [0, 1])
    assert list(written.outcome.unknown) == []


TOO_LONG = ServerRefusal("1406", "Data too long")


def test_what_is_refused_and_there_by_an_earlier_attempt_is_delivered() -> None:
    how = how_to_write("innodb", ORDERS, "insert_ignore", BatchLimits())
    there = KeysFound({(1,): ONE, (2,): (2, 2, "of another")})
    requests, written = answered(how, [ONE, TWO], *[TOO_LONG] * 3, there)
    assert requests[3] == AskForKeys(ORDERS, ((1,), (2,)))
    assert (list(written.outcome.delivered), dict(written.outcome.refused)) == ([0], {1: "1406 Data too long"})
    assert written.stopped is None


@pytest.mark.parametrize("trouble", [NoAnswer("cut"), ServerRefusal("1040", "too many connections")])
def test_what_is_refused_comes_again_where_nobody_says_whether_it_is_there(trouble) -> None:
    how = how_to_write("innodb", ORDERS, "insert_ignore", BatchLimits())
    _, written = answered(how, [ONE], TOO_LONG, trouble)
    assert (list(written.outcome.unknown), written.outcome.refused, written.stopped) == ([0], {}, Meaning.UNKNOWN)


def test_what_is_refused_before_the_server_is_down_comes_again() -> None:
    how = how_to_write("innodb", ORDERS, "insert_ignore", BatchLimits())
    requests, written = answered(how, [ONE, TWO], TOO_LONG, TOO_LONG, NoAnswer("cut"))
    assert (len(requests), written.outcome.left(2), written.stopped) == (3, [0, 1], Meaning.UNKNOWN)


def test_fewer_rows_than_were_sent_are_unknown_where_nobody_ignores_any() -> None:
    _, written = answered(how_to_write("innodb", ORDERS, "insert", BatchLimits()), [ONE, TWO], RowsWritten(1))
    assert (list(written.outcome.unknown), written.stopped) == ([0, 1], Meaning.UNKNOWN)
    assert written.reason == "the server says that it wrote 1 of 2 rows"
    _, written = answered(how_to_write("innodb", ORDERS, "upsert", BatchLimits()), [ONE, TWO], RowsWritten(0))
    assert list(written.outcome.delivered) == [0, 1], "they were there as they are"


def test_an_answer_about_something_else_says_nothing() -> None:
    how = how_to_write("bulk_index", KEYLESS, "create", BatchLimits())
    for answer in (ByItem((ItemStatus(201),)), KeysFound({})):
        _, written = answered(how, [("x",)] * 2, answer)
        assert (list(written.outcome.unknown), written.stopped) == ([0, 1], Meaning.UNKNOWN)


def tokens(table, *rows, batch="", mode="insert", lines=100, engine="replacing_merge_tree"):
    """Those of all requests of a batch."""
    how = how_to_write(engine, table, mode, BatchLimits(lines, 0))
    answers = [KeysFound({}), RowsWritten(lines)] if how.asks_first else [RowsWritten(lines)]
    requests, _ = answered(how, list(rows), *answers * len(rows), token=batch)
    return [each.token for each in requests if isinstance(each, WriteRows)]


def test_a_token_stands_for_one_batch_and_never_for_other_rows() -> None:
    a, b = ("a",), ("b",)
    assert tokens(KEYLESS, a, b, batch="1") == tokens(KEYLESS, a, b, batch="1")
    others = [tokens(KEYLESS, *rows, batch=batch) for rows, batch in (((a, b), "2"), ((a,), "1"), ((a, b, b), "1"))]
    assert tokens(KEYLESS, a, b, batch="1") not in others
    assert len(set(tokens(KEYLESS, a, a, a, batch="1", lines=1))) == 3, "equal rows are three lines"
    with pytest.raises(AssertionError, match="taken for repeated ones"):
        tokens(KEYLESS, a)


def test_rows_with_a_key_are_the_same_rows_in_any_batch_unless_they_may_be_written_anew() -> None:
    one, two = ORDER_ROWS
    assert tokens(ORDERS, one, batch="1") == tokens(ORDERS, one, batch="2") != tokens(ORDERS, two, batch="1")
    assert tokens(ORDERS, one, batch="1", mode="upsert") != tokens(ORDERS, one, batch="2", mode="upsert")
    assert tokens(ORDERS, one, engine="innodb", batch="1") == [""]


def test_a_table_without_a_key_has_no_row_to_ignore() -> None:
    with pytest.raises(AssertionError, match="without a key"):
        how_to_write("innodb", KEYLESS, "upsert", LIMITS)
    with pytest.raises(AssertionError, match="knows no upsert"):
        how_to_write("merge_tree", ORDERS, "upsert", LIMITS)


def answered(how, rows, *answers, token=""):
    """What is asked, and what comes of it, by a connection that gives these answers."""
    requests, left = [], list(answers)

    class Given:
        async def ask(self, request):
            requests.append(request)
            return left.pop(0) if left else NoAnswer("there is no other answer")

    return requests, asyncio.run(lead(written_batch(how, rows, token), Given()))


def test_sizes_are_looked_at_where_they_may_matter() -> None:
    how = how_to_write("bulk_index", ORDERS, "create", BatchLimits(100, 2_000))
    assert how.sizes_of(ORDER_ROWS) == [0, 0]
    large = (1, None, "x" * 200)
    assert how.sizes_of([large, large]) == [how.size_of(large)] * 2
