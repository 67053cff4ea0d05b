"""A result that is no pass, as plain text: the first line says it all, the rest says where and why."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.display import printable
from engine.kernel import Event
from engine.units import format_duration
from wptest.judge.finding import BY_WEIGHT, Finding
from wptest.language.codes import Code
from wptest.report.replay import Circumstances, replay_command
from wptest.report.timeline import Row, render, rows_of, step_text
from wptest.run.result import Result

_BEFORE = 8
_AFTER = 4
_STEPS = {
    "step": "when",
    "meanwhile": "meanwhile",
    "cleanup": "cleanup",
    "closing": "",
}  # events, and where in the scenario they are said


def failure_text(result: Result, circumstances: Circumstances, kept: str = "") -> str:
    """Everything that is worth knowing of a result that failed or is unverified.

    Headline; each finding with its place in the scenario and its evidence; what happened around the first one;
    the command that shows it again, and a shorter one where it is `kept` under an id.
    """
    findings = by_weight(result.findings)
    blocks = [[headline(result)]]
    blocks += [finding_lines(result, finding, circumstances.cwd) for finding in findings]
    if findings:
        around = [f"around {format_duration(findings[0].time)}:", *_surroundings(result, findings[0])]
        blocks.append(around)
    blocks.append([f"note: {note}" for note in result.notes])
    blocks.append([f"to see it again: {replay_command(result, circumstances)}", *by_id(kept)])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def by_id(kept: str) -> list[str]:
    """The command that replays what is kept under an id, if it is."""
    return [f"or by its id: wptest replay {kept}"] if kept else []


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
    """What failed before what is unclean before what is unverified, and the earlier before the later."""
    return sorted(findings, key=lambda finding: (BY_WEIGHT.index(finding.outcome), finding.time))


def finding_lines(result: Result, finding: Finding, cwd: Path) -> list[str]:
    """One finding: what, its place in the scenario, its evidence, one thing to do, and when."""
    when = format_duration(finding.time)
    lines = [f"{finding.outcome.value}[{finding.code}]: {finding.name} at {when}: {printable(finding.message)}"]
    if finding.path:
        document = result.variant.document
        # A diagnostic already knows how to show a place; only its own message is not wanted here.
        place = document.source.diagnostic(document.span_of(finding.path), "", Code.WRONG_VALUE)
        lines += place.render(cwd).splitlines()[1:]
    lines += [f"    {printable(line)}" for line in finding.evidence]
    lines += [f"    help: {printable(finding.help)}"] if finding.help else []
    return [*lines, f"    when: {_when(result, finding)}"]


def _when(result: Result, finding: Finding) -> str:
    """How long after the nearest step before it, so that it can be found in the scenario."""
    events, _ = _parted(result, finding)
    last = next((event for event in reversed(events) if event.kind in _STEPS), None)
    if last is None:
        return "before the first step"
    number = int(last.fields["number"] or 0) if last.kind != "closing" else 0
    since = format_duration(finding.time - last.time)
    if last.kind == "closing":
        return f"{since} into the closing phase"
    document = result.variant.document
    path = (_STEPS[last.kind], number - 1, str(last.fields["does"]))
    text, line = step_text(document, path), document.key_span_of(path).line
    word = "step" if last.kind == "step" else f"{last.kind} step"
    return f"{since} after {word} {number}, '{printable(text)}' on line {line}"


def _surroundings(result: Result, finding: Finding) -> list[str]:
    before, after = (
        # Statistics are in the log as well.
        rows_of(result, [event for event in events if event.kind != "monitor.stat"])
        for events in _parted(result, finding)
    )
    breach = Row(finding.time, "wptest", finding.outcome.value, finding.name, "!")
    return render([*before[-_BEFORE:], breach, *after[:_AFTER]])


def _parted(result: Result, finding: Finding) -> tuple[Sequence[Event], Sequence[Event]]:
    """The events before a finding and those after it: of what it is about, where that was earlier."""
    events = result.events
    place = min(finding.after, bisect_right(events, finding.time, key=lambda event: event.time))
    return events[:place], events[place:]
