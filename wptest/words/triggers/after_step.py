"""`after: 500ms`: so long after the step before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wptest.shapes.values import Duration
from wptest.words.trigger import AT_THE_END, Planned, Trigger
from wptest.words.verb import Stands

if TYPE_CHECKING:
    from engine.machine import Machine
    from wptest.words.obstacle import Reason
    from wptest.words.stage import Reality, Stage


class After(Trigger[int]):
    """So many nanoseconds after the step before is done."""

    key = "after"
    order = 20
    docs = "So long after the step before is done."
    examples = ("500ms",)
    value = Duration
    stands = Stands(
        when=True,
        meanwhile="steps of 'meanwhile' know nothing of each other: use 'at' or 'upon'",
        cleanup=AT_THE_END,
    )
    below = ""

    async def come(self, stage: Stage) -> None:
        """See `Trigger.come`."""
        await stage.pause(max(0, stage.since + self.written - stage.machine.scheduler.now))

    def plan(self, before: Planned) -> Planned:
        """See `Trigger.plan`."""
        return Planned(before.time + self.written, before.exact)

    def told(self) -> str:
        """See `Trigger.told`."""
        return ""

    def lateness(self, machine: Machine) -> str:
        """See `Trigger.lateness`: it comes at its time."""
        del machine
        return ""

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Trigger.obstacles`."""
        del real
        return ()
