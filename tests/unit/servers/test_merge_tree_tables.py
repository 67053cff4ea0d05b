"""What tables of ClickHouse do with a batch: 18.16 and 26.9 differ."""

from __future__ import annotations

import math

import pytest
from servers_bench import KEYED, UNKEYED, Table, row_table

from engine.rows.row_table import Column
from engine.rows.server_column import ServerColumn
from engine.servers.engines.known import engine_kind
from engine.servers.server_table import ServerTable
from engine.servers.table_reader import TableReader

OLD, NEW = "merge_tree@18.16", "merge_tree@26.9"
BOTH = pytest.mark.parametrize("engine", [OLD, NEW])


def with_column(kind, **column):
    return row_table(Column("id", "uint64", "id"), Column("v", kind, "v", **column))


@BOTH
def test_a_repeat_is_stored_again_whatever_its_key(engine):
    table = Table(engine)
    assert [table.says((1, "a"), (2, "b")) for _ in range(2)] == [2, 2]
    assert len(table.rows) == 4


@BOTH
@pytest.mark.parametrize(("value", "code"), [("x", "Code: 27"), (-1, "Code: 72"), (1.5, "Code: 27")])
def test_a_wrong_value_leaves_nothing_of_its_block(engine, value, code):
    table = Table(engine, with_column("uint64"))
    assert table.says((1, 1), (2, 2), (3, value)) == code
    assert table.rows == []


@BOTH
@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("uint64", 2**64 + 1, 1),
        ("int64", 2**63, -(2**63)),
        ("uint64", "404", 404),
        ("bool", 300, 44),
    ],
)
def test_a_value_out_of_range_wraps_or_is_moved_inside_and_nobody_is_told(engine, kind, value, stored):
    table = Table(engine, with_column(kind))
    assert table.says((1, value)) == 1
    assert table.rows == [(1, stored)]


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("uint8", 300, 44),
        ("datetime", -86400 * 10**6, 0),
        ("datetime", 7_258_118_400 * 10**6, 4_294_967_295 * 10**6),
    ],
)
def test_narrower_columns_of_the_server_alter_more(kind, value, stored):
    server = ServerTable("orders", (ServerColumn("id", "uint64"), ServerColumn("v", kind)))
    table = Table(NEW, with_column("int64"), server)
    assert table.says((1, value)) == 1
    assert table.rows == [(1, stored)]
    assert table.state.sent == {1: (1, value)}


@BOTH
def test_null_where_there_is_none_is_refused_for_a_text_and_0_for_a_number(engine):
    code = "Code: 26" if engine == OLD else "Code: 117"
    assert Table(engine, with_column("text", required=True)).says((1, None)) == code
    assert Table(engine, with_column("text")).says((1, None)) == 1
    table = Table(engine, with_column("int64", required=True))
    assert table.says((1, None)) == 1
    assert table.rows == [(1, 0)]
    assert table.state.sent == {1: (1, None)}


@pytest.mark.parametrize(
    ("engine", "kind", "value", "stored"),
    [
        (OLD, "int64", "", 0),
        (OLD, "float64", "", 0),
        (OLD, "int64", "true", "Code: 27"),
        (OLD, "int64", "+-5", -5),
        (OLD, "uint64", "-0", "Code: 72"),
        (OLD, "float64", "+5", "Code: 27"),
        (OLD, "float64", "-", -0.0),
        (OLD, "float64", "1e", 1.0),
        (OLD, "float64", " 5", "Code: 27"),
        (OLD, "text", 12, "Code: 26"),
        (NEW, "int64", "", 0),
        (NEW, "int64", "+007", 7),
        (NEW, "int64", "true", 1),
        (NEW, "int64", "True", "Code: 27"),
        (NEW, "int64", " 5", "Code: 27"),
        (NEW, "int64", "1.0", "Code: 27"),
        (NEW, "int64", "-", "Code: 72"),
        (NEW, "int64", "99999999999999999999999", 200_376_420_520_689_663),
        (NEW, "uint64", "-0", "Code: 72"),
        (NEW, "float64", "", "Code: 72"),
        (NEW, "float64", "abc", "Code: 72"),
        (NEW, "float64", "false", 0.0),
        (NEW, "float64", "null", "Code: 72"),
        (NEW, "float64", "-Infinity", float("-inf")),
        (NEW, "float64", "5 ", "Code: 27"),
        (NEW, "float64", "1e", "Code: 27"),
        (NEW, "float64", ".5", 0.5),
        (NEW, "text", 12, "12"),
        (NEW, "text", True, "1"),
        (NEW, "bytes", 1.5, b"1.5"),
    ],
)
def test_what_texts_are_to_columns_of_numbers_and_numbers_to_those_of_texts(engine, kind, value, stored):
    table = Table(engine, with_column(kind))
    is_refused = str(stored).startswith("Code: ")
    assert table.says((1, value)) == (stored if is_refused else 1)
    assert table.rows == ([] if is_refused else [(1, stored)])


def test_no_number_is_no_number_in_26():
    table = Table(NEW, with_column("float64"))
    assert table.says((1, "nan")) == 1
    assert math.isnan(table.rows[0][1])


