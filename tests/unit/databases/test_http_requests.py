"""What is sent to ClickHouse, Elasticsearch and OpenSearch, and what their answers say."""

from __future__ import annotations

import json
import struct
from dataclasses import replace

import pytest

from engine.databases.clickhouse.clickhouse_answers import insert_answered, oldest_first, select_answered
from engine.databases.clickhouse.clickhouse_requests import (
    create_clickhouse_table,
    insert_rows,
    select_keys,
    select_table,
)
from engine.databases.clickhouse.each_row import each_row
from engine.databases.elasticsearch.bulk_answers import bulk_answered, get_answered, search_answered
from engine.databases.elasticsearch.bulk_requests import bulk, create_index, get_keys, refresh, search_index
from engine.databases.elasticsearch.documents import document_of, id_of, row_of, why_no_id
from engine.databases.http_request import HttpRequest
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
from tests.unit.databases.golden import assert_golden, of_request
from tests.unit.databases.tables import EVENT_ROWS, EVENTS, KEYLESS, ORDER_ROWS, ORDERS

EVENT_KEYS = tuple(EVENTS.key_of(row) for row in EVENT_ROWS)


def unpacked(request: HttpRequest) -> bytes:
    """The statement in a block of ClickHouse's compression, which must be one, and whole."""
    checksum, method, length, plain = struct.unpack("<16sBII", request.body[:25])
    assert (checksum, method, length, plain) == (bytes(16), 2, len(request.body) - 16, len(request.body) - 25)
    return request.body[25:]


def clickhouse_texts() -> dict[str, str]:
    orders = WriteRows(ORDERS, ORDER_ROWS, token="t1")
    requests = {
        "create": create_clickhouse_table(ORDERS),
        "create, no key": create_clickhouse_table(KEYLESS),
        "create, replacing, a key of two columns": create_clickhouse_table(EVENTS, "ReplacingMergeTree"),
        "create, with a window": create_clickhouse_table(ORDERS, deduplication_window=100),
        "insert, 18.16": insert_rows("18.16", orders),
        "insert, 26.9": insert_rows("26.9", orders),
        "insert, 26.9, no token": insert_rows("26.9", WriteRows(EVENTS, EVENT_ROWS)),
        "insert, 18.16, not framed": insert_rows("18.16", replace(orders, framed=False)),
        "which keys are there": select_keys(AskForKeys(ORDERS, ((7,), (8,)))),
        "which keys of two columns are there": select_keys(AskForKeys(EVENTS, EVENT_KEYS), "ReplacingMergeTree"),
        "no keys at all": select_keys(AskForKeys(KEYLESS, ())),
        "all rows": select_table(ORDERS),
    }
    plain = {
        title: request.body if "not framed" in title else unpacked(request) for title, request in requests.items()
    }
    return {title: of_request(request, shown(plain[title])) for title, request in requests.items()}


def bulk_texts() -> dict[str, str]:
    requests = {
        "create": create_index(EVENTS),
        "create, the mapping is learnt": create_index(ORDERS, learns_mapping=True),
        "create documents": bulk(WriteRows(ORDERS, ORDER_ROWS, "create")),
        "index documents, a key of two columns": bulk(WriteRows(EVENTS, EVENT_ROWS, "index")),
        "index documents, no key": bulk(WriteRows(KEYLESS, (("x",), ("y",)), "index")),
        "which keys are there": get_keys(AskForKeys(EVENTS, EVENT_KEYS)),
        "no keys at all": get_keys(AskForKeys(KEYLESS, ())),
        "refresh": refresh(ORDERS),
        "all rows": search_index(ORDERS),
        "the rows behind them": search_index(ORDERS, behind=9_999),
    }
    return {title: of_request(request, shown(request.body)) for title, request in requests.items()}


def shown(body: bytes) -> str:
    return body.decode(errors="backslashreplace").removesuffix("\n")


def test_requests_to_clickhouse_are_these() -> None:
    assert_golden("clickhouse.http", clickhouse_texts())


def test_requests_to_elasticsearch_are_these() -> None:
    assert_golden("elasticsearch.http", bulk_texts())


def test_every_body_of_many_lines_has_its_last_newline() -> None:
    assert bulk(WriteRows(ORDERS, ORDER_ROWS, "create")).body.endswith(b"}\n")
    assert unpacked(insert_rows("26.9", WriteRows(ORDERS, ORDER_ROWS))).endswith(b"}\n")


