"""A scenario whose own run doesn't end by itself: there is nothing to explore in it."""

from __future__ import annotations

from collections.abc import Iterable

from wptest.run.bounds import NAMES
from wptest.run.result import Result
from wptest.words.finding import Finding


class EndlessError(Exception):
    """The run goes beyond a bound; the text says which."""


def ended(result: Result) -> Result:
    """The result of a run that has come to its end.

    Raises:
        EndlessError: it hasn't.
    """
    check(result.findings)
    return result


def check(findings: Iterable[Finding]) -> None:
    """See whether a run has come to its end.

    Raises:
        EndlessError: it hasn't.
    """
    for finding in findings:
        if finding.name in NAMES:
            raise EndlessError(f"the scenario's own run doesn't end: {finding.message}")
