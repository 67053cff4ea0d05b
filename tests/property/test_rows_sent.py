"""Rows of any kind are what was sent when they are read, and requests are as large as they are said to be."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from engine.databases.batches import halves, together
from engine.databases.clickhouse.clickhouse_answers import oldest_first
from engine.databases.clickhouse.clickhouse_requests import insert_rows
from engine.databases.elasticsearch.bulk_requests import bulk
from engine.databases.elasticsearch.documents import document_of, id_of, row_of
from engine.databases.how_to_write import how_to_write
from engine.databases.request import AskForKeys, WriteRows
from engine.databases.sql.sql_dialect import SQLITE
from engine.databases.sql.sql_statements import create_table, find_keys, read_table, write_rows
from engine.databases.sql.sql_values import row_read
from engine.project.database_conf import BatchLimits
from engine.rows.row_table import Column, Parsing, RowTable

KINDS = {
    "text": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    "bytes": st.binary(),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "uint64": st.integers(0, 2**64 - 1),
    "float64": st.floats(allow_nan=False, allow_infinity=False).filter(
        lambda value: value != 0 or str(value) == "0.0"
    ),
    "bool": st.booleans(),
    "timestamp": st.integers(-2_208_988_800_000_000, 10_413_791_999_999_999),
    "ip": st.ip_addresses().map(str),
    "json": st.recursive(st.integers() | st.text(st.characters(exclude_categories=["Cs"])), st.lists).map(
        json.dumps
    ),
}
TABLE = RowTable("t", Parsing(), tuple(Column(kind, kind, kind, most_bytes=0) for kind in KINDS))
KEYED = RowTable("k", Parsing(), TABLE.columns[:4], ("text", "uint64"))

rows = st.lists(st.tuples(*(values | st.none() for values in KINDS.values())), min_size=1, max_size=4)
keyed = st.lists(
    st.tuples(*list(KINDS.values())[:4]), min_size=1, max_size=4, unique_by=lambda row: (row[0], row[3])
)
sizes = st.lists(st.integers(0, 60), max_size=20)
limits = st.builds(BatchLimits, st.integers(1, 5), st.integers(0, 100), st.integers(0, 20))


@given(rows)
def test_sqlite_gives_back_the_rows_that_it_was_given(written) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute(*create_table(SQLITE, TABLE))
        database.execute(*write_rows(SQLITE, WriteRows(TABLE, tuple(written))))
        assert [row_read(TABLE, row) for row in database.execute(*read_table(SQLITE, TABLE))] == written


@given(keyed)
def test_sqlite_finds_rows_by_their_keys(written) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute(*create_table(SQLITE, KEYED))
        database.execute(*write_rows(SQLITE, WriteRows(KEYED, tuple(written))))
        asked = AskForKeys(KEYED, tuple(map(KEYED.key_of, written[::2])))
        found = [row_read(KEYED, row) for row in database.execute(*find_keys(SQLITE, asked))]
        assert sorted(found, key=repr) == sorted(written[::2], key=repr)


@given(rows)
def test_bodies_give_back_their_rows_and_are_as_large_as_they_were_said_to_be(written) -> None:
    request = WriteRows(TABLE, tuple(written), framed=False)
    how = how_to_write("merge_tree", TABLE, "insert", BatchLimits())
    body = insert_rows("26.9", request).body
    assert len(body) == how.around + sum(map(how.size_of, written))
    lines = body[how.around :].splitlines(keepends=True)
    assert len(lines) == len(written), "a line for each row"
    assert oldest_first(TABLE, b"".join(b'{"_part":"all_1_1_0",' + line[1:] for line in lines)) == written
    assert [row_of(TABLE, json.loads(json.dumps(document_of(TABLE, row)))) for row in written] == written
    how = how_to_write("bulk_index", TABLE, "index", BatchLimits())
    body = bulk(WriteRows(TABLE, tuple(written), "index")).body
    assert len(body) == how.around + sum(map(how.size_of, written))
    assert len(body.splitlines()) == 2 * len(written)


@given(rows, st.sampled_from(["merge_tree", "bulk_index", "innodb"]))
def test_sizes_that_are_not_looked_at_are_within_the_limit(written, engine) -> None:
    how = how_to_write(engine, TABLE, "index" if "bulk" in engine else "insert", BatchLimits(100, 3_000))
    exact = [how.size_of(row) for row in written]
    assert how.sizes_of(written) in (exact, [0] * len(written))
    if sum(exact) + how.around > 3_000:
        assert how.sizes_of(written) == exact


@given(st.lists(st.tuples(KINDS["text"], KINDS["uint64"]), unique=True))
def test_each_key_has_an_id_of_its_own(keys) -> None:
    assert len({id_of(key) for key in keys}) == len(keys)
    assert len({id_of(key[:1]) for key in keys}) == len({key[0] for key in keys})


@given(sizes, limits, st.integers(0, 50))
def test_batches_are_all_lines_in_order_and_none_is_larger_than_it_may_be(lines, most, around) -> None:
    runs = list(together(lines, most, around))
    assert [place for run in runs for place in run] == list(range(len(lines)))
    for run, following in zip(runs, [*runs[1:], None], strict=False):
        size = around + sum(lines[place] for place in run)
        assert 1 <= len(run) <= most.lines
        assert len(run) == 1 or not most.bytes or size <= most.bytes
        if following is not None:
            fits = not most.bytes or size + lines[following[0]] <= most.bytes
            assert len(run) == most.lines or not fits, "the next line would have had room"


@given(st.integers(2, 300))
def test_halving_ends_at_single_lines(lines) -> None:
    runs, rounds = [range(lines)], 0
    while any(len(run) > 1 for run in runs):
        runs = [part for run in runs for part in (halves(run) if len(run) > 1 else [run])]
        rounds += 1
    assert [place for run in runs for place in run] == list(range(lines))
    assert rounds == (lines - 1).bit_length()
