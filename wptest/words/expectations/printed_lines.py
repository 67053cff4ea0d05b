"""`output`: what programs printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from wptest.words.facts import Facts
from wptest.words.failures import Failure
from wptest.words.registry import nothing
from wptest.words.said import Said, lines_by_program

if TYPE_CHECKING:
    from engine.kernel import Event


@final
class PrintedLines(Said):
    """What the last runs of programs printed: lines in order, or `in_order`, `never` and `exactly`."""

    key = "output"
    order = 80
    examples = ({"wproj": ["validate: PASS"]},)
    value = lines_by_program(
        "OutputExpect",
        "line",
        in_order=["validate: PASS", "Total input: *"],
        never="*Exceeded*",
        exactly={"removed *": 3},
    )
    code = Failure.OUTPUT
    kind = "printed line"
    verb = ("print", "printed")
    noun = "line"
    amounts = obstacles = nothing

    def said(self, facts: Facts, process: str) -> list[Event]:
        """See `Said.said`."""
        return facts.printed(process)
