"""Findings of this moment, and those of a target that is out of reach of who judges it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.foreign.sink_mistakes import UnreadableTargetError
from engine.machine import Machine
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome
from wptest.words.obstacle import Path


def found_now(
    machine: Machine,
    code: Failure,
    message: str,
    outcome: Outcome = Outcome.FAILED,
    *,
    name: str = "",
    path: Path = (),
    evidence: Iterable[str] = (),
    help_: str = "",
    time: int | None = None,
) -> Finding:
    """What is found now, though it may have come to be at another `time`.

    Without a `name` it has that of its place in the scenario.
    """
    time, after = machine.scheduler.now if time is None else time, len(machine.trace.events)
    name = name or ".".join(map(str, path))
    return Finding(outcome, code, name, message, time, after, path, tuple(evidence), help_)


def if_readable(machine: Machine, judge: Callable[[], list[Finding]]) -> list[Finding]:
    """What `judge` finds; unverified, with the reason, where it can't read a target."""
    try:
        return judge()
    except UnreadableTargetError as error:
        return [found_now(machine, Failure.UNREADABLE, str(error), Outcome.UNVERIFIED, name="stored")]
