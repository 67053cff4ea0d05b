"""`corrupt: 3`: so many bytes of what is read are wrong, and nobody is told."""

from __future__ import annotations

from wptest.shapes.values import Positive
from wptest.words.fault_kind import Damage, FaultKind


class Corrupt(FaultKind[int]):
    """Of what is read so many bytes are wrong, and nobody is told; what is on the disk stays right."""

    key = "corrupt"
    order = 50
    docs = "Of what a `read` gives, so many bytes are wrong, and nobody is told; on the disk they are right."
    examples = (1,)
    value = Positive
    alone = "read"
    beside = ""
    part = ""

    def damage(self) -> Damage:
        """See `FaultKind.damage`."""
        return {"corrupt": self.written}

    def trouble(self) -> str:
        """See `FaultKind.trouble`."""
        return "corrupt"
