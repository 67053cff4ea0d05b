"""One variant to run, and what came of it: plain values, so that both can go from process to process."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.behaviour import REFERENCE, Behaviour
from wptest.extend.modules import Patience
from wptest.kept.circumstances import Circumstances
from wptest.kept.store import keep
from wptest.play.after_pass import Level, explore_too, explored_text
from wptest.play.stopwatch import Stopwatch
from wptest.play.variant_cache import VariantGoneError, find_variant, load_cached
from wptest.report.causes import Cause, causes_of, causes_of_mistakes
from wptest.report.mistakes import invalid_headline, own_and_shared
from wptest.report.remarks import as_data, remarks
from wptest.report.result_text import account
from wptest.run.result import Result
from wptest.run.where import run_where
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.subject.port import NoPlaceError
from wptest.text.diagnostic import Diagnostic, InvalidScenario


@dataclass(frozen=True, slots=True)
class Job:
    """A variant of a file; without a scenario it is a file whose `mistakes` leave nothing to run."""

    path: Path
    scenario: str = ""
    variant: str = ""
    mistakes: tuple[Diagnostic, ...] = ()

    @property
    def name(self) -> str:
        """`scenario::variant`, or the file where it has none."""
        return "::".join(part for part in (self.scenario, self.variant) if part) or str(self.path)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a job.

    Attributes:
        outcome: a result's; or `invalid`, `skipped`, or `xfailed` for a failure that the scenario expects.
        text: what to read about it; empty for a pass.
        reason: why it was skipped or expected to fail.
        why: why it is no pass, in one line without its name.
        causes: the same for grouping.
        kept: the id that replays it, if it is kept.
        remarks: what there is to say of its project, in the same words for every job that has it.
        warnings: those of them that are warnings, as plain data.
    """

    job: Job
    outcome: str
    text: str
    data: dict[str, Any] = field(default_factory=dict)
    virtual_time: int = 0
    seconds: float = 0.0
    reason: str = ""
    why: str = ""
    causes: tuple[Cause, ...] = ()
    kept: str = ""
    remarks: tuple[str, ...] = ()
    warnings: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run jobs, and for how wide a terminal to report on them, if it is one."""

    seed: int
    circumstances: Circumstances
    behaviour: Behaviour = REFERENCE
    explore: Level = "off"
    columns: int | None = None

    @property
    def run_options(self) -> RunOptions:
        """How to run each of them."""
        circumstances = self.circumstances
        environment, timeout = circumstances.environment, circumstances.timeout
        return RunOptions(self.seed, self.behaviour, environment, timeout=timeout)


def run_job(job: Job, settings: Settings) -> Report:
    """Run a variant and report on it; whatever goes wrong is a report as well."""
    watch = Stopwatch()
    Patience.limit = settings.circumstances.timeout
    try:
        variant = variant_of(job)
        if variant.skip:
            return _skipped(job, settings, variant.skip)
        result = _run(variant, settings)
        report = _judged(job, result, settings)
        if report.outcome == "passed":
            report = _explored(report, variant, settings)
    except InvalidScenario as error:
        return _invalid(job, error, settings)
    except (VariantGoneError, NoPlaceError) as error:
        return broken(job, settings, str(error))
    except MemoryError:
        return broken(job, settings, "there is not enough memory for it")
    except Exception as error:  # noqa: BLE001 - one variant that trips over a bug must not end the others
        what = f"internal error: {type(error).__name__}: {error}"
        return broken(job, settings, what, traceback.format_exc())
    return replace(
        report,
        seconds=watch.seconds,
        remarks=remarks(variant, settings.circumstances.cwd),
        warnings=as_data(variant.warnings),
    )


def _explored(report: Report, variant: LoadedVariant, settings: Settings) -> Report:
    """The report of a pass with what came of exploring it as well, where that is asked for."""
    explored = explore_too(variant, settings.run_options, settings.circumstances, settings.explore)
    if explored is None:
        return report
    report = replace(
        report,
        outcome=explored.outcome,
        data=report.data | {"outcome": explored.outcome, "explored": explored.text.splitlines()},
        reason=f"explored: {explored.runs:,} runs",
    )
    if explored.outcome == "passed":
        return report
    text = explored_text(report.job.name, explored)
    return replace(report, text=text, why=explored.why, causes=explored.causes, kept=explored.kept)


def _judged(job: Job, result: Result, settings: Settings) -> Report:
    """The report of a run: a failure that is expected is none, and one that is missing is."""
    outcome, reason = result.outcome.value, result.variant.xfail
    kept = keep(result, settings.circumstances) if outcome != "passed" and not reason else ""
    data = result.as_json()
    if reason:
        outcome = "failed" if outcome == "passed" else "xfailed"
        data |= {"outcome": outcome, "reason": reason}
    report = Report(job, outcome, "", data, result.virtual_time, reason=reason)
    if reason and outcome == "failed":
        why = f"it passes, and is marked xfail: {reason}"
        return replace(
            report, text=f"{job.name} failed: {why}", why=why, causes=(Cause(outcome, "", "xfail", why),)
        )
    if outcome in ("passed", "xfailed"):
        return report
    told = account(result, settings.circumstances, kept, settings.columns)
    return replace(report, text=told.text, why=told.reason, causes=causes_of(result.findings), kept=kept)


def _skipped(job: Job, settings: Settings, reason: str) -> Report:
    data = _data(job, settings, "skipped", []) | {"reason": reason}
    return Report(job, "skipped", "", data, reason=reason)


def execute(job: Job, settings: Settings) -> Result:
    """Run a variant.

    Raises:
        InvalidScenario: the file has mistakes.
        VariantGoneError: the variant is no longer in the file.
    """
    return _run(variant_of(job), settings)


def variant_of(job: Job) -> LoadedVariant:
    """The variant, loaded and checked.

    Raises:
        InvalidScenario: the file has mistakes.
        VariantGoneError: the variant is no longer in the file.
    """
    if job.mistakes:
        loaded = load_cached(job.path)  # what can be listed no further may have more mistakes
        raise loaded if isinstance(loaded, InvalidScenario) else InvalidScenario(job.mistakes)
    return find_variant(job.path, job.scenario, job.variant)


def _run(variant: LoadedVariant, settings: Settings) -> Result:
    circumstances = settings.circumstances
    return run_where(circumstances.disk, circumstances.programs, variant, settings.run_options)


def broken(job: Job, settings: Settings, what: str, details: str = "") -> Report:
    """A job that gave no result, as a failure."""
    finding = {"outcome": "failed", "name": "run", "message": what}
    text = f"{job.name} failed: {what}\n{details}".rstrip()
    cause = Cause("failed", "", "run", what)
    return Report(job, "failed", text, _data(job, settings, "failed", [finding]), why=what, causes=(cause,))


def _data(job: Job, settings: Settings, outcome: str, findings: list[dict[str, str]]) -> dict[str, Any]:
    """The JSON of a job that gave no result."""
    return {
        "file": str(job.path),
        "scenario": job.scenario,
        "variant": job.variant,
        "seed": settings.seed,
        "behaviour": settings.behaviour.changes(),
        "outcome": outcome,
        "findings": findings,
    }


def _invalid(job: Job, error: InvalidScenario, settings: Settings) -> Report:
    data = {"file": str(job.path), "mistakes": as_data(error.diagnostics)}
    cwd, causes = settings.circumstances.cwd, causes_of_mistakes(error.diagnostics)
    own, shared = own_and_shared(error, job.path, cwd)
    return Report(job, "invalid", own, data, why=invalid_headline(error, cwd), causes=causes, remarks=shared)
