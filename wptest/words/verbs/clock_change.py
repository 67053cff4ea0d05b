"""`clock: {step: -5s}`: change the wall clock; timers never follow it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, final

from pydantic import BeforeValidator

from engine.text.mistake import Mistake
from engine.units import WANTED_DURATION, parse_duration
from wptest.shapes import written
from wptest.shapes.shape import KeyChoice, Shape, documented
from wptest.shapes.values import Duration, value_in_words
from wptest.words.change import Pointless, StepChange, Why
from wptest.words.doings import LaterDoings
from wptest.words.obstacle import Beyond, Reason
from wptest.words.registry import nothing
from wptest.words.stage import Reality, Stage, UnsupportedError
from wptest.words.verb import ByHand, Nature, Snippet, Stands, no_program

if TYPE_CHECKING:
    from engine.kernel import WallClock

DRIFT_WANTED = "a drift like 200ppm or -50ppm"


def _signed_duration(value: Any) -> int:
    expected = f"{WANTED_DURATION}, with - in front to go back"
    if not isinstance(value, str):
        raise Mistake(f"{value_in_words(value)} is not a duration", expected)
    text = value.strip()
    try:
        return -parse_duration(text[1:]) if text.startswith("-") else parse_duration(text)
    except Mistake as error:
        raise Mistake(error.problem, expected) from None


def _drift(value: Any) -> int:
    match = re.fullmatch(r"([+-]?\d{1,6}(?:\.\d{1,3})?)\s*ppm", value) if isinstance(value, str) else None
    if match is None:
        raise Mistake(f"{value_in_words(value)} is not a drift", DRIFT_WANTED)
    return round(float(match[1]) * 1000)


class ClockChange(Shape):
    """What happens to the wall clock; timers never follow it.

    `step` jumps, forward or back; `drift` gains or loses so many parts per billion from now on; `truncate` shows
    whole multiples of that time only.
    """

    choices = (KeyChoice("a clock change", "of 'step', 'drift' and 'truncate'", ("step", "drift", "truncate")),)

    step: Annotated[int, BeforeValidator(_signed_duration), written.SIGNED_DURATION_SCHEMA] | None = documented(
        "The wall clock jumps so far: forward, or with `-` back."
    )
    drift: Annotated[int, BeforeValidator(_drift), written.DRIFT_SCHEMA] | None = documented(
        "From now on the wall clock gains (or with `-` loses) so much."
    )
    truncate: Duration | None = documented("From now on the wall clock shows whole multiples of this only.", "1s")


@dataclass(frozen=True, slots=True)
class ClockChanged(StepChange):
    """The wall clock was changed when it had been read so often; `back` says that it is right again since."""

    clock: WallClock
    reads: int
    back: bool

    def pointless(self, _done: LaterDoings) -> Pointless | None:
        """See `StepChange.pointless`."""
        if self.back or self.clock.reads != self.reads:
            return None
        why = Why((), "change it before something is logged or a rescue file is named, or take the step out")
        return Pointless(("clock",), "nobody looked at the wall clock any more after it was changed", why)


@final
class ChangeClock(ByHand[ClockChange]):
    """Change the wall clock; timers never follow it."""

    key = "clock"
    order = 100
    examples = ({"step": "-5s"},)
    value = ClockChange
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = (Snippet("clock", "Step the wall clock", {"at": "${1:2s}", "clock": {"step": "${2:-5s}"}}),)
    nature = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)
    destroys_lines = False
    lives = no_program
    hits = nothing

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        wall = stage.machine.wall
        if not wall.reaches(self.written.step or 0):
            raise UnsupportedError("the wall clock goes from 1970 to the end of 9999")
        wall.step(self.written.step or 0)
        if self.written.drift is not None:
            wall.drift(self.written.drift)
        if self.written.truncate is not None:
            wall.truncate(self.written.truncate)
        return [ClockChanged(wall, wall.reads, wall.is_right)]

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return real.why_never(Beyond.CLOCK)
