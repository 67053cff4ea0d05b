"""`clock: 2025-10-04 01:59:20`: the wall clock at the start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from wptest.shapes.values import ClockTime
from wptest.words.obstacle import Beyond, Reason
from wptest.words.registry import nothing
from wptest.words.setting.part import DEFAULT_CLOCK, GivenPart, Outset
from wptest.words.stage import Reality


@final
class StartTime(GivenPart[int]):
    """The wall clock at the start, UTC."""

    key = "clock"
    order = 10
    examples = ("2025-10-04 01:59:20",)
    value = ClockTime
    default = DEFAULT_CLOCK
    snippets = ()
    names = misuses = hits = nothing

    def set_up(self, outset: Outset) -> None:
        """See `GivenPart.set_up`."""
        outset.clock = self.written

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `GivenPart.obstacles`."""
        return real.why_never(Beyond.CLOCK, "the clock of the machine can't be set")
