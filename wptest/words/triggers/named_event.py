"""`upon: {event: rescue.created}`: when something happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self, final

from wptest.shapes.values import EventName
from wptest.words.obstacle import Reason
from wptest.words.stage import Reality, Stage
from wptest.words.trigger import UponTrigger, somewhat_late


@final
class UponEvent(UponTrigger[str]):
    """When this happens."""

    key = "event"
    order = 40
    examples = ()
    value = EventName
    besides = ()
    together = ""
    lateness = somewhat_late

    @classmethod
    def read(cls, upon: Mapping[str, Any]) -> Self:
        """See `UponTrigger.read`."""
        return cls(upon["event"])

    async def come(self, stage: Stage, _since: int) -> None:
        """See `Trigger.come`."""
        await stage.waiting.until_event(self.written)

    def told(self) -> str:
        """See `Trigger.told`."""
        return self.written

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Trigger.obstacles`."""
        return real.why_not_seen(self.written)
