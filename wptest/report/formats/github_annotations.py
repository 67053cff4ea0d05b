"""Annotations of GitHub Actions: lines that its runner takes for commands, and shows beside the file.

The runner takes any line for a command that begins with `::`, also behind blanks, or has `##[` anywhere in it. Of
each kind it shows ten for a step, so the causes come first, each with one example.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence

from wptest.document.report_document import ReportDocument
from wptest.report.formats.issues import Issue, issues_of

_MOST = 10  # of each kind that a step may have
_LONGEST = 4_000  # characters of a message
_EVIDENCE = 6  # lines
_WARNING = ("unverified", "warning")


def github_annotations(document: ReportDocument, below: str = "") -> str:
    """The annotations of a report, each on a line of its own; empty where there is nothing to say.

    `below` is the directory of the command, from the root of the repository on.
    """
    issues = issues_of(document, below)
    errors = [each for each in issues if each.weight not in _WARNING]
    warnings = [each for each in issues if each.weight in _WARNING]
    lines = [*_commands("error", errors), *_commands("warning", warnings)]
    return "".join(f"{line}\n" for line in lines)


def stop_commands() -> tuple[str, str]:
    """The line after which the runner takes none for a command, and the one that ends that; nobody guesses it."""
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}", f"::{token}::"


def _commands(kind: str, issues: Sequence[Issue]) -> Iterator[str]:
    shown = _one_of_each_cause_first(issues)
    fitting = shown if len(shown) <= _MOST else shown[: _MOST - 1]
    yield from (_command(kind, each) for each in fitting)
    if rest := len(shown) - len(fitting):
        yield f"::{kind} title=wptest::and {rest:,} more: the summary has them all"


def _one_of_each_cause_first(issues: Sequence[Issue]) -> list[Issue]:
    first = {issue.cause: issue for issue in reversed(issues)}
    begins = [issue for issue in issues if first[issue.cause] is issue]
    return begins + [issue for issue in issues if first[issue.cause] is not issue]


def _command(kind: str, issue: Issue) -> str:
    place = issue.place
    properties = {"file": place.file}
    if place.line:
        properties["line"] = str(place.line)
    if place.line and place.column:
        properties["col"] = str(place.column)
        properties["endColumn"] = str(place.column + max(1, place.length))
    properties["title"] = f"{issue.code} {issue.title}"
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    # The last line says how to see it again.
    more = issue.more if len(issue.more) <= _EVIDENCE else (*issue.more[: _EVIDENCE - 1], issue.more[-1])
    message = "\n".join((issue.message, *more))[:_LONGEST]
    return f"::{kind} {said}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
