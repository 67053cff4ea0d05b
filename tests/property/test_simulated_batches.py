"""Batches that are written to simulated servers: what holds for real ones and for the small one holds for them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from line_fates import POISON, assert_there_at_least_once, assert_there_once_or_refused, until_done
from servers_bench import Net, row_table

from engine.databases.batch_writing import Conversation
from engine.databases.batch_written import BatchWritten
from engine.databases.conversation import lead
from engine.databases.how_to_write import how_to_write
from engine.databases.server_rules import rules_for
from engine.project.database_conf import BatchLimits
from engine.rows.row_table import Column
from engine.servers.engines.known import ENGINES, engine_kind
from engine.servers.request_faults import CutAt, Late, Stopped, Troubled, cuts_of
from engine.servers.server_table import ServerTable
from engine.units import SECOND

QUICK = settings(max_examples=15, deadline=None, database=None, derandomize=True)
COLUMNS = (Column("k", "int64", "k", required=True), Column("v", "text", "v", length=3, required=True))
KEEPS_LENGTHS = ("sqlite", "innodb", "postgres")  # the others cut a text that is too long, or have no lengths
LINES = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["a", "b", POISON])), min_size=1, max_size=12)
LIMITS = st.builds(BatchLimits, st.sampled_from([1, 3, 100]), st.just(0))


def wrong_at(engine: str) -> st.SearchStrategy:
    kind = engine_kind(engine)
    wrong = [*map(CutAt, cuts_of(kind)), *map(Troubled, {**kind.refusals, **kind.item_refusals})]
    if not kind.is_embedded:
        wrong += [Late(20 * SECOND), Stopped(20 * SECOND)]
    return st.sampled_from([None, *wrong])


@pytest.mark.parametrize("engine", ENGINES)
@QUICK
@given(st.data())
def test_no_line_is_lost_and_keys_are_there_once(engine: str, data: st.DataObject) -> None:
    rules = rules_for(engine)
    keyed = rules.has_keys and "replacing" not in engine and data.draw(st.booleans())
    table = row_table(*COLUMNS, key=("k",) if keyed else ())
    mode = data.draw(
        st.sampled_from(sorted(rules.modes & {"insert", "create", *(["insert_ignore"] if keyed else [])}))
    )
    has_poison = engine.startswith(KEEPS_LENGTHS)
    lines = [line for line in data.draw(LINES) if has_poison or line[1] != POISON]
    others = (
        data.draw(st.lists(st.tuples(st.integers(0, 9), st.just("c")), max_size=3, unique=True)) if keyed else []
    )
    net = Net(engine, ServerTable.of(table), window=data.draw(st.sampled_from([0, 100])))
    net.table = table
    how = how_to_write(engine, table, mode, data.draw(LIMITS))
    connection = net.server.connect(net.client)

    def converse(conversation: Conversation) -> BatchWritten:
        return net.play(lead(conversation, connection))

    assert not until_done(converse, how, others).refused
    for nth, wrong in enumerate(data.draw(st.lists(wrong_at(engine), max_size=5)), 1):
        if wrong is not None:
            net.fault(wrong, nth=nth, times=1)
    fates = until_done(converse, how, lines)
    net.run_for(60 * SECOND)
    if keyed:
        assert_there_once_or_refused(net.rows, lines, others, fates)
    else:
        assert_there_at_least_once(net.rows, lines, fates)
