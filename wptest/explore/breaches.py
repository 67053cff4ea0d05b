"""What counts when a run is not the one that its scenario tells of: the invariants, and that it ends."""

from __future__ import annotations

from collections.abc import Iterable

from wptest.judge.invariants import NAMES
from wptest.run.bounds import NAMES as ENDINGS
from wptest.run.closing import CLOSING
from wptest.words.finding import Finding, Outcome

_ENDLESS = (*ENDINGS, CLOSING)


def breaches(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that break what must always hold."""
    return tuple(
        finding
        for finding in findings
        if finding.outcome is Outcome.FAILED and (finding.name in NAMES or finding.name in _ENDLESS)
    )
