"""Findings of this moment, and those of a target that is out of reach of who judges it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.foreign.sink_mistakes import UnreadableTargetError
from engine.machine import Machine
from engine.text.source_text import KeyPath
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome, Trail


def found_now(
    machine: Machine | None,
    code: Failure,
    message: str,
    outcome: Outcome = Outcome.FAILED,
    *,
    name: str = "",
    path: KeyPath = (),
    evidence: Iterable[str] = (),
    help_: str = "",
    time: int | None = None,
    trail: Trail | None = None,
) -> Finding:
    """What is found now, or, without a `machine`, before a run; it may have come to be at another `time`.

    Without a `name` it has that of its place in the scenario. Evidence that is a trail is kept as one, where no
    other `trail` is given.
    """
    now, after = (0, 0) if machine is None else (machine.scheduler.now, len(machine.trace.events))
    name = name or ".".join(map(str, path))
    time = now if time is None else time
    trail = evidence if trail is None and isinstance(evidence, Trail) else trail
    trail = trail if trail is not None and trail.lines else None
    return Finding(outcome, code, name, message, time, after, path, tuple(evidence), help_, trail)


def if_readable(machine: Machine, judge: Callable[[], list[Finding]]) -> list[Finding]:
    """What `judge` finds; unverified, with the reason, where it can't read a target."""
    try:
        return judge()
    except UnreadableTargetError as error:
        return [found_now(machine, Failure.UNREADABLE, str(error), Outcome.UNVERIFIED, name="stored")]
