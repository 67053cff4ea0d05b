"""Expectations where moments are not exact: real processes go on while a step is on its way to them.

What then doesn't hold may be right all the same, so it is unverified, with the reason. Invariants know no moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from engine.text.source_text import KeyPath
from wptest.run.proving.unfinished_work import blaming_unfinished_work
from wptest.run.world import World
from wptest.words.expectation import Expectation
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome
from wptest.words.step import Step

_NEVER = "never"  # a message that is logged all the same is in these words
_OF_TIME = (Failure.DURATION, Failure.SPEED)


def expected(world: World, words: Iterable[Expectation[Any]], path: KeyPath) -> list[Finding]:
    """What of the expectations doesn't hold now: failed, or unverified where the moment may be to blame."""
    findings = world.facts.judged(words, path)
    if path == ("then",):
        findings = [blaming_unfinished_work(world, finding) for finding in findings]
    return [(tempered if world.subject.is_real else _explained)(world, finding) for finding in findings]


def _explained(world: World, finding: Finding) -> Finding:
    """The finding with the steps that were never triggered before it: they may be the cause."""
    if finding.outcome is not Outcome.FAILED or not world.doubts:
        return finding
    return replace(finding, evidence=(*finding.evidence, *(f"before it: {doubt}" for doubt in world.doubts)))


def tempered(world: World, finding: Finding) -> Finding:
    """The finding of an expectation, unverified where there are doubts about the moment."""
    doubts = [*world.doubts, *_doubts_now(world)]
    if finding.code in _OF_TIME:
        doubts = ["this is real time, on a machine that has other things to do as well"]
    if finding.code is Failure.LOG and _NEVER not in finding.path and world.subject.wording:
        doubts.append(world.subject.wording)
    if not world.subject.is_real or finding.outcome is not Outcome.FAILED or not doubts:
        return finding
    evidence = (*finding.evidence, *(f"not proved: {doubt}" for doubt in doubts))
    return replace(finding, outcome=Outcome.UNVERIFIED, evidence=evidence)


def late(world: World, index: int, step: Step, before: Step | None) -> Iterator[str]:
    """What to doubt since a step was triggered: a real process has gone on meanwhile, or has not come so far."""
    if not world.subject.is_real:
        return
    lateness = step.trigger.lateness(world.machine) if step.trigger is not None else ""
    after_pause = before is not None and before.verb.takes()
    if lateness:
        steps = f" ({world.subject.batches})" if world.subject.batches else ""
        yield f"step {index + 1} came {lateness}{steps}"
    elif (step.trigger is not None or after_pause) and not step.verb.nature.is_heard:
        at_work = [program.called for program in world.alive if program.idle_at != world.machine.work]
        if at_work:
            yield f"step {index + 1} came at its time, however far {' and '.join(at_work)} had come by then"


def _doubts_now(world: World) -> Iterator[str]:
    for program in world.alive:
        if program.idle_at != world.machine.work:
            yield f"{program.called} was at work, and a moment of real time is not exact"
