"""`wait: idle`, `wait: 2s`, `wait: {exit: wparse}`, `wait: {event: rescue.created}`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, final

from pydantic import Discriminator, PlainValidator, Tag

from engine.text.mistake import Mistake
from engine.units import WANTED_DURATION, parse_duration
from wptest.shapes import written
from wptest.shapes.shape import KeyChoice, Shape, documented
from wptest.shapes.values import EventName, ProcessKey, value_in_words
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.words.change import StepChange
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Reality, Stage
from wptest.words.verb import IN_THE_TIMELINE, Nature, Snippet, Stands, Verb


def _pause(value: Any) -> Literal["idle"] | int:
    expected = f"idle, {WANTED_DURATION}, {{exit: PROGRAM}} or {{event: NAME}}"
    if value == "idle":
        return "idle"
    try:
        if isinstance(value, str):
            return parse_duration(value)
    except Mistake as error:
        raise Mistake(error.problem, expected, help_=did_you_mean(value, ["idle"])) from None
    raise Mistake(f"{value_in_words(value)} is nothing to wait for", expected, code=Code.WRONG_TYPE)


class WaitFor(Shape):
    """What else than time or quiet a step waits for."""

    choices = (KeyChoice("a wait", "of 'exit' and 'event'", ("exit", "event")),)

    exit: ProcessKey | None = documented("Wait until this program has ended.")
    event: EventName | None = documented("Wait until this happens; what happened before the step doesn't count.")


WaitedTime = Annotated[Literal["idle"] | int, PlainValidator(_pause), written.WAITED_TIME_SCHEMA]
AwaitedThing = Annotated[
    Annotated[WaitedTime, Tag("<moment>")] | Annotated[WaitFor, Tag("<condition>")],
    Discriminator(lambda value: "<condition>" if isinstance(value, dict) else "<moment>"),
]


@final
class Wait(Verb[Literal["idle"] | int | WaitFor]):
    """Wait until nothing is left to do (`idle`), so long, or until something has happened."""

    key = "wait"
    order = 30
    examples = ("idle", "2s", {"exit": "wparse"}, {"event": "recovery.file_removed"})
    value = AwaitedThing
    stands = Stands(when=True, meanwhile=IN_THE_TIMELINE, cleanup=True)
    snippets = (
        Snippet("wait idle", "Wait until nothing is left to do", {"wait": "idle"}),
        Snippet("wait exit", "Wait until a program has ended", {"wait": {"exit": "${1:wparse}"}}),
        Snippet("wait event", "Wait until something happens", {"wait": {"event": "${1:recovery.file_removed}"}}),
    )
    nature = Nature(keeps_back=False, may_miss=False, is_heard=True, settles=True)
    hits = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        if isinstance(self.written, int):
            await stage.waiting.pause(self.written)
        elif self.written == "idle":
            await stage.waiting.until_idle()
        elif self.written.exit is not None:
            await stage.waiting.until_ended(stage.latest(self.written.exit))
        else:
            await stage.waiting.until_event(self._event)
        return ()

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        if isinstance(self.written, WaitFor) and self.written.exit is not None:
            lives.wait_for(self.written.exit, ("wait", "exit"))
        lives.time_passes()

    def takes(self) -> int | None:
        """See `Verb.takes`."""
        return self.written if isinstance(self.written, int) else None

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return real.why_not_seen(self._event) if self._event else ()

    @property
    def _event(self) -> str:
        """The event that is waited for, one that happened before doesn't count; empty for none."""
        return (self.written.event or "") if isinstance(self.written, WaitFor) else ""
