"""Projects that have changed in a way that the books can't follow: what they say since then proves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.machine import Program
from wptest.run.world import World
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome

# What is about lines: where they belong is not known.
_OF_LINES = frozenset({
    Failure.NO_LOSS, Failure.NO_DUPLICATE, Failure.NO_INVENTION, Failure.CONSERVATION, Failure.INTEGRITY,
    Failure.ORDER, Failure.CHECKPOINT_BEHIND_DELIVERY, Failure.RESCUE_REMOVED_AFTER_DELIVERY,
    Failure.NO_STARVATION, Failure.NOTHING_STUCK, Failure.RESCUE_NAME, Failure.RECOVERY_IDEMPOTENT,
    Failure.SINK_LINES, Failure.RESCUE_FILES, Failure.LEDGER, Failure.RATIO, Failure.MARKS, Failure.CONTENT,
    Failure.VALIDATE,
})  # fmt: skip


def followed(world: World, started: Sequence[tuple[int, Program]], findings: list[Finding]) -> list[Finding]:
    """The findings; where a project can't be followed, this is one, and those about lines are as unverified."""
    if not world.unfollowed:
        return findings
    steps = {id(program): index for index, program in started}
    told = [_unfollowed(world, steps.get(id(program)), program, what) for program, what in world.unfollowed]
    why = tuple(finding.message for finding in told)
    tempered = [
        replace(each, outcome=Outcome.UNVERIFIED, evidence=(*each.evidence, *why))
        if each.outcome is Outcome.FAILED and each.code in _OF_LINES
        else each
        for each in findings
    ]
    return [*told, *tempered]


def _unfollowed(world: World, step: int | None, program: Program, what: str) -> Finding:
    message = f"when {program.called} was started, {what}: where lines belong can't be told any more"
    help_ = "let the new project keep it, and change its other settings, its rules or its samples"
    path = () if step is None else ("when", step)
    return world.facts.unproved(path, message, Failure.NOT_EXPRESSIBLE, help_=help_)
