"""Whatever server and network do: no line is lost or altered, and none is there twice where there are keys."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st
from line_fates import assert_there_at_least_once, assert_there_once_or_refused, until_done
from small_server import KEYED, KEYLESS, POISON, Fault, SmallServer
from sqlite_server import SHORT, SqliteServer

from engine.databases.batch_writing import written_batch
from engine.databases.how_to_write import HowToWrite, how_to_write
from engine.databases.known_codes import Meaning
from engine.project.database_conf import BatchLimits
from engine.rows.row_table import RowTable, TableRow, WriteMode

KEYED_ENGINES = ["innodb", "myisam", "postgres", "sqlite", "bulk_index"]
ENGINES = [*KEYED_ENGINES, "merge_tree", "log_store"]

faults = st.lists(st.sampled_from([None, "before", "half", "lost", "late", "full", "odd", "read_only"]), max_size=8)
limits = st.builds(BatchLimits, st.integers(1, 9), st.sampled_from([0, 400, 10_000]))
rows = st.lists(st.tuples(st.integers(0, 15), st.sampled_from(["a", "b", POISON])), min_size=1, max_size=16)


def how(engine: str, table: RowTable, most: BatchLimits, mode: WriteMode | None = None) -> HowToWrite:
    first = how_to_write(
        engine, table, mode or ("create" if engine in ("bulk_index", "log_store") else "insert"), most
    )
    return first if first.around + 40 <= (most.bytes or 10**9) else replace(first, limits=replace(most, bytes=0))


def server_for(engine: str, wrong: list[Fault | None], *, keyed: bool) -> SmallServer:
    rules = how_to_write(
        engine, KEYLESS, "create" if engine in ("bulk_index", "log_store") else "insert", BatchLimits()
    ).rules
    return SmallServer(rules.family, whole=rules.takes_whole, keyed=keyed and rules.has_keys, faults=list(wrong))


keyed_modes = st.sampled_from(
    [("bulk_index", "create")]
    + [(engine, mode) for engine in KEYED_ENGINES[:-1] for mode in ("insert", "insert_ignore")]
)


@given(keyed_modes, rows, rows, faults, limits)
@example(("bulk_index", "create"), [(0, "a"), (1, POISON), (0, "b"), (0, "a")], [], ["lost"], BatchLimits(9, 0))
def test_with_keys_each_line_is_there_once_or_is_refused(written, lines, others, wrong, most) -> None:
    engine, mode = written
    there_once_or_refused(server_for(engine, wrong, keyed=True), how(engine, KEYED, most, mode), lines, others)


@given(rows, rows, faults, limits, st.sampled_from(["insert", "insert_ignore"]))
def test_so_it_is_with_a_real_sqlite(lines, others, wrong, most, mode) -> None:
    with closing(SqliteServer("sqlite", whole=True, keyed=True, faults=list(wrong))) as server:
        there_once_or_refused(server, how("sqlite", SHORT, most, mode), lines, others)


def there_once_or_refused(
    server: SmallServer, how_: HowToWrite, lines: list[TableRow], others: list[TableRow]
) -> None:
    of_others = list({row[0]: row for row in others if row[1] != POISON}.values())
    wrong, server.faults = server.faults, []
    assert not until_done(server.converse, how_, of_others).refused
    server.faults = wrong
    fates = until_done(server.converse, how_, lines)
    for late in server.late:
        server._write(late)
    assert_there_once_or_refused(server.rows, lines, of_others, fates)


@given(st.sampled_from(ENGINES), rows, faults, limits)
@example("myisam", [(0, "a"), (1, "a")], ["full"], BatchLimits(9, 0))
@example("myisam", [(0, "a"), (1, POISON)], [], BatchLimits(9, 0))
def test_without_keys_no_line_is_lost_and_those_in_doubt_alone_are_there_twice(engine, lines, wrong, most) -> None:
    server = server_for(engine, wrong, keyed=False)
    fates = until_done(server.converse, how(engine, KEYLESS, most), lines)
    server.faults = []
    for late in server.late:
        server._write(late)
    assert_there_at_least_once(server.rows, lines, fates)
    if server.doubtful == 0:
        assert len(server.rows) == len(lines) - len(fates.refused)


@given(st.sampled_from(["innodb", "postgres", "sqlite"]), rows, faults, limits)
@example("postgres", [(0, "a"), (0, "b")], [], BatchLimits(9, 0))
def test_an_upsert_leaves_the_newest_row_of_each_key(engine, lines, wrong, most) -> None:
    """But for a write that comes late, which puts an older row over a newer one: nobody can know of it."""
    server = server_for(engine, ["lost" if each == "late" else each for each in wrong], keyed=True)
    refused = until_done(server.converse, how(engine, KEYED, most, "upsert"), lines).refused
    assert all(lines[place][1] == POISON for place in refused)
    newest = {line[0]: line for line in lines if line[1] != POISON}
    assert sorted(server.rows) == sorted(newest.values())


@given(st.sampled_from(KEYED_ENGINES), st.integers(1, 200), st.sets(st.integers(0, 199), max_size=3))
@example("innodb", 128, {127})
def test_a_poison_line_costs_no_more_than_two_requests_for_each_halving(engine, lines, poison) -> None:
    batch = [(place, POISON if place in poison else "a") for place in range(lines)]
    bad = sum(1 for _, text in batch if text == POISON)
    server = server_for(engine, [], keyed=True)
    refused = until_done(server.converse, how(engine, KEYED, BatchLimits(1000, 0)), batch).refused
    assert len(refused) == bad
    assert server.requests <= 1 + bad * (2 + 2 * 2 * lines.bit_length())


@given(rows, st.sampled_from(["before", "half", "lost", "full", "odd", "read_only"]), limits)
def test_nothing_is_sent_after_an_answer_that_says_that_nothing_is_taken(lines, fault, most) -> None:
    server = server_for("postgres", [fault], keyed=False)
    written = server.converse(written_batch(how("postgres", KEYLESS, most), lines))
    assert server.requests == 1
    assert not written.outcome.delivered
    assert not written.outcome.refused
    assert written.stopped == {
        "before": Meaning.AGAIN, "full": Meaning.AGAIN, "read_only": Meaning.CONFIGURATION,
    }.get(fault, Meaning.UNKNOWN)  # fmt: skip
    assert written.error_class == ("config" if fault == "read_only" else "sink")
    assert bool(written.outcome.unknown) == (written.stopped is Meaning.UNKNOWN)
