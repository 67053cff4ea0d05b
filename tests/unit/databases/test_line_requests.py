"""What is sent to VictoriaLogs, what its answers say, and which rows can't be lines of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.databases.how_to_write import how_to_write
from engine.databases.request import AskForKeys, ByItem, ItemStatus, KeysFound, NoAnswer, ServerRefusal, WriteRows
from engine.databases.victorialogs.line_answers import lines_answered, lines_found, rows_of_lines
from engine.databases.victorialogs.line_requests import (
    add_lines,
    line_item,
    select_lines,
    select_stream,
    show_lines,
    why_no_line,
)
from engine.project.database_conf import BatchLimits
from engine.rows.row_table import Column
from tests.unit.databases.golden import assert_golden, of_request
from tests.unit.databases.tables import EVENT_ROWS, EVENTS, KEYLESS, ORDER_ROWS, ORDERS

CREATE = WriteRows(ORDERS, ORDER_ROWS, "create")
READ = {"create": {"status": 201}}


def test_requests_to_victorialogs_are_these() -> None:
    requests = {
        "create lines": add_lines(CREATE),
        "a column of each type": add_lines(WriteRows(EVENTS, EVENT_ROWS, "create")),
        "which keys are there": select_lines(AskForKeys(ORDERS, ((7,), (8,)))),
        "which keys of two columns are there": select_lines(AskForKeys(EVENTS, (('a "b"', -1),))),
        "no keys at all": select_lines(AskForKeys(KEYLESS, ())),
        "all rows": select_stream(ORDERS),
        "let all be seen": show_lines(),
    }
    assert_golden(
        "victorialogs.http", {title: of_request(each, each.body.decode()) for title, each in requests.items()}
    )


def test_an_answer_says_how_many_lines_were_read() -> None:
    body = json.dumps({"took": 1, "errors": False, "items": [READ, READ]}).encode()
    assert lines_answered(CREATE, 200, body) == ByItem((ItemStatus(201), ItemStatus(201)))
    assert lines_answered(CREATE, 429, b"no room\n") == ServerRefusal("429", "no room")
    for cut in range(len(body)):
        assert isinstance(lines_answered(CREATE, 200, body[:cut]), NoAnswer)


@pytest.mark.parametrize("items", [[], [READ], [READ, READ, READ], [READ, {"create": {}}], None, ["x", "y"]])
def test_an_answer_about_other_lines_says_nothing_of_these(items) -> None:
    assert isinstance(lines_answered(CREATE, 200, json.dumps({"items": items}).encode()), NoAnswer)


def as_stored(table, row) -> bytes:
    """A line as queries show it: every field is a text."""
    _, _, line = line_item(table, row).partition(b"\n")
    stored = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in json.loads(line).items()
    }
    return json.dumps({"_time": "2026-11-30T22:10:09Z", "wptest_table": table.name, **stored}).encode() + b"\n"


@pytest.mark.parametrize(("table", "rows"), [(ORDERS, ORDER_ROWS), (EVENTS, EVENT_ROWS)], ids=["orders", "events"])
def test_lines_are_rows_again(table, rows) -> None:
    body = b"".join(as_stored(table, row) for row in rows)
    assert rows_of_lines(table, body) == list(rows)
    keys = tuple(table.key_of(row) for row in rows)
    assert lines_found(AskForKeys(table, keys), 200, body) == KeysFound(dict(zip(keys, rows, strict=True)))


def test_of_lines_with_one_key_the_last_is_found() -> None:
    older, newer = ORDER_ROWS[0], (7, 5, "another")
    body = as_stored(ORDERS, older) + as_stored(ORDERS, newer)
    assert lines_found(AskForKeys(ORDERS, ((7,),)), 200, body) == KeysFound({(7,): newer})


@pytest.mark.parametrize("body", [b"{", b"[]\n", b"1\n", b'{"event_id":"x"}\n'])
def test_an_answer_that_is_none_of_lines_says_nothing_of_keys(body) -> None:
    assert isinstance(lines_found(AskForKeys(ORDERS, ((7,),)), 200, body), NoAnswer)
    assert lines_found(AskForKeys(ORDERS, ()), 400, b"bad\n") == ServerRefusal("400", "bad")


def test_a_row_that_would_be_altered_or_dropped_is_told_before() -> None:
    assert [why_no_line(ORDERS, row) for row in ORDER_ROWS] == ["", ""]
    assert why_no_line(ORDERS, (7, None, "")) == "its 'line' is empty, and VictoriaLogs keeps no empty field"
    assert why_no_line(KEYLESS, ("x" * 262_130,)) == ""
    assert why_no_line(KEYLESS, ("x" * 262_140,)) == "its line has more than 262143 bytes"
    columns = tuple(Column(f"c{number}", "int64", f"c{number}") for number in range(1001))
    wide = replace(KEYLESS, columns=columns)
    assert why_no_line(wide, (1,) * 1001) == "it has more than 1000 fields"
    assert why_no_line(wide, (None, *[1] * 1000)) == ""


def test_a_sink_refuses_it() -> None:
    how = how_to_write("log_store", ORDERS, "create", BatchLimits())
    assert how.asks_first
    assert how.why_not((None, 1, "x")) == "its key has a NULL"
    assert how.why_not((1, 1, "")) == "its 'line' is empty, and VictoriaLogs keeps no empty field"
    assert how.size_of(ORDER_ROWS[0]) == len(line_item(ORDERS, ORDER_ROWS[0]))
