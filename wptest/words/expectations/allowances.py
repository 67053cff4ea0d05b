"""`allow`: which breaches of invariants are all right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, final

from pydantic import PlainValidator

from engine.text.mistake import Mistake
from wptest.shapes import written
from wptest.shapes.shape import Shape, documented
from wptest.shapes.values import Comparison, parse_comparison
from wptest.words.expectation import Expectation, comparison_or
from wptest.words.registry import nothing


class Loss(NamedTuple):
    """Which lines may get lost: those that only a killed program had, so many others, or both."""

    in_memory: bool
    lines: Comparison | None


def _at_most(allowed: Comparison) -> Comparison:
    """What is right, if it says how many at most: else an allowance would excuse everything."""
    if allowed.op in (">", ">=", "!="):
        raise Mistake(f"'{allowed}' has no upper bound", "so many at most, like '<= 100'")
    return allowed


def _loss(value: Any) -> Loss:
    parts = value if isinstance(value, list) else [value]
    numbers = [_at_most(comparison_or(part, "in_memory")) for part in parts if part != "in_memory"]
    in_memory = len(parts) - len(numbers)
    if not parts or in_memory > 1 or len(numbers) > 1:
        raise Mistake(f"a list of {len(parts)}", "in_memory, a number or comparison, or one of each")
    return Loss(in_memory > 0, numbers[0] if numbers else None)


def forgiving_kills(allow: Mapping[str, Any]) -> dict[str, Any]:
    """An `allow` that also lets get lost what only a killed program had."""
    lost = allow.get("lost", [])
    parts = lost if isinstance(lost, list) else [lost]
    others = [part for part in parts if part != "in_memory"]
    return {**allow, "lost": ["in_memory", *others] if others else "in_memory"}


AllowedNumber = Annotated[
    Comparison, PlainValidator(lambda value: _at_most(parse_comparison(value))), written.ALLOWED_SCHEMA
]
AllowedLoss = Annotated[Loss, PlainValidator(_loss), written.LOSS_SCHEMA]


class Allowance(Shape):
    """A breach of an invariant that the scenario allows, bounded by number.

    Lines that are lost `in_memory` are those that only a program had when the scenario killed it. Those that are
    `stuck` stay behind for ever: in a dead writer's `.lock`, for a sink that there is none of, never recovered.
    """

    lost: AllowedLoss | None = documented(
        "So many lines may get lost; `in_memory`: those that only a program had when it was killed; or both.",
        "<= 100",
        "in_memory",
        ["in_memory", "<= 3"],
    )
    duplicates: AllowedNumber | None = documented("So many lines may be there twice.", "<= 100")
    queued: AllowedNumber | None = documented(
        "So many lines may still be on their way to their sinks when their rescue files are removed.", "<= 100"
    )
    altered: AllowedNumber | None = documented("So many rows may be stored otherwise than they were sent.", "<= 3")
    stuck: AllowedNumber | None = documented(
        "So many lines may stay behind for ever, in files that no program will take.", 300
    )

    def bound(self, name: str) -> Comparison | None:
        """How many lines of a kind are allowed; None where none are, or not by number."""
        allowed: Loss | Comparison | None = getattr(self, name)
        return allowed.lines if isinstance(allowed, Loss) else allowed

    @property
    def bounds(self) -> Mapping[str, Comparison]:
        """What it allows by number alone."""
        names = [
            name for name in type(self).model_fields if name != "lost" or not (self.lost and self.lost.in_memory)
        ]
        found = {name: self.bound(name) for name in names}
        return {name: bound for name, bound in found.items() if bound is not None}


@final
class Allowances(Expectation[Allowance]):
    """A breach of an invariant that is all right, bounded by number."""

    key = "allow"
    order = 220
    examples = ({"lost": "<= 100"},)
    value = Allowance
    in_check = False
    names = patterns = amounts = obstacles = judge = nothing
