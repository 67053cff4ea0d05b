"""What is wrong with a table, and what its rows lose of lines, is told with column and attribute."""

from __future__ import annotations

import pytest

from engine.rows.lossless import is_lossless, what_is_lost
from engine.rows.row_table import (
    FROM_EVENT_ID,
    FROM_PLACE,
    WHOLE_LINE,
    Column,
    Parsing,
    RowTable,
    WhenRefused,
)
from engine.rows.table_problems import table_problems

LINE = Column("line", "text", WHOLE_LINE)
A = Column("a", "text", "a")
NAME = "a letter, then at most 62 letters, digits and underscores"
GROUP = r"a group like (?P<code>\d+) for each field"


def table(
    *columns: Column, parsing: Parsing | None = None, key: tuple[str, ...] = (), **more: WhenRefused
) -> RowTable:
    return RowTable("t", parsing or Parsing("json"), columns, key, **more)


def found(wrong: RowTable) -> list[tuple[int | None, str, str]]:
    return [(each.column, each.attribute, str(each.mistake)) for each in table_problems(wrong)]


def test_a_sound_table_has_no_problem() -> None:
    key = Column("id", "uint64", FROM_EVENT_ID, required=True)
    assert found(table(key, Column("place", "text", FROM_PLACE), LINE, A, key=("id",))) == []
    assert found(table(LINE, parsing=Parsing())) == []
    assert found(table(Column("x", "int64", "12"), LINE, parsing=Parsing("csv"))) == []


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (table(), (None, "columns", "a table without columns keeps nothing of a line")),
        (table(A, LINE, A), (2, "name", "there are two columns 'a'")),
        (table(A, Column("A", "text", "b")), (1, "name", "there are two columns 'A', which servers take for 'a'")),
        (table(A, key=("b",)), (None, "key", "there is no column 'b'")),
        (
            table(Column("at", "text", FROM_PLACE, 20), LINE),
            (0, "length", "a place may have 100 characters, expected text(100) at least"),
        ),
        (
            table(Column("a", "ip", "a"), key=("a",)),
            (0, "required", "'a' is of the key and may be NULL, and no server takes two NULLs for one"),
        ),
        (
            table(Column("a", "int64", "a", default=0, required=True), key=("a",)),
            (0, "default", "all lines without 'a' have the same key"),
        ),
        (
            table(Column("a", "float64", "a", required=True), key=("a",)),
            (0, "kind", "a column of the type 'float64' is no key: equal ones may be written otherwise"),
        ),
        (
            table(Column("a", "uint64", "a", required=True), key=("a", "a")),
            (None, "key", "'a' is twice in the key"),
        ),
        (
            table(A, parsing=Parsing()),
            (0, "source", "a whole line has no field 'a', expected one of: $line, $event_id, $place"),
        ),
        (
            table(Column("a", "text", "$lin")),
            (0, "source", "there is no source '$lin', expected one of: $line, $event_id, $place"),
        ),
        (
            table(Column("a", "int64", WHOLE_LINE)),
            (0, "source", "`$line` is nothing of the type 'int64', expected one of: text, bytes, json"),
        ),
        (
            table(Column("a", "text", "b"), parsing=Parsing("csv", fields=("a", "c"))),
            (0, "source", "'csv' gives no field 'b'"),
        ),
        (
            table(A, parsing=Parsing("csv")),
            (0, "source", "the csv has no field 'a', expected its number, from 1"),
        ),
        (
            table(LINE, parsing=Parsing("regex", "(")),
            (None, "parsing.pattern", "the pattern is no regular expression: missing ), unterminated subpattern"),
        ),
        (
            table(LINE, parsing=Parsing("regex", "x+")),
            (None, "parsing.pattern", f"the pattern names no group, expected {GROUP}"),
        ),
        (
            table(A, parsing=Parsing("regex", "(?P<b>.*)")),
            (0, "source", "'regex' gives no field 'a'"),
        ),
        (
            table(A, parsing=Parsing("kv", "x")),
            (None, "parsing.pattern", "'kv' has no pattern, expected only 'regex' has one"),
        ),
        (
            table(A, parsing=Parsing("json", fields=("a",))),
            (None, "parsing.fields", "'json' names its fields itself"),
        ),
        (
            table(A, parsing=Parsing("csv", fields=("a", "a"))),
            (None, "parsing.fields", "there are two fields 'a'"),
        ),
        (
            table(Column("a-b", "text", "a")),
            (0, "name", f"not every server keeps the name 'a-b', expected {NAME}"),
        ),
        (
            table(Column("a", "text", "a", required=True), key=("a",)),
            (0, "length", "'a' is of the key and has no length, and MySQL has no such keys"),
        ),
        (
            table(
                Column("a", "text", "a", length=700, required=True),
                Column("b", "bytes", "b", length=273, required=True),
                key=("a", "b"),
            ),
            (None, "key", "the key may have 3,073 bytes, expected at most 3,072, as InnoDB has it"),
        ),
        (table(Column("WPtest_order", "text", "a")), (0, "name", "names that begin with wptest_ are ours")),
        (table(Column("a", "int64", "a", length=3)), (0, "length", "a column of the type 'int64' has no length")),
        (
            table(Column("a", "text", "a", length=-1)),
            (0, "length", "no text has the length -1, expected 0 to 10,485,760"),
        ),
        (
            table(Column("a", "text", "a", most_bytes=-1)),
            (0, "most_bytes", "a text has no negative number of bytes"),
        ),
        (
            table(Column("a", "int64", "a", format="epoch_s")),
            (0, "format", "a column of the type 'int64' has no format of times"),
        ),
        (
            table(Column("a", "int64", "a", default="x")),
            (0, "default", "the default is a text, where a whole number is expected"),
        ),
        (
            table(Column("a", "text", "a", length=3, default="abcd")),
            (0, "default", "the default has 4 characters, 3 are allowed"),
        ),
        (
            table(Column("a", "json", "a", default=b"x")),
            (0, "default", "the default is bytes, in a column of the type 'json'"),
        ),
        (
            table(Column("a", "float64", "a", default=float("nan"))),
            (0, "default", "the default is no finite number"),
        ),
    ],
)
def test_a_problem_has_its_place(wrong: RowTable, problem: tuple[int | None, str, str]) -> None:
    assert found(wrong) == [problem]


