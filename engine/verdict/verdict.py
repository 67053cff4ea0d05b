"""What a verdict consists of: rows of what was judged, complaints, and what was not judged and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.project.model import VerdictMode
from engine.verdict.counts import TotalSource

VerdictOutcome = Literal["PASS", "WARN", "FAIL", "UNVERIFIED"]
RowVerdict = Literal["OK", "Exceeded", "Out of range", "Repeated", "Waiting", "Ignored"]
RowSubject = Literal["sink", "others", "sum"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a judgement rests on: `ratio` is `lines / denominator`, 0 where the denominator is.

    `expected` is the expectation as wproj's table shows it: `0.66±0.02`, `[0 ~ 0.1]`, `max 0.05`. `waiting` and
    `repeated` are those of the sink's `Count`.
    """

    denominator: int
    lines: int
    ratio: float
    expected: str
    waiting: int = 0
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class VerdictItem:
    """One complaint. `sink` is None where the group as a whole is meant, `evidence` where there was none."""

    severity: VerdictMode
    group: str
    sink: str | None
    message: str
    evidence: Evidence | None = None

    @property
    def place(self) -> str:
        """What it is about."""
        return self.group if self.sink is None else f"{self.group}/{self.sink}"


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One expectation, and what became of it.

    It is that of a `sink`, or one of the group's own: what its `others` get, or what the shares `sum` up to.
    """

    group: str
    sink: str | None
    verdict: RowVerdict
    evidence: Evidence
    subject: RowSubject = "sink"

    @property
    def place(self) -> str:
        """What it is about."""
        return f"{self.group} ({self.subject})" if self.sink is None else f"{self.group}/{self.sink}"


@dataclass(frozen=True, slots=True)
class Ignored:
    """A group, or one sink of it, whose expectations were not judged, and why.

    `basis` and the numbers are None where it did not come to them.
    """

    group: str
    reason: str
    sink: str | None = None
    basis: str | None = None
    denominator: int | None = None
    min_samples: int | None = None

    @property
    def place(self) -> str:
        """What it is about."""
        return self.group if self.sink is None else f"{self.group}/{self.sink}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole verdict.

    Attributes:
        outcome: FAIL for a missed expectation of mode error or panic; else UNVERIFIED where nothing at all was
            checked; else WARN for a missed one of mode warn, and for anything that was ignored.
        headline: the outcome with its number of complaints.
        items: the complaints, an ignored group's included.
        rows: every expectation, judged or not.
        ignored: what was not judged.
        checked: how many expectations were judged.
        total_input: how many lines went in.
        total_source: how that is known.
    """

    outcome: VerdictOutcome
    headline: str
    items: tuple[VerdictItem, ...]
    rows: tuple[VerdictRow, ...]
    ignored: tuple[Ignored, ...]
    checked: int
    total_input: int
    total_source: TotalSource

    @property
    def missed(self) -> tuple[VerdictItem, ...]:
        """The complaints about expectations that were judged."""
        return tuple(item for item in self.items if item.evidence is not None)
