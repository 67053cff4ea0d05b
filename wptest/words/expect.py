"""`then:` and `check:`, what must hold beyond the invariants."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, PlainValidator

from engine.text.mistake import Mistake
from wptest.shapes import written
from wptest.shapes.shape import Caller, Many, Shape, Slot
from wptest.shapes.values import (
    COMPARISON,
    Compared,
    Comparison,
    Count,
    Duration,
    EventName,
    OneOrMany,
    Pattern,
    Process,
    Rate,
    SinkRef,
    parse_comparison,
)
from wptest.text.diagnostic import did_you_mean
from wptest.words.inline import Share

Verdict = Literal["pass", "warn", "fail"]


class RescueExpect(Shape):
    """How many rescue files there are: finished ones (`dat`) and ones still being written (`lock`)."""

    dat: Compared | None = Field(default=None, description="Released rescue files (`*.dat`).", examples=["> 0"])
    lock: Compared | None = Field(
        default=None, description="Rescue files still being written (`*.dat.lock`).", examples=[0]
    )


class ContentExpect(Shape):
    """What is in a sink's file: exactly this, or lines like these, in this order, never.

    A byte that is not UTF-8 is written as reports show it: a backslash, `x` and two digits.
    """

    exact: str | Many[str] | None = Field(
        default=None,
        alias="is",
        description="All its lines, or all its text with the ends of lines.",
        examples=[["one", "two"]],
    )
    contains: Annotated[Many[Pattern], OneOrMany] = Field(
        default=(), description="Lines that must be there, anywhere.", examples=[["*GET /*"]]
    )
    in_order: Annotated[Many[Pattern], OneOrMany] = Field(
        default=(), description="Lines in this order; others may stand between.", examples=[["first*", "second*"]]
    )
    never: Annotated[Many[Pattern], OneOrMany] = Field(
        default=(), description="Lines that must not be there.", examples=["*password*"]
    )


def _text_or_list_is_exact(value: Any) -> Any:
    return {"is": value} if isinstance(value, str | list) else value


Content = Annotated[
    ContentExpect,
    BeforeValidator(_text_or_list_is_exact, json_schema_input_type=ContentExpect | str | list[str]),
]


class SinkResult(Shape):
    """What a sink got: lines, their share within a tolerance, marks in order, the content of its file, how fast.

    `max_rate` and `min_rate` bound the average from the first line to the last, in lines per second.
    """

    model_config = ConfigDict(json_schema_extra={"dependencies": {"tol": ["ratio"]}})

    lines: Compared | None = Field(default=None, description="How many lines it got.", examples=[500, "> 0"])
    ratio: Share | None = Field(default=None, description="Their share of all lines read.", examples=[0.66])
    tol: Share | None = Field(default=None, description="How far off `ratio` is still right.", examples=[0.02])
    marked: Many[str] | None = Field(
        default=None, description="The marks of its lines, in order.", examples=[["new", "old"]]
    )
    content: Content | None = Field(
        default=None,
        description="What is in its file: all its lines, or `contains`, `in_order` and `never`.",
        examples=[["one", "two"], {"contains": "*GET /*"}],
    )
    max_rate: Rate | None = Field(
        default=None, description="The largest average speed, first line to last.", examples=["110/s"]
    )
    min_rate: Rate | None = Field(
        default=None, description="The least average speed, first line to last.", examples=["90/s"]
    )


class ReplayExpect(Shape):
    """What recovery did: the files in the order it replayed them, and lines sent twice or never."""

    files: Annotated[Many[Pattern], OneOrMany] | None = Field(
        default=None,
        description="The files, in the order in which they were replayed.",
        examples=[["*02:10:00.dat"]],
    )
    duplicates: Compared | None = Field(default=None, description="Lines that were sent twice.", examples=[0])
    lost: Compared | None = Field(default=None, description="Lines that were never sent.", examples=[0])


class LedgerExpect(Shape):
    """Where the lines are, over the whole run."""

    issued: Compared | None = Field(default=None, description="Lines that were made or given.", examples=[500])
    accepted: Compared | None = Field(default=None, description="Lines that `wparse` has read.", examples=[500])
    delivered: Compared | None = Field(default=None, description="Lines that their sinks have got.", examples=[500])
    rescued: Compared | None = Field(default=None, description="Lines that went to a rescue file.", examples=[500])
    stranded: Compared | None = Field(
        default=None, description="Lines in a `.dat.lock` whose writer is dead.", examples=[500]
    )
    quarantined: Compared | None = Field(
        default=None, description="Lines that are not text, put aside.", examples=[500]
    )
    dropped: Compared | None = Field(default=None, description="Lines that a strategy gave up.", examples=[500])
    lost: Compared | None = Field(default=None, description="Lines that are nowhere.", examples=[0])
    duplicates: Compared | None = Field(default=None, description="Lines that a sink got twice.", examples=[0])
    in_flight: Compared | None = Field(default=None, description="Lines between two places.", examples=[0])


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


class TimingExpect(Shape):
    """How long a process ran, from its last start to its end, in virtual nanoseconds."""

    within: Duration | None = Field(default=None, description="It ran no longer than this.", examples=["11s"])
    at_least: Duration | None = Field(default=None, description="It ran at least so long.", examples=["9s"])


def _figure(value: Any) -> Comparison | Literal["growing"]:
    return "growing" if value == "growing" else _comparison_or(value, "growing")


def _comparison_or(value: Any, word: str) -> Comparison:
    try:
        return parse_comparison(value)
    except Mistake as error:
        help_ = did_you_mean(value, [word]) if isinstance(value, str) else None
        raise Mistake(error.problem, f"{COMPARISON}, or {word}", help_=help_, code=error.code) from None


Figure = Annotated[Comparison | Literal["growing"], PlainValidator(_figure), written.FIGURE]
StatName = Literal["sink_stat", "pick_stat"]
FigureName = Literal["total", "success", "rescued", "dropped", "failures"]


def _loss(value: Any) -> Comparison | Literal["in_memory"]:
    return "in_memory" if value == "in_memory" else _comparison_or(value, "in_memory")


Loss = Annotated[Comparison | Literal["in_memory"], PlainValidator(_loss), written.LOSS]


class Allowance(Shape):
    """A breach of an invariant that the scenario allows, bounded by number.

    Lines that are lost `in_memory` are those that only a program had when the scenario killed it. Those that are
    `stuck` stay behind for ever: in a dead writer's `.lock`, for a sink that there is none of, never recovered.
    """

    lost: Loss | None = Field(
        default=None,
        description="So many lines may get lost; `in_memory`: those that only a program had when it was killed.",
        examples=["<= 100", "in_memory"],
    )
    duplicates: Compared | None = Field(
        default=None, description="So many lines may be there twice.", examples=["<= 100"]
    )
    stuck: Compared | None = Field(
        default=None,
        description="So many lines may stay behind for ever, in files that no program will take.",
        examples=[300],
    )


def _one_or_list_is_in_order(value: Any) -> Any:
    listed = [value] if isinstance(value, str) else value
    return {"in_order": listed} if isinstance(listed, list) else listed


LogLines = Annotated[
    LogExpect,
    BeforeValidator(_one_or_list_is_in_order, json_schema_input_type=Pattern | list[Pattern] | LogExpect),
]


OutputLines = Annotated[
    OutputExpect,
    BeforeValidator(_one_or_list_is_in_order, json_schema_input_type=Pattern | list[Pattern] | OutputExpect),
]


class Check(Caller):
    """What must hold at one moment.

    `checkpoint` empty (not None) means that no checkpoint is left. `metrics` are a process's monitor figures, by
    kind and target: the last report's value, or that it grew from report to report. `calls` are own checks.
    """

    slot = Slot("check")

    exit: dict[Process, Compared] = Field(
        default_factory=dict,
        description="The exit code of a program's last run; a killed one has 128 plus the signal's number.",
        examples=[{"wparse": 0}],
    )
    rescue: RescueExpect | None = Field(
        default=None, description="How many rescue files there are.", examples=[{"dat": 0, "lock": 0}]
    )
    sinks: dict[SinkRef, SinkResult] = Field(
        default_factory=dict, description="What sinks got, by name.", examples=[{"access_log": {"lines": 500}}]
    )
    replay: ReplayExpect | None = Field(
        default=None, description="What recovery did.", examples=[{"duplicates": 0, "lost": 0}]
    )
    ledger: LedgerExpect | None = Field(
        default=None, description="How many lines are where, over the whole run.", examples=[{"lost": 0}]
    )
    checkpoint: dict[Pattern, Compared] | None = Field(
        default=None,
        description="How many lines of each rescue file are done, as the checkpoint says; `{}`: no entry is left.",
        examples=[{}, {"*01:59:24.dat": 100}],
    )
    log: dict[Process, LogLines] = Field(
        default_factory=dict,
        description="What programs logged: a message, messages in order, or `in_order`, `never` and `exactly`.",
        examples=[{"wprescue": ["recover begin", "recover end"]}],
    )
    output: dict[Process, OutputLines] = Field(
        default_factory=dict,
        description="What the last runs of programs printed: lines in order, or `in_order`, `never` and `exactly`.",
        examples=[{"wproj": ["validate: PASS"]}],
    )
    timing: dict[Process, TimingExpect] = Field(
        default_factory=dict,
        description="How long programs ran, from their last start, in virtual time.",
        examples=[{"wprescue": {"at_least": "9s", "within": "11s"}}],
    )
    metrics: dict[Process, dict[StatName, dict[Pattern, dict[FigureName, Figure]]]] = Field(
        default_factory=dict,
        description="What a program's monitor reported: `pick_stat` by file, `sink_stat` by sink.",
        examples=[{"wprescue": {"sink_stat": {"a": {"success": 450}}}}],
    )
    validation: Verdict | None = Field(
        default=None, alias="validate", description="What the project's own expectations say."
    )


class Then(Check):
    """What must hold at the end, what must have happened on the way, and which breaches are allowed."""

    must_happen: Annotated[Many[EventName], OneOrMany] = Field(
        default=(),
        description="Events that must have happened; if not, the run is unverified.",
        examples=[["rescue.created", "recovery.file_removed"]],
    )
    must_not_happen: Annotated[Many[EventName], OneOrMany] = Field(
        default=(), description="Events that must not have happened.", examples=[["line.dropped"]]
    )
    allow: Allowance | None = Field(
        default=None,
        description="A breach of an invariant that is all right, bounded by number.",
        examples=[{"lost": "<= 100"}],
    )
