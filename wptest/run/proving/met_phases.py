"""Which phase all attempts of a sink have met that is down whenever it is tried."""

from __future__ import annotations

from collections.abc import Sequence

from engine.kernel import Event
from engine.sinks.kinds.test_rescue import phases_of
from engine.units import Phase, format_duration, format_phases
from wptest.run.world import World

_BORN = ("program.started", "recovery.file_began")  # phases begin when a program makes its sink


def phase_met(world: World, sink: str, attempts: Sequence[Event]) -> str:
    """What to say of the attempts of a program on a sink, earliest first: nothing where phases don't matter."""
    conf = world.project.sink(sink)
    phases = () if conf is None else phases_of(conf, world.machine.environment)
    if not phases or not attempts:
        return ""
    born = _born(world.machine.trace.events, sink, attempts[0])
    met = {_phase_at(phases, event.time - born) for event in attempts}
    if len(met) > 1:
        return ""
    each = f"each of {len(attempts):,} attempts" if len(attempts) > 1 else "the attempt"
    since = f"since {format_duration(attempts[0].time)}"
    return f"{each} {since} met the phase '{format_phases(tuple(met))}' of '{format_phases(phases)}'"


def _born(events: Sequence[Event], sink: str, first: Event) -> int:
    """When the sink was made that an attempt is about."""
    born = 0
    for event in events:
        if event is first:
            break
        is_its = event.kind == "program.started" or event.fields.get("sink") == sink
        if event.process == first.process and event.kind in _BORN and is_its:
            born = event.time
    return born


def _phase_at(phases: Sequence[Phase], age: int) -> Phase:
    moment = age % sum(phase.duration for phase in phases)
    for phase in phases:
        if moment < phase.duration:
            return phase
        moment -= phase.duration
    raise AssertionError("a remainder is less than the sum")
