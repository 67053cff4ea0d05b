"""Whatever is written to simulated servers: nothing raises, equal runs are equal, and what was promised is kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers_bench import Net, Table, narrowed, row_table, write

from engine.databases.request import ByItem, RowsWritten, ServerRefusal
from engine.rows.row_table import Column
from engine.servers.engines.known import ENGINES, engine_kind
from engine.servers.request_faults import CutAt, Late, Refuse, RequestFault, Stopped, cuts_of
from engine.servers.server_table import ServerTable
from engine.servers.simulated.row_records import as_record, units_before_damage, units_in
from engine.servers.table_state import TableState
from engine.storage.files import Files
from engine.units import SECOND

QUICK = settings(max_examples=60, deadline=None, database=None, derandomize=True)
KINDS = ["text", "bytes", "int64", "uint64", "float64", "bool", "timestamp", "ip", "json"]
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.integers(0, 5), st.floats(), st.binary(max_size=6),
    st.text(max_size=8), st.sampled_from(["12", "1.5e3", "1e999", "9" * 30, "{}", "[]", "::1", "\0", "\ud800"]),
    st.sampled_from(['{"a": {"b": [1, null]}}', "2026-01-01", "[[1], {}]"]),
)  # fmt: skip
MODES = ["insert", "insert_ignore", "upsert", "create", "index", "ignore_errors"]
COLUMNS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.booleans(), st.sampled_from([0, 3])), min_size=1, max_size=3
)
ATOMIC = ["sqlite", "innodb", "postgres", "merge_tree", "merge_tree@18.16", "replacing_merge_tree"]
# What each promises that a kill leaves of what it has acknowledged.
KEPT_OVER_KILL = [name for name in ENGINES if not name.startswith("log_store")]
KEPT_OVER_POWER_LOSS = ["sqlite", "innodb", "postgres", "aria", "bulk_index"]


@st.composite
def histories(draw):
    """A table of any columns, and batches for it."""
    made = draw(COLUMNS)
    columns = [
        Column(f"c{at}", kind, f"c{at}", length=length if kind == "text" else 0, required=required)
        for at, (kind, required, length) in enumerate(made)
    ]
    table = row_table(*columns, key=draw(st.sampled_from([(), ("c0",)])))
    row = st.tuples(*[VALUES] * len(columns))
    batches = draw(
        st.lists(
            st.tuples(st.sampled_from(MODES), st.lists(row, max_size=4), st.sampled_from(["", "t"])), max_size=4
        )
    )
    return table, batches


@pytest.mark.parametrize("engine", ENGINES)
@QUICK
@given(histories(), st.booleans())
def test_no_request_raises_and_a_decision_changes_nothing_by_itself(engine, history, folds):
    table, batches = history
    server = narrowed(table, **{each.name: {"collation": "no_case"} for each in table.columns}) if folds else None
    made = Table(engine, table, server, window=2, block_rows=2)
    for mode, rows, token in batches:
        before = made.state.copy()
        decision = made.decide(*rows, mode=mode, token=token)
        assert repr(made.state.rows) == repr(before.rows)
        assert repr(made.decide(*rows, mode=mode, token=token)) == repr(decision)
        assert isinstance(decision.answer, RowsWritten | ByItem | ServerRefusal)
        if isinstance(decision.answer, ByItem):
            assert len(decision.answer.items) == len(rows)
        if engine in ATOMIC and isinstance(decision.answer, ServerRefusal) and "merge" not in engine:
            assert not decision.units
        made.ask(*rows, mode=mode, token=token)


@pytest.mark.parametrize("engine", ENGINES)
@QUICK
@given(histories())
def test_what_is_written_to_a_file_is_read_back(engine, history):
    table, batches = history
    made = Table(engine, table, window=2)
    units = []
    for mode, rows, token in batches:
        for unit in made.decide(*rows, mode=mode, token=token).units:
            made.state.apply(unit)
            units.append(unit)
    data = b"".join(map(as_record, units))
    found, is_whole = units_in(data)
    assert is_whole
    assert repr(found) == repr(units)
    read = TableState()
    for unit in found:
        read.apply(unit)
    assert repr(read.rows) == repr(made.state.rows)
    assert (read.mapping, read.window, read.next) == (made.state.mapping, made.state.window, made.state.next)


@QUICK
@given(st.binary(max_size=40), st.integers(0, 200))
def test_a_damaged_file_gives_the_units_before_the_damage(rubbish, at):
    made = Table("innodb")
    units = [unit for each in range(3) for unit in made.decide((each, "a")).units]
    data = b"".join(map(as_record, units))
    at = min(at, len(data))
    found, is_whole = units_before_damage(data[:at] + rubbish)
    assert found == units[: len(found)]
    assert len(found) >= data[:at].count(b"\n")
    assert is_whole or rubbish or data[:at][-1:] != b"\n"


class Crash:
    """Kills a server and its client at the server's n-th storage operation, before it."""

    def __init__(self, net, number, monkeypatch):
        self.left, self.hit = number, False
        operate = Files.operate

        async def crashing(files, *arguments, **options):
            self.left -= files._process.name == "db"
            if self.left == 0 and not self.hit:
                self.hit = True
                net.server.kill()
                net.client.kill()
            return await operate(files, *arguments, **options)

        monkeypatch.setattr(Files, "operate", crashing)


