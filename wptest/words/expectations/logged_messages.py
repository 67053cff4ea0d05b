"""`log`: what programs logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wptest.words.facts import Facts
from wptest.words.failures import Failure
from wptest.words.said import Said, lines_by_program

if TYPE_CHECKING:
    from engine.kernel import Event


class LoggedMessages(Said):
    """What programs logged."""

    key = "log"
    order = 70
    docs = "What programs logged: a message, messages in order, or `in_order`, `never` and `exactly`."
    examples = ({"wprescue": ["recover begin", "recover end"]},)
    value = lines_by_program(
        "LogExpect", "message", in_order=["recover begin"], never="recover file: *", exactly={"recover end": 1}
    )
    code = Failure.LOG
    kind = "message"
    verb = ("log", "logged")
    noun = "message"

    def said(self, facts: Facts, process: str) -> list[Event]:
        """See `Said.said`."""
        return facts.events("log", process)
