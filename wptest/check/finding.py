"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """How a check, a step or a whole run ended. Unverified is no pass: nothing was proved."""

    PASSED = "passed"
    UNVERIFIED = "unverified"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold, or that could not be verified.

    Attributes:
        outcome: FAILED or UNVERIFIED.
        name: the invariant, or the path of the expectation such as `then.sinks.a.lines`.
        message: one line: what was expected and what came.
        time: monotonic nanoseconds at which it was found.
        path: where in the scenario it is said, as keys and indexes; empty for an invariant.
        evidence: further lines, such as the first lines that are missing.
    """

    outcome: Outcome
    name: str
    message: str
    time: int
    path: tuple[str | int, ...] = ()
    evidence: tuple[str, ...] = ()


def worst(outcomes: list[Outcome]) -> Outcome:
    """Failed before unverified before passed."""
    for outcome in (Outcome.FAILED, Outcome.UNVERIFIED):
        if outcome in outcomes:
            return outcome
    return Outcome.PASSED
