"""Judging what can be read: a target that somebody else keeps may be out of reach at the moment."""

from __future__ import annotations

from collections.abc import Callable

from engine.foreign.sink_mistakes import UnreadableTargetError
from engine.machine import Machine
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome


def if_readable(machine: Machine, judge: Callable[[], list[Finding]]) -> list[Finding]:
    """What `judge` finds; unverified, with the reason, where it can't read a target."""
    try:
        return judge()
    except UnreadableTargetError as error:
        now, after = machine.scheduler.now, len(machine.trace.events)
        return [Finding(Outcome.UNVERIFIED, Failure.UNREADABLE, "stored", str(error), now, after)]
