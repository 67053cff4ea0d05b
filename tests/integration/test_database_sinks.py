"""Scenarios with databases: what becomes of lines, requests and servers."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path

import pytest
from database_scenarios import LIVE, ROW, SQL, kind, row_for

from wptest.run.result import Result
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.text.scenario_source import InvalidScenario
from wptest.words.failures import Failure


@pytest.fixture
def ran(tmp_path: Path):
    """Runs a scenario: an engine, what a sink says besides, steps, expectations."""

    def run(  # noqa: PLR0917 - all of them say what a scenario has
        engine: str = "innodb",
        sink: str = f"key: id, row: {ROW}",
        when: str = LIVE,
        then: str = "{sinks: {a: {lines: 300}}, ledger: {lost: 0, duplicates: 0}}",
        given: str = "{source: {lines: 300, rate: 200/s}}",
        server: str = "",
        seed: int = 0,
    ) -> Result:
        path = tmp_path / "s.wptest.yaml"
        path.write_text(
            f"scenario: s\nproject:\n  servers: {{db: {{engine: {engine}{server}}}}}\n"
            f"  sinks: {{a: {{type: {kind(engine)}, server: db, {sink}}}}}\n"
            f"given: {given}\nwhen:{when}\nthen: {then}\n"
        )
        return run_variant(load_file(path)[0].variants[0], RunOptions(seed=seed))

    return run


def codes(result: Result) -> list[Failure]:
    return [finding.code for finding in result.findings]


def sizes(result: Result) -> list[int]:
    """How many rows each request had."""
    return [int(event.fields["rows"] or 0) for event in result.events if event.kind == "request.sent"]


@pytest.mark.parametrize("engine", [*SQL, "replacing_merge_tree", "bulk_index"])
@pytest.mark.parametrize("point", ["half_sent", "received", "before_commit", "after_commit", "answer_lost"])
def test_wherever_a_request_ends_a_key_keeps_lines_from_being_lost_or_doubled(engine, point, ran):
    result = ran(engine, when=f"\n  - fail_requests: {{server: db, at: {point}, nth: 2, times: 1}}{LIVE}")
    assert codes(result) == []


@pytest.mark.parametrize("engine", [*SQL, "merge_tree"])
def test_without_a_key_only_what_the_server_has_done_is_there_twice(engine, ran):
    lost, unsent = (
        ran(
            engine,
            "batch: {lines: 50}",
            f"\n  - fail_requests: {{server: db, at: {point}, nth: 2, times: 1}}{LIVE}",
            f"{{allow: {{duplicates: 50}}, ledger: {{lost: 0, duplicates: {twice}}}}}",
        )
        for point, twice in (("answer_lost", 50), ("before_send", 0))
    )
    assert (codes(lost), codes(unsent)) == ([], [])


@pytest.mark.parametrize("engine", ["sqlite", *SQL, "merge_tree", "bulk_index"])
def test_batches_have_as_many_lines_as_the_sink_says(engine, ran):
    result = ran(engine, "batch: {lines: 70, wait: 5s}", then="{sinks: {a: {table: {largest: 70, rows: 300}}}}")
    assert codes(result) == []
    assert sizes(result)[:4] == [70] * 4


def test_a_batch_that_is_not_full_goes_when_its_time_is_over(ran):
    result = ran(sink="batch: {lines: 1000, wait: 500ms}", given="{source: {lines: 300, rate: 100/s}}")
    assert codes(result) == []
    assert all(40 <= size <= 60 for size in sizes(result)[:-1])


@pytest.mark.parametrize("engine", SQL)
def test_a_recovery_that_is_killed_sends_again_and_a_key_tells(engine, ran):
    files = "{files: {'data/rescue/a-2025-10-04_01:59:24.dat': {lines: 400}}}"
    steps = """
  - start: wprescue work
  - upon: {request: a, number: 3, point: after_commit}
    kill: wprescue
  - run: wprescue work
"""
    then = "{sinks: {a: {lines: 400, table: {rows: 400, keys: 400}}}, ledger: {lost: 0, duplicates: 0}}"
    assert codes(ran(engine, when=steps, then=then, given=files)) == []


@pytest.mark.parametrize("engine", SQL)
def test_lines_that_only_a_killed_program_had_may_be_written_by_the_server_all_the_same(engine, ran):
    steps = """
  - start: wparse daemon
  - upon: {request: a, number: 2, point: received}
    kill: wparse
  - wait: 1s
