"""What the document has of a result: its findings with their places, and what else there is to say of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.project.model import Project
from engine.text.diagnostic import Diagnostic, file_name
from wptest.document.reported_finding import FindingKind, FindingOutcome, ReportedFinding, ReportedReplay
from wptest.document.reported_place import ReportedFile, ReportedMistake, ReportedPlace
from wptest.document.reported_variant import ReportedVariant
from wptest.judge.invariants import INVARIANT_NAMES
from wptest.kept.circumstances import Circumstances, replay_command
from wptest.report.remarks import invalid_headline
from wptest.report.result_text import FoundWhen, by_weight, moment_of
from wptest.report.timeline_rows import Played
from wptest.run.result import Result
from wptest.scenario.load import LoadedVariant
from wptest.text.scenario_source import InvalidScenario
from wptest.words.finding import Finding, Outcome

_LONGEST_LINE = 1_000  # characters of a source line: whoever wants more has the file
_OUTCOMES: Mapping[Outcome, FindingOutcome] = {
    Outcome.FAILED: "failed",
    Outcome.UNCLEAN: "unclean",
    Outcome.UNVERIFIED: "unverified",
}
_NEVER = FoundWhen("unknown", "")
_STEPS = ("when", "meanwhile", "cleanup")
_PATH = re.compile(r"[^\s'\",;()]+")


def reported_place(diagnostic: Diagnostic, cwd: Path) -> ReportedPlace:
    """Where a diagnostic points to."""
    return ReportedPlace(
        file_name(diagnostic.path, cwd),
        diagnostic.line,
        diagnostic.column,
        diagnostic.length,
        diagnostic.source_line[:_LONGEST_LINE],
    )


def reported_mistake(diagnostic: Diagnostic, cwd: Path) -> ReportedMistake:
    """A mistake or a warning."""
    return ReportedMistake(
        severity=diagnostic.severity,
        code=str(diagnostic.code or ""),
        message=diagnostic.message,
        place=reported_place(diagnostic, cwd),
        expected=diagnostic.expected or "",
        help=diagnostic.help or "",
        about=diagnostic.about,
    )


def reported_invalid(error: InvalidScenario, file: Path, cwd: Path) -> ReportedFile:
    """A file with mistakes."""
    return ReportedFile(
        file_name(file, cwd),
        tuple(reported_mistake(each, cwd) for each in error.diagnostics),
        invalid_headline(error, cwd),
        error.render(cwd),
    )


def reported_finding(
    variant: LoadedVariant, finding: Finding, cwd: Path, moment: FoundWhen = _NEVER
) -> ReportedFinding:
    """A finding, which came at that moment of its run."""
    place = reported_place(variant.document.diagnostic_at(finding.path, ""), cwd) if finding.path else None
    return ReportedFinding(
        outcome=_OUTCOMES[finding.outcome],
        code=str(finding.code),
        name=finding.name,
        kind=_kind(finding),
        message=finding.message,
        evidence=finding.evidence,
        help=finding.help,
        virtual_time_ns=finding.time,
        after_events=finding.after,
        phase=moment.phase,
        when=moment.words,
        after_line=moment.line,
        sink=_sink_of(finding, variant.project),
        place=place,
    )


def reported_findings(played: Played, findings: Iterable[Finding], cwd: Path) -> tuple[ReportedFinding, ...]:
    """The findings of a run, what says most first."""
    return tuple(
        reported_finding(played.variant, each, cwd, moment_of(played, each)) for each in by_weight(findings)
    )


def reported_variant(variant: LoadedVariant, circumstances: Circumstances) -> ReportedVariant:
    """A variant of which nothing is known yet but that it is skipped."""
    file = file_name(variant.document.source.path, circumstances.cwd)
    programs = circumstances.programs
    return ReportedVariant(
        id=f"{file}::{variant.name}",
        file=file,
        scenario=variant.scenario.scenario,
        variant=variant.id,
        outcome="skipped",
        title=variant.scenario.title,
        tags=variant.scenario.tags,
        line=variant.document.key_span_of(("scenario",)).line,
        reason=variant.skip,
        seed=circumstances.seed,
        subject="engine" if programs is None else "process",
        disk=circumstances.disk,
        profiles=circumstances.behaviour,
        behaviour=circumstances.behaves.changes(),
    )


def reported_replay(result: Result, circumstances: Circumstances, kept: str) -> ReportedReplay:
    """How to see a result again."""
    return ReportedReplay(replay_command(result, circumstances), kept)


def _kind(finding: Finding) -> FindingKind:
    if finding.name in INVARIANT_NAMES:
        return "invariant"
    if not finding.path:
        return "run"
    return "step" if finding.path[0] in _STEPS else "expectation"


def _sink_of(finding: Finding, project: Project) -> str:
    """The one sink that a finding is about: its path names it, or its message or trail the sink's file or id."""
    names = {sink.id for sink in project.sinks}
    if named := [str(part) for part in finding.path if part in names]:
        return named[0]
    by_path = {sink.path: sink.id for sink in project.sinks if sink.path is not None}
    if finding.trail is not None and finding.trail.target in by_path:
        return by_path[finding.trail.target]
    words = [word.rstrip(":.") for word in _PATH.findall(finding.message)]
    found = dict.fromkeys(by_path.get(word, word) for word in words if word in by_path or word in names)
    return next(iter(found)) if len(found) == 1 else ""
