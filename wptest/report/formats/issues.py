"""What a reviewer has to look at, one by one: what formats for code reviews are made of."""

from __future__ import annotations

import hashlib
import posixpath
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from engine.text.display import printable
from wptest.document.report_document import ReportDocument
from wptest.document.reported_finding import ReportedFinding
from wptest.document.reported_place import ReportedMistake, ReportedPlace
from wptest.document.reported_variant import ReportedVariant

Weight = Literal["error", "failed", "unclean", "unverified", "warning"]
_WEIGHTS: tuple[Weight, ...] = ("error", "failed", "unclean", "unverified", "warning")
_LONGEST = 1_000  # characters of a line: a reviewer reads no more


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that a reviewer has to look at, with nothing in its texts that would move a cursor.

    Attributes:
        weight: how bad it is; `error` is for a run without a result and for a file with mistakes.
        code: its code, or its name where it has none.
        title: what doesn't hold, and of which variant.
        message: one line.
        more: further lines: evidence, and how to see it again.
        place: relative to the root of the repository; the beginning of its scenario where nothing better is known.
        variant: the variant's id; empty for a mistake of a file.
        is_invariant: whether what always must hold doesn't.
        fingerprint: the same in every run for the same issue, wherever in its file it stands.
    """

    weight: Weight
    code: str
    title: str
    message: str
    more: tuple[str, ...]
    place: ReportedPlace
    variant: str = ""
    is_invariant: bool = False
    fingerprint: str = field(default="", compare=False)

    @property
    def cause(self) -> tuple[str, str]:
        """The same for issues that have one cause, as far as that can be known."""
        return self.weight, self.code


def issues_of(document: ReportDocument, below: str = "") -> list[Issue]:
    """All issues of a report, the worst first, each with a fingerprint of its own.

    `below` is the directory of the command, from the root of the repository on.
    """
    found = [_rebased(each, below) for each in _issues(document)]
    seen: Counter[str] = Counter()
    marked = []
    for issue in sorted(found, key=lambda issue: _WEIGHTS.index(issue.weight)):
        said = f"{issue.place.file}\0{issue.variant}\0{issue.code}\0{issue.title}"
        seen[said] += 1
        fingerprint = hashlib.sha256(f"{said}\0{seen[said]}".encode()).hexdigest()
        marked.append(replace(issue, fingerprint=fingerprint))
    return marked


def _issues(document: ReportDocument) -> Iterator[Issue]:
    for told in document.results:
        if not told.is_pass:
            yield from (_of_finding(told, each) for each in _found_in(told))
            yield from _undone(told)
    yield from (_of_mistake(each, "error") for file in document.invalid for each in _errors(file.mistakes))
    yield from (_of_mistake(each, "warning") for each in document.warnings if each.severity == "warning")


def _found_in(told: ReportedVariant) -> Sequence[ReportedFinding]:
    """What a variant's run found, and the first of each name that its explorations did."""
    first: dict[str, ReportedFinding] = {}
    for done in told.explorations:
        for breach in done.breaches:
            for finding in breach.findings:
                first.setdefault(finding.name, finding)
    return [*told.findings, *first.values()]


def _undone(told: ReportedVariant) -> Iterator[Issue]:
    for done in told.explorations:
        if done.not_done:
            title = f"{done.kind} not done: {told.name}"
            code = f"explore.{done.kind}"
            yield Issue("unverified", code, _line(title), _line(done.not_done), (), _beginning(told), told.id)


def _errors(mistakes: Sequence[ReportedMistake]) -> list[ReportedMistake]:
    return [each for each in mistakes if each.severity == "error"]


def _of_finding(told: ReportedVariant, finding: ReportedFinding) -> Issue:
    again = f"to see it again: {told.replay.command}" if told.replay.command else ""
    help_ = f"help: {finding.help}" if finding.help else ""
    return Issue(
        weight=finding.outcome,
        code=finding.code or finding.name,
        title=_line(f"{finding.name}: {told.name}"),
        message=_line(finding.message),
        more=tuple(_line(text) for text in (*finding.evidence, help_, again) if text),
        place=finding.place or _beginning(told),
        variant=told.id,
        is_invariant=finding.kind == "invariant",
    )


def _of_mistake(mistake: ReportedMistake, weight: Weight) -> Issue:
    said = (("expected", mistake.expected), ("help", mistake.help))
    more = tuple(_line(f"{name}: {text}") for name, text in said if text)
    title = "mistake in a scenario" if weight == "error" else "warning of a scenario"
    return Issue(weight, mistake.code, title, _line(mistake.message), more, mistake.place)


def _line(text: str) -> str:
    return printable(text[:_LONGEST])


def _beginning(told: ReportedVariant) -> ReportedPlace:
    return ReportedPlace(told.file, told.line)


def _rebased(issue: Issue, below: str) -> Issue:
    file = posixpath.normpath(posixpath.join(below, issue.place.file))
    return replace(issue, place=replace(issue.place, file=_line(file)))
