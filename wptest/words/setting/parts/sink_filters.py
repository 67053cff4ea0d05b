"""`filters: {alerts: 0.25}`: what the filters of sinks let through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from engine.project.model import Passing
from wptest.shapes.values import Filter, SinkRef
from wptest.text.codes import Code
from wptest.words.expectation import Known, Misuse
from wptest.words.obstacle import Beyond, Reason
from wptest.words.registry import nothing
from wptest.words.setting.part import OfSinks
from wptest.words.stage import Reality


@final
class SinkFilters(OfSinks[Passing]):
    """What the filters of a project directory let through, by sink: a share of the lines, or those that match a
    pattern.
    """  # noqa: D205 - one sentence

    key = "filters"
    order = 40
    examples = ({"alerts": 0.25}, {"alerts": "*ERROR*"})
    value = dict[SinkRef, Filter]
    snippets = ()
    says = "passing"
    hits = nothing

    def misuses(self, known: Known) -> Iterable[Misuse]:
        """See `GivenPart.misuses`."""
        help_ = "only sinks of a project directory have one, with the key 'filter'"
        for name in self.written:
            if (sink := known.known_sink(name)) is not None and not sink.filtered:
                yield Misuse((name,), f"the sink '{name}' has no filter", Code.NO_EFFECT, help_)

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `GivenPart.obstacles`."""
        why = "what a filter lets through is said by the scenario, and real programs don't know it"
        return real.why_never(Beyond.PROJECT, why)
