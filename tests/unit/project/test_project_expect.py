from __future__ import annotations

from pathlib import Path

import pytest

from engine.project.expect import Evidence, IgnoredGroup, Item, Verdict, judge
from engine.project.load import load_project
from engine.project.model import GroupConf, GroupExpect, Project, SinkConf, SinkExpect, SourceConf

SHIPPED = Path(__file__).parents[3] / "scenarios" / "projects" / "sink_recovery"
TOTAL = GroupExpect("total_input", mode="error")


def sink(name: str, expect: SinkExpect | None = None) -> SinkConf:
    return SinkConf(name, "file", f"out/{name}", None, expect)


def verdict(
    expect: GroupExpect | None, sinks: list[SinkConf], lines: dict[str, int], total: int | None = None
) -> Verdict:
    project = Project("p", (GroupConf("g", tuple(sinks), ("/g*",), expect=expect),), ())
    counts = {f"out/{name}": count for name, count in lines.items()}
    return judge(project, lambda path: counts.get(path, 0), total)


@pytest.mark.parametrize(
    ("expect", "lines", "message"),
    [
        (SinkExpect(0.66, 0.02), 6667, None),
        (SinkExpect(0.66, 0.02), 6800, None),
        (
            SinkExpect(0.66, 0.02),
            6801,
            "ratio out of range: actual=0.680100, expect=0.66±0.02 (lines=6801, denom=10000)",
        ),
        (
            SinkExpect(0.66, 0.02),
            6399,
            "ratio out of range: actual=0.639900, expect=0.66±0.02 (lines=6399, denom=10000)",
        ),
        (SinkExpect(1.0), 10000, None),
        (SinkExpect(1.0), 9999, "ratio out of range: actual=0.999900, expect=1±0 (lines=9999, denom=10000)"),
        (SinkExpect(1.0), 20000, "ratio out of range: actual=2.000000, expect=1±0 (lines=20000, denom=10000)"),
        (
            SinkExpect(0.0, 1e-7),
            1,
            "ratio out of range: actual=0.000100, expect=0±0.0000001 (lines=1, denom=10000)",
        ),
        (SinkExpect(low=0.0, high=0.1), 1000, None),
        (SinkExpect(low=0.0, high=0.1), 1001, "ratio not in [0,0.1]: actual=0.100100 (lines=1001, denom=10000)"),
        (SinkExpect(low=0.2), 1999, "ratio not in [0.2,1]: actual=0.199900 (lines=1999, denom=10000)"),
        (SinkExpect(low=0.2), 15000, None),
        (SinkExpect(high=0.2), 2001, "ratio not in [0,0.2]: actual=0.200100 (lines=2001, denom=10000)"),
        (SinkExpect(high=0.2), 0, None),
    ],
)
def test_a_sink_s_share_of_the_input(expect, lines, message):
    found = verdict(TOTAL, [sink("s", expect)], {"s": lines}, 10_000)

    assert [item.message for item in found.items] == ([] if message is None else [message])
    assert found.checked == 1


def test_evidence_says_what_was_counted_and_expected():
    found = verdict(TOTAL, [sink("s", SinkExpect(0.5, 0.1))], {"s": 100}, 1000)

    evidence = Evidence(denominator=1000, lines=100, ratio=0.1, expected="0.5±0.1")
    message = "ratio out of range: actual=0.100000, expect=0.5±0.1 (lines=100, denom=1000)"
    assert found.items == (Item("error", "g", "s", message, evidence),)
    assert [(row.verdict, row.evidence) for row in found.rows] == [("Exceeded", evidence)]


@pytest.mark.parametrize(
    ("expect", "lines", "message"),
    [
        (
            GroupExpect("total_input", sum_tol=0.05),
            {"a": 600, "b": 600},
            "sum(ratio) not within 1±0.05: actual=1.200000",
        ),
        (GroupExpect("total_input", sum_tol=0.05), {"a": 500, "b": 450}, None),
        (
            GroupExpect("total_input", sum_tol=0.05),
            {"a": 500, "b": 449},
            "sum(ratio) not within 1±0.05: actual=0.949000",
        ),
        (
            GroupExpect("total_input", others_max=0.0),
            {"a": 500, "b": 500, "rest": 1},
            "others ratio exceeded: actual=0.001000 > max=0",
        ),
        (GroupExpect("total_input", others_max=0.1), {"a": 500, "b": 500, "rest": 100}, None),
        (
            GroupExpect("total_input", others_max=0.1),
            {"a": 500, "b": 500, "rest": 101},
            "others ratio exceeded: actual=0.101000 > max=0.1",
        ),
    ],
)
def test_a_group_s_sums(expect, lines, message):
    sinks = [sink("a", SinkExpect(0.5, 0.2)), sink("b", SinkExpect(0.5, 0.2)), sink("rest")]

    found = verdict(expect, sinks, lines, 1000)

    assert [(item.sink, item.message) for item in found.items] == ([] if message is None else [(None, message)])


