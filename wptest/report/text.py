"""A result that is no pass, as plain text: the first line says it all, the rest says where and why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.units import format_duration
from wptest.check.finding import Finding, Outcome
from wptest.language.codes import Code
from wptest.language.diagnostic import Diagnostic, InvalidScenario
from wptest.report.replay import Circumstances, replay_command, shown_path
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


def invalid_headline(error: InvalidScenario, cwd: Path) -> str:
    """One line for a file with mistakes: the first of them and its place."""
    first = error.diagnostics[0]
    place = str(shown_path(first.path, cwd)) + (f":{first.line}:{first.column}" if first.line else "")
    more = f" (and {len(error.diagnostics) - 1} more)" if len(error.diagnostics) > 1 else ""
    return f"{place}: {first.message}{more}"


def _finding(result: Result, finding: Finding, cwd: Path) -> list[str]:
    when = format_duration(finding.time)
    lines = [f"{finding.outcome.value}: {finding.name} at {when}: {printable(finding.message)}"]
    if finding.path:
        document = result.variant.document
        # A diagnostic already knows how to show a place; only its own message is not wanted here.
        place: Diagnostic = document.source.diagnostic(document.span_of(finding.path), "", Code.WRONG_VALUE)
        lines += place.render(cwd).splitlines()[1:]
    return lines + [f"    {printable(line)}" for line in finding.evidence]


def _surroundings(result: Result, finding: Finding) -> list[str]:
    rows = rows_of(result, breach=finding.time)
    place = sum(_is_before(row, finding) for row in rows)
    breach = Row(finding.time, "wptest", finding.outcome.value, finding.name, "!")
    return render([*rows[max(0, place - _BEFORE) : place], breach, *rows[place : place + _AFTER]])


def _is_before(row: Row, finding: Finding) -> bool:
    # The expectations of the end are judged at the very time at which the closing phase begins.
    if row.kind == "closing":
        return row.time < finding.time
    return row.time <= finding.time
