"""A result that is no pass, as plain text: the first line says it all, the rest says where and why."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from engine.kernel import Event
from engine.text.display import printable
from engine.text.source_text import KeyPath
from engine.units import format_duration
from wptest.document.reported_finding import RunPhase
from wptest.kept.circumstances import Circumstances, replay_command
from wptest.report.timeline_rows import CHAPTER_OF, Played, TimelineRow, folded, render, rows_of, step_text
from wptest.run.result import Result
from wptest.words.finding import BY_WEIGHT, Finding, Outcome

_WIDEST = 160  # columns of an excerpt that is no terminal's
_BEFORE = 8
_NEAR = 200  # rows in which repetitions are looked for
_AFTER = 4
_MOMENTS = (*CHAPTER_OF, "closing", "restarted")  # events that others are told to come after


@dataclass(frozen=True, slots=True)
class ResultText:
    """What there is to say of a result that failed, is unclean or unverified.

    Attributes:
        headline: one line with all of it: the scenario, how and when it ended, the first thing that doesn't hold.
        reason: that first thing alone, for lists that have the name already.
        findings: each with its place in the scenario and its evidence.
        around: what happened around the first one, and notes.
        again: the command that shows it again, and a shorter one where it is kept under an id.
        line: where the scenario says that first thing; 0 where it needn't, as for invariants.
    """

    headline: str
    reason: str
    findings: str
    around: str
    again: str
    line: int = 0

    @property
    def text(self) -> str:
        """Everything."""
        return "\n\n".join(filter(None, (self.headline, self.findings, self.around, self.again)))

    @property
    def short(self) -> str:
        """What was found, and how to see it again."""
        return "\n\n".join(filter(None, (self.headline, self.findings, self.again)))


def result_text(
    result: Result, circumstances: Circumstances, kept: str = "", columns: int | None = None
) -> ResultText:
    """Tell of a result that is no pass; `columns` is how wide the terminal is, if it is one."""
    findings = by_weight(result.findings)
    around = []
    if findings:
        around.append("\n".join(excerpt(result, findings[0], columns)))
    around += ["\n".join(f"note: {note}" for note in result.notes)] if result.notes else []
    return ResultText(
        headline=headline(result),
        reason=reason(findings),
        findings="\n\n".join("\n".join(finding_lines(result, each, circumstances.cwd)) for each in findings),
        around="\n\n".join(around),
        again="\n".join([f"to see it again: {replay_command(result, circumstances)}", *by_id(kept)]),
        line=result.variant.document.span_of(findings[0].path).line if findings and findings[0].path else 0,
    )


def by_id(kept: str) -> list[str]:
    """The command that replays what is kept under an id, if it is."""
    return [f"or by its id: wptest replay {kept}"] if kept else []


def headline(result: Result) -> str:
    """One line: which scenario, how and when it ended, and the first thing that doesn't hold."""
    findings = by_weight(result.findings)
    if not findings:
        return f"{result.name} {result.outcome.value} at {format_duration(result.virtual_time)}"
    when = format_duration(findings[0].time)
    return f"{result.name} {result.outcome.value} at {when}: {_first_of(findings)}"


def reason(findings: Sequence[Finding]) -> str:
    """One line that begins with what doesn't hold: the first of them, and how it ended unless it just failed."""
    outcome = findings[0].outcome
    return _first_of(findings) if outcome is Outcome.FAILED else f"{outcome.value}: {_first_of(findings)}"


def _first_of(findings: Sequence[Finding]) -> str:
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"{findings[0].name}: {printable(findings[0].message)}{more}"


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """What failed before what is unclean before what is unverified, and the earlier before the later."""
    return sorted(findings, key=lambda finding: (BY_WEIGHT.index(finding.outcome), finding.time))


def finding_lines(played: Played, finding: Finding, cwd: Path) -> list[str]:
    """One finding: what, its place in the scenario, its evidence, one thing to do, and when."""
    when = format_duration(finding.time)
    lines = [f"{finding.outcome.value}[{finding.code}]: {finding.name} at {when}: {printable(finding.message)}"]
    if finding.path:
        document = played.variant.document
        # A diagnostic already knows how to show a place; only its own message is not wanted here.
        place = document.diagnostic_at(finding.path, "")
        lines += place.render(cwd).splitlines()[1:]
    lines += [f"    {printable(line)}" for line in finding.evidence]
    lines += [f"    help: {printable(finding.help)}"] if finding.help else []
    return [*lines, f"    when: {moment_of(played, finding).words}"]


class FoundWhen(NamedTuple):
    """After what a finding came, the same in words, and the line of the last step before it; 0 without one."""

    phase: RunPhase
    words: str
    line: int = 0


def moment_of(played: Played, finding: Finding) -> FoundWhen:
    """After what it came, and how long after the nearest step before it, for who looks for it in the scenario."""
    before = list(reversed(_parted(played, finding)[0]))
    last = next((event for event in before if event.kind in _MOMENTS), None)
    if last is None:
        return FoundWhen("start", "before the first step")
    since, document = format_duration(finding.time - last.time), played.variant.document
    step = next((event for event in before if event.kind in CHAPTER_OF), None)
    path: KeyPath = () if step is None else _path_of(step)
    line = document.key_span_of(path).line if path else 0
    if last.kind == "closing":
        return FoundWhen("closing", f"{since} into the closing phase", line)
    if last.kind == "restarted":
        return FoundWhen("restarted", f"{since} after the machine was started again", line)
    word = "step" if last.kind == "step" else f"{last.kind} step"
    text = f"{word} {last.fields['number']}, '{printable(step_text(document, path))}'"
    return FoundWhen(CHAPTER_OF[last.kind], f"{since} after {text} on line {line}", line)


def _path_of(step: Event) -> KeyPath:
    return CHAPTER_OF[step.kind], int(step.fields["number"] or 1) - 1, str(step.fields["does"])


def excerpt(played: Played, finding: Finding, columns: int | None = None) -> list[str]:
    """What happened around a finding, below a headline."""
    before, after = (
        # Statistics are in the log as well.
        rows_of(played, [event for event in events if event.kind != "monitor.stat"])
        for events in _parted(played, finding)
    )
    breach = TimelineRow(finding.time, "wptest", finding.outcome.value, finding.name, "!")
    rows = [*folded(before[-_NEAR:])[-_BEFORE:], breach, *after[:_AFTER]]
    return [f"around {format_duration(finding.time)}:", *render(rows, columns or _WIDEST)]


def _parted(played: Played, finding: Finding) -> tuple[Sequence[Event], Sequence[Event]]:
    """The events before a finding and those after it: of what it is about, where that was earlier."""
    events = played.events
    place = min(finding.after, bisect_right(events, finding.time, key=lambda event: event.time))
    return events[:place], events[place:]
