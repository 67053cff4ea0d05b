"""What a check found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from engine.text.diagnostic import shortened
from wptest.words.failures import Failure


class Outcome(Enum):
    """How a check, a step or a whole run ended.

    Unverified is no pass: nothing was proved. Unclean says that all held and that a cleanup step failed.
    """

    PASSED = "passed"
    UNVERIFIED = "unverified"
    UNCLEAN = "unclean"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold, or that could not be verified.

    Attributes:
        outcome: FAILED, UNCLEAN or UNVERIFIED.
        code: which kind of failure it is; `failure` has them all.
        name: the invariant, or the path of the expectation such as `then.sinks.a.lines`.
        message: one line: what was expected and what came.
        time: monotonic nanoseconds at which it was found, or at which it came to be.
        after: how many events had happened when it was found.
        path: where in the scenario it is said, as keys and indexes; empty for an invariant.
        evidence: further lines, such as the first lines that are missing.
        help: one thing to do; empty where the message is enough.
    """

    outcome: Outcome
    code: Failure
    name: str
    message: str
    time: int
    after: int
    path: tuple[str | int, ...] = ()
    evidence: tuple[str, ...] = ()
    help: str = ""

    def __post_init__(self) -> None:
        # Patterns, lines and names of a scenario can be of any length.
        object.__setattr__(self, "message", shortened(self.message))
        object.__setattr__(self, "evidence", tuple(map(shortened, self.evidence)))


BY_WEIGHT = (Outcome.FAILED, Outcome.UNCLEAN, Outcome.UNVERIFIED)


def worst(findings: Iterable[Finding]) -> Outcome:
    """How it ended: failed before unclean before unverified, and passed where nothing was found."""
    return min((finding.outcome for finding in findings), key=BY_WEIGHT.index, default=Outcome.PASSED)
