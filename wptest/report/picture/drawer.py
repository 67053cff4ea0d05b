"""The port of those who draw: each hears of the events that it is about, and has lanes when all is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.kernel import Event
from wptest.report.picture.lanes import Bar, RunLane, RunMoment
from wptest.scenario.load import LoadedVariant
from wptest.words.verb import Verb

Hears = Callable[[RunMoment, Event], None]
CHAPTERS = {"step": "when", "meanwhile": "meanwhile", "cleanup": "cleanup"}  # by the event of a step
LIVES_END = ("program.exited", "program.killed", "server.killed", "server.stopped", "server.aborted")


class Drawer(Protocol):
    """Draws lanes of one kind."""

    def hears(self) -> Mapping[str, Hears]:
        """What it does about each kind of event."""

    def lanes(self, ends: RunMoment) -> Iterable[RunLane]:
        """Its lanes, when all has been heard."""


@dataclass(slots=True)
class States:
    """States that follow each other, of one thing at a time; each lasts until the next one begins."""

    bars: list[Bar] = field(default_factory=list)
    _since: RunMoment | None = None
    _state: str = ""
    _text: str = ""

    @property
    def now(self) -> str:
        """The state; empty where it is in none."""
        return self._state

    @property
    def text(self) -> str:
        """What there is to say of it."""
        return self._text

    def turn(self, at: RunMoment, state: str, text: str = "") -> None:
        """Another state begins, or, if it is empty, none."""
        if self._since is not None and (self._since != at or state == ""):
            self.bars.append(Bar(self._since, at, self._state, self._text))
        self._since, self._state, self._text = (at, state, text) if state else (None, "", "")


def verb_of(variant: LoadedVariant, event: Event) -> Verb[Any]:
    """What the step does that an event is about."""
    steps = getattr(variant.scenario, CHAPTERS[event.kind])
    verb: Verb[Any] = steps[int(event.fields["number"] or 1) - 1].verb
    return verb


def hearing(kinds: Iterable[str], what: Hears) -> dict[str, Hears]:
    """The same for each of these kinds."""
    return dict.fromkeys(kinds, what)
