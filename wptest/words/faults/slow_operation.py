"""`slow: 2s`: the operations take so much longer."""

from __future__ import annotations

from typing import Annotated, final

from pydantic import AfterValidator

from engine.text.mistake import Mistake
from wptest.shapes.values import Duration
from wptest.words.fault_kind import Damage, FaultKind


def _some(written: int) -> int:
    if not written:
        raise Mistake("a fault that takes 0s changes nothing", "a duration like 2s")
    return written


@final
class Slow(FaultKind[int]):
    """The operations take so much longer."""

    key = "slow"
    order = 40
    examples = ("2s",)
    value = Annotated[Duration, AfterValidator(_some)]
    alone = None
    beside = ""
    part = ""

    def damage(self) -> Damage:
        """See `FaultKind.damage`."""
        return {"delay": self.written}

    def trouble(self) -> str:
        """See `FaultKind.trouble`."""
        return "slow"
