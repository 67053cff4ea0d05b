"""The result of one run: all that reports, pytest and the command line know of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.behaviour import REFERENCE, Behaviour
from engine.kernel import Event
from wptest.judge.found import found_now
from wptest.judge.trails.power_losses import TakenLines
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
        taken: what its power losses took of files.
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
    taken: tuple[TakenLines, ...] = ()
    servers: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`scenario` or `scenario::variant`."""
        return self.variant.name

    @property
    def path(self) -> Path:
        """The scenario file."""
        return self.variant.document.source.path


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
