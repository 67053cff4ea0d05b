"""What columns of real servers make of values of another type, one by one: those of the simulation do the same."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

import pytest
from models import MATCHES, Match, Model, told
from real_tables import AnyDatabase, connected, skip_other_versions

from engine.databases.request import WriteRows
from engine.rows.row_table import Column, ColumnKind, ColumnValue, Parsing, RowTable, TableRow
from wptest.servers.connections.table_connection import real_answer

pytest_plugins = ["wptest.servers.fixtures"]

VALUES: list[ColumnValue] = [
    None, 0, 1, -1, 256, 2**63 - 1, 2**63, -(2**63), 2**64 - 1, 1.5, -1.5, -0.0, 1e300, True, b"x", b"12",
    "", "abc", "12", "1.5", "-1", "+5", "007", "-0", "-", "12abc", "0x10", "1e3", "1e", ".5", "5.", " 5", "5 ",
    "1ex", "1e+", "e5", "-.5", ".", "+-5", "-.", "1.5.2", "5\n", "\t5", "1,5", "1_0", "00", "1e400",
    "true", "false", "tru", "True", "null", "nan", "-NaN", "-inf", "INF", "Infinity", "99999999999999999999999",
]  # fmt: skip
KINDS: list[ColumnKind] = ["text", "bytes", "int64", "uint64", "float64", "bool", "ip", "json"]
IS_A_TEXT = ("sqlite@3.40", "uint64")  # SQLite has no such numbers: what isn't one can be stored, and not be read
TABLES = count(1)


def table_of(name: str, kind: ColumnKind, *, required: bool) -> RowTable:
    length = 200 if kind == "text" else 0
    columns = (Column("id", "int64", "id", required=True), Column("v", kind, "v", length=length, required=required))
    return RowTable(name, Parsing(), columns, key=("id",))


def kind_of(value: ColumnValue) -> ColumnKind:
    """What a sink takes its column for, which has such values."""
    match value:
        case bool():
            return "bool"
        case int():
            return "int64" if -(2**63) <= value < 2**63 else "uint64"
        case float():
            return "float64"
        case bytes():
            return "bytes"
        case _:
            return "text"


def as_read(rows: Iterable[TableRow], kind: ColumnKind) -> list[tuple[object, str]]:
    """Rows of which NaN is NaN, and a number is the truth value that it is read as, or a truth value the number."""
    return sorted((number, repr(_plain(value, kind))) for number, value in rows)


def _plain(value: ColumnValue, kind: ColumnKind) -> ColumnValue:
    if kind == "bool" and value is not None:
        return bool(value)
    return int(value) if isinstance(value, bool) else value


def compare(match: Match, database: AnyDatabase, kind: ColumnKind, *, required: bool) -> None:
    real = connected(match, database)
    table = table_of(f"values{next(TABLES)}", kind, required=required)
    real.create_table(table, match.table_engine)
    model = Model(match, table)
    differing = []
    for number, value in enumerate(VALUES):
        taken_for = table_of(table.name, kind_of(value), required=False)
        request = WriteRows(taken_for, ((number, value),), match.modes[0])
        answer, expected = real_answer(real.ask(request)), model.write(request)
        if told(answer) != told(expected):
            differing.append((value, answer, expected))
    assert differing == []
    if match.server != "opensearch":  # which keeps documents as they were sent
        assert as_read(real.read_table(table), kind) == as_read(model.rows(), kind)
    real.close()


@pytest.mark.slow
@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("engine", list(dict.fromkeys(match.engine for match in MATCHES)))
def test_a_column_makes_the_same_of_a_value(
    engine: str, kind: ColumnKind, request: pytest.FixtureRequest, *, required: bool
) -> None:
    match = next(match for match in MATCHES if match.engine == engine)
    database: AnyDatabase = request.getfixturevalue(match.server)
    skip_other_versions(match, database)
    if (engine, kind) == IS_A_TEXT:
        pytest.skip("what is stored there is a text")
    compare(match, database, kind, required=required)
