"""What became of a table's file is what its rows are worth; and what a sink sends again by itself has no order."""

from __future__ import annotations

from pathlib import Path

import pytest

from wptest.run.result import Result
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.words.failures import Failure
from wptest.words.finding import Outcome

ROW = (
    "key: id, row: {columns: {id: {type: uint64, from: $event_id, required: true}, "
    "line: {type: text(200), from: $line}}}"
)
BATCH = "{run: wparse batch}"


def ran(path: Path, engine: str, steps: str, *, seed: int = 0) -> Result:
    kind = "elasticsearch" if engine == "bulk_index" else "sql"
    file = path / "s.wptest.yaml"
    file.write_text(
        f"scenario: s\nproject: {{servers: {{db: {{engine: {engine}}}}},\n"
        f"  sinks: {{a: {{type: {kind}, server: db, {ROW}}}}}}}\n"
        f"given: {{source: {{lines: 600, rate: 200/s}}}}\nwhen: [{steps}]\n"
    )
    return run_variant(load_file(file)[0].variants[0], RunOptions(seed=seed))


@pytest.mark.parametrize("engine", ["sqlite", "innodb", "myisam", "postgres"])
@pytest.mark.parametrize(
    "step",
    [
        "remove: servers/db/a.rows",
        "rename: {servers/db/a.rows: servers/db/b.rows}",
        "truncate: {servers/db/a.rows: 10}",
    ],
)
def test_rows_are_lost_with_the_file_of_their_table_whether_a_server_still_has_them_in_memory_or_not(
    tmp_path: Path, engine: str, step: str
) -> None:
    (told,) = ran(tmp_path, engine, f"{BATCH}, {{{step}}}").findings
    assert told.code is Failure.NO_LOSS
    assert told.message == "600 of 600 lines for servers/db/a nowhere to be found"


def test_documents_that_a_sink_sends_again_by_itself_stand_behind_others_and_that_is_no_disorder(
    tmp_path: Path,
) -> None:
    step = '{fail_requests: {server: db, refuse: "409", share: 0.5, nth: 2, times: 1}}'
    result = ran(tmp_path, "bulk_index", f"{step}, {BATCH}")
    assert (result.outcome, result.findings) == (Outcome.PASSED, ())


@pytest.mark.parametrize("seed", range(4))
def test_a_request_that_was_not_drawn_uses_up_none_of_the_times_of_a_fault(tmp_path: Path, seed: int) -> None:
    step = "{fail_requests: {server: db, refuse: 1205, share: 0.5, times: 1}}"
    live = "{start: wparse daemon}, {wait: idle}, {signal: {wparse: TERM}}, {wait: {exit: wparse}}"
    result = ran(tmp_path, "innodb", f"{step}, {live}, {{run: wprescue work}}", seed=seed)
    assert result.outcome is Outcome.PASSED
    assert sum(event.kind == "request.fault" for event in result.events) == 1
