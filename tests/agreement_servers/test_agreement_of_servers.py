"""The engines of the simulation do what real servers do: the same requests, lost in the same ways, are compared."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from models import MATCHES, ORDER, Match, Model, as_they_are, told
from real_tables import AnyDatabase, connected, skip_other_versions

from engine.databases.request import NoAnswer, WriteRows
from engine.rows.row_table import TableRow, WriteMode
from engine.servers.engines.known import engine_kind
from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import real_answer
from wptest.servers.real_server import RealDatabase
from wptest.servers.sqlite_file import SqliteFile

pytest_plugins = ["wptest.servers.fixtures"]

MARKS = {"opensearch": b"_bulk", "clickhouse": b"FORMAT JSONEachRow", "victorialogs": b'{"create"'}
HASTY = 0.2  # seconds that somebody waits for a server that stands still
TO_GO_ON = 30.0
FORGOTTEN = 5.0  # seconds: what is younger a kill takes from a log store
STEPS = 6
NUMBERS = count(1)  # of tables: no two schedules have one


def played(match: Match, database: AnyDatabase, schedules: int) -> Counter[str]:
    """Play so many schedules, and count what was in them."""
    tried: Counter[str] = Counter()
    kind = engine_kind(match.engine)

    class Schedule(RuleBasedStateMachine):
        """One table, written to by model and server alike."""

        @initialize()
        def begin(self) -> None:
            tried["schedules"] += 1
            self.table = match.table(f"t{next(NUMBERS)}")
            self.model = Model(match, self.table)
            self.begun = time.monotonic()
            self.sent: list[WriteRows] = []
            self.real = connected(match, database)
            self.real.create_table(self.table, match.table_engine)

        @rule(rows=match.rows(), mode=st.sampled_from(match.modes), token=match.tokens())
        def write(self, rows: list[TableRow], mode: WriteMode, token: str) -> None:
            self.send(WriteRows(self.table, tuple(rows), mode, token))

        @precondition(lambda self: match.window and self.sent)
        @rule(data=st.data())
        def write_again(self, data: st.DataObject) -> None:
            tried["repeats"] += 1
            self.send(data.draw(st.sampled_from(self.sent)))

        def send(self, request: WriteRows) -> None:
            tried["requests"] += 1
            self.sent.append(request)
            answer = real_answer(self.real.ask(request))
            assert told(answer) == told(self.model.write(request)), f"{request}\n{answer}"

        @rule(
            rows=match.rows(),
            mode=st.sampled_from(match.modes),
            point=st.sampled_from(["before_send", "half_sent", "answer_lost"] if match.loses else [""]),
        )
        def lose(self, rows: list[TableRow], mode: WriteMode, point: str) -> None:
            if not match.loses or not isinstance(database, RealDatabase):
                return
            tried[point] += 1
            request = WriteRows(self.table, tuple(rows), mode)
            fault = database.fault(point, MARKS.get(match.server, b"INSERT INTO"))
            answer = real_answer(self.real.ask(request))
            assert isinstance(answer, NoAnswer), answer
            assert fault.struck
            if point == "answer_lost":
                self.model.write(request)
            elif point == "half_sent" and kind.cut_bodies == "stored":
                came = len(self.real.read_table(self.table)) - len(self.model.rows())
                assert 0 <= came < len(rows), "of half of its bytes"
                tried["rows of halves"] += came
                if came:
                    self.model.write(replace(request, rows=request.rows[:came]))

        @precondition(lambda _: match.forgets)
        @rule(ending=st.sampled_from(["kill", "stop"]))
        def end(self, ending: str) -> None:
            assert isinstance(database, RealDatabase)
            tried[ending] += 1
            if ending == "kill":
                database.server.kill()
                self.model.kill()
                assert time.monotonic() - self.begun < FORGOTTEN, "some of it may be on the disk"
            else:
                database.server.stop()
                self.model.stop()
                self.begun = time.monotonic()
            database.server.start()

        @precondition(lambda _: match.forgets)
        @rule(rows=match.rows())
        def stand_still(self, rows: list[TableRow]) -> None:
            assert isinstance(database, RealDatabase)
            tried["stopped"] += 1
            request = WriteRows(self.table, tuple(rows), match.modes[0])
            database.server.pause()
            with closing(connect_to(database, timeout=HASTY)) as hasty:
                answer = real_answer(hasty.ask(request))
            database.server.resume()
            assert isinstance(answer, NoAnswer), answer
            self.model.write(request)
            patience = time.monotonic() + TO_GO_ON
            while len(self.real.read_table(self.table)) < len(self.model.rows()) and time.monotonic() < patience:
                time.sleep(0.01)

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
    return tried


def compare(match: Match, database: AnyDatabase, schedules: int) -> None:
    version = skip_other_versions(match, database)
    tried = played(match, database, schedules)
    assert tried["schedules"] >= schedules
    print(f"\n{match.engine}, {version}: {dict(tried)}")  # noqa: T201 - what was tried is told


@pytest.mark.slow
@pytest.mark.parametrize("match", MATCHES, ids=lambda match: f"{match.engine}{'-window' if match.window else ''}")
def test_an_engine_agrees_with_its_server(match: Match, request: pytest.FixtureRequest) -> None:
    compare(match, request.getfixturevalue(match.server), match.schedules)


def test_sqlite_agrees(sqlite: SqliteFile) -> None:
    compare(MATCHES[0], sqlite, 40)
