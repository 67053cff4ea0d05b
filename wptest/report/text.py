"""A result that is no pass, as plain text: the first line says it all, the rest says where and why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.units import format_duration
from wptest.check.finding import Finding, Outcome
from wptest.language.codes import Code
from wptest.report.replay import Circumstances, replay_command
from wptest.report.timeline import Row, printable, render, rows_of
from wptest.run.result import Result

_BEFORE = 8
_AFTER = 4


def failure_text(result: Result, circumstances: Circumstances) -> str:
    """Everything that is worth knowing of a result that failed or is unverified.

    Headline; each finding with its place in the scenario and its evidence; what happened around the first one;
    the command that shows it again.
    """
    findings = by_weight(result.findings)
    blocks = [[headline(result)]]
    blocks += [_finding(result, finding, circumstances.cwd) for finding in findings]
    if findings:
        around = [f"around {format_duration(findings[0].time)}:", *_surroundings(result, findings[0])]
        blocks.append(around)
    blocks.append([f"note: {note}" for note in result.notes])
    blocks.append([f"to see it again: {replay_command(result, circumstances)}"])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def headline(result: Result) -> str:
    """One line: which scenario, how and when it ended, and the first thing that doesn't hold."""
    findings = by_weight(result.findings)
    if not findings:
        return f"{result.name} {result.outcome.value} at {format_duration(result.virtual_time)}"
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    when = format_duration(first.time)
    return f"{result.name} {result.outcome.value} at {when}: {first.name}: {printable(first.message)}{more}"


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """What failed before what is unverified, and the earlier before the later."""
    return sorted(findings, key=lambda finding: (finding.outcome is not Outcome.FAILED, finding.time))


def _finding(result: Result, finding: Finding, cwd: Path) -> list[str]:
    when = format_duration(finding.time)
    lines = [f"{finding.outcome.value}: {finding.name} at {when}: {printable(finding.message)}"]
    if finding.path:
        document = result.variant.document
        # A diagnostic already knows how to show a place; only its own message is not wanted here.
        place = document.source.diagnostic(document.span_of(finding.path), "", Code.WRONG_VALUE)
        lines += place.render(cwd).splitlines()[1:]
    return lines + [f"    {printable(line)}" for line in finding.evidence]


def _surroundings(result: Result, finding: Finding) -> list[str]:
    # Statistics are in the log as well.
    events = [event for event in result.events if event.kind != "monitor.stat"]
    rows = rows_of(result, events, breach=finding.time)
    place = _place(rows, finding)
    breach = Row(finding.time, "wptest", finding.outcome.value, finding.name, "!")
    return render([*rows[max(0, place - _BEFORE) : place], breach, *rows[place : place + _AFTER]])


def _place(rows: list[Row], finding: Finding) -> int:
    """Where between the rows a finding was made: after all of its time, but before what closing added to it."""
    last = sum(row.time <= finding.time for row in rows)
    closing = next((index for index, row in enumerate(rows) if row.kind == "closing"), len(rows))
    if closing >= last or rows[closing].time < finding.time or finding.name == "recovery_idempotent":
        return last
    return closing
