"""The result of a run that never began, because something stands in the way that is known before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wptest.judge.found import found_now
from wptest.run.result import Result
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome, worst
from wptest.words.obstacle import Obstacle


def nothing_ran(
    variant: LoadedVariant, options: RunOptions, findings: Sequence[Finding], subject: str = "engine"
) -> Result:
    """The result of a run that never began."""
    return Result(
        variant=variant,
        seed=options.seed,
        outcome=worst([finding.outcome for finding in findings]),
        findings=tuple(findings),
        notes=(),
        trace_hash="",
        virtual_time=0,
        events=(),
        steps=0,
        behaviour=options.behaviour,
        subject=subject,
    )


def not_expressible(found: Iterable[Obstacle], who: str) -> list[Finding]:
    """A finding for each obstacle; `who` says who can't do it."""
    return [
        found_now(None, Failure.NOT_EXPRESSIBLE, f"{who}: {what}", Outcome.UNVERIFIED, path=path)
        for _, path, what in found
    ]
