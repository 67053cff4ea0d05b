"""`torn: 10`, beside an `errno`: so many bytes of a failing write are in the file all the same."""

from __future__ import annotations

from typing import final

from wptest.shapes.values import Positive
from wptest.words.fault_kind import Damage, FaultKind


@final
class Torn(FaultKind[int]):
    """Of a failing `write`, so many bytes are in the file all the same, and nobody is told."""

    key = "torn"
    order = 20
    examples = (10,)
    value = Positive
    alone = "append"
    beside = "errno"
    part = "what a failing write leaves"

    def damage(self) -> Damage:
        """See `FaultKind.damage`."""
        return {"spoil": lambda data: data[: self.written]}

    def trouble(self) -> str:
        """See `FaultKind.trouble`: it is the error that the program sees."""
        return ""
