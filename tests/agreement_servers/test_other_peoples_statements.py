"""What other programs send, whose behaviour sinks may have, is taken by the engines as by real servers."""

from __future__ import annotations

from contextlib import closing
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from models import MATCHES, Model, told

from engine.databases.request import ServerRefusal, WriteRows
from engine.rows.row_table import TableRow, WriteMode
from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import real_answer
from wptest.servers.real_server import RealDatabase

pytest_plugins = ["wptest.servers.fixtures"]
pytestmark = pytest.mark.slow

BY_ENGINE = {match.engine.partition("@")[0]: match for match in MATCHES}
MANY = settings(
    max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck]
)
TEXTS = st.text("\\\\\\''\"abnrtZ0x%_ \té", max_size=22)
ROWS = st.lists(st.tuples(st.integers(0, 5), TEXTS, st.sampled_from([0, 7, -1, None])), min_size=1, max_size=4)


@pytest.mark.parametrize("engine", ["innodb", "myisam"])
def test_texts_whose_backslashes_are_not_escaped_are_read_as_mariadb_reads_them(
    engine: str, mariadb: RealDatabase
) -> None:
    match, numbers, codes = BY_ENGINE[engine], count(), set[str]()

    @MANY
    @given(ROWS, st.sampled_from(["insert", "insert_ignore", "ignore_errors"]))
    def hold(rows: list[TableRow], mode: WriteMode) -> None:
        table = match.table(f"t{next(numbers)}")
        model, request = (
            Model(match, table),
            WriteRows(table, tuple(rows), mode, flaws=frozenset({"single_quotes_only"})),
        )
        real.create_table(table, match.table_engine)
        answer = real_answer(real.ask(request))
        assert told(answer) == told(model.write(request)), f"{request}\n{answer}"
        assert list(real.read_table(table)) == model.rows()
        codes.add(answer.code if isinstance(answer, ServerRefusal) else "")

    with closing(connect_to(mariadb, direct=True)) as real:
        hold()
    assert codes >= {"", "1064", "1062"}


def test_an_action_with_a_type_is_refused_with_the_whole_request(opensearch: RealDatabase) -> None:
    match = BY_ENGINE["bulk_index"]
    table = match.table("typed")
    request = WriteRows(table, ((1, "a", 0), (2, "b", 0)), "create", flaws=frozenset({"typed_actions"}))
    with closing(connect_to(opensearch, direct=True)) as real:
        real.create_table(table)
        answer = real_answer(real.ask(request))
        assert isinstance(answer, ServerRefusal)
        assert answer.code.startswith("400")
        assert told(answer) == told(Model(match, table).write(request))
        assert list(real.read_table(table)) == []
