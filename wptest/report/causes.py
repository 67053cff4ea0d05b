"""Many runs that are no pass, by what they have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from wptest.document.reported_finding import ReportedFinding
from wptest.document.reported_place import ReportedFile
from wptest.document.reported_variant import ReportedVariant
from wptest.judge.invariants import INVARIANT_NAMES
from wptest.text.codes import Code
from wptest.words.failures import Failure
from wptest.words.finding import Outcome

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
        name = first.name if (same and first.name) or not first.code else _MEANINGS.get(first.code, first.name)
        return f"{first.outcome}[{first.code}]: {name}" if first.code else f"{first.outcome}: {name}"


def causes_of(told: ReportedVariant | ReportedFile) -> tuple[Cause, ...]:
    """Why it is no pass, each cause once: of its findings those that made it what it is; none of a pass."""
    if isinstance(told, ReportedFile):
        errors = [mistake for mistake in told.mistakes if mistake.severity == "error"]
        return tuple(Cause("invalid", each.code, "", each.message) for each in errors)
    if told.is_pass:
        return ()
    found = _findings_of(told)
    causes = [
        Cause(told.outcome, each.code, each.name, each.message) for each in found if each.outcome == told.outcome
    ]
    undone = [each for each in told.explorations if each.not_done]
    causes += [Cause("unverified", "", f"{each.kind} not done", each.not_done) for each in undone if not causes]
    return tuple({cause.kind: cause for cause in reversed(causes)}.values())[::-1]


def _findings_of(told: ReportedVariant) -> Iterator[ReportedFinding]:
    """What its run found, and its explorations."""
    yield from told.findings
    yield from (each for done in told.explorations for breach in done.breaches for each in breach.findings)


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
