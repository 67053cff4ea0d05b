"""What scenarios cover of databases: requests that go wrong, and what their servers suffer."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.text.source_text import SourceText
from wptest.report.gaps import Coverage
from wptest.scenario.load import load_text

TEXT = """scenario: s
project:
  servers: {db: {engine: innodb}, es: {engine: bulk_index}}
  sinks:
    a: {type: sql, server: db}
    b: {type: elasticsearch, server: es}
given: {source: {lines: 9}}
when:
  - start: wparse daemon
STEP  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
"""


def covered(step: str = "", before: str = "") -> set[tuple[str, str, str]]:
    """What a scenario covers with such a step, or before wparse is started, but for its end."""
    text = TEXT.replace("STEP", step).replace("when:\n", f"when:\n{before}")
    coverage = Coverage()
    coverage.add(load_text(SourceText(Path("s.wptest.yaml"), text))[0].variants[0])
    return {cell for cell in coverage.cells if cell in coverage.possible() and cell[1] != "stop"}


@pytest.mark.parametrize(
    ("step", "trouble"),
    [
        ("fail_requests: {server: db, at: answer_lost, times: 1}", "request cut"),
        ("fail_requests: {server: db, late: 20s, times: 1}", "late answer"),
        ("fail_requests: {server: db, stopped: 20s, times: 1}", "late answer"),
        ("fail_requests: {server: db, refuse: 1205, times: 1}", "refusal"),
        ("fail_requests: {server: db, table: a, trouble: read_only, for: 1s}", "refusal"),
    ],
)
def test_a_failing_request_is_trouble_of_the_sinks_of_its_server(step, trouble):
    assert covered(f"  - {step}\n") == {("sql", trouble, "live")}


def test_one_that_is_in_force_before_any_program_meets_whoever_comes():
    step = "  - fail_requests: {server: db, at: before_send, times: 1}\n"
    assert covered(before=step) == {("sql", "request cut", "live"), ("sql", "request cut", "replay")}


def test_a_server_that_is_killed_or_stands_still_is_none_of_a_program():
    killed = "  - kill: db\n  - after: 1s\n    restart: db\n"
    assert covered(killed) == {("sql", "server killed", "live")}
    paused = "  - pause: es\n  - after: 1s\n    resume: es\n"
    assert covered(paused) == {("elasticsearch", "server paused", "live")}


def test_a_fault_of_the_disk_under_a_table_is_one_of_its_sink():
    step = "  - fault: {on: servers/db/a.rows, fail: append, errno: ENOSPC, times: 1}\n"
    assert covered(step) == {("sql", "ENOSPC", "live")}


def test_sinks_that_write_to_files_have_no_requests():
    coverage = Coverage()
    text = "scenario: s\nproject: {sinks: {a: {}}}\ngiven: {source: {lines: 1}}\nwhen:\n  - run: wparse batch\n"
    coverage.add(load_text(SourceText(Path("s.wptest.yaml"), text))[0].variants[0])
    assert not [cell for cell in coverage.possible() if "request" in cell[1] or "server" in cell[1]]
