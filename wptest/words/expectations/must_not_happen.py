"""`must_not_happen`: events that are a failure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from engine.units import format_duration
from wptest.shapes.events import programs_causing
from wptest.words.expectation import OfEvents
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.obstacle import Beyond, Obstacle
from wptest.words.registry import nothing
from wptest.words.stage import Reality

_SAMPLED = frozenset({"checkpoint.saved"})  # may come and go between two looks


@final
class MustNotHappen(OfEvents):
    """Events that must not have happened."""

    key = "must_not_happen"
    order = 210
    examples = (["line.dropped"],)
    names = patterns = amounts = nothing

    def obstacles(self, real: Reality) -> Iterable[Obstacle]:
        """See `Expectation.obstacles`."""
        yield from super().obstacles(real)
        for index, event in enumerate(self.expected):
            if event in _SAMPLED:
                yield Obstacle(Beyond.HIDDEN, (index,), f"one {event} may happen without being seen")

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`: an event that happened; one that could not, as no program ran that causes it."""
        for index, event in enumerate(self.expected):
            if seen := facts.events(event):
                first = seen[0]
                message = f"expected no {event}, got {len(seen)}, the first at {format_duration(first.time)}"
                fields = (f"{name}: {value}" for name, value in first.fields.items())
                evidence = [f"{first.process}: {event}", *fields]
                yield facts.finding(Failure.HAPPENED, (index,), message, evidence)
                continue
            causes = sorted(programs_causing(event))
            if causes and not any(facts.events("program.started", program) for program in causes):
                names = " or ".join(causes)
                message = f"{event} comes of {names} alone, which was never started"
                yield facts.unproved((index,), message, help_=f"let a step start {names}, or take it out")