def test_a_request_to_clickhouse_that_is_cut_is_shorter_than_it_says() -> None:
    """At the end of each line, too, where the lines before it would be a body."""
    body = insert_rows("18.16", WriteRows(ORDERS, ORDER_ROWS)).body
    for cut in range(25, len(body)):
        assert struct.unpack("<I", body[17:21])[0] > len(body[:cut]) - 16


@pytest.mark.parametrize(("table", "rows"), [(ORDERS, ORDER_ROWS), (EVENTS, EVENT_ROWS)], ids=["orders", "events"])
def test_rows_that_clickhouse_gives_back_are_those_that_it_was_sent(table, rows) -> None:
    """It writes the same format that it reads, with 64-bit integers in quotes and another column for the part."""
    body = b"".join(b'{"_part":"all_1_1_0",' + line[1:] for line in each_row(table, rows).splitlines(keepends=True))
    assert oldest_first(table, body) == list(rows)
    assert select_answered(AskForKeys(table, ()), 200, each_row(table, rows)) == KeysFound(
        {table.key_of(row): row for row in rows}
    )


def test_rows_of_clickhouse_are_brought_into_the_order_of_their_parts() -> None:
    lines = [
        {"_part": "all_10_10_0", "line": "third"},
        {"_part": "all_2_9_3", "line": "first"},
        {"_part": "all_2_9_3", "line": "second"},
    ]
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    assert oldest_first(KEYLESS, body) == [("first",), ("second",), ("third",)]


def test_integers_in_quotes_and_a_negative_zero_are_read_exactly() -> None:
    columns = tuple(
        replace(ORDERS.columns[0], name=name, kind=kind) for name, kind in (("a", "uint64"), ("b", "float64"))
    )
    table = replace(ORDERS, columns=columns, key=())
    [row] = oldest_first(table, b'{"a":"18446744073709551615","b":-0,"_part":"all_1_1_0"}\n')
    assert (row[0], str(row[1])) == (2**64 - 1, "-0.0")


@pytest.mark.parametrize(
    ("status", "body", "answer"),
    [
        (200, b"", RowsWritten(2)),
        (500, b"Code: 27, e.displayText() = x\n", ServerRefusal("Code: 27", "Code: 27, e.displayText() = x")),
        (
            200,
            b"Code: 241. DB::Exception: Memory\n",
            ServerRefusal("Code: 241", "Code: 241. DB::Exception: Memory"),
        ),
        (502, b"Bad Gateway", ServerRefusal("502", "Bad Gateway")),
    ],
)
def test_an_insert_is_done_or_refused(status, body, answer) -> None:
    assert insert_answered(WriteRows(ORDERS, ORDER_ROWS), status, body) == answer


def test_an_answer_of_clickhouse_that_is_cut_is_none() -> None:
    body = each_row(ORDERS, ORDER_ROWS)
    for cut in range(1, len(body)):
        answer = select_answered(AskForKeys(ORDERS, ((7,),)), 200, body[:cut])
        assert isinstance(answer, NoAnswer) or body[:cut].endswith(b"\n")
    with pytest.raises(ValueError, match="inside of a row"):
        oldest_first(ORDERS, body[:-1])
    with pytest.raises(ValueError, match="no row of orders"):
        oldest_first(ORDERS, b'{"event_id":1}\n')
    with pytest.raises(ValueError, match="no part"):
        oldest_first(ORDERS, body)


CREATE = WriteRows(ORDERS, ORDER_ROWS, "create")


def items(*each: tuple[str, dict]) -> bytes:
    return json.dumps({"took": 1, "errors": False, "items": [{action: item} for action, item in each]}).encode()


GOOD = items(
    ("create", {"_id": "7", "status": 201}),
    (
        "create",
        {"_id": str(2**64 - 1), "status": 400, "error": {"type": "mapper_parsing_exception", "reason": "x"}},
    ),
)


def test_a_bulk_answer_says_what_became_of_each_row() -> None:
    answer = bulk_answered(CREATE, 200, GOOD)
    assert answer == ByItem((ItemStatus(201), ItemStatus(400, "mapper_parsing_exception")))
    assert bulk_answered(CREATE, 413, b"") == ServerRefusal("413", "")


def test_nobody_knows_what_a_bulk_answer_says_that_is_cut_anywhere() -> None:
    for cut in range(len(GOOD)):
        assert isinstance(bulk_answered(CREATE, 200, GOOD[:cut]), NoAnswer)


