"""A check of the user's own, as the expectation that it is: a function marked with `@wptest.check`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from wptest.shapes.extension import Call
from wptest.words.expectation import Expectation, Named
from wptest.words.facts import Facts, Findings
from wptest.words.obstacle import Beyond, Obstacle
from wptest.words.registry import nothing
from wptest.words.stage import Reality


@final
class UserCheck(Expectation[Call]):
    """A call of a user's own check; its key is the function's name."""

    key = "check"
    order = 0
    examples = ()
    value = Call
    in_check = True
    patterns = amounts = nothing

    @property
    def place(self) -> str:
        """See `Expectation.place`."""
        return self.expected.key

    def names(self) -> Iterable[Named]:
        """See `Expectation.names`: what its parameters say that they are names of."""
        for (_, *place), name in self.expected.references("sink"):
            yield Named("sink", name, tuple(place), at_key=False)
        for (_, *place), name in self.expected.references("process"):
            yield Named("process", name, tuple(place), at_key=False)

    def obstacles(self, _real: Reality) -> Iterable[Obstacle]:
        """See `Expectation.obstacles`."""
        yield Obstacle(Beyond.PYTHON, (), f"the check {self.place} may look at what only the engine shows")

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        yield from facts.user_check(self.expected)
