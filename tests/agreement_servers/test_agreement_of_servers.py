"""The engines of the simulation do what real servers do: the same requests, lost in the same ways, are compared."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from models import MATCHES, ORDER, Match, Model, as_they_are, told

from engine.databases.request import NoAnswer, WriteRows
from engine.rows.row_table import TableRow, WriteMode
from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import real_answer
from wptest.servers.real_server import RealDatabase
from wptest.servers.sqlite_file import SqliteFile

pytest_plugins = ["wptest.servers.fixtures"]

MARKS = {"opensearch": b"_bulk", "clickhouse": b"FORMAT JSONEachRow"}
STEPS = 6


def played(match: Match, database: RealDatabase | SqliteFile, schedules: int) -> Counter[str]:
    """Play so many schedules, and count what was in them."""
    count: Counter[str] = Counter()

    class Schedule(RuleBasedStateMachine):
        """One table, written to by model and server alike."""

        @initialize()
        def begin(self) -> None:
            count["schedules"] += 1
            self.table = match.table(f"t{count['schedules']}")
            self.model = Model(match, self.table)
            self.real = connect_to(database)
            self.real.create_table(self.table, match.table_engine)

        @rule(rows=match.rows(), mode=st.sampled_from(match.modes))
        def write(self, rows: list[TableRow], mode: WriteMode) -> None:
            count["requests"] += 1
            request = WriteRows(self.table, tuple(rows), mode)
            answer = real_answer(self.real.ask(request))
            assert told(answer) == told(self.model.write(request)), f"{request}\n{answer}"

        @rule(
            rows=match.rows(),
            mode=st.sampled_from(match.modes),
            point=st.sampled_from(["before_send", "half_sent", "answer_lost"] if match.loses else [""]),
        )
        def lose(self, rows: list[TableRow], mode: WriteMode, point: str) -> None:
            if not match.loses or isinstance(database, SqliteFile):
                return
            count[point] += 1
            request = WriteRows(self.table, tuple(rows), mode)
            fault = database.fault(point, MARKS.get(match.server, b"INSERT INTO"))
            answer = real_answer(self.real.ask(request))
            assert isinstance(answer, NoAnswer), answer
            assert fault.struck
            if point == "answer_lost":
                self.model.write(request)

        @invariant()
        def they_hold_the_same(self) -> None:
            if hasattr(self, "real"):
                ordered = ORDER.get(match.server, as_they_are)
                assert ordered(self.real.read_table(self.table)) == ordered(self.model.rows())

        def teardown(self) -> None:
            if hasattr(self, "real"):
                self.real.close()

    run_state_machine_as_test(
        Schedule,
        settings=settings(
            max_examples=schedules,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
        ),
    )
    return count


def compare(match: Match, database: RealDatabase | SqliteFile, schedules: int) -> None:
    version = database.version if isinstance(database, SqliteFile) else database.server.version
    if not version.startswith(match.version):
        pytest.skip(f"{match.engine} is said of {match.version}*, and this is {version}")
    count = played(match, database, schedules)
    assert count["schedules"] >= schedules
    print(f"\n{match.engine}, {version}: {dict(count)}")  # noqa: T201 - what was tried is told


@pytest.mark.slow
@pytest.mark.parametrize("match", MATCHES, ids=lambda match: match.engine)
def test_an_engine_agrees_with_its_server(match: Match, request: pytest.FixtureRequest) -> None:
    compare(match, request.getfixturevalue(match.server), match.schedules)


def test_sqlite_agrees(sqlite: SqliteFile) -> None:
    compare(MATCHES[0], sqlite, 40)
