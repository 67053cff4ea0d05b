"""What counts in a run that is not the scenario's own: that the invariants hold, and that it ends."""

from __future__ import annotations

from collections.abc import Iterable

from wptest.judge.invariants import INVARIANT_NAMES
from wptest.run.bounds import ENDINGS
from wptest.run.closing import CLOSING
from wptest.words.finding import Finding, Outcome

_MUST_HOLD = frozenset({*INVARIANT_NAMES, *ENDINGS, CLOSING})


def breaches(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that break what must always hold."""
    return tuple(each for each in findings if each.outcome is Outcome.FAILED and each.name in _MUST_HOLD)


class EndlessError(Exception):
    """The run goes beyond a bound; the text says which."""


def demand_end(findings: Iterable[Finding]) -> None:
    """See whether a run has come to its end.

    Raises:
        EndlessError: it hasn't.
    """
    for finding in findings:
        if finding.name in ENDINGS:
            raise EndlessError(f"the scenario's own run doesn't end: {finding.message}")