"""
    then = "{allow: {lost: in_memory}, sinks: {a: {lines: 200}}}"
    assert codes(ran(engine, when=steps, then=then)) == []


def test_what_a_server_writes_when_all_is_over_is_seen_as_well(ran):
    """Nobody has resumed it: it writes what its client has given up, and rescued, in the closing phase."""
    steps = """
  - start: wparse daemon
  - upon: {request: a, number: 2}
    pause: db
  - after: 20s
    signal: {wparse: TERM}
  - wait: {exit: wparse}
"""
    result = ran(sink="batch: {lines: 100}", when=steps, then="{ledger: {lost: 0}}")
    assert Failure.UNKNOWN_RESOLVED in codes(result)


def test_a_server_that_is_killed_and_does_not_come_back_is_an_outage(ran):
    steps = """
  - start: wparse daemon
  - upon: {request: a, number: 2}
    kill: db
  - after: 2s
    check: {rescue: {lock: 1}, ledger: {lost: 0}}
  - restart: db
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
"""
    assert codes(ran(when=steps)) == []


def test_a_rolling_restart_loses_nothing(ran):
    steps = LIVE.replace("daemon\n", "daemon\n  - at: 700ms\n    restart: db\n", 1)
    assert codes(ran(when=steps)) == []


def test_the_power_goes_and_servers_start_with_the_machine(ran):
    files = "{files: {'data/rescue/a-2025-10-04_01:59:24.dat': {lines: 400}}}"
    steps = """
  - start: wprescue work
  - upon: {request: a, number: 2, point: after_commit}
    power_loss: true
  - run: wprescue work
"""
    assert codes(ran(when=steps, given=files, then="{sinks: {a: {lines: 400}}}")) == []


def test_rows_that_the_server_alters_break_an_invariant(ran):
    table = ", tables: {a: {line: {type: text(20)}}}"
    text = "{source: {patterns: {/app: '*'}}, files: {data/in_dat/gen.dat: {text: \"short\\n" + "x" * 30 + '\\n"}}}'
    row = "row: {columns: {line: {type: text(200), from: $line}}}"
    result = ran("myisam", row, "\n  - run: wparse batch\n", "{}", text, table)
    (found,) = [each for each in result.findings if each.code is Failure.NO_ALTERATION]
    assert found.evidence == (f'sent:   {{"line":"{"x" * 30}"}}', f'stored: {{"line":"{"x" * 20}"}}')
    assert found.trail is not None
    assert (found.trail.lines, str(found.trail.last)) == (("x" * 30,), "line 2 of data/in_dat/gen.dat")


def test_a_fault_of_requests_that_none_meets_proves_nothing(ran):
    result = ran(when=f"\n  - fail_requests: {{server: db, at: answer_lost, nth: 99}}{LIVE}")
    assert codes(result) == [Failure.NEVER_BIT]
    assert "requests to write to db since then" in str(result.findings[0].evidence)


def test_the_same_seed_gives_the_same_run_and_another_draws_other_refusals(ran):
    steps = f"\n  - fail_requests: {{server: db, refuse: 429, share: 0.5, for: 1s}}{LIVE}"
    key = "key: id, row: {columns: {id: {type: text(20), from: $event_id, required: true}}}"
    key = key.replace("}}}", "}, line: {type: text, from: $line, required: true}}}")
    hashes = [ran("bulk_index", key, steps, seed=seed).trace_hash for seed in (1, 1, 2)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_rows_that_a_replay_drops_are_no_success_of_it(ran):
    files = '{files: {data/rescue/a-2025-10-04_01:59:18.dat: {text: "one\\nno number\\ntwo\\n"}}}'
    row = "row: {refuse: drop, columns: {line: {type: text(5), from: $line}}}"
    then = (
        "{sinks: {a: {lines: 2}}, ledger: {dropped: 1, lost: 0}, metrics: {wprescue: {sink_stat: "
        "{a: {total: 3, success: 2, dropped: 1}}}}, log: {wprescue: 'a drops lines that are no rows (1): *'}}"
    )
    assert codes(ran(sink=row, when="\n  - run: wprescue work\n", then=then, given=files)) == []


def test_dropped_rows_are_declared(ran):
    text = "{source: {patterns: {/app: '*'}}, files: {data/in_dat/gen.dat: {text: \"one\\nno number\\n\"}}}"
    row = "row: {refuse: drop, columns: {line: {type: text(5), from: $line}}}"
    figures = "metrics: {wparse: {sink_stat: {a: {total: 2, success: 1, dropped: 1}}}}"
    then = f"{{sinks: {{a: {{lines: 1}}}}, ledger: {{dropped: 1, lost: 0}}, {figures}}}"
    assert codes(ran(sink=row, when="\n  - run: wparse batch\n", then=then, given=text)) == []


@pytest.mark.parametrize(
    ("sink", "steps", "told"),
    [
        ("key: nr", LIVE, "there is no column 'nr'"),
        ("write: create", LIVE, "knows no 'create'"),
        ("row: {parse: kv, columns: {code: {type: int64}}}", LIVE, "a row doesn't say which line it was: pairs"),
        ("write: upsert", LIVE, "does nothing else than 'insert'"),
        ("file: a.dat", LIVE, "a table and no file"),
        ("batch: {lines: 5}", f"\n  - kill: dp{LIVE}", "unknown process 'dp'"),
        ("batch: {lines: 5}", f"{LIVE}  - restart: wparse\n", "wparse is a program, and no server"),
        ("batch: {lines: 5}", f"\n  - fail_requests: {{server: dp, late: 1s}}{LIVE}", "unknown server 'dp'"),
        (
            "batch: {lines: 5}",
            f"\n  - fail_requests: {{server: db, trouble: flood_stage}}{LIVE}",
            "never 'flood_stage'",
        ),
    ],
)
def test_what_does_not_go_together_is_told_before_a_run(sink, steps, told, ran):
    with pytest.raises(InvalidScenario) as wrong:
        ran(sink=sink, when=steps)
    assert told in str(wrong.value)


def test_an_embedded_database_dies_with_its_program_when_the_power_goes(ran):
    steps = """
  - start: wparse daemon
  - upon: {request: a, number: 2, point: after_commit}
    power_loss: {unsynced: some}
  - run: wparse batch
  - run: wprescue work
