"""`upon: {request: orders, number: 3}`: when a sink's request to its database has come to some point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple, Self, final

from pydantic import Field

from engine.databases.request import FaultPoint
from wptest.shapes.values import Count, SinkRef
from wptest.words.obstacle import Reason
from wptest.words.stage import NotRunningError, Reality, Stage
from wptest.words.trigger import Besides, UponTrigger, in_time


class RequestAt(NamedTuple):
    """A sink, which of its requests to write, and how far that has come."""

    sink: str
    number: int
    point: FaultPoint


@final
class UponRequest(UponTrigger[RequestAt]):
    """When a request of this sink to write to its table has come so far; whoever has it in hand waits."""

    key = "request"
    order = 70
    examples = ("orders",)
    value = SinkRef
    besides = (
        Besides(
            "number",
            Annotated[Count, Field(ge=1)],
            "Which `request`, counted from the step before.",
            (3,),
            default=1,
        ),
        Besides("point", FaultPoint, "How far it has come.", ("before_commit",), default="received"),
    )
    together = ""
    lateness = in_time

    @classmethod
    def read(cls, upon: Mapping[str, Any]) -> Self:
        """See `UponTrigger.read`."""
        return cls(RequestAt(upon["request"], upon["number"], upon["point"]))

    async def come(self, stage: Stage, _since: int) -> None:
        """See `Trigger.come`."""
        found = stage.project.sink(self.written.sink)
        database = None if found is None else found.database
        if database is None:
            raise NotRunningError(self.written.sink)
        await stage.waiting.until_request(
            database.server.name, database.table.name, self.written.point, self.written.number
        )

    def told(self) -> str:
        """See `Trigger.told`."""
        sink, number, point = self.written
        return f"request number {number} of {sink}, {point}"

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Trigger.obstacles`."""
        return real.why_no_moment(self.written.sink, self.written.point)

    @property
    def sink(self) -> str | None:
        """See `Trigger.sink`."""
        return self.written.sink
