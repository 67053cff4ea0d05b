"""The result of one run: all that reports, pytest and the command line know of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.behaviour import REFERENCE, Behaviour
from engine.kernel import Event
from wptest.judge.found import found_now
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome, worst
from wptest.words.obstacle import Obstacle


@dataclass(frozen=True, slots=True)
class Result:
    """How one variant of a scenario ran.

    Attributes:
        findings: what doesn't hold or isn't verified, in the order found; empty when passed.
        notes: things to know that change no outcome.
        trace_hash: SHA-256 over everything that happened; equal for equal scenario and seed, anywhere.
        virtual_time: nanoseconds from the start to the end of the timeline.
        events: everything that happened, for the timeline.
        steps: how many steps the scheduler took.
        subject: what it ran against: `engine`, or `process`.
        behaviour: what the programs did; the reference unless somebody asked for another.
        servers: which of its database servers were to be real ones, and as what they were asked for.
    """

    variant: LoadedVariant
    seed: int
    outcome: Outcome
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    trace_hash: str = ""
    virtual_time: int = 0
    events: tuple[Event, ...] = ()
    steps: int = 0
    behaviour: Behaviour = REFERENCE
    subject: str = "engine"
    servers: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`scenario` or `scenario::variant`."""
        return self.variant.name

    @property
    def path(self) -> Path:
        """The scenario file."""
        return self.variant.document.source.path

    def as_json(self) -> dict[str, Any]:
        """The result without its events, as plain data."""
        findings = [asdict(finding) | {"outcome": finding.outcome.value} for finding in self.findings]
        for finding, data in zip(self.findings, findings, strict=True):
            data["line"] = self.variant.document.span_of(finding.path).line if finding.path else None
        return {
            "file": str(self.path),
            "scenario": self.variant.scenario.scenario,
            "variant": self.variant.id,
            "seed": self.seed,
            "subject": self.subject,
            "servers": dict(self.servers),
            "behaviour": self.behaviour.changes(),
            "outcome": self.outcome.value,
            "findings": findings,
            "notes": list(self.notes),
            "stand_ins": {sink.id: sink.stands_for for sink in self.variant.project.stand_ins},
            "trace_hash": self.trace_hash,
            "virtual_time_ns": self.virtual_time,
            "events": len(self.events),
        }


def nothing_ran(
    variant: LoadedVariant, options: RunOptions, findings: Sequence[Finding], subject: str = "engine"
) -> Result:
    """The result of a run that never began, because of something that is known before."""
    outcome = worst(findings)
    return Result(variant, options.seed, outcome, tuple(findings), behaviour=options.behaviour, subject=subject)


def not_expressible(found: Iterable[Obstacle], who: str) -> list[Finding]:
    """A finding for each obstacle; `who` says who can't do it."""
    return [
        found_now(None, Failure.NOT_EXPRESSIBLE, f"{who}: {what}", Outcome.UNVERIFIED, path=path)
        for _, path, what in found
    ]