def test_null_where_there_is_none_is_the_default_in_26_for_those_who_ask_for_nothing_else():
    table = with_column("text", required=True)
    assert Table(OLD, table, lenient=True).says((1, "a"), (2, None)) == "Code: 26"
    new = Table(NEW, table, lenient=True)
    assert new.says((1, "a"), (2, None)) == 2
    assert new.rows == [(1, "a"), (2, "")]


def test_an_unknown_field_is_refused_and_left_out_by_26_for_those_who_ask_for_nothing_else():
    server = ServerTable("orders", (ServerColumn("id", "uint64"),))
    assert Table(NEW, with_column("text"), server).says((1, "a")) == "Code: 117"
    assert Table(OLD, with_column("text"), server, lenient=True).says((1, "a")) == "Code: 117"
    new = Table(NEW, with_column("text"), server, lenient=True)
    assert new.says((1, "a")) == 1
    assert new.rows == [(1,)]
    assert new.state.sent == {1: (1, "a")}


@BOTH
def test_a_column_that_the_request_has_not_gets_the_default_of_its_type(engine):
    server = ServerTable("orders", (ServerColumn("id", "uint64"), ServerColumn("v", "text", required=True)))
    table = Table(engine, row_table(Column("v", "text", "v")), server)
    assert table.says(("a",)) == 1
    assert table.rows == [(0, "a")]


def test_a_wrong_row_behind_a_whole_block_leaves_that_block_in_26():
    rows = [(each, each) for each in range(25)]
    table = Table(NEW, with_column("uint64"), block_rows=10)
    assert table.says(*rows, (25, "x"), *rows) == "Code: 27"
    assert table.rows == rows[:20]


def test_smaller_blocks_have_no_effect_in_18():
    rows = [(each, each) for each in range(25)]
    table = Table(OLD, with_column("uint64"), block_rows=10)
    assert table.says(*rows, (25, "x")) == "Code: 27"
    assert table.rows == []


def test_a_block_that_comes_again_within_the_window_is_left_out():
    table = Table(NEW, UNKEYED, window=100)
    assert [table.says((1, "a"), (2, "b")) for _ in range(3)] == [
        2,
        2,
        2,
    ]  # three honest equal batches are one, too
    assert table.rows == [(1, "a"), (2, "b")]


def test_a_batch_that_is_cut_anew_or_in_another_order_is_no_repeat():
    table = Table(NEW, UNKEYED, window=100)
    for rows in [((1, "a"), (2, "b")), ((2, "b"), (3, "c")), ((2, "b"), (1, "a"))]:
        table.ask(*rows)
    assert len(table.rows) == 6


def test_a_block_that_has_left_the_window_is_stored_again():
    table = Table(NEW, UNKEYED, window=2)
    for row in [(1, "a"), (2, "b"), (3, "c"), (1, "a")]:
        table.ask(row)
    assert len(table.rows) == 4


def test_without_a_window_nothing_is_left_out_and_a_token_does_nothing():
    table = Table(NEW, UNKEYED)
    table.ask((1, "a"), token="t")
    table.ask((1, "a"), token="t")
    assert len(table.rows) == 2


def test_18_has_no_window():
    table = Table(OLD, UNKEYED, window=100)
    table.ask((1, "a"))
    table.ask((1, "a"))
    assert len(table.rows) == 2


def test_a_token_makes_a_repeat_of_whatever_the_rows_are():
    table = Table(NEW, UNKEYED, window=100)
    table.ask((1, "a"), token="t")
    assert table.says((1, "a"), (2, "lost"), token="t") == 2
    assert table.rows == [(1, "a")]
    table.ask((1, "a"), token="u")
    assert len(table.rows) == 2


def partitioned():
    columns = (ServerColumn("id", "uint64"), ServerColumn("v", "uint64"))
    return ServerTable("orders", columns, partition="v")


def test_the_window_is_one_of_each_partition():
    table = Table(NEW, with_column("uint64"), partitioned(), window=100)
    table.ask((1, 1), (2, 2))
    table.ask((1, 1), (3, 3))
    assert table.rows == [(1, 1), (2, 2), (3, 3)]


def test_rows_of_too_many_partitions_are_refused_by_26_for_good():
    rows = [(each, each) for each in range(150)]
    assert Table(NEW, with_column("uint64"), partitioned()).says(*rows) == "Code: 252"
    assert Table(NEW, with_column("uint64"), partitioned()).says(*rows[:100]) == 100
    assert Table(OLD, with_column("uint64"), partitioned()).says(*rows) == 150


def test_final_shows_the_last_of_the_rows_with_one_key():
    table = Table("replacing_merge_tree")
    for rows in [((1, "a"), (2, "b")), ((1, "c"), (3, "d"))]:
        table.ask(*rows)
    reader = TableReader(engine_kind("replacing_merge_tree"), table.server, KEYED)
    assert reader.rows(table.state) == [(1, "a"), (2, "b"), (1, "c"), (3, "d")]
    assert reader.rows(table.state, final=True) == [(2, "b"), (1, "c"), (3, "d")]
