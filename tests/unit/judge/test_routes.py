from __future__ import annotations

import pytest
from engine_bench import infra_groups

from engine.project.model import GroupConf, Passing, Project, Sample, SinkConf
from wptest.judge.projects.routes import Routes, event_number, taking_group


def group(name, *rules, **changes):
    return GroupConf(name, (SinkConf(name, "file", f"{name}.dat"),), rules, **changes)


GROUPS = [
    group("broad", "/*"),
    group("long", "/app/long*"),
    group("mid", "/app/*", "/xyz"),
    group("twin", "/app/*"),
]
SAMPLED = ["/app/longest", "/app/short", "/other", "/xyz", "nowhere", "error"]
PROJECT = Project(
    "p",
    (*GROUPS, *infra_groups()),
    tuple(Sample(rule, f"text {rule}") for rule in SAMPLED),
    patterns=(("/xyz", "*from a pattern*"), ("nowhere", "*pattern*")),
)


@pytest.mark.parametrize(
    ("line", "sink"),
    [
        (b"text /app/longest", "long"),
        (b"wp_event_id=17 text /app/longest", "long"),
        (b"text /app/short", "mid"),
        (b"text /xyz", "mid"),
        (b"text /other", "broad"),
        (b"text nowhere", "default_sink"),
        (b"text error", "error_sink"),
        (b"a line from a pattern", "mid"),
        (b"wp_event_id=3 a pattern", "default_sink"),
        (b"never seen", "miss_sink"),
        (b"wp_event_id=17", "miss_sink"),
        (b" text /xyz", "miss_sink"),
        (b"\xff from a pattern", "error_sink"),
    ],
)
def test_a_line_is_owed_to(line, sink):
    assert [(each.name, list(lines)) for each, lines in Routes(PROJECT).owed([line])] == [(sink, [line])]


@pytest.mark.parametrize("line", [b"", b" ", b"\t\r"])
def test_a_blank_line_is_owed_to_nobody(line):
    assert list(Routes(PROJECT).owed([line])) == []


def test_of_equally_long_wildcards_the_first_takes_a_rule_and_none_takes_what_none_matches():
    assert taking_group("/app/short", GROUPS).name == "mid"
    assert taking_group("nowhere", GROUPS) is None


def test_every_sink_of_a_group_is_owed_every_line_however_often_the_group_is_there():
    sinks = (SinkConf("a", "file", "a.dat"), SinkConf("b", "file", "b.dat"))
    groups = (GroupConf("g", sinks, ("*",), parallel=3), *infra_groups())
    lines = [b"text /xyz", b"wp_event_id=2 text /xyz"]

    owed = Routes(Project("p", groups, (Sample("/xyz", "text /xyz"),))).owed(lines)

    assert {sink.name: list(share) for sink, share in owed} == {"a": lines, "b": lines}


@pytest.mark.parametrize(
    ("share", "number"), [(0.0, 0), (0.25, 25), (1 / 3, 33), (0.5, 50), (0.29, 29), (1.0, 100)]
)
def test_a_share_is_exact_for_each_sample(share, number):
    sink = SinkConf("a", "file", "a.dat", passing=Passing(share))
    samples = (Sample("/a", "one"), Sample("/a", "one"), Sample("/b", "other"))
    routes = Routes(Project("p", (GroupConf("g", (sink,), ("*",)), *infra_groups()), samples))
    others = [b"wp_event_id=%d other" % (3 * turn) for turn in range(1, 101)]

    ((_, passed),) = routes.owed(others)

    assert len(passed) == number


@pytest.mark.parametrize(
    ("line", "number"),
    [
        (b"wp_event_id=17 text", 17),
        (b"wp_event_id=17", 17),
        (b"wp_event_id=x text", None),
        (b"wp_event_id=-1 text", None),
        (b"wp_event_id=" + b"9" * 20 + b" text", None),
        (b"text wp_event_id=17", None),
    ],
)
def test_an_event_id_has_a_number(line, number):
    assert event_number(line) == number
