"""`then:` and `check:`, what must hold beyond the invariants."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator

from wptest.language.inline import Share
from wptest.language.shape import Many, Mistake, Shape
from wptest.language.values import (
    COMPARISON,
    Compared,
    Comparison,
    Count,
    Duration,
    EventName,
    Name,
    OneOrMany,
    Pattern,
    Rate,
    parse_comparison,
)

Verdict = Literal["pass", "warn", "fail"]


class RescueExpect(Shape):
    """How many rescue files there are: finished ones (`dat`) and ones still being written (`lock`)."""

    dat: Compared | None = None
    lock: Compared | None = None


class SinkResult(Shape):
    """What a sink got: lines, their share within a tolerance, the marks of its lines in order, how fast.

    `max_rate` and `min_rate` bound the average from the first line to the last, in lines per second.
    """

    lines: Compared | None = None
    ratio: Share | None = None
    tol: Share | None = None
    marked: Many[str] | None = None
    max_rate: Rate | None = None
    min_rate: Rate | None = None


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


class TimingExpect(Shape):
    """How long a process ran, from its last start to its end, in virtual nanoseconds."""

    within: Duration | None = None
    at_least: Duration | None = None


def _figure(value: Any) -> Comparison | Literal["growing"]:
    if value == "growing":
        return "growing"
    try:
        return parse_comparison(value)
    except Mistake as error:
        raise Mistake(error.problem, f"{COMPARISON}, or growing", code=error.code) from None


Figure = Annotated[Comparison | Literal["growing"], PlainValidator(_figure, json_schema_input_type=int | str)]
StatName = Literal["sink_stat", "pick_stat"]
FigureName = Literal["total", "success", "rescued", "dropped", "failures"]


class Allowance(Shape):
    """A breach of an invariant that the scenario allows, bounded by number."""

    lost: Compared | None = None
    duplicates: Compared | None = None


def _list_is_in_order(value: Any) -> Any:
    return {"in_order": value} if isinstance(value, list) else value


LogLines = Annotated[LogExpect, BeforeValidator(_list_is_in_order, json_schema_input_type=list[str] | LogExpect)]


class Check(Shape):
    """What must hold at one moment.

    `checkpoint` empty (not None) means that no checkpoint is left. `metrics` are a process's monitor figures, by
    kind and target: the last report's value, or that it grew from report to report.
    """

    exit: dict[str, Compared] = Field(default_factory=dict)
    rescue: RescueExpect | None = None
    sinks: dict[Name, SinkResult] = Field(default_factory=dict)
    replay: ReplayExpect | None = None
    ledger: LedgerExpect | None = None
    checkpoint: dict[Pattern, Compared] | None = None
    log: dict[str, LogLines] = Field(default_factory=dict)
    timing: dict[str, TimingExpect] = Field(default_factory=dict)
    metrics: dict[str, dict[StatName, dict[Pattern, dict[FigureName, Figure]]]] = Field(default_factory=dict)
    validation: Verdict | None = Field(default=None, alias="validate")


class Then(Check):
    """What must hold at the end, what must have happened on the way, and which breaches are allowed."""

    must_happen: Annotated[Many[EventName], OneOrMany] = ()
    must_not_happen: Annotated[Many[EventName], OneOrMany] = ()
    allow: Allowance | None = None
