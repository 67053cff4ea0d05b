"""Lanes of steps and of the trouble that they make: faults as bars, what they bit, clock steps, power losses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.kernel import Event
from engine.storage.faults import ERRORS
from wptest.report.picture.bins import gathered, most_visible
from wptest.report.picture.drawer import CHAPTERS, Hears, hearing, verb_of
from wptest.report.picture.lanes import Bar, LaneMark, RunLane, RunMoment
from wptest.report.timeline_rows import CHAPTER_OF, step_text
from wptest.scenario.load import LoadedVariant

_LASTING = ("fault", "fail_requests")  # until they are healed
_AT_ONCE = {"kill": "kill", "power_loss": "kill", "check": "check", "pause": "pause", "resume": "pause"}


@dataclass(slots=True)
class _Trouble:
    begins: RunMoment
    text: str
    over: RunMoment | None  # when it is over by itself
    ends: RunMoment | None = None


@dataclass(slots=True)
class DrawnSteps:
    """Draws the steps, and what of them is trouble."""

    variant: LoadedVariant
    at_time: Callable[[int], RunMoment]
    _steps: list[LaneMark] = field(default_factory=list)
    _troubles: list[_Trouble] = field(default_factory=list)
    _clock: list[LaneMark] = field(default_factory=list)
    _bitten: list[LaneMark] = field(default_factory=list)
    _power: list[LaneMark] = field(default_factory=list)

    def hears(self) -> Mapping[str, Hears]:
        """See `Drawer`."""
        return {
            **hearing(CHAPTERS, self._step),
            "closing": self._healed,
            "power.lost": lambda at, event: self._power.append(
                LaneMark(at, "kill", str(event.fields.get("unsynced", "")))
            ),
            **hearing(("fault.bit", *(f"storage.{error}" for error in ERRORS)), self._bit),
        }

    def lanes(self, ends: RunMoment) -> Iterator[RunLane]:
        """See `Drawer`."""
        yield RunLane("step", "", (), gathered(self._steps, ends))
        if self._troubles:
            bars = [Bar(each.begins, _end(each, ends), "fault", each.text) for each in self._troubles]
            yield RunLane("trouble", "", most_visible(bars, ends))
        for kind, marks in (("disk", self._bitten), ("clock", self._clock), ("power", self._power)):
            if marks:
                yield RunLane(kind, "", (), gathered(marks, ends))  # type: ignore[arg-type]

    def _step(self, at: RunMoment, event: Event) -> None:
        verb = verb_of(self.variant, event)
        number = int(event.fields["number"] or 1)
        path = (CHAPTER_OF[event.kind], number - 1, verb.key)
        text = step_text(self.variant.document, path)
        self._steps.append(LaneMark(at, _AT_ONCE.get(verb.key, "step"), f"{number} {text}"))
        if verb.key in _LASTING:
            duration: int | None = getattr(verb.written, "duration", None)
            over = None if duration is None else self.at_time(at.time + duration)
            self._troubles.append(_Trouble(at, text, over))
        elif verb.key == "heal":
            self._healed(at, event)
        elif verb.key == "clock":
            self._clock.append(LaneMark(at, "clock", text))

    def _healed(self, at: RunMoment, _event: Event) -> None:
        for trouble in self._troubles:
            trouble.ends = trouble.ends or at

    def _bit(self, at: RunMoment, event: Event) -> None:
        told = (str(event.fields[name]) for name in ("operation", "path") if event.fields.get(name))
        self._bitten.append(LaneMark(at, "trouble", " ".join([event.kind, *told])))


def _end(trouble: _Trouble, ends: RunMoment) -> RunMoment:
    return min(each for each in (trouble.ends, trouble.over, ends) if each is not None)