def test_all_problems_are_told_at_once_with_what_was_meant() -> None:
    wrong = table(
        Column("", "text", "cod"), Column("b", "int64", "$event", length=2),
        parsing=Parsing("regex", r"(?P<code>\d+)"), key=("bb",),
    )  # fmt: skip
    problems = table_problems(wrong)
    assert [(each.column, each.attribute) for each in problems] == [
        (None, "key"), (0, "name"), (0, "source"), (1, "source"), (1, "length"),
    ]  # fmt: skip
    helps = [each.mistake.help_ for each in problems]
    assert helps == ["did you mean 'b'?", None, "did you mean 'code'?", "did you mean '$event_id'?", None]
    assert problems[0].mistake.item == 0


def test_a_wrong_pattern_is_marked_where_it_is_wrong() -> None:
    (problem,) = table_problems(table(LINE, parsing=Parsing("regex", "a(?P<b>[x")))
    assert problem.mistake.within == (7, 1)


@pytest.mark.parametrize("pattern", ["(?P<a>x{99999999999999999999})", "(" * 20_000 + ")" * 20_000])
def test_a_pattern_that_is_too_large_is_none(pattern: str) -> None:
    (problem,) = table_problems(table(LINE, parsing=Parsing("regex", pattern)))
    assert "is no regular expression" in str(problem.mistake)


def test_a_default_may_be_the_last_value_that_the_column_has() -> None:
    assert found(table(Column("a", "uint64", "a", default=2**64 - 1))) == []
    assert found(table(Column("a", "uint64", "a", default=2**64))) == [
        (0, "default", "the default is a whole number beyond 64 bits")
    ]


def test_a_pattern_that_a_later_python_may_read_otherwise_is_a_pattern() -> None:
    assert found(table(A, parsing=Parsing("regex", "(?P<a>[[x])"))) == []


def test_a_pattern_that_is_none_is_not_held_against_the_sources() -> None:
    problems = table_problems(table(A, parsing=Parsing("regex", "(?P<a>")))
    assert [each.attribute for each in problems] == ["parsing.pattern"]


@pytest.mark.parametrize(
    ("kept", "lost"),
    [
        (table(LINE), []),
        (table(Column("line", "bytes", WHOLE_LINE), parsing=Parsing("kv"), refuse="drop"), []),
        (
            table(LINE, refuse="null_column"),
            [(0, "required", "`null_column` may put NULL in the place of the line")],
        ),
        (table(Column("line", "text", WHOLE_LINE, required=True), refuse="null_column"), []),
        (table(A), []),
        (table(A, parsing=Parsing("csv", fields=("a",))), []),
        (table(A, refuse="null_column"), [(None, "refuse", "`null_column` drops values that are refused")]),
        (
            table(Column("a", "json", WHOLE_LINE), parsing=Parsing()),
            [(None, "columns", "no column has the line")],
        ),
        (table(A, parsing=Parsing("kv")), [(None, "parsing.kind", "pairs have more than one spelling")]),
        (
            table(A, parsing=Parsing("regex", "(?P<a>.*)")),
            [(None, "parsing.pattern", "a pattern can't be turned round")],
        ),
        (
            table(Column("a", "text", "1"), parsing=Parsing("csv")),
            [(None, "parsing.fields", "how many cells there are isn't said")],
        ),
        (
            table(A, parsing=Parsing("csv", fields=("a", "b"))),
            [(None, "parsing.fields", "no column has the field 'b'")],
        ),
        (
            table(Column("a", "int64", "a", default=1)),
            [(0, "default", "whether a line has 'a' or not isn't seen behind a default")],
        ),
        (
            table(Column("place", "text", FROM_PLACE), Column("at", "timestamp", "at")),
            [(1, "format", "how the line writes its time isn't said")],
        ),
        (table(Column("a", "text", "a.b")), [(0, "source", "which fields are around it isn't kept")]),
    ],
)
def test_what_is_lost_is_told_with_its_place(kept: RowTable, lost: list[tuple[int | None, str, str]]) -> None:
    assert table_problems(kept) == []
    assert [(each.column, each.attribute, str(each.mistake)) for each in what_is_lost(kept)] == lost
    assert is_lossless(kept) is (not lost)