"""
    given = "{source: {lines: 300, rate: 200/s, keep_position: true}}"
    then = "{allow: {lost: in_memory}, sinks: {a: {lines: 300}}}"
    assert codes(ran("sqlite", when=steps, given=given, then=then)) == []


def test_servers_run_again_behind_a_power_loss_and_may_be_killed(ran):
    steps = """
  - start: wparse daemon
  - upon: {request: a, number: 2, point: after_commit}
    power_loss: true
  - start: wparse daemon
  - after: 200ms
    kill: db
  - after: 1s
    restart: db
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
"""
    given = "{source: {lines: 300, rate: 200/s, keep_position: true}}"
    then = "{allow: {lost: in_memory}, sinks: {a: {lines: 300}}}"
    assert codes(ran(when=steps, given=given, then=then)) == []


@pytest.mark.parametrize(("signal", "code"), [("TERM", 0), ("KILL", 137)])
def test_the_end_of_a_server_is_waited_for_and_has_a_code(signal, code, ran):
    steps = f"""
  - start: wparse daemon
  - upon: {{request: a, number: 2}}
    signal: {{db: {signal}}}
  - wait: {{exit: db}}
  - check: {{exit: {{db: {code}}}}}
  - restart: db
  - wait: idle
  - signal: {{wparse: TERM}}
  - wait: {{exit: wparse}}
  - run: wprescue work
"""
    assert codes(ran(when=steps)) == []


@pytest.mark.filterwarnings("error")
def test_a_server_that_is_down_at_the_end_is_started_before_anybody_looks(ran):
    steps = """
  - start: wparse daemon
  - upon: {request: a, number: 2}
    kill: db
  - after: 1s
    signal: {wparse: TERM}
  - wait: {exit: wparse}
