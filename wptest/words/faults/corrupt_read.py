"""`corrupt: 3`: so many bytes of what is read are wrong, and nobody is told."""

from __future__ import annotations

from typing import final

from wptest.shapes.values import Positive
from wptest.words.fault_kind import Damage, FaultKind


@final
class Corrupt(FaultKind[int]):
    """Of what a `read` gives, so many bytes are wrong, and nobody is told; on the disk they are right."""

    key = "corrupt"
    order = 50
    examples = (1,)
    value = Positive
    alone = "read"
    beside = ""
    part = ""

    def damage(self) -> Damage:
        """See `FaultKind.damage`."""
        return {
            "spoil": self._flipped,
            "label": self.key,
            "spares": ("none had a byte", "let there be something to read"),
        }

    def trouble(self) -> str:
        """See `FaultKind.trouble`."""
        return "corrupt"

    def _flipped(self, data: bytes) -> bytes:
        """The bytes with one bit of some of them changed, evenly over all of them."""
        wrong, size = bytearray(data), len(data)
        bad = min(self.written, size)
        for number in range(bad):
            wrong[(2 * number + 1) * size // (2 * bad)] ^= 1
        return bytes(wrong)
