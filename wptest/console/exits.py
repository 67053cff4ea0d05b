"""The exit codes of `wptest`; they never change their meaning."""

from __future__ import annotations

import signal
from enum import IntEnum
from errno import EISDIR, ENOENT, ENOTDIR

import click

from engine.text.mistake import reason_of
from wptest.report.summary import Summary

HELP = """\b
Exit codes:
  0    everything passed
  1    something failed
  2    nothing failed, but something is unverified: it proved nothing
  3    nothing failed, but what should be written couldn't be: a full or read-only disk
  4    wrong usage: an unknown option, a missing file, nothing to run
  5    a scenario file has mistakes (whatever else happened)
  6    nothing failed, but a cleanup did
  129  ended by SIGHUP, after a report of what was done
  130  ended by Ctrl-C, as well
  141  ended because nobody reads its output any more
  143  ended by SIGTERM, after a report of what was done
"""

_WRONG_NAME = (EISDIR, ENOENT, ENOTDIR)


class ExitCode(IntEnum):
    """How a command ended."""

    PASSED = 0
    FAILED = 1
    UNVERIFIED = 2
    UNWRITTEN = 3
    USAGE = 4
    INVALID = 5
    UNCLEAN = 6
    # As a shell gives them for a process that dies of the signal, which is what CI systems and containers know.
    HANGUP = 128 + signal.SIGHUP
    INTERRUPTED = 128 + signal.SIGINT
    UNREAD = 128 + signal.SIGPIPE
    TERMINATED = 128 + signal.SIGTERM


class UnwrittenError(click.ClickException):
    """There is no room for a file, or no permission."""

    exit_code = ExitCode.UNWRITTEN


def unwritten(name: object, error: OSError) -> click.ClickException:
    """What to raise when a file can't be written; a directory that isn't there is wrong usage."""
    message = f"can't write {str(name)!r}: {reason_of(error)}"
    return click.UsageError(message) if error.errno in _WRONG_NAME else UnwrittenError(message)


def exit_code(summary: Summary) -> ExitCode:
    """The one that says most: an invalid file before a failure before what is unverified."""
    worst = summary.worst
    return ExitCode.FAILED if worst == "error" else ExitCode[worst.upper()]


def interrupted(by: BaseException | None) -> ExitCode:
    """The code for what ended a command before its time."""
    return ExitCode(128 + getattr(by, "number", signal.SIGINT))