def crashed_at(engine, number):
    """A server that has crashed, what it acknowledged before, and what it was sent; None if it never came there."""
    net = Net(engine, starts=False)
    acknowledged, sent = [], []
    with pytest.MonkeyPatch.context() as patch:
        crash = Crash(net, number, patch)
        net.restart()
        for batch in range(4):
            if crash.hit:
                break
            rows = tuple((10 * batch + each, "a") for each in range(3))
            sent.append(rows)
            answer = net.begin(*rows, mode=plain_mode(net))
            net.run_for(SECOND)
            if not crash.hit:
                assert isinstance(answer.result, RowsWritten | ByItem)
                acknowledged.append(rows)
    net.client = net.new_client()
    return (net, acknowledged, sent) if crash.hit else None


def plain_mode(net):
    return "create" if net.server.kind.by_item else "insert"


def check_left(net, acknowledged, sent, *, promised):
    """What is there after a crash, and that the server goes on with it."""
    net.restart()
    rows = net.rows
    if promised:
        assert {row for batch in acknowledged for row in batch} <= set(rows)
    assert set(rows) <= {row for batch in sent for row in batch}
    if net.server.kind.name.partition("@")[0] in (*ATOMIC, "merge_tree", "aria"):
        assert all(set(batch) <= set(rows) or not set(batch) & set(rows) for batch in sent)
    assert net.ask((99, "after"), mode=plain_mode(net)) in (1, [201])
    assert net.rows == [*rows, (99, "after")]
    net.server.kill()


@pytest.mark.parametrize("engine", KEPT_OVER_KILL)
def test_a_kill_at_each_operation_leaves_acknowledged_rows_and_whole_batches(engine):
    number = 1
    while (crashed := crashed_at(engine, number)) is not None:
        check_left(*crashed, promised=True)
        number += 1
    assert number > 6


@pytest.mark.parametrize("engine", ENGINES)
def test_a_power_loss_at_each_operation_leaves_what_was_synced_and_whole_batches(engine):
    number = 1
    while (crashed := crashed_at(engine, number)) is not None:
        net, acknowledged, sent = crashed
        for image in net.disk.crash_images(bound=10).images:
            net.disk.power_loss(image)
            net.client = net.new_client()
            check_left(net, acknowledged, sent, promised=engine.partition("@")[0] in KEPT_OVER_POWER_LOSS)
        number += 1
    assert number > 6


FAULTS = st.sampled_from(["cut", "late", "refuse", "stopped"])


@pytest.mark.parametrize("engine", ENGINES)
@settings(QUICK, max_examples=15)
@given(st.data())
def test_an_atomic_engine_is_all_or_nothing_under_any_fault_and_runs_are_repeatable(engine, data):
    kind = engine_kind(engine)
    steps = data.draw(st.lists(st.tuples(FAULTS, st.integers(0, 5), st.sampled_from([2, 20])), max_size=5))

    def play():
        net = Net(engine)
        answers = []
        for number, (fault, which, seconds) in enumerate(steps):
            wrong = {
                "cut": CutAt(cuts_of(kind)[which % len(cuts_of(kind))]),
                "late": CutAt("before_send") if kind.is_embedded else Late(seconds * SECOND),
                "refuse": Refuse("429", share=0.5),
                "stopped": Refuse("x") if kind.is_embedded else Stopped(seconds * SECOND),
            }[fault]
            net.server.faults.add(RequestFault(wrong, nth=1, times=1))
            rows = [(10 * number + each, "a") for each in range(3)]
            answers.append(net.play(net.server.connect(net.client).ask(write(*rows))))
            net.server.faults.heal()
            net.run_for(30 * SECOND)
        return answers, net.rows, net.machine.trace.digest()

    answers, rows, digest = play()
    assert play() == (answers, rows, digest)
    for number, answer in enumerate(answers):
        batch = [(10 * number + each, "a") for each in range(3)]
        there = [row for row in rows if row in batch]
        if isinstance(answer, RowsWritten):
            assert there == batch
        elif kind.name.partition("@")[0] in ("sqlite", "innodb", "postgres"):
            assert there in ([], batch)
            assert there == [] or not isinstance(answer, ServerRefusal)


def test_a_table_is_made_just_as_wide_as_its_sink_takes_it_for():
    table = row_table(Column("id", "uint64", "id", required=True), Column("a", "text", "a", length=3))
    made = ServerTable.of(table)
    assert [(each.name, each.kind, each.length, each.required) for each in made.columns] == [
        ("id", "uint64", 0, True),
        ("a", "text", 3, False),
    ]
