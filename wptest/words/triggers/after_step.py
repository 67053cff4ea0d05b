"""`after: 500ms`: so long after the step before."""

from __future__ import annotations

from typing import final

from wptest.shapes.values import Duration
from wptest.words.registry import nothing
from wptest.words.stage import Stage
from wptest.words.trigger import AT_THE_END, Planned, Trigger, in_time, no_words
from wptest.words.verb import Stands


@final
class After(Trigger[int]):
    """So long after the step before is done."""

    key = "after"
    order = 20
    examples = ("500ms",)
    value = Duration
    stands = Stands(
        when=True,
        meanwhile="steps of 'meanwhile' know nothing of each other: use 'at' or 'upon'",
        cleanup=AT_THE_END,
    )
    below = ""
    told = no_words
    lateness = in_time
    obstacles = nothing

    async def come(self, stage: Stage, since: int) -> None:
        """See `Trigger.come`."""
        await stage.waiting.pause(max(0, since + self.written - stage.machine.scheduler.now))

    def plan(self, before: Planned) -> Planned:
        """See `Trigger.plan`."""
        return Planned(before.time + self.written, before.exact)
