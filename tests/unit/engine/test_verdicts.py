from __future__ import annotations

from pathlib import Path

import pytest

from engine.behaviour import Behaviour
from engine.directories.load_project import load_project
from engine.project.model import GroupConf, GroupExpect, Project, SinkConf, SinkExpect, SourceConf
from engine.sinks.kinds.blackhole import BLACKHOLE_KIND
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.verdict import Evidence, Ignored, SinkCount, SinkCounts, Verdict, VerdictItem, judge

SHIPPED = Path(__file__).parents[3] / "scenarios" / "projects" / "sink_recovery"
TOTAL = GroupExpect("total_input", mode="error")


def sink(name: str, expect: SinkExpect | None = None) -> SinkConf:
    return SinkConf(name, FILE_KIND, f"out/{name}", None, expect)


def verdict(
    expect: GroupExpect | None,
    sinks: list[SinkConf],
    lines: dict[str, int | SinkCount],
    total: int | None = None,
    **choices: str,
) -> Verdict:
    project = Project("p", (GroupConf("g", tuple(sinks), ("/g*",), expect=expect),), ())
    return judge(project, counts("g", lines, total), Behaviour(**choices))


def counts(group: str, lines: dict[str, int | SinkCount], total: int | None = None, read: int = 0) -> SinkCounts:
    made = {name: SinkCount(count) if isinstance(count, int) else count for name, count in lines.items()}
    return SinkCounts({(group, name): count for name, count in made.items()}, read, total)


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
    assert found.items == (VerdictItem("error", "g", "s", message, evidence),)
    assert [(row.verdict, row.evidence) for row in found.rows] == [("Exceeded", evidence)]


