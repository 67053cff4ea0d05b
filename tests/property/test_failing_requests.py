"""Failing requests of which the same comes are run once; what is found is what each finds by itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel import Event
from engine.text.source_text import SourceText
from wptest.explore.breaches import breaches
from wptest.explore.failing_requests import RequestBreach, explore_requests, failings_of, run_request_failing
from wptest.explore.seen_requests import requests_of
from wptest.explore.spreading import evenly
from wptest.explore.troubles.course import limited
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant, load_text
from wptest.words.explore import RequestExplore

ROW = "row: {columns: {id: {type: uint64, from: $event_id, required: true}, line: {type: text(90), from: $line}}}"
SERVERS = (
    ("sql", "innodb"),
    ("sql", "innodb, flush: 0"),
    ("sql", "myisam"),
    ("sql", "aria"),
    ("sql", "postgres"),
    ("sql", "sqlite"),
    ("clickhouse", "merge_tree"),
    ("clickhouse", "replacing_merge_tree"),
    ("elasticsearch", "bulk_index"),
)
# What others see of a request, or do to it, besides the fault.
BESIDE = (
    "",
    "  - upon: {request: a, number: 2, point: before_commit}\n    kill: db\n  - after: 1s\n    restart: db\n",
    "  - upon: {request: a, number: 2, point: received}\n    pause: db\n  - after: 12s\n    resume: db\n",
    "  - upon: {event: answer.late}\n    signal: {wparse: TERM}\n",
    "  - fail_requests: {server: db, table: a, at: after_commit, nth: 2, times: 1}\n",
    "  - fail_requests: {server: db, table: a, trouble: locked, nth: 1, times: 2}\n",
)
CALLED = ("request.fault", "answer.late", "answer.lost")


@st.composite
def variants(draw: st.DrawFn) -> LoadedVariant:
    """A small scenario with a database, whose wparse sends some requests."""
    type_, engine = draw(st.sampled_from(SERVERS))
    beside = draw(st.sampled_from(BESIDE)) if type_ == "sql" and engine != "sqlite" else ""
    key = draw(st.sampled_from([f"key: id, {ROW}, ", f"key: id, mode: upsert, {ROW}, ", ""]))
    key = key.replace("mode: upsert, ", "" if type_ != "sql" else "write: upsert, ")
    lines, batch = draw(st.integers(1, 8)), draw(st.integers(2, 6))
    rate = draw(st.sampled_from([5, 40, 1000]))
    recovers = draw(st.sampled_from(["", "  - run: wprescue work\n"]))
    return written(type_, engine, lines, batch, rate, key, beside, recovers)


def written(  # noqa: PLR0917 - all of them say what a scenario has
    type_: str,
    engine: str,
    lines: int = 4,
    batch: int = 4,
    rate: int = 40,
    key: str = "",
    beside: str = "",
    recovers: str = "",
) -> LoadedVariant:
    """A small scenario with a database."""
    text = (
        f"scenario: s\nproject:\n  servers: {{db: {{engine: {engine}}}}}\n"
        f"  sinks: {{a: {{type: {type_}, server: db, {key}batch: {{lines: {batch}}}}}}}\n"
        f"given: {{source: {{lines: {lines}, rate: {rate}/s}}}}\n"
        f"when:\n  - start: wparse daemon\n{beside}  - wait: idle\n  - signal: {{wparse: TERM}}\n"
        f"  - wait: {{exit: wparse}}\n{recovers}then: {{ledger: {{lost: 0}}}}\n"
    )
    (loaded,) = load_text(SourceText(Path("s.wptest.yaml"), text))
    return loaded.variants[0]


@pytest.mark.slow
@settings(max_examples=25, deadline=None, database=None, derandomize=True)
@given(variant=variants(), seed=st.sampled_from([0, 0, 1, 2]), most=st.sampled_from([None, None, 5]))
def test_exploring_finds_what_each_request_by_itself_finds(variant, seed, most):
    options, plan = RunOptions(seed=seed), RequestExplore()
    explored = explore_requests(variant, plan, options, most=most)
    requests, took = requests_of(variant, options)
    todo = list(failings_of(requests, plan))
    results = {each: run_request_failing(limited(variant, took), options, each) for each in todo}
    assert not any(finding.name.startswith("then") for each in results.values() for finding in each.findings)
    tried = evenly(todo, most)
    apart = [RequestBreach(breaches(results[each].findings), each) for each in tried]
    assert (explored.possible, explored.run) == (len(todo), len(tried))
    assert explored.breaches == [each for each in apart if each.findings]
    points = {(each.number, each.point): told(result.events) for each, result in results.items()}
    for seen in requests:
        assert all(
            happened == points[number, seen.like(number, point)] for (number, point), happened in points.items()
        )


def told(events: Iterable[Event]) -> list[Event]:
    """What happened, but for what a fault is called."""
    return [each for each in events if each.kind not in CALLED]


def different(engine: str, beside: str = "") -> int:
    """How many different runs there are of the seven points of one request to that engine."""
    (requests,), _ = requests_of(written("sql", engine, beside=beside), RunOptions())
    return len({requests.like(1, point) for point in requests.points})


def test_a_server_that_undoes_what_isn_t_committed_has_five_different_points_and_another_six():
    assert (different("innodb"), different("postgres")) == (5, 5)
    assert (different("myisam"), different("aria")) == (6, 6)


def test_who_waits_for_a_moment_or_an_event_tells_them_apart():
    assert (
        different("innodb", "  - upon: {request: a, number: 1, point: before_commit}\n    signal: {wparse: TERM}\n")
        == 6
    )
    assert different("innodb", "  - upon: {event: answer.late}\n    signal: {wparse: TERM}\n") == 6
