"""Why nothing moves any more: the sink that takes nothing, and what it says, or where its code is."""

from __future__ import annotations

from typing import NamedTuple

from engine.kernel import Event
from engine.kernel.deadline import stack_of
from engine.kernel.foreign_calls import in_calls
from wptest.run.bounds import own_places
from wptest.run.proving.met_phases import phase_met
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
    events = world.machine.trace.events
    last = next((event for event in reversed(events) if event.kind in _FAILURES), None)
    if last is None:
        return None
    name, attempts = str(last.fields["sink"]), list[Event]()
    for event in reversed(events):
        is_its = event.fields.get("sink") == name and event.process == last.process
        if is_its and event.kind == "sink.delivered":
            break
        attempts += [event] if is_its and event.kind in _FAILURES else []
    if last not in attempts:
        return None
    conf = world.project.sink(name)
    met = phase_met(world, name, attempts[::-1])
    why = f"still fails: {last.fields['reason']}{f': {met}' if met else ''}"
    return FailingSink(name, why, is_own=conf is not None and conf.foreign is not None)