@pytest.mark.parametrize(
    ("expect", "lines", "message"),
    [
        (
            GroupExpect("total_input", sum_tol=0.05),
            {"a": 600, "b": 600},
            "sum(ratio) not within 1±0.05: actual=1.200000 (lines=1200, denom=1000)",
        ),
        (GroupExpect("total_input", sum_tol=0.05), {"a": 500, "b": 450}, None),
        (
            GroupExpect("total_input", sum_tol=0.05),
            {"a": 500, "b": 449},
            "sum(ratio) not within 1±0.05: actual=0.949000 (lines=949, denom=1000)",
        ),
        (
            GroupExpect("total_input", others_max=0.0),
            {"a": 500, "b": 500, "rest": 1},
            "others ratio exceeded: actual=0.001000 > max=0 (lines=1, denom=1000)",
        ),
        (GroupExpect("total_input", others_max=0.1), {"a": 500, "b": 500, "rest": 100}, None),
        (
            GroupExpect("total_input", others_max=0.1),
            {"a": 500, "b": 500, "rest": 101},
            "others ratio exceeded: actual=0.101000 > max=0.1 (lines=101, denom=1000)",
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
    assert found.items == (VerdictItem("warn", "g", None, f"ignored: {reason}"),)
    ignored = Ignored("g", reason, basis=expect.basis, denominator=denominator, min_samples=100)
    assert found.ignored == (ignored,)
    assert found.rows[0].evidence.ratio == (7 / denominator if denominator else 0)
    assert (found.checked, found.outcome, found.rows[0].verdict) == (0, "UNVERIFIED", "Ignored")
    assert found.headline == "validate: UNVERIFIED (nothing was checked)"


def test_exactly_min_samples_are_enough():
    assert verdict(GroupExpect("total_input", 100), [sink("s", SinkExpect(0.5))], {"s": 50}, 100).checked == 1


def test_without_a_table_a_group_is_judged_by_the_defaults_of_the_table():
    found = verdict(None, [sink("s", SinkExpect(0.9)), sink("t")], {"s": 1, "t": 1}, 1000)

    assert (found.headline, found.checked) == ("validate: WARN (1 warnings)", 1)
    assert (found.rows[0].verdict, found.rows[0].evidence.denominator) == ("Exceeded", 2)


def test_a_group_that_expects_nothing_at_all_is_not_worth_a_word():
    found = verdict(TOTAL, [sink("s")], {}, 0)

    assert (found.ignored, found.items, found.rows, found.outcome) == ((), (), (), "UNVERIFIED")


def test_a_sink_that_keeps_no_lines_is_ignored_and_another_one_is_judged():
    hole = SinkConf("hole", BLACKHOLE_KIND, expect=SinkExpect(0.5))

    found = verdict(TOTAL, [sink("s", SinkExpect(1.0)), hole], {"s": 10}, 10)

    assert [(row.sink, row.verdict) for row in found.rows] == [("s", "OK"), ("hole", "Ignored")]
    assert found.ignored == (Ignored("g", "the lines of a blackhole sink can't be counted", "hole"),)
    assert (found.outcome, found.checked, found.missed) == ("WARN", 1, ())


def test_the_name_of_a_model_is_told():
    expect = GroupExpect("model", 100, model="nginx")

    assert verdict(expect, [sink("s", SinkExpect(1.0))], {"s": 1}).ignored[0].basis == "mdl:nginx"


class TestWhatRealVersionsLetThrough:
    """D33, each way as it is and as a real version has it."""

    def test_lines_that_wait_are_no_pass(self):
        lines = {"s": SinkCount(95, waiting=5)}
        found = verdict(TOTAL, [sink("s", SinkExpect(1.0, 0.1))], lines, 100)
        (item,) = found.items
        assert item.message == "lines that wait in rescue files: 5; with them actual=1.000000"
        assert (found.outcome, found.rows[0].verdict) == ("FAIL", "Waiting")
        overlooked = verdict(TOTAL, [sink("s", SinkExpect(1.0, 0.1))], lines, 100, waiting_lines="overlooked")
        assert overlooked.outcome == "PASS"

    @pytest.mark.parametrize(("choice", "ratio"), [("considered", 0.75), ("overlooked", 1.0)])
    def test_lines_that_wait_went_into_their_group(self, choice, ratio):
        found = verdict(GroupExpect(), [sink("s", SinkExpect(1.0))], {"s": SinkCount(3, 1)}, waiting_lines=choice)
        assert found.rows[0].evidence.ratio == ratio

    def test_doubled_lines_hide_no_lost_ones(self):
        lines = {"s": SinkCount(100, repeated=5)}
        found = verdict(TOTAL, [sink("s", SinkExpect(1.0))], lines, 100)
        assert [item.message.partition(":")[0] for item in found.items] == ["lines that are there again"]
        assert (found.outcome, found.rows[0].verdict) == ("FAIL", "Repeated")
        overlooked = verdict(TOTAL, [sink("s", SinkExpect(1.0))], lines, 100, repeated_lines="overlooked")
        assert overlooked.outcome == "PASS"

    def test_a_group_without_a_table_is_passed_over_in_silence(self):
        found = verdict(
            None, [sink("s", SinkExpect(1.0))], {"s": 5}, 100,
            group_without_expect="sinks_ignored", nothing_checked="passes",
        )  # fmt: skip
        assert (found.headline, found.items, found.ignored, found.rows) == ("validate: PASS", (), (), ())

    def test_a_validation_that_checked_nothing_passes_with_a_warning(self):
        found = verdict(TOTAL, [sink("s", SinkExpect(1.0))], {}, 0, nothing_checked="passes")
        assert found.headline == "validate: WARN (1 warnings)"


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
    infra = GroupConf("miss", (sink("miss"), SinkConf("hole", BLACKHOLE_KIND)), infra=True)
    rescued = GroupConf("g", (SinkConf("s", TEST_RESCUE_KIND, "out/s"),), ("/g",))
    project = Project("p", (rescued, infra), (), SourceConf("in/gen.dat"))
    lines = {("g", "s"): SinkCount(7, waiting=3), ("miss", "miss"): SinkCount(4), ("miss", "hole"): SinkCount(100)}

    found = judge(project, SinkCounts(lines, read, given))

    assert (found.total_input, found.total_source) == (total, source)


def test_errors_count_over_warnings():
    groups = tuple(
        GroupConf(mode, (sink(mode, SinkExpect(1.0)),), ("/g",), expect=GroupExpect("total_input", mode=mode))
        for mode in ("warn", "error", "panic")
    )

    lines = {(mode, mode): SinkCount(1) for mode in ("warn", "error", "panic")}
    found = judge(Project("p", groups, ()), SinkCounts(lines, 0, 10))

    assert found.headline == "validate: FAIL (2 errors)"
    assert [item.severity for item in found.items] == ["warn", "error", "panic"]


@pytest.mark.parametrize(("benchmark", "headline"), [(6667, "validate: PASS"), (4000, "validate: FAIL (1 errors)")])
def test_the_shipped_project_is_judged(benchmark, headline):
    lines = {
        ("benchmark", "benchmark_file_sink"): SinkCount(benchmark),
        ("example", "example_file_sink"): SinkCount(3333),
    }

    found = judge(load_project(SHIPPED), SinkCounts(lines, 10_000, None))

    assert (found.headline, found.checked, found.ignored) == (headline, 6, ())
