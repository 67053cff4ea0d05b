"""What came of one variant: the record that commands and pytest show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.text.diagnostic import Diagnostic, file_name
from engine.text.display import printable
from wptest.document.report_events import VariantEnded
from wptest.document.reported_exploration import ReportedExploration
from wptest.document.reported_finding import ReportedFinding
from wptest.document.reported_variant import ReportedVariant, VariantOutcome
from wptest.kept.circumstances import Circumstances
from wptest.kept.store import keep
from wptest.play.job import Job
from wptest.report.causes import causes_of
from wptest.report.remarks import own_and_shared, remarks
from wptest.report.reported import (
    reported_findings,
    reported_invalid,
    reported_mistake,
    reported_replay,
    reported_variant,
)
from wptest.report.result_text import result_text
from wptest.run.result import Result
from wptest.scenario.load import LoadedVariant
from wptest.text.scenario_source import InvalidScenario
from wptest.words.finding import Outcome


@dataclass(frozen=True, slots=True)
class VariantReport:
    """What came of a job, as plain values, so that it can go from process to process.

    Attributes:
        ended: what every report has of it.
        text: what a terminal shows of what is no pass, or was expected to be none.
        short: the same where somebody wants it short.
        line: where the scenario says what doesn't hold; 0 where it needn't.
        passed_unexpectedly: nothing is wrong with it but that it was expected to fail.
        remarks: what there is to say of its project, in the same words for every job that has it; and the notes of
            a run that passed, which shows nothing else.
        mistakes: those of an invalid file.
    """

    job: Job
    ended: VariantEnded
    text: str = ""
    short: str = ""
    line: int = 0
    passed_unexpectedly: bool = False
    remarks: tuple[str, ...] = ()
    mistakes: tuple[Diagnostic, ...] = ()

    @property
    def variant(self) -> ReportedVariant | None:
        """The variant; none where its file is invalid."""
        return self.ended.told if isinstance(self.ended.told, ReportedVariant) else None

    @property
    def outcome(self) -> str:
        """That of the variant, or `invalid`."""
        return self.variant.outcome if self.variant is not None else "invalid"

    @property
    def is_pass(self) -> bool:
        """Whether nothing has to be done about it."""
        return self.variant is not None and self.variant.is_pass

    @property
    def why(self) -> str:
        """Why it is no pass, in one line, without its name."""
        return self.ended.told.why

    @property
    def reason(self) -> str:
        """Why it was skipped or expected to fail, or how much was explored."""
        if self.explorations:
            return f"explored: {self.explored_runs:,} runs"
        return self.variant.reason if self.variant is not None else ""

    @property
    def kept(self) -> str:
        """The id that replays it, if it is kept."""
        return self.variant.replay.id if self.variant is not None else ""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.variant.duration_seconds if self.variant is not None else 0.0

    @property
    def explorations(self) -> tuple[ReportedExploration, ...]:
        """What came of exploring it, if that was done."""
        return self.variant.explorations if self.variant is not None else ()

    @property
    def explored_runs(self) -> int:
        """How many runs that took."""
        return sum(done.run for done in self.explorations)

    def after_exploring(self, done: Sequence[ReportedExploration]) -> VariantReport:
        """The report of a pass, with what came of exploring it as well."""
        assert self.variant is not None, "it has passed"
        outcome: VariantOutcome = "passed"
        if any(each.broken or each.not_done for each in done):
            outcome = "failed" if any(each.broken for each in done) else "unverified"
        told = replace(self.variant, outcome=outcome, explorations=tuple(done))
        if outcome == "passed":
            return replace(self, ended=replace(self.ended, told=told))
        first = causes_of(told)[0]
        why = f"{first.name}: {printable(first.message)}"
        explored = "\n".join(each.text for each in done)
        text = f"{self.job.name} {outcome} when it was explored: {why}\n\n{explored}"
        kept = next((breach.replay for each in done for breach in each.breaches if breach.replay.id), told.replay)
        told = replace(told, why=why, text=text, replay=kept)
        return replace(self, ended=replace(self.ended, told=told), text=text)


def report_of_result(job: Job, result: Result, circumstances: Circumstances, columns: int | None) -> VariantReport:
    """The report of a run: a failure that is expected is none, and one that is missing is."""
    expected, passed = result.variant.xfail, result.outcome is Outcome.PASSED
    findings = reported_findings(result, result.findings, circumstances.cwd)
    told = replace(
        reported_variant(result.variant, circumstances),
        outcome=findings[0].outcome if findings else "passed",
        reason=expected,
        virtual_time_ns=result.virtual_time,
        events=len(result.events),
        trace_hash=result.trace_hash,
        servers=dict(result.servers),
        notes=result.notes,
        findings=findings,
        stand_ins={sink.id: sink.stands_for for sink in result.variant.project.stand_ins},
    )
    if passed:
        return _as_expected(job, told) if expected else VariantReport(job, VariantEnded(told))
    kept = "" if expected else keep(result.variant, circumstances, result.findings)
    shown = result_text(result, circumstances, kept, columns)
    whole = shown if columns is None else result_text(result, circumstances, kept)
    told = replace(told, why=shown.reason, text=whole.text, replay=reported_replay(result, circumstances, kept))
    told = replace(told, outcome="xfailed") if expected else told
    return VariantReport(job, VariantEnded(told), shown.text, shown.short, shown.line)


def _as_expected(job: Job, told: ReportedVariant) -> VariantReport:
    """The report of what passes, and was expected to fail."""
    why = f"it passes, and is marked xfail: {told.reason}"
    finding = ReportedFinding("failed", "", "xfail", "run", why, virtual_time_ns=told.virtual_time_ns)
    text = f"{job.name} failed: {why}"
    told = replace(told, outcome="failed", why=why, text=text, findings=(finding,))
    return VariantReport(job, VariantEnded(told), text, passed_unexpectedly=True)


def report_of_skipped(job: Job, variant: LoadedVariant, circumstances: Circumstances) -> VariantReport:
    """A variant that isn't to be run."""
    return VariantReport(job, VariantEnded(reported_variant(variant, circumstances)))


