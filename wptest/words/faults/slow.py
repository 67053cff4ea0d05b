"""`slow: 2s`: the operations take so much longer."""

from __future__ import annotations

from wptest.shapes.values import Duration
from wptest.words.fault_kind import Damage, FaultKind


class Slow(FaultKind[int]):
    """The operations take so many nanoseconds longer."""

    key = "slow"
    order = 40
    docs = "The operations take so much longer."
    examples = ("2s",)
    value = Duration
    alone = None
    beside = ""
    part = ""

    def damage(self) -> Damage:
        """See `FaultKind.damage`."""
        return {"delay": self.written}

    def trouble(self) -> str:
        """See `FaultKind.trouble`."""
        return "slow"
