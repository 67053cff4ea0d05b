"""Outages that the scenario asks for and nobody noticed: nothing was to be written while the sink was down."""

from __future__ import annotations

from collections.abc import Iterator

from engine.project.model import SinkConf
from engine.units import format_duration, format_phases
from wptest.run.world import World
from wptest.scenario.proof.idle_outages import outages, place_of
from wptest.words.failures import Failure
from wptest.words.finding import Finding
from wptest.words.setting.inline import InlineProject
from wptest.words.setting.parts.sink_phases import SinkPhases

_NOTICED = ("sink.failed", "reconnect.failed")
_WRITERS = ("wparse", "wprescue")


def unnoticed(world: World) -> Iterator[Finding]:
    """A finding for each outage that never bit. A project directory has its sinks for other scenarios as well."""
    if not any(program.name in _WRITERS for program in world.programs):
        return
    scenario, trace = world.scenario, world.machine.trace
    # Real programs may log it in other words, and show it by what they put aside.
    kinds = (*_NOTICED, "rescue.created") if world.subject.is_real else _NOTICED
    noticed = {
        str(event.fields.get("sink")) for kind in kinds for event in trace.of(kind)
    }  # their logs need not say it
    is_inline = isinstance(scenario.project, InlineProject)
    for sink in outages(world.project):
        phases = sink.phases or sink.kind.default_phases
        is_meant = is_inline or sink.id in (scenario.given.get(SinkPhases) or ())
        if is_meant and sink.id not in noticed and not all(phase.up for phase in phases):
            yield world.facts.unproved(
                place_of(scenario, sink),
                f"the outage of {sink.id} never bit: nothing was to be written while it was down",
                Failure.NEVER_BIT,
                [f"{sink.id}: {format_phases(phases)}, from the start of each program", _lines_of(world, sink)],
                help_="let lines come to it while it is down: more of them, more slowly, or an earlier 'down'",
            )


def _lines_of(world: World, sink: SinkConf) -> str:
    """When lines came to a sink."""
    of = [e for e in world.machine.trace.of("sink.delivered") if e.fields["sink"] == sink.id]
    if not of:
        return "no line came to it"
    first, last = (format_duration(event.time) for event in (of[0], of[-1]))
    return f"lines came to it at {first}" if first == last else f"lines came to it from {first} to {last}"
