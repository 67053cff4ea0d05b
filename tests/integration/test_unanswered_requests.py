"""Lines that were sent and not answered, rows of lines that were given up: each is told once, by its own name."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.machine.records import PlacedLine, first_place
from engine.rescue import writer
from engine.rescue.placed_lines import placed_entry
from wptest.explore.explorations import explorations
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.words.failures import Failure

LIVE = "{start: wparse daemon}, {wait: idle}, {signal: {wparse: TERM}}, {wait: {exit: wparse}}"
LOST = "{fail_requests: {server: db, at: answer_lost, nth: 2, times: 1}}"
REPLAY = "{run: wprescue work}"
REFUSED = "{fail_requests: {server: db, refuse: 1406}}"
KEY = (
    "key: id, row: {columns: {id: {type: uint64, from: $event_id, required: true}, "
    "line: {type: text(200), from: $line}}}"
)
PLACE = (
    "key: place, row: {columns: {place: {type: text(100), from: $place, required: true}, "
    "line: {type: text(200), from: $line}}}"
)
NO_KEY = "batch: {lines: 50}"


@pytest.fixture
def found(tmp_path: Path):
    """Runs steps against a server: what was found, by name."""

    def run(sink: str, steps: str, then: str, server: str = "engine: innodb", given: str = ""):
        kind = "clickhouse" if "merge_tree" in server else "sql"
        given = given or "{source: {lines: 150, rate: 100/s}}"
        path = tmp_path / "s.wptest.yaml"
        path.write_text(
            f"scenario: s\nproject: {{servers: {{db: {{{server}}}}},\n"
            f"  sinks: {{a: {{type: {kind}, server: db, {sink}}}}}}}\n"
            f"given: {given}\nwhen: [{steps}]\nthen: {then}\n"
        )
        return run_variant(load_file(path)[0].variants[0]).findings

    return run


def codes(findings) -> list[Failure]:
    return [finding.code for finding in findings]


def test_without_a_key_lines_that_nobody_answered_are_told_once_with_what_to_do(found):
    (told,) = found(NO_KEY, f"{LOST}, {LIVE}, {REPLAY}", "{exit: {wparse: 0}}")
    assert told.code is Failure.UNKNOWN_RESOLVED
    assert told.message.startswith("50 lines for servers/db/a in more than one place: sent, and nobody has heard")
    assert told.help.startswith("the sink a has no key by which its table knows a row that is sent again: say one")
    assert told.help.endswith('allow: {duplicates: "<= 50"}')


@pytest.mark.parametrize(("allowed", "outcome"), [(49, [Failure.UNKNOWN_RESOLVED]), (50, [])])
def test_a_number_bounds_them(allowed, outcome, found):
    assert (
        codes(found(NO_KEY, f"{LOST}, {LIVE}, {REPLAY}", f'{{allow: {{duplicates: "<= {allowed}"}}}}')) == outcome
    )


def test_what_a_killed_recovery_has_sent_is_unanswered_as_well(found):
    files = "{files: {'data/rescue/a-2025-10-04_01:59:24.dat': {lines: 150}}}"
    kill = "{upon: {request: a, number: 2, point: after_commit}, kill: wprescue}"
    killed = f"{{start: wprescue work}}, {kill}, {REPLAY}"
    told = found(NO_KEY, killed, "{exit: {wprescue: 0}}", given=files)
    assert Failure.UNKNOWN_RESOLVED in codes(told)
    assert codes(found(KEY, killed, "{exit: {wprescue: 0}}", given=files)) == []


@pytest.mark.parametrize(("sink", "outcome"), [(NO_KEY, [Failure.UNKNOWN_RESOLVED]), (KEY, [])])
def test_what_is_refused_and_was_done_the_first_time_is_delivered_where_a_key_tells_it(sink, outcome, found):
    steps = f"{LOST}, {LIVE}, {REFUSED}, {REPLAY}"
    told = found(f"{sink}, batch: {{lines: 50}}" if sink == KEY else sink, steps, "{ledger: {quarantined: '>= 0'}}")
    assert [code for code in codes(told) if code is not Failure.NOTHING_STUCK] == outcome


def test_such_lines_may_be_in_both_places_by_number(found):
    steps = f"{LOST}, {LIVE}, {REFUSED}, {REPLAY}"
    then = '{allow: {duplicates: "<= 50"}, ledger: {quarantined: 50}}'
    assert codes(found(NO_KEY, steps, then)) == []


def test_rows_that_a_refused_request_has_left_are_ghosts_where_their_lines_are_put_aside(found):
    """ClickHouse says that it has refused all, keeps two blocks of it, and then refuses each row by itself."""
    lines = "\\n".join(str(number) for number in [*range(1, 25), "x", *range(26, 41)])
    given = f"{{source: {{patterns: {{/app: '*'}}}}, files: {{data/in_dat/gen.dat: {{text: \"{lines}\\n\"}}}}}}"
    sink = "row: {parse: {csv: [n]}, columns: {n: {type: text(20), required: true}}}"
    server = "engine: merge_tree, block_rows: 10, tables: {a: {n: {type: int32}}}"
    refused = '{fail_requests: {server: db, refuse: "Code: 27", nth: 2, times: 200}}'
    told = found(sink, f"{refused}, {{run: wparse batch}}", "{ledger: {lost: 0}}", server, given)
    (ghosts,) = (each for each in told if each.code is Failure.NO_GHOST_ROW)
    assert ghosts.message == "servers/db/a has 20 rows of lines that were put aside or given up"


def test_a_rescue_file_that_says_other_places_makes_rows_of_lines_that_are_not_there(found, monkeypatch):
    def shifted(line: bytes) -> bytes:
        name, _, number = first_place(line).rpartition(":")
        return placed_entry(PlacedLine.at(line, f"{name}:{int(number) + 1000}"))

    steps = f"{{fail_requests: {{server: db, at: before_send, nth: 2, times: 1}}}}, {LIVE}, {REPLAY}"
    assert codes(found(PLACE, steps, "{must_happen: rescue.created}")) == []
    monkeypatch.setattr(writer, "placed_entry", shifted)
    (told,) = found(PLACE, steps, "{must_happen: rescue.created}")
    assert told.code is Failure.NO_GHOST_ROW
    assert told.message.endswith("rows of lines that aren't where they say to come from")
    assert told.evidence[-1] == "there is no line"


def test_places_that_are_those_of_other_lines_are_told_with_these(found, monkeypatch):
    def swapped(line: bytes) -> bytes:
        name, _, number = first_place(line).rpartition(":")
        return placed_entry(PlacedLine.at(line, f"{name}:{((int(number) - 1) ^ 1) + 1}"))

    monkeypatch.setattr(writer, "placed_entry", swapped)
    steps = f"{{fail_requests: {{server: db, at: before_send, nth: 2, times: 1}}}}, {LIVE}, {REPLAY}"
    (told,) = found(PLACE, steps, "{must_happen: rescue.created}")
    assert told.code is Failure.NO_GHOST_ROW
    assert told.evidence[-1].startswith("there is: wp_event_id=")


@pytest.mark.parametrize("by_step", [False, True], ids=["given", "a step"])
def test_a_line_that_the_scenario_put_into_quarantine_itself_makes_no_ghost_of_an_equal_one(found, by_step):
    aside = '{data/rescue/a-2025-10-04_01:59:10.quarantine: {text: "{\\"line\\": 1, \\"latin1\\": \\"one\\"}\\n"}}'
    waiting = '{data/rescue/a-2025-10-04_01:59:24.dat: {text: "one\\n"}}'
    files = waiting if by_step else f"{{{aside[1:-1]}, {waiting[1:-1]}}}"
    steps = f"{{write: {aside}}}, {REPLAY}" if by_step else REPLAY
    assert codes(found(NO_KEY, steps, "{sinks: {a: {lines: 1}}}", given=f"{{files: {files}}}")) == []


def test_after_a_crash_a_double_of_a_line_that_nobody_answered_is_told_as_such(tmp_path):
    path = tmp_path / "s.wptest.yaml"
    path.write_text(
        f"scenario: s\nproject: {{servers: {{db: {{engine: innodb}}}},\n"
        f"  sinks: {{a: {{type: sql, server: db, {NO_KEY}}}}}}}\n"
        f"given: {{source: {{lines: 150, rate: 100/s}}}}\nwhen: [{LOST}, {LIVE}, {REPLAY}]\n"
        "then: {allow: {lost: in_memory, duplicates: 50}}\nexplore: {crash: {during: wparse}}\n"
    )
    (done,) = explorations(load_file(path)[0].variants[0], RunOptions())
    assert {each.code for breach in done.breaches for each in breach.findings} == {Failure.UNKNOWN_RESOLVED}
