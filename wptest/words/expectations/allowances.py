"""`allow`: which breaches of invariants are all right."""

from __future__ import annotations

from typing import Annotated, Any, Literal, final

from pydantic import PlainValidator

from wptest.shapes import written
from wptest.shapes.shape import Shape, documented
from wptest.shapes.values import Compared, Comparison
from wptest.words.expectation import Expectation, comparison_or
from wptest.words.registry import nothing


def _loss(value: Any) -> Comparison | Literal["in_memory"]:
    return "in_memory" if value == "in_memory" else comparison_or(value, "in_memory")


Loss = Annotated[Comparison | Literal["in_memory"], PlainValidator(_loss), written.LOSS_SCHEMA]


class Allowance(Shape):
    """A breach of an invariant that the scenario allows, bounded by number.

    Lines that are lost `in_memory` are those that only a program had when the scenario killed it. Those that are
    `stuck` stay behind for ever: in a dead writer's `.lock`, for a sink that there is none of, never recovered.
    """

    lost: Loss | None = documented(
        "So many lines may get lost; `in_memory`: those that only a program had when it was killed.",
        "<= 100",
        "in_memory",
    )
    duplicates: Compared | None = documented("So many lines may be there twice.", "<= 100")
    stuck: Compared | None = documented(
        "So many lines may stay behind for ever, in files that no program will take.", 300
    )


@final
class Allowances(Expectation[Allowance]):
    """A breach of an invariant that is all right, bounded by number."""

    key = "allow"
    order = 220
    examples = ({"lost": "<= 100"},)
    value = Allowance
    in_check = False
    names = patterns = amounts = obstacles = judge = nothing
