"""Lanes of sinks: up, failing, on rescue, and how many lines they have had, rescued and brought back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.kernel import Event
from wptest.judge.trails.power_losses import TakenLines
from wptest.report.picture.bins import gathered, most_visible, thinned
from wptest.report.picture.drawer import LIVES_END, Hears, States, hearing
from wptest.report.picture.lanes import Curve, LaneMark, Point, RunLane, RunMoment

_TROUBLES = ("sink.refused", "line.dropped", "line.unknown", "line.quarantined")


@dataclass(slots=True)
class _Sink:
    by: dict[str, States] = field(default_factory=dict)  # the program that writes to it
    marks: list[LaneMark] = field(default_factory=list)
    delivered: list[Point] = field(default_factory=list)
    rescued: list[Point] = field(default_factory=list)
    checkpoint: list[Point] = field(default_factory=list)
    targets: set[str] = field(default_factory=set)
    rescue_files: dict[str, int] = field(default_factory=dict)  # and how many lines each had when it was released

    def grow(self, curve: list[Point], at: RunMoment, lines: int) -> None:
        """So many lines more, on one of its curves."""
        before = curve[-1].lines if curve else 0
        curve.append(Point(at, before + lines))

    def curves(self, ends: RunMoment) -> Iterator[Curve]:
        for name in ("delivered", "rescued", "checkpoint"):
            if points := getattr(self, name):
                yield Curve(name, thinned(points, ends))


class Sinks:
    """Draws sinks; a program's sinks are up from its start, unless it says otherwise."""

    def __init__(self, taken: Sequence[TakenLines] = ()) -> None:
        self._taken = taken
        self._sinks: dict[str, _Sink] = {}
        self._born: dict[str, RunMoment] = {}
        self._replaying: dict[str, _Sink] = {}  # by program

    def hears(self) -> Mapping[str, Hears]:
        """See `Drawer`."""
        return {
            "program.started": self._started,
            "sink.delivered": self._delivered,
            "sink.failed": lambda at, event: self._turn(at, event, "failing", str(event.fields["reason"])),
            "rescue.created": lambda at, event: self._turn(at, event, "rescuing", str(event.fields["path"])),
            "rescue.released": self._released,
            "reconnect.failed": self._still_failing,
            "reconnect.succeeded": lambda at, event: self._turn(at, event, "up"),
            "recovery.file_began": self._replay,
            "checkpoint.saved": self._saved,
            **hearing(_TROUBLES, self._marked),
            **hearing(LIVES_END, self._ended),
            "power.lost": self._power_lost,
            "restarted": self._all_end,
        }

    def lanes(self, ends: RunMoment) -> Iterator[RunLane]:
        """See `Drawer`."""
        for name, sink in self._sinks.items():
            for states in sink.by.values():
                states.turn(ends, "")
            bars = most_visible((bar for states in sink.by.values() for bar in states.bars), ends)
            yield RunLane("sink", name, bars, gathered(sink.marks, ends), tuple(sink.curves(ends)))

    def _sink(self, at: RunMoment, event: Event) -> _Sink:
        """The sink that an event is about; that of a program is up from where it was started."""
        sink = self._sinks.setdefault(str(event.fields["sink"]), _Sink())
        states = sink.by.setdefault(event.process, States())
        if not states.now:
            states.turn(self._born.get(event.process, at), "up", event.process)
        return sink

    def _turn(self, at: RunMoment, event: Event, state: str, text: str = "") -> None:
        self._sink(at, event).by[event.process].turn(at, state, text or event.process)

    def _started(self, at: RunMoment, event: Event) -> None:
        self._born[event.process] = at

    def _delivered(self, at: RunMoment, event: Event) -> None:
        sink = self._sink(at, event)
        sink.grow(sink.delivered, at, int(event.fields["lines"] or 0))
        sink.targets.add(str(event.fields["path"]))

    def _released(self, at: RunMoment, event: Event) -> None:
        """What it says of lines is known when the file is done: the curve is straight from its beginning."""
        sink = self._sink(at, event)
        states = sink.by[event.process]
        began = next((bar.begins for bar in reversed(states.bars) if bar.state == "rescuing"), at)
        known = sink.rescued[-1].at if sink.rescued else began
        sink.grow(sink.rescued, max(began, known), 0)
        sink.grow(sink.rescued, at, int(event.fields["lines"] or 0))
        sink.rescue_files[str(event.fields["path"])] = int(event.fields["lines"] or 0)
        if states.now == "rescuing":
            states.turn(at, "up", event.process)

    def _still_failing(self, at: RunMoment, event: Event) -> None:
        if self._sink(at, event).by[event.process].now == "up":
            self._turn(at, event, "failing", str(event.fields["reason"]))

    def _replay(self, at: RunMoment, event: Event) -> None:
        self._replaying[event.process] = self._sink(at, event)

    def _saved(self, at: RunMoment, event: Event) -> None:
        """What has been delivered by then is behind a checkpoint."""
        sink = self._replaying.get(event.process)
        if sink is not None and sink.delivered:
            sink.checkpoint.append(Point(at, sink.delivered[-1].lines))

    def _marked(self, at: RunMoment, event: Event) -> None:
        if event.fields.get("sink"):
            told = (str(event.fields[name]) for name in ("lines", "reason") if event.fields.get(name))
            self._sink(at, event).marks.append(LaneMark(at, "trouble", " ".join([event.kind, *told])))

    def _ended(self, at: RunMoment, event: Event) -> None:
        for sink in self._sinks.values():
            if event.process in sink.by:
                sink.by[event.process].turn(at, "")

    def _power_lost(self, at: RunMoment, event: Event) -> None:
        """What was delivered or rescued, and is gone, is not there any more."""
        self._all_end(at, event)
        for taken in (each for each in self._taken if each.place == at.place):
            for sink in self._sinks.values():
                if taken.path in sink.targets:
                    sink.grow(sink.delivered, at, 0)
                    sink.grow(sink.delivered, at, -min(taken.gone, sink.delivered[-1].lines))
                if (rescued := min(taken.gone, sink.rescue_files.get(taken.path, 0))) > 0:
                    sink.grow(sink.rescued, at, 0)
                    sink.grow(sink.rescued, at, -rescued)

    def _all_end(self, at: RunMoment, _event: Event) -> None:
        for sink in self._sinks.values():
            for states in sink.by.values():
                states.turn(at, "")
