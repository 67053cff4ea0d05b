"""What tables of MariaDB 10.11 do with a batch, as seen on the real ones."""

from __future__ import annotations

import pytest
from servers_bench import UNKEYED, Table, narrowed, row_table

from engine.rows.row_table import Column
from engine.servers.server_table import ServerTable

LONG = "x" * 25
ROW_BY_ROW = ["myisam", "aria"]
ALL = ["innodb", *ROW_BY_ROW]
NUMBER = Column("n", "int64", "n")
NUMBERED = row_table(Column("id", "int64", "id", required=True), NUMBER)


@pytest.mark.parametrize("engine", ALL)
def test_a_batch_of_new_rows_is_stored_as_it_was_sent(engine):
    table = Table(engine)
    assert table.says((1, "a"), (2, "b")) == 2
    assert table.rows == [(1, "a"), (2, "b")]
    assert table.state.sent == {}


def test_a_duplicate_leaves_nothing_of_the_batch_in_innodb():
    table = Table("innodb")
    table.ask((3, "old"))
    assert table.says((1, "a"), (2, "b"), (3, "c"), (4, "d")) == "1062"
    assert table.rows == [(3, "old")]


@pytest.mark.parametrize("engine", ROW_BY_ROW)
def test_a_duplicate_leaves_the_rows_before_it_where_a_statement_cannot_be_undone(engine):
    table = Table(engine)
    table.ask((3, "old"))
    assert table.says((1, "a"), (2, "b"), (3, "c"), (4, "d")) == "1062"
    assert table.rows == [(3, "old"), (1, "a"), (2, "b")]


@pytest.mark.parametrize(("wrong", "code"), [(LONG, "1406"), (None, "1048")])
def test_a_wrong_value_behind_good_ones_refuses_the_batch_in_innodb(wrong, code):
    table = Table("innodb")
    assert table.says((1, "a"), (2, "b"), (3, wrong)) == code
    assert table.rows == []


@pytest.mark.parametrize("engine", ROW_BY_ROW)
@pytest.mark.parametrize(("wrong", "stored"), [(LONG, LONG[:20]), (None, "")])
def test_a_wrong_value_behind_a_good_one_is_altered_where_strict_mode_binds_no_more(engine, wrong, stored):
    table = Table(engine)
    assert table.says((1, "a"), (2, wrong)) == 2
    assert table.rows == [(1, "a"), (2, stored)]
    assert table.state.sent == {2: (2, wrong)}


@pytest.mark.parametrize("engine", ROW_BY_ROW)
def test_strict_mode_binds_until_the_statement_has_changed_something(engine):
    table = Table(engine)
    table.ask((1, "a"))
    assert table.says((1, "a"), (2, LONG), mode="upsert") == "1406"
    assert table.says((1, "b"), (2, LONG), mode="upsert") == 3
    assert table.rows == [(1, "b"), (2, LONG[:20])]


@pytest.mark.parametrize("engine", ALL)
def test_insert_ignore_alters_what_does_not_fit_and_leaves_out_what_is_there(engine):
    table = Table(engine)
    assert table.says((1, LONG), (2, None), (1, "again"), mode="ignore_errors") == 2
    assert table.rows == [(1, LONG[:20]), (2, "")]
    assert table.state.sent == {1: (1, LONG), 2: (2, None)}


@pytest.mark.parametrize("engine", ALL)
def test_a_row_whose_key_is_there_is_left_as_it_is_by_our_own_words_which_alter_nothing(engine):
    table = Table(engine)
    table.ask((1, "a"))
    assert table.says((1, "b"), (2, "c"), mode="insert_ignore") == 1
    assert table.rows == [(1, "a"), (2, "c")]
    assert table.says((1, "b"), (3, LONG), mode="insert_ignore") == "1406"
    assert table.rows == [(1, "a"), (2, "c")]


@pytest.mark.parametrize("engine", ALL)
def test_an_upsert_counts_new_rows_once_changed_ones_twice_and_equal_ones_not_at_all(engine):
    table = Table(engine)
    assert table.says((1, "a"), (2, "b"), mode="upsert") == 2
    assert table.says((1, "a"), (2, "c"), (3, "d"), mode="upsert") == 3
    assert table.rows == [(1, "a"), (2, "c"), (3, "d")]


def test_without_a_key_everything_is_stored_again():
    table = Table("innodb", UNKEYED)
    assert [table.says((1, "a")), table.says((1, "a"))] == [1, 1]
    assert table.rows == [(1, "a"), (1, "a")]


def test_a_number_above_its_column_is_clipped_by_ignore_and_makes_every_later_one_a_duplicate():
    table = Table("innodb")
    assert table.says((2**63, "a"), (2**63 + 1, "b"), mode="ignore_errors") == 1
    assert table.rows == [(2**63 - 1, "a")]


