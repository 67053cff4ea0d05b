"""What columns of real servers make of values of another type, one by one: those of the simulation do the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from typing import cast, get_args

import pytest
from models import MATCHES, Match, Model, told
from real_tables import AnyDatabase, connected, skip_other_versions

from engine.databases.elasticsearch.documents import stored_value
from engine.databases.request import WriteRows
from engine.rows.row_table import Column, ColumnKind, ColumnValue, Parsing, RowTable, TableRow
from engine.rows.server_column import ServerColumn, StoredKind, server_columns
from engine.servers.server_words import kinds_of
from wptest.servers.connections.table_connection import real_answer

pytest_plugins = ["wptest.servers.fixtures"]

LENGTH = 200
# As what a sink sends them.
VALUES: dict[ColumnKind, list[ColumnValue]] = {
    "int64": [
        0, 1, -1, 127, 128, -129, 256, 32768, 65535, 65536, 2**31, 2**32, 2**63 - 1, -(2**63),
        101, 691231, 700101, 20250102, 20250102030405, 250102030405, 20251302, 1759543160, 1759543160000001,
    ],
    "uint64": [2**63, 2**64 - 1],
    "float64": [1.5, 2.5, -1.5, -0.0, 65535.5, 1e300, 20250102030405.5],
    "bool": [True, False],
    "bytes": [b"x", b"12", b"12abc"],
    "timestamp": [0, -1, 1, 1759543160000001, 1759543160500000, 1759543161500000, 4294967296000000, -(10**16)],
    "text": [
        None, "", "abc", "12", "1.5", "-1", "+5", "007", "-0", "-", "12abc", "0x10", "1e3", "1e", ".5", "5.", " 5",
        "5 ", "1ex", "1e+", "e5", "-.5", ".", "+-5", "-.", "1.5.2", "5\n", "\t5", "1,5", "1_0", "00", "1e400",
        "300", "70000", "true", "false", "tru", "True", "null", "nan", "-NaN", "-inf", "INF", "Infinity",
        "99999999999999999999999", "x" * LENGTH + "  ", "x" * LENGTH + " \t\n", "x" * LENGTH + "y",
    ],
}  # fmt: skip
# What else MariaDB and PostgreSQL make a time of, such as `1.5.2`, nobody sends.
TIMES_AS_TEXTS: list[ColumnValue] = [
    None, "", "abc", "2025-10-04 01:59:20", "2025-10-04T01:59:20", "2025-10-04 01:59:20.5", "2025-10-04",
    "2025-10-04 01:59:20.500001", "2025-10-04 01:59:20.9999999", " 2025-10-04 01:59:20 ", "2025-13-04 00:00:00",
    "2025-02-29", "2025-10-04 25:00:00", "2025-10-04 01:59:60", "2025-10-04T01:59:20Z", "2025-10-04 01:59:20+02:00",
    "2025-10-04 01:59:20 x", "2025-10-04 01:59", "1969-12-31 23:59:59.5",
]  # fmt: skip
KINDS: list[StoredKind] = [
    "text", "bytes", "int64", "uint64", "float64", "bool", "ip", "json",
    "timestamp", "datetime", "int8", "int16", "int32", "uint8", "uint16", "uint32",
]  # fmt: skip
OF_SINKS: tuple[ColumnKind, ...] = get_args(ColumnKind)
TABLES = count(1)


def table_of(name: str, kind: ColumnKind) -> RowTable:
    columns = (Column("id", "int64", "id", required=True), Column("v", kind, "v"))
    return RowTable(name, Parsing(), columns, key=("id",))


def made_of(kind: StoredKind, sent: ColumnKind, *, required: bool) -> tuple[ServerColumn, ...]:
    length = LENGTH if kind == "text" else 0
    column = ServerColumn("v", kind, length, required, sent="" if kind == sent else sent)
    return ServerColumn("id", "int64", required=True), column


def of_kind(table: RowTable, kind: StoredKind) -> tuple[Column, ...]:
    number, value = table.columns
    return number, replace(value, kind=cast("ColumnKind", kind))


def plain(rows: Iterable[TableRow]) -> list[tuple[object, str]]:
    """Rows of which NaN is NaN, and a truth value the number."""
    return sorted((number, repr(int(value) if isinstance(value, bool) else value)) for number, value in rows)


def as_field(value: ColumnValue) -> str | None:
    """A value as a log store has it."""
    field = stored_value(value)
    return field if field is None or isinstance(field, str) else json.dumps(field)


def values_of(kind: StoredKind, sent: ColumnKind) -> list[ColumnValue]:
    if kind == "datetime" and sent == "bytes":  # to ClickHouse 26.9 the text `12` is a day of this month
        return [value for value in VALUES[sent] if value != b"12"]
    return TIMES_AS_TEXTS if sent == "text" and kind in ("timestamp", "datetime") else VALUES[sent]


def kinds_there(engine: str) -> Sequence[StoredKind]:
    """Those that a table can have, or the mapping of an index."""
    return kinds_of(engine) or OF_SINKS


def compare(match: Match, database: AnyDatabase, kind: StoredKind, sent: ColumnKind, *, required: bool) -> None:
    real = connected(match, database)
    taken_for = table_of(f"values{next(TABLES)}", sent)
    made = made_of(kind, sent, required=required)
    # An index has the types that it was told, whatever is sent; elsewhere it is the columns that are made so.
    table = taken_for if kinds_of(match.engine) else replace(taken_for, columns=of_kind(taken_for, kind))
    real.create_table(table, match.table_engine, made)
    model = Model(match, table, made)
    differing = []
    for number, value in enumerate(values_of(kind, sent)):
        request = WriteRows(taken_for, ((number, value),), match.modes[0])
        answer, expected = real_answer(real.ask(request)), model.write(request)
        if told(answer) != told(expected):
            differing.append((value, answer, expected))
    assert differing == []
    if match.server == "victorialogs":  # which has texts alone
        stored = real.read_table(table_of(taken_for.name, "text"))
        assert sorted(stored) == sorted((number, as_field(value)) for number, value in model.rows())
    elif match.server != "opensearch":  # which keeps documents as they were sent
        assert plain(real.read_table(taken_for, made)) == plain(model.rows())
    real.close()


@pytest.mark.slow
@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("engine", list(dict.fromkeys(match.engine for match in MATCHES)))
def test_a_column_makes_the_same_of_a_value(
    engine: str, kind: StoredKind, request: pytest.FixtureRequest, *, required: bool
) -> None:
    match = next(match for match in MATCHES if match.engine == engine)
    if kind not in kinds_there(engine):
        pytest.skip("it has no such columns")
    database: AnyDatabase = request.getfixturevalue(match.server)
    skip_other_versions(match, database)
    for sent in VALUES:
        compare(match, database, kind, sent, required=required)


# What ClickHouse 18.16 reads without looking at it closely.
TEXTS_OF_18 = [
    "2025/10/04 01.59.20", "abcd-11-30 00:00:00", "2025-1a-04 0x:59:20", "2106-01-01 00:00:05",
    "2105-12-31 23:59:59", "2025-10-04 99:99:99", "1969-12-31 00:00:10", "2025-11-31 00:00:00",
    "2025-11-32 00:00:00", "2025-10-04 01:59:2\u00e9", "2025-10-04", "2025-10-04T", "2025-10-04 01:59", "soon",
    "", "1", "12", "123", "1234", "12345", "1234567890", "12345678901", "5000000000", "99999999999999999999",
    "+5", "-12345", "20251004",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("is_followed", [True, False])
def test_clickhouse_18_reads_times_by_their_places(request: pytest.FixtureRequest, *, is_followed: bool) -> None:
    match = next(match for match in MATCHES if match.engine == "merge_tree@18.16")
    database: AnyDatabase = request.getfixturevalue(match.server)
    skip_other_versions(match, database)
    columns = (Column("id", "int64", "id"), Column("at", "text", "at"), Column("line", "text", "line"))
    taken_for = RowTable(f"values{next(TABLES)}", Parsing(), columns[: 3 if is_followed else 2], key=("id",))
    number, at, *behind = server_columns(taken_for)
    made = (number, replace(at, kind="datetime", sent="text"), *behind)
    real, model = connected(match, database), Model(match, taken_for, made)
    own = tuple(replace(each, kind="datetime") if each.name == "at" else each for each in taken_for.columns)
    real.create_table(replace(taken_for, columns=own), match.table_engine, made)
    for place, text in enumerate(TEXTS_OF_18):
        write = WriteRows(taken_for, ((place, text, "a line behind it")[: len(made)],), match.modes[0])
        assert (text, told(real_answer(real.ask(write)))) == (text, told(model.write(write)))
    assert sorted(real.read_table(taken_for, made)) == sorted(model.rows())
    real.close()
