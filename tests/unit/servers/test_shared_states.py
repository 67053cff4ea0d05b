"""What one run has worked out about a table's state is there for the next one: for the same state, and no other."""

from __future__ import annotations

import pytest

from engine.databases.request import WriteRows
from engine.servers import table_state
from engine.servers.engines.mysql import MysqlTable
from engine.servers.table_engine import Decision
from engine.servers.table_state import StateVersion, TableState
from tests.unit.servers.servers_bench import KEYED, Net, Table

ROWS = [(each, "a") for each in range(3)]


def _state(net: Net) -> TableState:
    return net.server.state(KEYED.name)


@pytest.mark.parametrize("engine", ["innodb", "myisam", "aria", "postgres", "merge_tree", "bulk_index"])
def test_the_same_requests_lead_to_one_version(engine: str) -> None:
    nets = [Net(engine), Net(engine)]
    for net in nets:
        net.ask(*ROWS)
    one, other = map(_state, nets)
    assert one.version is other.version
    assert one == other
    assert one is not other
    nets[0].ask((7, "b"))
    assert one.version is not other.version
    assert one != other


def test_two_orders_are_two_versions() -> None:
    one, other = Net(), Net()
    for row in ROWS:
        one.ask(row)
    for row in reversed(ROWS):
        other.ask(row)
    assert _state(one).version is not _state(other).version


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[WriteRows]:
    """The requests that an engine has decided about."""
    requests: list[WriteRows] = []
    decide = MysqlTable.decide

    def noted(self: MysqlTable, state: TableState, request: WriteRows) -> Decision:
        requests.append(request)
        return decide(self, state, request)

    monkeypatch.setattr(MysqlTable, "decide", noted)
    return requests


def test_the_same_rows_are_decided_about_once_in_a_state(decided: list[WriteRows]) -> None:
    row = (71, "once")
    for _ in range(2):
        net = Net()
        assert net.ask(row) == 1
        assert net.ask(row) == "1062"
    assert [request.rows for request in decided] == [(row,), (row,)]


def test_rows_are_the_same_only_if_they_are_the_same_objects(decided: list[WriteRows]) -> None:
    for number in (1, True):
        assert Net().ask((number, "1 or true")) == 1
    assert [type(request.rows[0][0]) for request in decided] == [int, bool]


@pytest.mark.parametrize("engine", ["innodb", "myisam", "merge_tree"])
def test_a_table_is_the_same_when_no_more_is_remembered(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def contents() -> list[object]:
        table = Table(engine)
        for first in (0, 3, 2):
            table.ask(*[(first + each, "a") for each in range(3)])
        return [table.rows, table.state.numbers, table.state.next, table.state.window]

    known = contents()
    monkeypatch.setattr(table_state, "_MOST_CHANGES", 0)
    assert contents() == known


def test_what_is_made_of_a_version_is_made_once_and_ends_with_it() -> None:
    made, unit = [], (table_state.Put(1, (1,), (1, "a")),)
    version = StateVersion()
    for _ in range(2):
        version.after(unit).once("it", lambda: made.append(unit))
    assert len(made) == 1
    full = StateVersion(room=[0])
    assert full.after(unit) is not full.after(unit)


@pytest.mark.parametrize("engine", ["innodb", "aria", "merge_tree", "bulk_index"])
def test_units_are_the_same_together_and_one_by_one(engine: str) -> None:
    made = Table(engine)
    decision = made.decide(*ROWS)
    together, alone = TableState(), TableState()
    together.apply_all(decision.units)
    for unit in decision.units:
        alone.apply(unit)
    assert together == alone
    assert together.rows
