"""What came of one variant: the record that commands and pytest show."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from engine.text.diagnostic import Diagnostic
from engine.text.display import printable
from wptest.kept.circumstances import Circumstances
from wptest.kept.store import keep
from wptest.play.job import Job
from wptest.report.causes import Cause, causes_of_findings, causes_of_mistakes
from wptest.report.remarks import as_data, invalid_headline, own_and_shared
from wptest.report.result_text import result_text
from wptest.run.result import Result
from wptest.text.scenario_source import InvalidScenario

_PASSES = ("passed", "skipped", "xfailed")


@dataclass(frozen=True, slots=True)
class Explored:
    """What came of exploring a scenario after it has passed.

    Attributes:
        outcome: `passed`, `failed` where something broke, `unverified` where an exploration can't be done.
        text: the counts, and what broke.
        runs: how many runs it took.
        causes: what broke, or what can't be done, each once.
        kept: the id that replays the first breach, if it is kept.
    """

    outcome: Literal["passed", "failed", "unverified"]
    text: str
    runs: int
    causes: tuple[Cause, ...] = ()
    kept: str = ""

    @property
    def why(self) -> str:
        """The first thing that is no pass, in one line."""
        return f"{self.causes[0].name}: {printable(self.causes[0].message)}" if self.causes else ""


@dataclass(frozen=True, slots=True)
class VariantReport:
    """What came of a job, as plain values, so that it can go from process to process.

    Attributes:
        outcome: a result's; or `invalid`, `skipped`, or `xfailed` for a failure that the scenario expects.
        text: what to read about what is no pass, or was expected to be none.
        short: the same where somebody wants it short.
        why: that in one line, without its name.
        line: where the scenario says what doesn't hold; 0 where it needn't.
        reason: why it was skipped or expected to fail, or how much was explored.
        passed_unexpectedly: nothing is wrong with it but that it was expected to fail.
        data: all of it as JSON has it.
        virtual_time: how long its steps took, in nanoseconds of the scenario's time.
        seconds: how long it took.
        causes: why it is no pass, for grouping.
        kept: the id that replays it, if it is kept.
        explored: what came of exploring it, if it was.
        remarks: what there is to say of its project, in the same words for every job that has it.
        warnings: those of them that are warnings, as plain data.
        mistakes: those of an invalid file.
    """

    job: Job
    outcome: str
    text: str = ""
    short: str = ""
    why: str = ""
    line: int = 0
    reason: str = ""
    passed_unexpectedly: bool = False
    data: dict[str, Any] = field(default_factory=dict)
    virtual_time: int = 0
    seconds: float = 0.0
    causes: tuple[Cause, ...] = ()
    kept: str = ""
    explored: Explored | None = None
    remarks: tuple[str, ...] = ()
    warnings: list[dict[str, Any]] = field(default_factory=list)
    mistakes: tuple[Diagnostic, ...] = ()

    @property
    def is_pass(self) -> bool:
        """Whether nothing has to be done about it."""
        return self.outcome in _PASSES

    def after_exploring(self, explored: Explored) -> VariantReport:
        """The report of a pass, with what came of exploring it as well."""
        data = self.data | {"outcome": explored.outcome, "explored": explored.text.splitlines()}
        reason = f"explored: {explored.runs:,} runs"
        report = replace(self, outcome=explored.outcome, data=data, reason=reason, explored=explored)
        if explored.outcome == "passed":
            return report
        text = f"{self.job.name} {explored.outcome} when it was explored: {explored.why}\n\n{explored.text}"
        return replace(report, text=text, why=explored.why, causes=explored.causes, kept=explored.kept)


def report_of_result(job: Job, result: Result, circumstances: Circumstances, columns: int | None) -> VariantReport:
    """The report of a run: a failure that is expected is none, and one that is missing is."""
    outcome, expected = result.outcome.value, result.variant.xfail
    report = VariantReport(
        job,
        outcome,
        data=result.as_json(),
        virtual_time=result.virtual_time,
        reason=expected,
    )
    if outcome != "passed":
        kept = "" if expected else keep(result.variant, circumstances, result.findings)
        told = result_text(result, circumstances, kept, columns)
        report = replace(report, text=told.text, short=told.short, why=told.reason, line=told.line, kept=kept)
    if not expected:
        return replace(report, causes=causes_of_findings(result.findings)) if outcome != "passed" else report
    if outcome != "passed":
        return replace(report, outcome="xfailed", data=report.data | {"outcome": "xfailed", "reason": expected})
    why = f"it passes, and is marked xfail: {expected}"
    return replace(
        report,
        outcome="failed",
        text=f"{job.name} failed: {why}",
        why=why,
        passed_unexpectedly=True,
        data=report.data | {"outcome": "failed", "reason": expected},
        causes=(Cause("failed", "", "xfail", why),),
    )


def report_of_skipped(job: Job, circumstances: Circumstances, reason: str) -> VariantReport:
    """A variant that isn't to be run."""
    data = _data(job, circumstances, "skipped", []) | {"reason": reason}
    return VariantReport(job, "skipped", reason=reason, data=data)


def report_of_invalid(job: Job, error: InvalidScenario, circumstances: Circumstances) -> VariantReport:
    """A file with mistakes."""
    own, shared = own_and_shared(error, job.path, circumstances.cwd)
    return VariantReport(
        job,
        "invalid",
        text=own,
        why=invalid_headline(error, circumstances.cwd),
        data={"file": str(job.path), "mistakes": as_data(error.diagnostics)},
        causes=causes_of_mistakes(error.diagnostics),
        remarks=shared,
        mistakes=tuple(error.diagnostics),
    )


def report_of_broken(job: Job, circumstances: Circumstances, what: str, details: str = "") -> VariantReport:
    """A job that gave no result, as a failure."""
    finding = {"outcome": "failed", "name": "run", "message": what}
    return VariantReport(
        job,
        "failed",
        text=f"{job.name} failed: {what}\n{details}".rstrip(),
        why=what,
        data=_data(job, circumstances, "failed", [finding]),
        causes=(Cause("failed", "", "run", what),),
    )


def _data(job: Job, circumstances: Circumstances, outcome: str, findings: list[dict[str, str]]) -> dict[str, Any]:
    """The JSON of a job that gave no result."""
    return {
        "file": str(job.path),
        "scenario": job.scenario,
        "variant": job.variant,
        "seed": circumstances.seed,
        "behaviour": circumstances.behaves.changes(),
        "outcome": outcome,
        "findings": findings,
    }
