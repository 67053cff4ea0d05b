"""Why nothing moves any more: the sink that takes nothing, and what it says, or where its code is."""

from __future__ import annotations

from typing import NamedTuple

from engine.kernel.deadline import stack_of
from engine.kernel.foreign_calls import in_calls
from wptest.run.bounds import own_places
from wptest.run.world import World

_FAILURES = ("sink.failed", "reconnect.failed")


class FailingSink(NamedTuple):
    """A sink that takes nothing.

    Attributes:
        sink: its name.
        why: that it has failed and with what, or where its code is that doesn't come back.
        is_own: it is somebody's own Python code.
        is_busy: its code doesn't come back.
    """

    sink: str
    why: str
    is_own: bool
    is_busy: bool = False

    def __str__(self) -> str:
        return f"{self.sink} {self.why}"


def still_failing(world: World) -> FailingSink | None:
    """The sink whose own code doesn't come back, or the one that failed last, if it takes nothing since."""
    return _still_busy(world) or _still_down(world)


def _still_busy(world: World) -> FailingSink | None:
    sinks = {f"{program.name} {sink.id}": sink.id for program in world.alive for sink in world.project.sinks}
    for foreign in in_calls():
        places = own_places(tuple(stack_of(foreign.frame)))
        if places and foreign.name in sinks:
            why = f"doesn't come back from its own code: {places[0]}"
            return FailingSink(sinks[foreign.name], why, is_own=True, is_busy=True)
    return None


def _still_down(world: World) -> FailingSink | None:
    taking: set[str] = set()
    for event in reversed(world.machine.trace.events):
        if event.kind == "sink.delivered":
            taking.add(str(event.fields["sink"]))
        elif event.kind in _FAILURES:
            name = str(event.fields["sink"])
            conf = world.project.sink(name)
            is_own = conf is not None and conf.foreign is not None
            return None if name in taking else FailingSink(name, f"still fails: {event.fields['reason']}", is_own)
    return None
