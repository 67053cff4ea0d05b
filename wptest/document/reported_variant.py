"""What came of one variant of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from wptest.document.record import Record
from wptest.document.reported_exploration import ReportedExploration
from wptest.document.reported_finding import ReportedFinding, ReportedReplay

VariantOutcome = Literal["passed", "failed", "unclean", "unverified", "error", "skipped", "xfailed"]
VARIANT_OUTCOMES: tuple[VariantOutcome, ...] = get_args(VariantOutcome)


@dataclass(frozen=True)
class ReportedVariant(Record):
    """A variant, how it ran, and what was found.

    Attributes:
        id: `FILE::SCENARIO`, or `FILE::SCENARIO::VARIANT`: what names it on a command line, and in every report.
        file: the scenario file, relative to the directory of the command where it lies below it.
        scenario: the scenario's id.
        variant: the values of its matrix; empty without one.
        title: the scenario's own sentence for people.
        tags: the scenario's.
        line: where the scenario begins in its file, from 1; 0 where nobody knows.
        outcome: `unverified` proved nothing; `unclean` held, and a cleanup step failed; `error` gave no result;
            `xfailed` failed as its scenario expects.
        why: why it is no pass, in one line without its name.
        reason: why it is skipped, or is expected to fail.
        seed: of all random choices.
        subject: `engine`, or `process` for real programs.
        disk: `memory`, or `real`.
        profiles: what `--behaviour` named.
        behaviour: the choices of behaviour that differ from the reference, and their values.
        servers: which of its database servers were real ones, and as what they were asked for.
        stand_ins: sinks of a kind that is modelled by another, and that kind.
        virtual_time_ns: how long its steps took, in nanoseconds of the scenario's time.
        duration_seconds: how long it took in real time.
        events: how many events there were.
        trace_hash: SHA-256 over everything that happened; empty where it didn't run.
        findings: what doesn't hold or isn't verified, what says most first.
        notes: things to know that change no outcome.
        explorations: what came of exploring it, where that was asked for.
        replay: how to see it again.
        text: all there is to read about what is no pass, as the terminal shows it.
        lanes: the picture of its run, as plain data that `wptest.report` makes of the run's events while they are
            at hand, in the process that ran it; none where nobody asked for a picture.
    """

    id: str
    file: str
    scenario: str
    variant: str
    outcome: VariantOutcome
    title: str = ""
    tags: tuple[str, ...] = ()
    line: int = 0
    why: str = ""
    reason: str = ""
    seed: int = 0
    subject: Literal["engine", "process"] = "engine"
    disk: str = "memory"
    profiles: tuple[str, ...] = ()
    behaviour: Mapping[str, str] = field(default_factory=dict)
    servers: Mapping[str, str] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    virtual_time_ns: int = 0
    duration_seconds: float = 0.0
    events: int = 0
    trace_hash: str = ""
    findings: tuple[ReportedFinding, ...] = ()
    notes: tuple[str, ...] = ()
    explorations: tuple[ReportedExploration, ...] = ()
    replay: ReportedReplay = field(default_factory=ReportedReplay)
    text: str = ""
    lanes: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """`scenario` or `scenario::variant`."""
        return "::".join(filter(None, (self.scenario, self.variant)))

    @property
    def is_pass(self) -> bool:
        """Whether nothing has to be done about it."""
        return self.outcome in ("passed", "skipped", "xfailed")
