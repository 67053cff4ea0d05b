"""`then:` and `check:`, what must hold beyond the invariants."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from wptest.language.inline import Share
from wptest.language.shape import Many, Shape
from wptest.language.values import Compared, Count, EventName, Name, OneOrMany, Pattern

Verdict = Literal["pass", "warn", "fail"]


class RescueExpect(Shape):
    """How many rescue files there are: finished ones (`dat`) and ones still being written (`lock`)."""

    dat: Compared | None = None
    lock: Compared | None = None


class SinkResult(Shape):
    """What a sink got: lines, their share within a tolerance, or the marks of its lines in order."""

    lines: Compared | None = None
    ratio: Share | None = None
    tol: Share | None = None
    marked: Many[str] | None = None


class ReplayExpect(Shape):
    """What recovery did: the files in the order it replayed them, and lines sent twice or never."""

    files: Annotated[Many[Pattern], OneOrMany] | None = None
    duplicates: Compared | None = None
    lost: Compared | None = None


class LedgerExpect(Shape):
    """Where the lines are, over the whole run."""

    issued: Compared | None = None
    accepted: Compared | None = None
    delivered: Compared | None = None
    rescued: Compared | None = None
    stranded: Compared | None = None
    quarantined: Compared | None = None
    dropped: Compared | None = None
    lost: Compared | None = None
    duplicates: Compared | None = None
    in_flight: Compared | None = None


class LogExpect(Shape):
    """What a process logged: patterns in this order (others may stand between), never, or exactly so often."""

    in_order: Annotated[Many[Pattern], OneOrMany] = ()
    never: Annotated[Many[Pattern], OneOrMany] = ()
    exactly: dict[Pattern, Count] = Field(default_factory=dict)


class Allowance(Shape):
    """A breach of an invariant that the scenario allows, bounded by number."""

    lost: Compared | None = None
    duplicates: Compared | None = None


def _list_is_in_order(value: Any) -> Any:
    return {"in_order": value} if isinstance(value, list) else value


LogLines = Annotated[LogExpect, BeforeValidator(_list_is_in_order, json_schema_input_type=list[str] | LogExpect)]


class Check(Shape):
    """What must hold at one moment. `checkpoint` empty (not None) means that no checkpoint is left."""

    exit: dict[str, Compared] = Field(default_factory=dict)
    rescue: RescueExpect | None = None
    sinks: dict[Name, SinkResult] = Field(default_factory=dict)
    replay: ReplayExpect | None = None
    ledger: LedgerExpect | None = None
    checkpoint: dict[Pattern, Compared] | None = None
    log: dict[str, LogLines] = Field(default_factory=dict)
    validation: Verdict | None = Field(default=None, alias="validate")


class Then(Check):
    """What must hold at the end, what must have happened on the way, and which breaches are allowed."""

    must_happen: Annotated[Many[EventName], OneOrMany] = ()
    must_not_happen: Annotated[Many[EventName], OneOrMany] = ()
    allow: Allowance | None = None
