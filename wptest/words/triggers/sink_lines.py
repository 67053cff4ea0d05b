"""`upon: {sink: access_log, lines: 100}`: when a sink has got so many lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self, final

from wptest.shapes.values import Count, SinkRef
from wptest.text.wording import so_many
from wptest.words.registry import nothing
from wptest.words.stage import Stage
from wptest.words.trigger import Besides, UponTrigger

if TYPE_CHECKING:
    from engine.kernel import Event
    from engine.machine import Machine


class LinesAt(NamedTuple):
    """A sink, and which of its lines."""

    sink: str
    lines: int


@final
class UponLines(UponTrigger[LinesAt]):
    """When this sink has got so many `lines`."""

    key = "sink"
    order = 30
    examples = ()
    value = SinkRef
    besides = (Besides("lines", Count, "Which line of the `sink`.", (100,)),)
    together = "{sink: NAME, lines: 100}"
    obstacles = nothing

    @classmethod
    def read(cls, upon: Mapping[str, Any]) -> Self:
        """See `UponTrigger.read`."""
        return cls(LinesAt(upon["sink"], upon["lines"]))

    async def come(self, stage: Stage, _since: int) -> None:
        """See `Trigger.come`: the sink's batch is split there."""
        sink, lines = _id_of(stage, self.written.sink), self.written.lines
        deliveries = stage.machine.deliveries
        if deliveries.total(sink) >= lines:
            return
        deliveries.stop_at(sink, lines)

        def reached(event: Event) -> bool:
            return event.fields["sink"] == sink and int(event.fields["total"] or 0) >= lines

        await stage.waiting.until_event("sink.delivered", reached)

    def told(self) -> str:
        """See `Trigger.told`."""
        return f"{self.written.lines} lines at {self.written.sink}"

    def lateness(self, machine: Machine) -> str:
        """See `Trigger.lateness`."""
        sink = self.written.sink
        return f"when {sink} had got {so_many(machine.deliveries.total(sink))}, and more were on their way"

    def so_far(self, stage: Stage) -> Iterable[str]:
        """See `Trigger.so_far`."""
        sink = self.written.sink
        got = so_many(stage.machine.deliveries.total(_id_of(stage, sink)))
        yield f"{sink} has got: {got}, and the step waits for {self.written.lines:,}"

    @property
    def sink(self) -> str | None:
        """See `Trigger.sink`."""
        return self.written.sink


def _id_of(stage: Stage, sink: str) -> str:
    """What the engine calls a sink that the scenario may call by its full name."""
    found = stage.project.sink(sink)
    return sink if found is None else found.id
