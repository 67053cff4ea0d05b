"""`must_happen`: events without which a run has proved nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, final

from wptest.shapes.shape import Many
from wptest.shapes.values import EventName, OneOrMany
from wptest.words.expectation import Expectation
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.obstacle import Obstacle
from wptest.words.registry import nothing
from wptest.words.stage import Reality


@final
class MustHappen(Expectation[Sequence[str]]):
    """Events that must have happened; if not, the run is unverified."""

    key = "must_happen"
    order = 200
    examples = (["rescue.created", "recovery.file_removed"],)
    value = Annotated[Many[EventName], OneOrMany]
    in_check = False
    names = patterns = amounts = nothing

    def obstacles(self, real: Reality) -> Iterable[Obstacle]:
        """See `Expectation.obstacles`."""
        for index, event in enumerate(self.expected):
            yield from (Obstacle(kind, (index,), why) for kind, why in real.why_not_seen(event))

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        for index, event in enumerate(self.expected):
            if not facts.events(event):
                yield facts.unproved((index,), f"{event} never happened", Failure.NEVER_HAPPENED)
