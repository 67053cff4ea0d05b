"""`output`: what programs printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field

from wptest.shapes.shape import Many, Shape
from wptest.shapes.values import Count, OneOrMany, Pattern, ProcessKey
from wptest.words.failures import Failure
from wptest.words.said import Said, one_or_list_is_in_order

if TYPE_CHECKING:
    from engine.kernel import Event
    from wptest.words.facts import Facts


class OutputExpect(Shape):
    """What a process printed: patterns in this order (others may stand between), never, or exactly so often."""

    in_order: Annotated[Many[Pattern], OneOrMany] = Field(
        default=(),
        description="Lines in this order; others may stand between.",
        examples=[["validate: PASS", "Total input: *"]],
    )
    never: Annotated[Many[Pattern], OneOrMany] = Field(
        default=(), description="Lines that must not be there.", examples=["*Exceeded*"]
    )
    exactly: dict[Pattern, Count] = Field(
        default_factory=dict, description="How often lines are there.", examples=[{"removed *": 3}]
    )


class PrintedLines(Said):
    """What the last runs of programs printed."""

    key = "output"
    order = 80
    docs = "What the last runs of programs printed: lines in order, or `in_order`, `never` and `exactly`."
    examples = ({"wproj": ["validate: PASS"]},)
    value = dict[
        ProcessKey,
        Annotated[
            OutputExpect,
            BeforeValidator(one_or_list_is_in_order, json_schema_input_type=Pattern | list[Pattern] | OutputExpect),
        ],
    ]
    code = Failure.OUTPUT
    kind = "printed line"
    verb = ("print", "printed")
    noun = "line"

    def said(self, facts: Facts, process: str) -> list[Event]:
        """See `Said.said`."""
        return facts.printed(process)
