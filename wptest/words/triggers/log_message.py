"""`upon: {log: {wprescue: "recover begin"}}`: when a program logs a message that matches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Self, final

from pydantic import Field

from wptest.shapes.values import Pattern, ProcessKey
from wptest.shapes.wildcards import Glob
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Stage
from wptest.words.trigger import UponTrigger, somewhat_late

if TYPE_CHECKING:
    from engine.kernel import Event


class Message(NamedTuple):
    """A program, and the pattern of a message in its log."""

    process: str
    pattern: Glob


@final
class UponLog(UponTrigger[Message]):
    """When a program logs a message that matches."""

    key = "log"
    order = 50
    examples = ({"wprescue": "recover begin"},)
    value = Annotated[dict[ProcessKey, Pattern], Field(min_length=1, max_length=1)]
    besides = ()
    together = ""
    lateness = somewhat_late
    obstacles = nothing

    @classmethod
    def read(cls, upon: Mapping[str, Any]) -> Self:
        """See `UponTrigger.read`."""
        return cls(Message(*next(iter(upon["log"].items()))))

    async def come(self, stage: Stage, _since: int) -> None:
        """See `Trigger.come`."""
        process, pattern = self.written

        def fits(event: Event) -> bool:
            return event.process == process and pattern.matches(str(event.fields["message"]))

        await stage.waiting.until_event("log", fits)

    def told(self) -> str:
        """See `Trigger.told`."""
        return f"'{self.written.pattern}' in the log of {self.written.process}"

    def lives(self, lives: Lives) -> None:
        """See `Trigger.lives`."""
        lives.listen(self.written.process, ("upon", "log", self.written.process))

    @property
    def message(self) -> tuple[str, Glob] | None:
        """See `Trigger.message`."""
        return self.written