@pytest.mark.parametrize(
    "body",
    [
        items(("create", {"_id": "7", "status": 201})),
        items(*[("create", {"_id": str(key), "status": 201}) for key in (2**64 - 1, 7)]),
        items(*[("index", {"_id": str(key), "status": 201}) for key in (7, 2**64 - 1)]),
        items(*[("create", {"_id": str(key)}) for key in (7, 2**64 - 1)]),
        b'{"items": null}',
        b"[]",
    ],
    ids=["too few", "other rows", "another action", "no status", "no items", "no object"],
)
def test_a_bulk_answer_that_is_not_about_these_rows_says_nothing_of_them(body) -> None:
    assert isinstance(bulk_answered(CREATE, 200, body), NoAnswer)


def test_an_answer_with_too_few_items_is_told() -> None:
    answer = bulk_answered(CREATE, 200, items(("create", {"_id": "7", "status": 201})))
    assert answer == NoAnswer("the answer has 1 items for 2 rows")


def test_documents_are_rows_again() -> None:
    for row in EVENT_ROWS:
        assert row_of(EVENTS, json.loads(json.dumps(document_of(EVENTS, row)))) == row
    with pytest.raises(ValueError, match="at: a value of timestamp can't be True"):
        row_of(EVENTS, {"at": True})


def test_rows_are_found_by_their_keys_and_in_the_order_of_the_answer() -> None:
    first, second = (document_of(ORDERS, row) for row in ORDER_ROWS)
    docs = {"docs": [{"found": True, "_source": first}, {"_id": "8", "found": False}]}
    assert get_answered(AskForKeys(ORDERS, ((7,), (8,))), 200, json.dumps(docs).encode()) == KeysFound(
        {(7,): ORDER_ROWS[0]}
    )
    assert get_answered(AskForKeys(ORDERS, ()), 200, json.dumps(docs).encode()) == KeysFound({}), "nobody asked"
    nowhere = {"docs": [{"_id": "7", "error": {"type": "index_not_found_exception"}}]}
    answer = get_answered(AskForKeys(ORDERS, ((7,),)), 200, json.dumps(nowhere).encode())
    assert answer == ServerRefusal("404 index_not_found_exception")
    hits = [{"_source": second, "_seq_no": 4}, {"_source": first, "_seq_no": 9}]
    found = search_answered(ORDERS, json.dumps({"hits": {"hits": hits}}).encode())
    assert (found.rows, found.last) == ([ORDER_ROWS[1], ORDER_ROWS[0]], 9)
    assert search_answered(ORDERS, b'{"hits": {"hits": []}}') == ([], None)
    with pytest.raises(ValueError, match="no answer to a search"):
        search_answered(ORDERS, b"{}")


def test_no_two_keys_have_one_id() -> None:
    keys = [("a", "b,c"), ("a,b", "c"), ('a","b', "c"), (1, 2), ("1", "2"), (None, 2)]
    assert len({id_of(key) for key in keys}) == len(keys)
    assert (id_of(("é",)), id_of((5,)), id_of((True,)), id_of((b"\xff",))) == ("é", "5", "true", "/w==")


def test_an_id_that_would_be_refused_with_all_of_its_request_is_told_before() -> None:
    table = replace(EVENTS, key=("host",))
    assert why_no_id(table, ("é" * 256, *EVENT_ROWS[0][1:])) == ""
    assert (
        why_no_id(table, ("é" * 257, *EVENT_ROWS[0][1:]))
        == "its key makes an _id of 514 bytes, and 512 are the most"
    )
    assert why_no_id(table, ("", *EVENT_ROWS[0][1:])) == "its key is empty, and an _id can't be"
    assert why_no_id(KEYLESS, ("",)) == ""


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"docs": null}', b'{"docs": ["x"]}', b'{"docs": [{"found": true}]}']
)
def test_an_answer_that_is_none_of_documents_says_nothing_of_keys(body) -> None:
    assert isinstance(get_answered(AskForKeys(ORDERS, ((7,),)), 200, body), NoAnswer)
    assert get_answered(AskForKeys(ORDERS, ((7,),)), 503, body).code == "503"
    with pytest.raises(ValueError):  # noqa: PT011 - of JSON or of ours
        search_answered(ORDERS, body)


def test_a_mapping_that_is_learnt_is_no_mapping() -> None:
    assert b"mappings" not in create_index(ORDERS, learns_mapping=True).body
