"""`at: 3s`: so long after the scenario's start."""

from __future__ import annotations

from typing import final

from wptest.shapes.values import Duration
from wptest.words.registry import nothing
from wptest.words.stage import Stage
from wptest.words.trigger import AT_THE_END, Planned, Trigger, in_time, no_words
from wptest.words.verb import Stands


@final
class At(Trigger[int]):
    """So long after the start."""

    key = "at"
    order = 10
    examples = ("3s",)
    value = Duration
    stands = Stands(when=True, meanwhile=True, cleanup=AT_THE_END)
    below = ""
    told = no_words
    lateness = in_time
    obstacles = nothing

    async def come(self, stage: Stage, _since: int) -> None:
        """See `Trigger.come`: at once, where it is later already."""
        await stage.waiting.pause(max(0, self.written - stage.machine.scheduler.now))

    def plan(self, before: Planned) -> Planned:
        """See `Trigger.plan`: the clock says it, whatever came before."""
        return Planned(max(before.time, self.written), exact=True)

    @property
    def moment(self) -> int | None:
        """See `Trigger.moment`."""
        return self.written
