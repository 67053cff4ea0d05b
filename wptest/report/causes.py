"""Many runs that are no pass, by what they have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.text.diagnostic import Diagnostic
from wptest.judge.invariants import INVARIANT_NAMES
from wptest.text.codes import Code
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome, worst

_MEANINGS = {str(code): code.meaning for code in (*Failure, *Code)}
_Kind = tuple[str, str]
_Run = TypeVar("_Run")


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a run is no pass; `code` is empty for what is no finding, such as an internal error."""

    outcome: str
    code: str
    name: str
    message: str

    @property
    def kind(self) -> _Kind:
        """The same for equal causes."""
        return self.outcome, self.code or f"{self.name}: {self.message}"


@dataclass(frozen=True, slots=True)
class Group(Generic[_Run]):
    """Runs that have a cause in common, each with what it says of it."""

    runs: tuple[tuple[_Run, Cause], ...]

    @property
    def title(self) -> str:
        """`failed[WPT-R001]: no_loss`; what its code means, where its name isn't the same in all of them."""
        first = self.runs[0][1]
        same = len({cause.name for _, cause in self.runs}) == 1
        name = first.name if same or not first.code else _MEANINGS.get(first.code, first.name)
        return f"{first.outcome}[{first.code}]: {name}" if first.code else f"{first.outcome}: {name}"


def causes_of_findings(findings: Iterable[Finding]) -> tuple[Cause, ...]:
    """The causes of a result: of its findings those that made it what it is."""
    findings = list(findings)
    outcome = worst(findings)
    counting = [finding for finding in findings if finding.outcome is outcome]
    return tuple(Cause(outcome.value, str(each.code), each.name, each.message) for each in counting)


def causes_of_mistakes(mistakes: Iterable[Diagnostic]) -> tuple[Cause, ...]:
    """The causes of an invalid file."""
    errors = [mistake for mistake in mistakes if mistake.severity == "error"]
    return tuple(Cause("invalid", str(each.code), "", each.message) for each in errors)


def grouped(runs: Sequence[_Run], causes: Callable[[_Run], Sequence[Cause]]) -> list[Group[_Run]]:
    """As few groups as possible, the largest first: what most runs have in common explains most.

    A broken invariant explains more than an expectation that doesn't hold, so a run with one is grouped by it.
    """
    groups: list[Group[_Run]] = []
    left = [(run, tuple(causes(run))) for run in runs]
    for counts in (_is_invariant, lambda _cause: True):
        while kind := _most_frequent([{each.kind: None for each in told if counts(each)} for _, told in left]):
            found = [(run, next((each for each in told if each.kind == kind), None)) for run, told in left]
            groups.append(Group(tuple((run, cause) for run, cause in found if cause is not None)))
            left = [each for each, (_, cause) in zip(left, found, strict=True) if cause is None]
    return sorted(groups, key=lambda group: -len(group.runs))


def _most_frequent(kinds: Iterable[Iterable[_Kind]]) -> _Kind | None:
    """The kind that most runs have, the first of them where there are several."""
    counts = Counter(kind for each in kinds for kind in each)
    return max(counts, key=lambda kind: counts[kind]) if counts else None


def _is_invariant(cause: Cause) -> bool:
    return cause.name in INVARIANT_NAMES and cause.outcome == Outcome.FAILED.value