@pytest.mark.parametrize(
    ("mode", "headline", "outcome"),
    [
        ("warn", "validate: WARN (1 warnings)", "WARN"),
        ("error", "validate: FAIL (1 errors)", "FAIL"),
        ("panic", "validate: FAIL (1 errors)", "FAIL"),
    ],
)
def test_the_mode_is_the_severity(mode, headline, outcome):
    found = verdict(GroupExpect("total_input", mode=mode), [sink("s", SinkExpect(1.0))], {"s": 1}, 2)

    assert (found.headline, found.outcome, found.items[0].severity) == (headline, outcome, mode)


@pytest.mark.parametrize(
    ("expect", "total", "reason"),
    [
        (GroupExpect("total_input", 100, "error"), 99, "samples 99 < min_samples 100"),
        (GroupExpect("total_input", 100, "error"), 0, "denominator is zero (no samples)"),
        (GroupExpect("group_input", 100, "error"), 5000, "samples 7 < min_samples 100"),
    ],
)
def test_too_few_lines_are_a_warning_and_nothing_is_checked(expect, total, reason):
    found = verdict(expect, [sink("s", SinkExpect(1.0))], {"s": 7}, total)

    denominator = 7 if expect.basis == "group_input" else total
    assert found.items == (Item("warn", "g", None, f"ignored: {reason}"),)
    assert found.ignored == (IgnoredGroup("g", reason, expect.basis, denominator, 100),)
    assert (found.checked, found.outcome, found.rows[0].verdict) == (0, "WARN", "Ignored")


def test_exactly_min_samples_are_enough():
    assert verdict(GroupExpect("total_input", 100), [sink("s", SinkExpect(0.5))], {"s": 50}, 100).checked == 1


def test_without_a_group_expectation_the_sinks_are_not_judged():
    found = verdict(None, [sink("s", SinkExpect(1.0))], {"s": 0}, 1000)

    assert (found.headline, found.items, found.checked) == ("validate: PASS", (), 0)
    assert found.ignored == (IgnoredGroup("g", "no expect table, own or default"),)


def test_a_group_that_expects_nothing_at_all_is_not_worth_a_word():
    found = verdict(None, [sink("s")], {"s": 5})

    assert (found.ignored, found.rows, found.checked) == ((), (), 0)


@pytest.mark.parametrize(("basis", "ratio"), [("total_input", 0.3), ("group_input", 0.75), ("model", 0.75)])
def test_the_basis_chooses_the_denominator(basis, ratio):
    found = verdict(GroupExpect(basis), [sink("s", SinkExpect(ratio)), sink("t")], {"s": 300, "t": 100}, 1000)

    assert found.headline == "validate: PASS"
    assert found.checked == 1


@pytest.mark.parametrize(
    ("given", "read", "total", "source"),
    [(500, 900, 500, "override"), (0, 900, 0, "override"), (None, 900, 900, "override"), (None, 0, 14, "sum")],
)
def test_the_total_is_given_or_read_or_summed(given, read, total, source):
    infra = GroupConf("miss", (sink("miss"), SinkConf("hole", "blackhole")), infra=True)
    rescued = GroupConf("g", (SinkConf("s", "test_rescue", "out/s"),), ("/g",))
    project = Project("p", (rescued, infra), (), SourceConf("in/gen.dat"))
    counts = {"in/gen.dat": read, "out/s": 10, "out/miss": 4}

    found = judge(project, counts.__getitem__, given)

    assert (found.total_input, found.total_source) == (total, source)


def test_errors_count_over_warnings():
    groups = tuple(
        GroupConf(mode, (sink(mode, SinkExpect(1.0)),), ("/g",), expect=GroupExpect("total_input", mode=mode))
        for mode in ("warn", "error", "panic")
    )

    found = judge(Project("p", groups, ()), lambda _: 1, 10)

    assert found.headline == "validate: FAIL (2 errors)"
    assert [item.severity for item in found.items] == ["warn", "error", "panic"]


@pytest.mark.parametrize(("benchmark", "headline"), [(6667, "validate: PASS"), (4000, "validate: FAIL (1 errors)")])
def test_the_shipped_project_is_judged(benchmark, headline):
    lines = {
        "data/in_dat/gen.dat": 10_000,
        "data/out_dat/benchmark.dat": benchmark,
        "data/out_dat/example.dat": 3333,
    }

    found = judge(load_project(SHIPPED), lambda path: lines.get(path, 0))

    assert (found.headline, found.checked, found.ignored) == (headline, 6, ())
