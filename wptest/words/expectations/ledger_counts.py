"""`ledger`: how many lines are where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import final

from pydantic import Field

from wptest.shapes.shape import Shape
from wptest.shapes.values import Compared, Comparison
from wptest.words.expectation import Expectation
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.obstacle import Beyond, Obstacle
from wptest.words.registry import nothing
from wptest.words.stage import Reality


class LedgerExpect(Shape):
    """Where the lines are, over the whole run."""

    issued: Compared | None = Field(default=None, description="Lines that were made or given.", examples=[500])
    accepted: Compared | None = Field(default=None, description="Lines that `wparse` has read.", examples=[500])
    delivered: Compared | None = Field(default=None, description="Lines that their sinks have got.", examples=[500])
    rescued: Compared | None = Field(default=None, description="Lines that went to a rescue file.", examples=[500])
    stranded: Compared | None = Field(
        default=None, description="Lines in a `.dat.lock` whose writer is dead.", examples=[500]
    )
    quarantined: Compared | None = Field(
        default=None, description="Lines that are not text, put aside.", examples=[500]
    )
    dropped: Compared | None = Field(default=None, description="Lines that a strategy gave up.", examples=[500])
    lost: Compared | None = Field(default=None, description="Lines that are nowhere.", examples=[0])
    duplicates: Compared | None = Field(default=None, description="Lines that a sink got twice.", examples=[0])
    in_flight: Compared | None = Field(default=None, description="Lines between two places.", examples=[0])


@final
class LedgerCounts(Expectation[LedgerExpect]):
    """How many lines are where, over the whole run."""

    key = "ledger"
    order = 50
    examples = ({"lost": 0},)
    value = LedgerExpect
    in_check = True
    names = patterns = nothing

    def amounts(self) -> Iterable[tuple[str, Comparison]]:
        """See `Expectation.amounts`."""
        return ((place, expected) for place, expected in self.expected if expected is not None)

    def obstacles(self, _real: Reality) -> Iterable[Obstacle]:
        """See `Expectation.obstacles`."""
        if self.expected.in_flight is not None:
            message = "what a real process has in its memory can't be seen"
            yield Obstacle(Beyond.HIDDEN, ("in_flight",), message)

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        for place, expected in self.amounts():
            yield from compare_counts(facts, place, expected)


def compare_counts(facts: Facts, place: str, expected: Comparison | None) -> Findings:
    """A failure when not so many lines as expected are in a place of the ledger, over all targets."""
    if expected is None:
        return
    counts = facts.counts(place)

    def evidence() -> Iterator[str]:
        for target, number in counts.items():
            if target and number:
                yield f"for {target}: {number}"
                if place in ("lost", "duplicates"):
                    yield from facts.trail(place, target)

    what = {"lost": "lost lines", "duplicates": "lines that a sink got twice"}.get(place, f"lines {place}")
    yield from facts.compare(
        Failure.LEDGER, (place,), expected, sum(counts.values()), what=what, evidence=evidence()
    )
