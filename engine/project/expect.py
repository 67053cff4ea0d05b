"""The verdict over a project's expectations: what `wproj validate sink-file` says after a run.

The algorithm and its messages are those of facts page section 7.2; the headline is that of section 7.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.project.model import Basis, GroupConf, GroupExpect, Mode, Project, SinkConf, SinkExpect

Outcome = Literal["PASS", "WARN", "FAIL"]
TotalSource = Literal["override", "sum"]
SinkVerdict = Literal["OK", "Exceeded", "Out of range", "Ignored"]

COUNTED_TYPES = ("file", "test_rescue")

_EPSILON = 1e-12


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a judgement rests on: `ratio` is `lines / denominator`, 0 where the denominator is.

    `expected` is the expectation as wproj's table shows it: `0.66±0.02`, `[0 ~ 0.1]`, `max 0.05`.
    """

    denominator: int
    lines: int
    ratio: float
    expected: str


@dataclass(frozen=True, slots=True)
class Item:
    """One complaint. `sink` is None where the group as a whole is meant, `evidence` where there was none."""

    severity: Mode
    group: str
    sink: str | None
    message: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class SinkRow:
    """One sink that has an expectation, and what became of it."""

    group: str
    sink: str
    verdict: SinkVerdict
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class IgnoredGroup:
    """A group whose expectations were not judged, and why.

    `basis` and the numbers are None for a group without an `expect` table, own or default: wproj skips it
    without a word, and with it what its sinks expect.
    """

    group: str
    reason: str
    basis: Basis | None = None
    denominator: int | None = None
    min_samples: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole verdict. `checked` counts the sink expectations that were judged: 0 is nothing to check.

    `total_source` is `override` for a given total and for the counted lines of the source file (wproj passes
    the latter on as the former), `sum` where neither is there.
    """

    outcome: Outcome
    headline: str
    items: tuple[Item, ...]
    rows: tuple[SinkRow, ...]
    ignored: tuple[IgnoredGroup, ...]
    checked: int
    total_input: int
    total_source: TotalSource


def judge(project: Project, lines_of: Callable[[str], int], total_input: int | None = None) -> Verdict:
    """Judge every expectation of a project.

    `lines_of` gives the number of lines (its newlines) of a target path, 0 for a missing file. `total_input`
    is the number of lines that went in; without it the source file is counted, or else all sinks together.
    """
    total, source = _total(project, lines_of, total_input)
    judge_group = _Judge(lines_of, total)
    for group in project.groups:
        judge_group.add(group)
    items = tuple(judge_group.items)
    warnings = sum(item.severity == "warn" for item in items)
    errors = len(items) - warnings
    outcome: Outcome = "FAIL" if errors else "WARN" if warnings else "PASS"
    counts = {"FAIL": f" ({errors} errors)", "WARN": f" ({warnings} warnings)", "PASS": ""}
    return Verdict(
        outcome=outcome,
        headline=f"validate: {outcome}{counts[outcome]}",
        items=items,
        rows=tuple(judge_group.rows),
        ignored=tuple(judge_group.ignored),
        checked=sum(row.verdict != "Ignored" for row in judge_group.rows),
        total_input=total,
        total_source=source,
    )


def count_lines(sink: SinkConf, lines_of: Callable[[str], int]) -> int:
    """The lines of a sink; types without a target file count as 0 (facts page section 7.1)."""
    return lines_of(sink.path) if sink.type in COUNTED_TYPES and sink.path is not None else 0


def _total(project: Project, lines_of: Callable[[str], int], given: int | None) -> tuple[int, TotalSource]:
    if given is not None:
        return given, "override"
    read = lines_of(project.source.path) if project.source.enabled else 0
    if read > 0:
        return read, "override"
    return sum(count_lines(sink, lines_of) for sink in project.sinks), "sum"


class _Judge:
    def __init__(self, lines_of: Callable[[str], int], total_input: int) -> None:
        self.items: list[Item] = []
        self.rows: list[SinkRow] = []
        self.ignored: list[IgnoredGroup] = []
        self._lines_of = lines_of
        self._total_input = total_input

    def add(self, group: GroupConf) -> None:
        expect = group.expect
        lines = {sink.name: count_lines(sink, self._lines_of) for sink in group.sinks}
        if expect is None:
            if any(sink.expect is not None for sink in group.sinks):
                self._ignore(group, lines, IgnoredGroup(group.name, "no expect table, own or default"))
            return
        denominator = self._total_input if expect.basis == "total_input" else sum(lines.values())
        reason = _too_little(expect, denominator)
        if reason is not None:
            self.items.append(Item("warn", group.name, None, f"ignored: {reason}"))
            why = IgnoredGroup(group.name, reason, expect.basis, denominator, expect.min_samples)
            self._ignore(group, lines, why)
            return
        for sink in group.sinks:
            if sink.expect is not None:
                self._judge_sink(group.name, expect.mode, sink, lines[sink.name], denominator)
        self._judge_group(group, expect, lines, denominator)

    def _ignore(self, group: GroupConf, lines: dict[str, int], why: IgnoredGroup) -> None:
        self.ignored.append(why)
        for sink in group.sinks:
            if sink.expect is not None:
                evidence = _evidence(sink.expect, lines[sink.name], why.denominator or 0)
                self.rows.append(SinkRow(group.name, sink.name, "Ignored", evidence))

    def _judge_sink(self, group: str, mode: Mode, sink: SinkConf, lines: int, denominator: int) -> None:
        assert sink.expect is not None
        expect, evidence = sink.expect, _evidence(sink.expect, lines, denominator)
        verdict: SinkVerdict = "OK"
        for kind, message in _complaints(expect, evidence):
            verdict = kind
            self.items.append(Item(mode, group, sink.name, message, evidence))
        self.rows.append(SinkRow(group, sink.name, verdict, evidence))

    def _judge_group(self, group: GroupConf, expect: GroupExpect, lines: dict[str, int], denominator: int) -> None:
        if expect.others_max is not None:
            others = sum(lines[sink.name] for sink in group.sinks if sink.expect is None)
            ratio, limit = others / denominator, _plain(expect.others_max)
            if ratio > expect.others_max + _EPSILON:
                message = f"others ratio exceeded: actual={ratio:.6f} > max={limit}"
                evidence = Evidence(denominator, others, ratio, f"max {limit}")
                self.items.append(Item(expect.mode, group.name, None, message, evidence))
        if expect.sum_tol is not None:
            named = [lines[sink.name] for sink in group.sinks if sink.expect and sink.expect.ratio is not None]
            ratio, tol = sum(count / denominator for count in named), _plain(expect.sum_tol)
            if abs(ratio - 1.0) > expect.sum_tol + _EPSILON:
                message = f"sum(ratio) not within 1±{tol}: actual={ratio:.6f}"
                evidence = Evidence(denominator, sum(named), ratio, f"1±{tol}")
                self.items.append(Item(expect.mode, group.name, None, message, evidence))


def _too_little(expect: GroupExpect, denominator: int) -> str | None:
    if denominator == 0:
        return "denominator is zero (no samples)"
    if denominator < expect.min_samples:
        return f"samples {denominator} < min_samples {expect.min_samples}"
    return None


def _complaints(expect: SinkExpect, evidence: Evidence) -> list[tuple[SinkVerdict, str]]:
    actual, lines, denominator = evidence.ratio, evidence.lines, evidence.denominator
    found: list[tuple[SinkVerdict, str]] = []
    if expect.ratio is not None and abs(actual - expect.ratio) > expect.tol + _EPSILON:
        wanted = f"actual={actual:.6f}, expect={_plain(expect.ratio)}±{_plain(expect.tol)}"
        found.append(("Exceeded", f"ratio out of range: {wanted} (lines={lines}, denom={denominator})"))
    # Without an epsilon, and open where a bound is not given although the message then shows 0 or 1.
    too_low = expect.low is not None and actual < expect.low
    too_high = expect.high is not None and actual > expect.high
    if too_low or too_high:
        bounds = f"[{_low(expect)},{_high(expect)}]"
        message = f"ratio not in {bounds}: actual={actual:.6f} (lines={lines}, denom={denominator})"
        found.append(("Out of range", message))
    return found


def _evidence(expect: SinkExpect, lines: int, denominator: int) -> Evidence:
    if expect.ratio is not None:
        expected = f"{_plain(expect.ratio)}±{_plain(expect.tol)}"
    else:
        expected = f"[{_low(expect)} ~ {_high(expect)}]"
    return Evidence(denominator, lines, lines / denominator if denominator else 0.0, expected)


def _low(expect: SinkExpect) -> str:
    return _plain(0.0 if expect.low is None else expect.low)


def _high(expect: SinkExpect) -> str:
    return _plain(1.0 if expect.high is None else expect.high)


def _plain(value: float) -> str:
    """A number as the real messages show it: the shortest digits, never an exponent, `1` for 1.0."""
    text = format(Decimal(repr(float(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
