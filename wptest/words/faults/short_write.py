"""`short: 100`: a write writes so many bytes at most, and says so."""

from __future__ import annotations

from typing import final

from wptest.shapes.values import Positive
from wptest.words.fault_kind import Damage, FaultKind


@final
class Short(FaultKind[int]):
    """A `write` writes so many bytes at most, and says so: the program goes on with the rest."""

    key = "short"
    order = 30
    examples = (100,)
    value = Positive
    alone = "append"
    beside = ""
    part = ""

    def damage(self) -> Damage:
        """See `FaultKind.damage`."""
        spares = f"none had more than {self.written} bytes", "give it a smaller 'short'"
        return {"spoil": lambda data: data[: self.written], "label": self.key, "spares": spares}

    def trouble(self) -> str:
        """See `FaultKind.trouble`."""
        return "short write"
