"""Errors that nobody tells apart leave the same, so one of them is run for all: as if each was run by itself."""

from __future__ import annotations

import ast
import errno as errnos
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from written import variant_of

from engine.behaviour import REFERENCE
from engine.storage.errors import failure
from engine.storage.faults import ERRORS
from wptest.explore import failing_operations
from wptest.explore.alike_errors import AlikeErrors
from wptest.explore.breaches import breaches
from wptest.explore.failing_operations import (
    ErrorBreach,
    explore_errors,
    failings_among,
    operations_of,
    run_failing,
)
from wptest.explore.troubles.course import limited
from wptest.explore.troubles.strikes import FailingOperation
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.words.explore import ErrorExplore
from wptest.words.finding import Finding

RECOVERY = """
scenario: recovery
project: {speed_limit: 0, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 3}}}
when:
  - run: wprescue work
"""
OUTAGE = """
scenario: outage
project: {sinks: {a: {type: test_rescue, phases: [up 200ms, down 200ms]}}}
given: {source: {lines: 6, rate: 20/s}}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
"""
DATABASE = """
scenario: database
project:
  servers: {db: {engine: ENGINE}}
  sinks:
    orders: {type: sql, server: db, row: {columns: {line: {type: text(400), from: $line, required: true}}}}
given: {source: {lines: 5, rate: 20/s}}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
"""
# Who may look at an error's number, or catch one of its kind. None of them meets one that an exploration has made,
# but `files`, which is told what the operation is, and the two servers, for which `error_family` speaks.
_MAY_LOOK = {
    "engine/foreign/fake_disk.py", "engine/foreign/fake_file.py", "engine/foreign/foreign_files.py",
    "engine/programs/wproj/data_check.py", "engine/programs/wproj/warp_parse/warp_stat.py",  # in messages
    "engine/servers/simulated/open_table.py", "engine/servers/simulated/write_request.py",
    "engine/storage/disk_port.py", "engine/storage/errors.py", "engine/storage/faults.py",
    "engine/storage/files.py", "engine/storage/real.py",
}  # fmt: skip
ROOT = Path(__file__).parents[2]
PLAN = ErrorExplore()


def test_nobody_else_looks_which_error_it_is():
    kinds = {type(failure(getattr(errnos, name))).__name__ for name in ERRORS}
    found = set()
    for path in (ROOT / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(attr="errno", ctx=ast.Load()):
                    found.add(str(path.relative_to(ROOT)))
                case ast.Name(id=name) if name in kinds - {"OSError"}:
                    found.add(str(path.relative_to(ROOT)))
    assert found == _MAY_LOOK


@cache
def alone(text: str, **fault: str) -> list[tuple[FailingOperation, object, tuple[Finding, ...]]]:
    """Each failing operation by itself: what happens but for the name of the error, and what breaks."""
    variant, options = variant_of(text), RunOptions(behaviour=replace(REFERENCE, **fault))
    operations, took, _ = operations_of(variant, PLAN, options)
    struck, came = limited(variant, took), []
    for failing in failings_among(operations, PLAN):
        result = run_failing(struck, PLAN, options, failing)
        kinds = [each.kind.replace(f"storage.{failing.errno}", "storage.*") for each in result.events]
        found = breaches(result.findings)
        came.append((failing, (result.virtual_time, result.steps, kinds, len(found)), found))
    return came


@pytest.mark.parametrize(
    "text", [RECOVERY, OUTAGE, *(DATABASE.replace("ENGINE", each) for each in ("innodb", "aria"))]
)
def test_errors_of_a_family_leave_the_same(text):
    errors, left = AlikeErrors(variant_of(text)), defaultdict(list)
    for failing, came, _ in alone(text):
        left[failing.number, failing.occur, errors.family(failing)].append(came)
    assert all(came == each[0] for each in left.values() for came in each)
    assert sum(map(len, left.values())) > 4 * len(left)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (RECOVERY, {}),
        (RECOVERY, {"remove_rescue_file": "when_enqueued"}),
        (OUTAGE, {"swap_to_rescue": "drop_first_line"}),
    ],
)
def test_an_exploration_is_the_same_as_each_by_itself(monkeypatch, text, fault):
    expected, runs = alone(text, **fault), 0

    def counted(*args: object):
        nonlocal runs
        runs += 1
        return run_variant(*args)

    monkeypatch.setattr(failing_operations, "run_variant", counted)
    report = explore_errors(variant_of(text), PLAN, RunOptions(behaviour=replace(REFERENCE, **fault)))
    assert report.run == len(expected)
    assert report.breaches == [ErrorBreach(found, failing) for failing, _, found in expected if found]
    assert runs < len(expected)


@pytest.mark.parametrize(
    "step",
    [
        "{upon: {log: {wprescue: '*Input/output*'}}, kill: wprescue}",
        "{upon: {event: storage.EIO}, kill: wprescue}",
        "{at: 1s, disk: {data: {size: 1MiB}}}",
    ],
)
def test_where_their_names_may_be_read_all_are_told_apart(step):
    one = FailingOperation(1, "append", "data/out_dat/a.dat", "wprescue", "EIO", "once")
    other, told = replace(one, errno="EROFS"), AlikeErrors(variant_of(f"{RECOVERY}meanwhile: [{step}]\n"))
    alike = AlikeErrors(variant_of(RECOVERY))
    assert told.family(one) != told.family(other)
    assert alike.family(one) == alike.family(other)
