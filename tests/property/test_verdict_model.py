"""The verdict against a plain model of facts page section 7.2, in exact fractions."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.behaviour import Behaviour
from engine.project.model import GroupConf, GroupExpect, Project, SinkConf, SinkExpect
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.verdict import SinkCount, SinkCounts, judge
from engine.verdict.repeats import LineSet

AS_WRITTEN = Behaviour(
    group_without_expect="sinks_ignored",
    waiting_lines="overlooked",
    repeated_lines="overlooked",
    nothing_checked="passes",
)
SLACK = Fraction(1, 10**9)  # the real comparisons have a slack of 1e-12; shares here are of at most 1000 lines

hundredths = st.integers(0, 100).map(lambda number: number / 100)
ratios = st.builds(SinkExpect, ratio=hundredths, tol=st.sampled_from([0.0, 0.01, 0.2]))
ranges = st.builds(lambda low, width: SinkExpect(low=low, high=low + width), hundredths, hundredths)
sink_expects = st.one_of(st.none(), ratios, ranges)
group_expects = st.one_of(
    st.none(),
    st.builds(
        GroupExpect,
        basis=st.sampled_from(["total_input", "group_input", "model"]),
        min_samples=st.sampled_from([0, 1, 100]),
        mode=st.sampled_from(["warn", "error", "panic"]),
        sum_tol=st.sampled_from([None, 0.0, 0.1]),
        others_max=st.sampled_from([None, 0.0, 0.3]),
    ),
)
amounts = st.integers(0, 300)
whole = amounts.map(SinkCount)
counted = st.builds(SinkCount, amounts, st.integers(0, 5), st.integers(0, 5))


@st.composite
def cases(draw, lines=whole):
    groups, counts = [], {}
    for number in range(draw(st.integers(1, 3))):
        name = f"g{number}"
        sinks = [SinkConf(f"s{index}", FILE_KIND, f"{name}{index}", None, each)
                 for index, each in enumerate(draw(st.lists(sink_expects, min_size=1, max_size=3)))]  # fmt: skip
        groups.append(GroupConf(name, tuple(sinks), ("/*",), expect=draw(group_expects)))
        counts |= {(name, sink.name): draw(lines) for sink in sinks}
    given_total = draw(st.one_of(st.none(), st.integers(0, 1000)))
    return Project("p", tuple(groups), ()), SinkCounts(counts, draw(amounts), given_total)


def exact(value: float) -> Fraction:
    return Fraction(str(value))


def model(project: Project, counts: SinkCounts) -> list[tuple[str, str, str | None]]:
    """Severity, group and sink of every complaint."""
    total = counts.given if counts.given is not None else counts.read or sum(c.lines for c in counts.sinks.values())
    found = []
    for group in project.groups:
        expect = group.expect
        of_group = expect is not None and (expect.sum_tol is not None or expect.others_max is not None)
        if expect is None or not (of_group or any(sink.expect for sink in group.sinks)):
            continue
        lines = {sink.name: counts.sinks[group.name, sink.name].lines for sink in group.sinks}
        denominator = total if expect.basis == "total_input" else sum(lines.values())
        if denominator == 0 or denominator < expect.min_samples:
            found.append(("warn", group.name, None))
            continue
        shares = {name: Fraction(number, denominator) for name, number in lines.items()}
        for sink in group.sinks:
            want = sink.expect
            if want is None:
                continue
            share = shares[sink.name]
            if want.ratio is not None:
                wrong = abs(share - exact(want.ratio)) > exact(want.tol) + SLACK
            else:
                actual = lines[sink.name] / denominator  # no slack here: compared as the numbers that they are
                wrong = not want.low <= actual <= want.high
            if wrong:
                found.append((expect.mode, group.name, sink.name))
        others = sum(shares[sink.name] for sink in group.sinks if sink.expect is None)
        if expect.others_max is not None and others > exact(expect.others_max) + SLACK:
            found.append((expect.mode, group.name, None))
        named = sum(shares[sink.name] for sink in group.sinks if sink.expect and sink.expect.ratio is not None)
        if expect.sum_tol is not None and abs(named - 1) > exact(expect.sum_tol) + SLACK:
            found.append((expect.mode, group.name, None))
    return found


@given(cases())
def test_as_real_versions_judge_the_complaints_are_those_of_the_model(case):
    project, counts = case

    found = judge(project, counts, AS_WRITTEN)

    expected = model(project, counts)
    assert [(item.severity, item.group, item.sink) for item in found.items] == expected
    severities = {severity for severity, _, _ in expected}
    assert found.outcome == ("FAIL" if severities - {"warn"} else "WARN" if severities else "PASS")


@given(cases(counted))
def test_what_sees_more_complains_of_no_less(case):
    project, counts = case

    seen, overlooked = judge(project, counts), judge(project, counts, Behaviour(repeated_lines="overlooked"))

    repeated = [row for row in seen.rows if row.verdict != "Ignored" and row.evidence.repeated]
    assert len(seen.missed) == len(overlooked.missed) + len([row for row in repeated if row.sink is not None])


@given(cases(counted))
def test_nothing_passes_that_was_not_judged_and_found_right(case):
    project, counts = case

    found = judge(project, counts)

    if found.outcome == "PASS":
        assert found.checked > 0
        assert {row.verdict for row in found.rows} == {"OK"}
        assert not found.items
        assert not any(row.evidence.waiting or row.evidence.repeated for row in found.rows)
    if found.outcome == "UNVERIFIED":
        assert found.checked == 0
    else:
        assert found.checked > 0
    assert found.checked == sum(row.verdict != "Ignored" for row in found.rows)


@given(cases(counted))
def test_evidence_adds_up(case):
    found = judge(*case)

    for row in found.rows:
        evidence = row.evidence
        share = evidence.lines / evidence.denominator if evidence.denominator else 0.0
        assert abs(evidence.ratio - share) < 1e-9


lines = st.lists(st.sampled_from([b"a", b"b", b"c", b" ", b"\xff"]), max_size=12)


@given(sent=lines, got=lines, writers=st.integers(1, 2))
def test_repeats_are_what_is_there_more_often_than_it_was_sent(sent, got, writers):
    one, other = LineSet(), LineSet()
    one.add(sent)
    other.add(got[:3])
    other.add(got[3:])

    known = {line: sent.count(line) * writers for line in sent if line.strip()}
    assert other.repeats_of(one, writers) == sum(max(0, got.count(line) - right) for line, right in known.items())