@pytest.mark.parametrize(
    ("value", "code", "instead"),
    [
        ("evt-1", "1366", 0),
        ("", "1366", 0),
        ("12abc", "1265", 12),
        (2**63, "1264", 2**63 - 1),
        (-(2**63) - 1, "1264", -(2**63)),
        (float("inf"), "1264", 0),
    ],
)
def test_a_whole_number_column_refuses_in_strict_mode_and_alters_with_ignore(value, code, instead):
    table = Table("innodb", NUMBERED)
    assert table.says((1, value)) == code
    assert table.says((1, value), mode="ignore_errors") == 1
    assert table.rows == [(1, instead)]


@pytest.mark.parametrize(
    ("value", "stored"), [("12", 12), (" 12 ", 12), (7.9, 8), (2.5, 2), ("2.5", 3), ("-7.5", -8), (True, 1)]
)
def test_a_whole_number_column_takes_numbers_in_texts_and_rounds(value, stored):
    table = Table("innodb", NUMBERED)
    assert table.says((1, value)) == 1
    assert table.rows == [(1, stored)]


@pytest.mark.parametrize(
    ("kind", "value", "code", "instead"),
    [
        ("uint64", -1, "1264", 0),
        ("uint64", 2**64, "1264", 2**64 - 1),
        ("float64", "x", "1366", 0.0),
        ("float64", "1.5x", "1265", 1.5),
        ("float64", float("nan"), "1264", 0.0),
        ("bool", 300, "1264", 127),
        ("bool", "true", "1366", 0),
        ("timestamp", "yesterday", "1292", -62_167_219_200_000_000),
        ("timestamp", 10**18, "1292", -62_167_219_200_000_000),
    ],
)
def test_other_columns_have_codes_and_values_of_their_own(kind, value, code, instead):
    made = row_table(Column("id", "int64", "id", required=True), Column("v", kind, "v"))
    table = Table("innodb", made)
    assert table.says((1, value)) == code
    table.ask((1, value), mode="ignore_errors")
    assert table.rows == [(1, instead)]


def test_blanks_that_are_too_many_are_cut_off_in_strict_mode_too():
    table = Table("innodb")
    assert table.says((1, "x" * 19 + "   ")) == 1
    assert table.rows == [(1, "x" * 19 + " ")]
    assert table.state.sent == {1: (1, "x" * 19 + "   ")}


def test_a_character_of_four_bytes_has_no_place_in_utf8mb3():
    table = Table("innodb", server=narrowed(line={"charset": "utf8mb3"}))
    assert table.says((1, "a😀b")) == "1366"
    assert table.says((1, "a😀b"), mode="ignore_errors") == 1
    assert table.rows == [(1, "a?b")]


def test_a_text_as_key_is_compared_as_its_collation_says():
    keyed = row_table(Column("line", "text", "line", required=True), key=("line",))
    rows = [("abC",), ("abc",), ("abc ",), ("é",), ("e",)]
    folding = Table("innodb", keyed, narrowed(keyed, line={"collation": "no_case"}))
    assert folding.says(*rows, mode="ignore_errors") == 2
    assert folding.rows == [("abC",), ("é",)]
    assert Table("innodb", keyed).says(*rows, mode="ignore_errors") == 5


def test_a_key_that_is_null_is_equal_to_no_other():
    keyed = row_table(Column("id", "int64", "id"), NUMBER)
    assert Table("innodb", keyed, narrowed(keyed, id={"required": False})).says((None, 1), (None, 2)) == 2


def test_values_are_looked_at_before_keys_row_by_row():
    table = Table("innodb")
    assert table.says((1, "a"), (1, LONG)) == "1406"
    assert table.says((1, "a"), (1, "b"), (2, LONG)) == "1062"


def test_a_statement_over_the_largest_packet_is_refused_and_the_connection_closed():
    table = Table("innodb", packet=800)
    decision = table.decide(*[(each, "x" * 20) for each in range(40)])
    assert decision.answer.code == "1153"
    assert decision.disconnects
    assert table.says(*[(each, "x" * 20) for each in range(10)]) == 10


def test_an_unknown_column_refuses_the_statement():
    server = ServerTable.of(row_table(Column("id", "int64", "id")))
    assert Table("innodb", server=server).says((1, "a")) == "1054"


def test_a_column_that_the_statement_has_not_is_null_or_refused():
    server = ServerTable.of(NUMBERED)
    only_id = row_table(Column("id", "int64", "id", required=True))
    table = Table("innodb", only_id, server)
    assert table.says((1,)) == 1
    assert table.rows == [(1, None)]
    needed = narrowed(NUMBERED, n={"required": True})
    assert Table("innodb", only_id, needed).says((1,)) == "1364"
    assert Table("innodb", only_id, needed).says((1,), mode="ignore_errors") == 1
