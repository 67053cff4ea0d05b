"""Lanes of programs and database servers: alive, stopping, paused, and how they end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.kernel import Event
from wptest.report.picture.bins import gathered, most_visible
from wptest.report.picture.drawer import CHAPTERS, Hears, States, hearing, verb_of
from wptest.report.picture.lanes import LaneMark, RunLane, RunMoment
from wptest.scenario.load import LoadedVariant
from wptest.words.verbs.send_signal import SendSignal

_GRACEFUL = ("USR1", "INT", "TERM")
_REQUESTS = (
    *("request.fault", "request.refused", "request.lost", "request.dropped", "request.given_up"),
    *("answer.lost", "answer.late", "row.refused", "server.wrote_late", "table.repaired"),
)


@dataclass(slots=True)
class _Life:
    is_server: bool
    states: States = field(default_factory=States)
    marks: list[LaneMark] = field(default_factory=list)


class DrawnPrograms:
    """Draws programs and servers."""

    def __init__(self, variant: LoadedVariant) -> None:
        self._variant = variant
        self._lives: dict[str, _Life] = {}

    def hears(self) -> Mapping[str, Hears]:
        """See `Drawer`."""
        return {
            "program.started": self._started,
            **hearing(("server.started", "server.restarted"), self._server_started),
            **hearing(("program.exited", "server.stopped"), self._ended),
            **hearing(("program.killed", "server.killed", "server.aborted"), self._killed),
            "program.paused": lambda at, event: self._turn(at, event.process, "paused"),
            "program.resumed": lambda at, event: self._turn(at, event.process, "alive"),
            **hearing(CHAPTERS, self._step),
            **hearing(("power.lost", "restarted"), self._all_end),
            **hearing(_REQUESTS, self._marked),
        }

    def lanes(self, ends: RunMoment) -> Iterator[RunLane]:
        """See `Drawer`."""
        for name, life in self._lives.items():
            life.states.turn(ends, "")
            yield RunLane(
                "server" if life.is_server else "program",
                name,
                most_visible(life.states.bars, ends),
                gathered(life.marks, ends),
            )

    def _started(self, at: RunMoment, event: Event) -> None:
        life = self._lives.setdefault(event.process, _Life(is_server=False))
        life.states.turn(at, "alive", str(event.fields["command"]))

    def _server_started(self, at: RunMoment, event: Event) -> None:
        life = self._lives.setdefault(event.process, _Life(is_server=True))
        life.states.turn(at, "alive", str(event.fields.get("life", "")))

    def _turn(self, at: RunMoment, name: str, state: str) -> None:
        if (life := self._lives.get(name)) is not None and life.states.now:
            life.states.turn(at, state, life.states.text)

    def _step(self, at: RunMoment, event: Event) -> None:
        """Who is asked to stop is stopping from then on."""
        verb = verb_of(self._variant, event)
        if isinstance(verb, SendSignal):
            for process, signal in verb.written.items():
                if signal in _GRACEFUL:
                    self._turn(at, process, "stopping")

    def _ended(self, at: RunMoment, event: Event) -> None:
        if (life := self._lives.get(event.process)) is not None:
            life.states.turn(at, "")
            code = event.fields.get("code")
            life.marks.append(
                LaneMark(at, "exit", f"exit {code}") if not code else LaneMark(at, "error", f"exit {code}")
            )

    def _killed(self, at: RunMoment, event: Event) -> None:
        if (life := self._lives.get(event.process)) is not None:
            life.states.turn(at, "")
            how = event.fields.get("signal") or event.fields.get("error") or ""
            life.marks.append(LaneMark(at, "kill", str(how)))

    def _all_end(self, at: RunMoment, _event: Event) -> None:
        for life in self._lives.values():
            if life.states.now:
                life.states.turn(at, "")
                life.marks.append(LaneMark(at, "kill", "power loss"))

    def _marked(self, at: RunMoment, event: Event) -> None:
        if (life := self._lives.get(event.process)) is not None:
            told = (str(value) for value in event.fields.values() if value not in (None, ""))
            life.marks.append(LaneMark(at, "trouble", " ".join([event.kind, *told])))
