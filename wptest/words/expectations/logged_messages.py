"""`log`: what programs logged."""

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


class LogExpect(Shape):
    """What a process logged: patterns in this order (others may stand between), never, or exactly so often."""

    in_order: Annotated[Many[Pattern], OneOrMany] = Field(
        default=(), description="Messages in this order; others may stand between.", examples=[["recover begin"]]
    )
    never: Annotated[Many[Pattern], OneOrMany] = Field(
        default=(), description="Messages that must not be there.", examples=["recover file: *"]
    )
    exactly: dict[Pattern, Count] = Field(
        default_factory=dict, description="How often messages are there.", examples=[{"recover end": 1}]
    )


class LoggedMessages(Said):
    """What programs logged."""

    key = "log"
    order = 70
    docs = "What programs logged: a message, messages in order, or `in_order`, `never` and `exactly`."
    examples = ({"wprescue": ["recover begin", "recover end"]},)
    value = dict[
        ProcessKey,
        Annotated[
            LogExpect,
            BeforeValidator(one_or_list_is_in_order, json_schema_input_type=Pattern | list[Pattern] | LogExpect),
        ],
    ]
    code = Failure.LOG
    kind = "message"
    verb = ("log", "logged")
    noun = "message"

    def said(self, facts: Facts, process: str) -> list[Event]:
        """See `Said.said`."""
        return facts.events("log", process)
