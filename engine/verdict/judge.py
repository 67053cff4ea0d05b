"""The judgement: facts page section 7.2, and where that lets a loss through, what it takes to see it (D33)."""

from __future__ import annotations

from engine.behaviour import REFERENCE, Behaviour
from engine.project.model import GroupConf, GroupExpect, Project, SinkConf, SinkExpect
from engine.verdict.counts import SinkCounts
from engine.verdict.ratios import complaints, is_at_most, is_within, plain, share_evidence, three_decimals
from engine.verdict.verdict import (
    Evidence,
    Ignored,
    RowSubject,
    RowVerdict,
    Verdict,
    VerdictItem,
    VerdictOutcome,
    VerdictRow,
)


def judge(project: Project, counts: SinkCounts, behaviour: Behaviour = REFERENCE) -> Verdict:
    """Judge every expectation of a project."""
    judgement = _Judgement(project, counts.as_seen_by(behaviour), behaviour)
    for group in project.groups:
        judgement.add(group)
    return judgement.verdict()


class _Judgement:
    def __init__(self, project: Project, counts: SinkCounts, behaviour: Behaviour) -> None:
        self._counts = counts
        self._behaviour = behaviour
        self._by_counts = behaviour.judged == "what_is_counted"
        self._shown = three_decimals if behaviour.dialect == "warp_parse" else plain
        self._total, self._source = counts.total(project)
        self._items: list[VerdictItem] = []
        self._rows: list[VerdictRow] = []
        self._ignored: list[Ignored] = []

    def add(self, group: GroupConf) -> None:
        expect = group.expect
        if expect is None and self._behaviour.group_without_expect == "sinks_judged":
            expect = GroupExpect()  # every key of the table has a default, so a missing table is an empty one
        if expect is None or not (self._by_counts or _expects(group, expect)):
            return
        denominator = self._total if expect.basis == "total_input" else self._counts.into(group)
        if reason := _too_little(expect, denominator):
            self._ignore(group, expect, denominator, reason)
            return
        for sink in group.sinks:
            self._judge_sink(group, expect, sink, denominator)
        self._judge_others(group, expect, denominator)
        self._judge_sum(group, expect, denominator)

    def verdict(self) -> Verdict:
        warnings = sum(item.severity == "warn" for item in self._items)
        errors = len(self._items) - warnings
        checked = sum(row.verdict != "Ignored" for row in self._rows)
        outcome: VerdictOutcome = "FAIL" if errors else "WARN" if warnings else "PASS"
        if not errors and not checked and self._behaviour.nothing_checked == "unverified":
            outcome = "UNVERIFIED"
        why = {
            "FAIL": f" ({errors} errors)",
            "WARN": f" ({warnings} warnings)",
            "UNVERIFIED": " (nothing was checked)",
            "PASS": "",
        }
        return Verdict(
            outcome=outcome,
            headline=f"validate: {outcome}{why[outcome]}",
            items=tuple(self._items),
            rows=tuple(self._rows),
            ignored=tuple(self._ignored),
            checked=checked,
            total_input=self._total,
            total_source=self._source,
        )

    def _ignore(self, group: GroupConf, expect: GroupExpect, denominator: int, reason: str) -> None:
        self._items.append(VerdictItem("warn", group.name, None, f"ignored: {reason}"))
        basis = f"mdl:{expect.model}" if expect.model else expect.basis
        self._ignored.append(
            Ignored(group.name, reason, basis=basis, denominator=denominator, min_samples=expect.min_samples)
        )
        for sink in group.sinks:
            if sink.expect is not None:
                evidence = self._evidence(group, sink, sink.expect, denominator)
                self._rows.append(VerdictRow(group.name, sink.name, "Ignored", evidence))

    def _judge_sink(self, group: GroupConf, expect: GroupExpect, sink: SinkConf, denominator: int) -> None:
        if sink.expect is None:
            return
        evidence = self._evidence(group, sink, sink.expect, denominator)
        if not sink.kind.is_counted:
            if self._by_counts:
                return
            reason = f"the lines of a {sink.kind.name} sink can't be counted"
            self._ignored.append(Ignored(group.name, reason, sink.name))
            self._items.append(VerdictItem("warn", group.name, sink.name, f"ignored: {reason}"))
            self._rows.append(VerdictRow(group.name, sink.name, "Ignored", evidence))
            return
        found = list(complaints(sink.expect, evidence))
        self._items += [VerdictItem(expect.mode, group.name, sink.name, message, evidence) for _, message in found]
        self._rows.append(VerdictRow(group.name, sink.name, found[0][0] if found else "OK", evidence))

    def _evidence(self, group: GroupConf, sink: SinkConf, expect: SinkExpect, denominator: int) -> Evidence:
        return share_evidence(expect, self._counts.of(group, sink), denominator, self._shown)

    def _judge_others(self, group: GroupConf, expect: GroupExpect, denominator: int) -> None:
        if expect.others_max is None:
            return
        lines = sum(self._counts.of(group, sink).lines for sink in group.sinks if sink.expect is None)
        ratio, limit = lines / denominator, plain(expect.others_max)
        evidence = Evidence(denominator, lines, ratio, f"max {limit}")
        message = f"others ratio exceeded: actual={ratio:.6f} > max={limit} (lines={lines}, denom={denominator})"
        holds = is_at_most(ratio, expect.others_max)
        self._note_of_group(group, expect, evidence, "others", "" if holds else message)

    def _judge_sum(self, group: GroupConf, expect: GroupExpect, denominator: int) -> None:
        if expect.sum_tol is None:
            return
        named = [sink for sink in group.sinks if sink.expect is not None and sink.expect.ratio is not None]
        lines = [self._counts.of(group, sink).lines for sink in named]
        ratio, tol = sum(count / denominator for count in lines), plain(expect.sum_tol)
        evidence = Evidence(denominator, sum(lines), ratio, f"1±{tol}")
        counted = f"(lines={sum(lines)}, denom={denominator})"
        message = f"sum(ratio) not within 1±{tol}: actual={ratio:.6f} {counted}"
        holds = is_within(ratio, 1.0, expect.sum_tol)
        self._note_of_group(group, expect, evidence, "sum", "" if holds else message)

    def _note_of_group(
        self, group: GroupConf, expect: GroupExpect, evidence: Evidence, subject: RowSubject, exceeded: str
    ) -> None:
        """What became of an expectation of the group's own: a message where it is `exceeded`."""
        if exceeded:
            self._items.append(VerdictItem(expect.mode, group.name, None, exceeded, evidence))
        verdict: RowVerdict = "Exceeded" if exceeded else "OK"
        self._rows.append(VerdictRow(group.name, None, verdict, evidence, subject))


def _expects(group: GroupConf, expect: GroupExpect) -> bool:
    """Whether there is anything to judge in a group."""
    of_group = expect.sum_tol is not None or expect.others_max is not None
    return of_group or any(sink.expect is not None for sink in group.sinks)


def _too_little(expect: GroupExpect, denominator: int) -> str | None:
    if denominator == 0:
        return "denominator is zero (no samples)"
    if denominator < expect.min_samples:
        return f"samples {denominator} < min_samples {expect.min_samples}"
    return None
