"""`log`: what programs logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from wptest.words.facts import Facts
from wptest.words.failures import Failure
from wptest.words.registry import nothing
from wptest.words.said import Said, lines_by_program

if TYPE_CHECKING:
    from engine.kernel import Event


@final
class LoggedMessages(Said):
    """What programs logged: a message, messages in order, or `in_order`, `never` and `exactly`."""

    key = "log"
    order = 70
    examples = ({"wprescue": ["recover begin", "recover end"]},)
    value = lines_by_program(
        "LogExpect", "message", in_order=["recover begin"], never="recover file: *", exactly={"recover end": 1}
    )
    code = Failure.LOG
    kind = "message"
    verb = ("log", "logged")
    noun = "message"
    amounts = obstacles = nothing

    def said(self, facts: Facts, process: str) -> list[Event]:
        """See `Said.said`."""
        return facts.events("log", process)
