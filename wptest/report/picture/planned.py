"""The picture of a scenario before it runs: what its steps would make happen, as events, drawn like any others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engine.kernel import Event
from engine.programs.command import Command
from engine.project.model import SinkConf
from engine.text.source_text import KeyPath
from wptest.report.picture.drawing import drawn
from wptest.report.picture.lanes import Picture
from wptest.report.plan import planned_steps
from wptest.scenario.load import LoadedVariant
from wptest.scenario.proof.idle_outages import outages
from wptest.words.stage import Lives, State

_PHASES = 12  # of a sink that goes up and down, that are shown
_LEAST = 1_000_000_000  # nanoseconds: what a plan shows of a program whose end nobody knows


@dataclass(frozen=True, slots=True)
class _Expected:
    variant: LoadedVariant
    events: tuple[Event, ...]


@dataclass(slots=True)
class _Lives(Lives):
    """Hears from the steps what becomes of programs, as events."""

    events: list[Event] = field(default_factory=list)
    now: int = 0
    alive: dict[str, None] = field(default_factory=dict)

    def tell(self, process: str, kind: str, **fields: str | int) -> None:
        """An event, now."""
        self.events.append(Event(self.now, process, kind, fields))

    def start(self, command: Command) -> None:
        """See `Lives`."""
        self.alive[command.name] = None
        self.tell(command.name, "program.started", command=command.text)

    def run(self, command: Command) -> None:
        """See `Lives`: when it ends, nobody knows; the next step comes then."""
        self.start(command)
        self._end(command.name, "program.exited", code=0)

    def address(self, process: str, place: KeyPath, leaves: State, by: str, *, at_key: bool = False) -> None:
        """See `Lives`."""
        del place, by, at_key
        if leaves is State.KILLED:
            self._end(process, "program.killed", signal="KILL")

    def wait_for(self, process: str, place: KeyPath) -> None:
        """See `Lives`."""
        del place
        self._end(process, "program.exited", code=0)

    def power_goes(self) -> None:
        """See `Lives`."""
        self.tell("wptest", "power.lost")
        self.alive.clear()

    def _end(self, process: str, kind: str, **fields: str | int) -> None:
        if process in self.alive:
            del self.alive[process]
            self.tell(process, kind, **fields)


def planned_picture(variant: LoadedVariant) -> Picture:
    """The lanes of a variant that hasn't run, as far as they are known; times are the least ones."""
    lives, exact, over = _Lives(), True, 0
    in_time = sorted(planned_steps(variant), key=lambda each: each[0].time)
    for planned, (chapter, index), step in in_time:
        lives.now, exact = max(lives.now, planned.time), exact and planned.exact
        lives.tell("wptest", "step" if chapter == "when" else chapter, number=index + 1, does=step.verb.key)
        step.verb.lives(lives)
        over = max(over, lives.now + step.verb.lasts)
    lives.now = max(over, lives.now + (max(_LEAST, lives.now // 10) if lives.alive else 0))
    lives.tell("wptest", "closing")
    events = sorted([*lives.events, *_outages(variant, lives.events)], key=lambda event: event.time)
    return replace(drawn(_Expected(variant, tuple(events))), exact=exact)


def _outages(variant: LoadedVariant, events: list[Event]) -> Iterator[Event]:
    """When sinks that go up and down by themselves do so, from the start of each program that writes to them."""
    ends = events[-1].time
    for number, event in enumerate(events):
        if event.kind == "program.started" and event.process == "wparse":
            end = next((each.time for each in events[number:] if _is_end(each, event.process)), ends)
            for sink in outages(variant.project):
                yield from _phases(sink, event, end)


def _phases(sink: SinkConf, started: Event, end: int) -> Iterator[Event]:
    time = started.time
    phases = sink.phases or sink.kind.default_phases
    for number in range(_PHASES):
        phase = phases[number % len(phases)]
        if time > end:
            return
        fields = {"sink": sink.id} if phase.up else {"sink": sink.id, "reason": "down"}
        yield Event(time, started.process, "reconnect.succeeded" if phase.up else "sink.failed", fields)
        time += phase.duration


def _is_end(event: Event, process: str) -> bool:
    ends = event.kind in ("program.exited", "program.killed") and event.process == process
    return ends or event.kind == "power.lost"
