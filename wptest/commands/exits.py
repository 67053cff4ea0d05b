"""The exit codes of `wptest`; they never change their meaning."""

from __future__ import annotations

from enum import IntEnum

from wptest.report.summary import Summary

HELP = """\b
Exit codes:
  0    everything passed
  1    something failed
  2    nothing failed, but something is unverified: it proved nothing
  4    wrong usage: an unknown option, a missing file, nothing to run
  5    a scenario file has mistakes (whatever else happened)
  6    nothing failed, but a cleanup did
  130  interrupted by Ctrl-C
"""


class ExitCode(IntEnum):
    """How a command ended."""

    PASSED = 0
    FAILED = 1
    UNVERIFIED = 2
    USAGE = 4
    INVALID = 5
    UNCLEAN = 6
    INTERRUPTED = 130


def exit_code(summary: Summary) -> ExitCode:
    """The one that says most: an invalid file before a failure before what is unverified."""
    if summary.interrupted:
        return ExitCode.INTERRUPTED
    worst = (
        ("invalid", ExitCode.INVALID),
        ("failed", ExitCode.FAILED),
        ("unclean", ExitCode.UNCLEAN),
        ("unverified", ExitCode.UNVERIFIED),
    )
    return next((code for outcome, code in worst if summary.counts[outcome]), ExitCode.PASSED)
