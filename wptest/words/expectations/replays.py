"""`replay`: what recovery did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, final

from wptest.shapes.shape import Many, Shape, documented
from wptest.shapes.values import Compared, OneOrMany, Pattern
from wptest.words.expectation import Expectation, Sought
from wptest.words.expectations.ledger_counts import compare_counts
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.registry import nothing


class ReplayExpect(Shape):
    """What recovery did: the files in the order it replayed them, and lines sent twice or never."""

    files: Annotated[Many[Pattern], OneOrMany] | None = documented(
        "The files, in the order in which they were replayed.", ["*02:10:00.dat"]
    )
    duplicates: Compared | None = documented("Lines that were sent twice.", 0)
    lost: Compared | None = documented("Lines that were never sent.", 0)


@final
class Replays(Expectation[ReplayExpect]):
    """What recovery did."""

    key = "replay"
    order = 40
    examples = ({"duplicates": 0, "lost": 0},)
    value = ReplayExpect
    in_check = True
    names = amounts = obstacles = nothing

    def patterns(self) -> Iterable[Sought]:
        """See `Expectation.patterns`."""
        for index, pattern in enumerate(self.expected.files or ()):
            yield Sought("replayed file", pattern, ("files", index))

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        replayed, patterns = facts.replayed, self.expected.files
        if not replayed:
            yield facts.unproved((), "nothing was replayed, so there is nothing to check")
            return
        if patterns is not None and not (
            len(patterns) == len(replayed)
            and all(pattern.matches(file) for pattern, file in zip(patterns, replayed, strict=True))
        ):
            message = f"replayed files, in order: expected {_listed(patterns)}; got {_listed(replayed)}"
            yield facts.finding(Failure.REPLAYS, ("files",), message)
        yield from compare_counts(facts, "duplicates", self.expected.duplicates)
        yield from compare_counts(facts, "lost", self.expected.lost)


def _listed(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items) or "none"