"""
    result = ran(when=steps, then="{allow: {stuck: 200}}")
    assert "server.restarted" in [event.kind for event in result.events]
    gc.collect()


@pytest.mark.parametrize("engine", ["sqlite", "innodb", "postgres", "bulk_index"])
@pytest.mark.parametrize("error", ["ENOSPC", "EDQUOT"])
def test_what_a_full_disk_did_not_sync_is_in_no_table(engine, error, ran):
    fault = f"fault: {{on: servers/db/**, fail: fsync, errno: {error}, nth: 2, times: 1}}"
    assert codes(ran(engine, f"key: id, row: {row_for(engine)}", f"\n  - {fault}{LIVE}")) == []


def test_lines_that_came_when_the_time_of_others_was_over_are_held_while_these_are_sent(ran):
    steps = """
  - fail_requests: {server: db, at: answer_lost, nth: 4, times: 1}
  - start: wparse daemon
  - upon: {request: a, number: 3, point: before_send}
    pause: db
  - after: 2s
    resume: db
  - after: 3s
    check: {ledger: {lost: 0}}
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
"""
    assert codes(ran(sink=f"key: id, row: {ROW}, batch: {{lines: 50}}", when=steps)) == []


NUMBERS = r'"{\"n\": 300}\n{\"n\": 7}\n{\"n\": 256}\n"'
ALTERING = f'{{source: {{patterns: {{/app: "*"}}}}, files: {{data/in_dat/gen.dat: {{text: {NUMBERS}}}}}}}'


@pytest.mark.parametrize(
    ("allowed", "content", "found"),
    [
        ("2", '[\'{"n":44,"line":"{\\"n\\": 300}"}\', x]', [Failure.CONTENT]),
        ("2", "{in_order: ['{\"n\":44,*', '{\"n\":7,*', '{\"n\":0,*'], never: '*\"n\":300,*'}", []),
        ("1", "{contains: '{\"n\":7,*'}", [Failure.NO_ALTERATION]),
        ('"<= 3"', "{contains: '{\"n\":300,*'}", [Failure.CONTENT]),
    ],
)
def test_what_a_server_makes_of_rows_is_seen_and_allowed_by_number(allowed, content, found, ran):
    result = ran(
        "merge_tree",
        "row: {parse: json, columns: {n: {type: int64}, line: {type: text(40), from: $line, required: true}}}",
        "\n  - run: wparse batch",
        f"{{allow: {{altered: {allowed}}}, sinks: {{a: {{table: {{altered: 2, content: {content}}}}}}}}}",
        ALTERING,
        ", tables: {a: {n: {type: uint8}}}",
    )
    assert codes(result) == found


def test_a_fault_may_be_about_the_file_of_a_table_and_about_no_other(ran):
    fault = '  - fault: {on: "servers/db/FILE", fail: append, errno: ENOSPC, times: 1}\n'
    assert ran(when=f"\n{fault.replace('FILE', 'a.rows')}{LIVE[1:]}").findings == ()
    with pytest.raises(InvalidScenario, match=r"did you mean 'servers/db/a\.rows'"):
        ran(when=f"\n{fault.replace('FILE', 'a')}{LIVE[1:]}")


def test_servers_that_have_just_started_again_end_with_the_run(ran):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = ran(
            when="\n  - start: wparse daemon\n  - at: 1s\n    power_loss: true\n", then="{allow: {lost: in_memory}}"
        )
        gc.collect()
    assert codes(result) == []


def test_numbers_for_a_column_of_time_end_a_program_as_its_configuration_is_wrong(ran):
    """As on PostgreSQL 15.18: it takes a number for no time, whatever that says, and so no row at all."""
    columns = "{id: {type: int64, from: $event_id}, line: {type: text(200), from: $line, required: true}}"
    server = ", tables: {a: {id: {type: timestamp}}}"
    steps = "\n  - start: wparse daemon\n  - wait: {exit: wparse}\n"
    log = "log: {wparse: '*42804 column is of type timestamp*'}"
    then = f"{{exit: {{wparse: 1}}, ledger: {{quarantined: 0, lost: 0}}, {log}}}"
    result = ran("postgres", f"row: {{columns: {columns}}}", steps, then=then, server=server)
    assert [each.code.name for each in result.findings if each.outcome.value == "failed"] == []
    assert [each.fields["code"] for each in result.events if each.kind == "request.refused"] == ["42804"]
