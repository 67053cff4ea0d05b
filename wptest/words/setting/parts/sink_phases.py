"""`phases: {access_log: [up 2s, down 2s]}`: when sinks are up and down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from engine.units import Phase
from wptest.shapes.values import Phases, SinkRef
from wptest.text.codes import Code
from wptest.words.expectation import Known, Misuse
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.setting.part import OfSinks
from wptest.words.stage import Reality
from wptest.words.verb import Snippet


@final
class SinkPhases(OfSinks[tuple[Phase, ...]]):
    """When `test_rescue` sinks and stand-ins are up and down, by sink; wins over the project's."""

    key = "phases"
    order = 30
    examples = ({"access_log": ["up 2s", "down 2s"]},)
    value = dict[SinkRef, Phases]
    snippets = (Snippet("outage", "A sink that goes down", {"phases": {"${1:access_log}": ["up 2s", "down 2s"]}}),)
    says = "phases"
    hits = nothing

    def misuses(self, known: Known) -> Iterable[Misuse]:
        """See `GivenPart.misuses`."""
        for name in self.written:
            if (sink := known.known_sink(name)) is not None and not sink.kind.has_phases:
                yield no_phases((name,), name, sink.type)

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `GivenPart.obstacles`."""
        return real.why_no_phases()


def no_phases(place: tuple[str, ...], name: str, kind: str) -> Misuse:
    """A sink has phases there, and its kind has none."""
    message = f"the sink '{name}' is of type {kind}, and has no phases"
    return Misuse(place, message, Code.PHASES, "only test_rescue sinks have them")
