"""`ledger`: how many lines are where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import final

from wptest.shapes.shape import Shape, documented
from wptest.shapes.values import Compared, Comparison
from wptest.words.expectation import Expectation
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.obstacle import Beyond, Obstacle
from wptest.words.registry import nothing
from wptest.words.stage import Reality


class LedgerExpect(Shape):
    """Where the lines are, over the whole run."""

    issued: Compared | None = documented("Lines that were made or given.", 500)
    accepted: Compared | None = documented("Lines that `wparse` has read.", 500)
    delivered: Compared | None = documented("Lines that their sinks have got.", 500)
    rescued: Compared | None = documented("Lines that went to a rescue file.", 500)
    stranded: Compared | None = documented(
        "Lines in a dead writer's `.dat.lock`, or a rescue file that was moved away.", 500
    )
    quarantined: Compared | None = documented(
        "Lines that are not text, or that their sink refuses, put aside.", 500
    )
    dropped: Compared | None = documented("Lines that a strategy gave up.", 500)
    lost: Compared | None = documented("Lines that are nowhere.", 0)
    duplicates: Compared | None = documented("Lines that a sink got twice.", 0)
    in_flight: Compared | None = documented("Lines between two places.", 0)


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
                if place == "quarantined":
                    yield from facts.put_aside(target)

    what = {"lost": "lost lines", "duplicates": "lines that a sink got twice"}.get(place, f"lines {place}")
    yield from facts.compare(
        Failure.LEDGER, (place,), expected, sum(counts.values()), what=what, evidence=evidence()
    )