def report_of_invalid(job: Job, error: InvalidScenario, circumstances: Circumstances) -> VariantReport:
    """A file with mistakes."""
    own, shared = own_and_shared(error, job.path, circumstances.cwd)
    ended = VariantEnded(reported_invalid(error, job.path, circumstances.cwd))
    return VariantReport(job, ended, own, remarks=shared, mistakes=tuple(error.diagnostics))


def report_of_broken(job: Job, circumstances: Circumstances, what: str, details: str = "") -> VariantReport:
    """A job that gave no result."""
    file = file_name(job.path, circumstances.cwd)
    text = f"{job.name} error: {what}\n{details}".rstrip()
    told = ReportedVariant(
        id="::".join(filter(None, (file, job.scenario, job.variant))),
        file=file,
        scenario=job.scenario,
        variant=job.variant,
        outcome="error",
        why=what,
        seed=circumstances.seed,
        profiles=circumstances.behaviour,
        behaviour=circumstances.behaves.changes(),
        findings=(ReportedFinding("error", "", "run", "run", what),),
        text=text,
    )
    return VariantReport(job, VariantEnded(told), text)


def with_remarks(
    report: VariantReport, variant: LoadedVariant, circumstances: Circumstances, seconds: float
) -> VariantReport:
    """A report, with how long it took and what there is to say of its scenario and project besides."""
    assert report.variant is not None, "it was loaded"
    told = replace(report.variant, duration_seconds=round(seconds, 6))
    warnings = tuple(reported_mistake(each, circumstances.cwd) for each in variant.warnings)
    ended = VariantEnded(told, warnings, "" if told.is_pass else variant.document.source.text)
    notes = [f"note: {note}" for note in told.notes] if told.outcome == "passed" else []
    return replace(report, ended=ended, remarks=(*remarks(variant, circumstances.cwd), *notes))
