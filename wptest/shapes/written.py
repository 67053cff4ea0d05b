"""How single values are written, as JSON Schema says it: patterns, examples, bounds.

A pattern accepts what the loader accepts, or a little more where a pattern can't count: the loader has the last
word. `x-name` names the definition that a value gets in the schema, `x-value` is that definition.
"""

from __future__ import annotations

from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from engine.programs.program_specs import PROGRAMS, OptionTable, ProgramSpec
from wptest.shapes.events import EVENTS

_NUMBER = r"\d{1,18}(?:\.\d{1,18})?"
_COUNT = rf"{_NUMBER}(?:[eE]\+?\d{{1,2}}|[kKMG])?"
_DURATION = r"(?=[\d])" + r"\s*".join(
    rf"(?:{_NUMBER}\s*{unit})?" for unit in ("d", "h", "m", "s", "ms", "us", "ns")
)
_PHASE = rf"\s*(?:up|down)\s+{_DURATION}\s*"
_RELATIVE = r"(?![/~])(?![A-Za-z]:)(?!(?:.*/)?\.\.(?:/|$))[^\\\u0000]*[^\\\u0000\s]"
_WHOLE = {"type": "number", "minimum": 0, "multipleOf": 1}

NAME_PATTERN = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
SINK_PATTERN = r"[^{}\u0000-\u001f\u007f]+"


def value_schema(name: str, description: str, schema: dict[str, Any], *examples: Any) -> WithJsonSchema:
    """The JSON Schema of a kind of value, to stand in its `Annotated`."""
    return WithJsonSchema(
        {"x-name": name, "x-value": {"description": description, **schema, "examples": list(examples)}}
    )


def text(pattern: str) -> dict[str, Any]:
    """The schema of a text that matches `pattern` as a whole, but for white space around it."""
    return {"type": "string", "pattern": rf"^\s*{pattern}\s*$"}


def _program(name: str, spec: ProgramSpec) -> str:
    by_options: dict[str, list[str]] = {}
    for mode in spec.modes:
        by_options.setdefault(_options(spec.options_of(mode)), []).append(mode.replace(" ", r"\s+"))
    modes = [rf"(?:{'|'.join(modes)}){options}" for options, modes in by_options.items()]
    return rf"{name}\s+" + (modes[0] if len(modes) == 1 else rf"(?:{'|'.join(modes)})")


def _options(table: OptionTable) -> str:
    options = [
        flag + ("" if kind == "flag" else rf"(?:=|\s+){_option_value(kind)}") for flag, (_, kind) in table.items()
    ]
    return rf"(?:\s+(?:{'|'.join(options)}))*" if options else ""


def _option_value(kind: str) -> str:
    if kind in ("count", "seconds"):
        return r"\d+"
    return r"(?![/~])(?!(?:\S*/)?\.\.(?:[/\s]|$))\S+" if kind == "inside" else r"\S+"


DURATION_SCHEMA = value_schema(
    "duration", "How long: 250ms, 2s, 1m30s, 3d16h.", text(_DURATION), "250ms", "2s", "1m30s"
)
SIGNED_DURATION_SCHEMA = value_schema(
    "step", "How far: 5s forward, -5s back.", text(rf"-?{_DURATION}"), "-5s", "1h"
)
SIZE_SCHEMA = value_schema(
    "size",
    "Bytes: 512, 10kB (10,000), 256KiB, 64MiB.",
    {"anyOf": [_WHOLE, text(rf"{_NUMBER}\s*(?:B|[kKMGT]B|[KMGT]iB)?")]},
    "256KiB",
    "64MiB",
)
COUNT_SCHEMA = value_schema(
    "count", "A whole number: 500, 10k, 1e6.", {"anyOf": [_WHOLE, text(_COUNT)]}, 500, "10k"
)
POSITIVE_SCHEMA = value_schema(
    "positive",
    "A whole number, 1 or more.",
    {"anyOf": [{**_WHOLE, "minimum": 1}, text(rf"(?!0+\s*$){_COUNT}")]},
    1,
    3,
)
RATE_SCHEMA = value_schema(
    "rate", "Lines per second, minute or hour: 100/s.", text(rf"{_COUNT}\s*/\s*[smh]"), "100/s", "10/m"
)
CLOCK_TIME_SCHEMA = value_schema(
    "time",
    "A UTC time from 1970 on.",
    text(
        r"(?:19[7-9]\d|[2-9]\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[ T]"
        r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|\+00:?00)?"
    ),
    "2025-10-04 01:59:20",
)
COMPARED_SCHEMA = value_schema(
    "comparison",
    "A number, or a comparison with one.",
    {"anyOf": [_WHOLE, text(rf"(?:==|!=|<=|>=|<|>|not\b)?\s*{_COUNT}")]},
    5,
    "> 0",
    "<= 100",
    "not 0",
)
FIGURE_SCHEMA = value_schema(
    "figure",
    "A number or comparison for the last report, or `growing` from report to report.",
    {"anyOf": [_WHOLE, text(rf"(?:growing|(?:==|!=|<=|>=|<|>|not\b)?\s*{_COUNT})")]},
    450,
    "growing",
)
_AT_MOST = rf"(?:==|<=|<)?\s*{_COUNT}"
ALLOWED_SCHEMA = value_schema(
    "allowed",
    "A number, or a comparison that says how many at most.",
    {"anyOf": [_WHOLE, text(_AT_MOST)]},
    5,
    "<= 100",
)
_LOST = {"anyOf": [_WHOLE, text(rf"(?:in_memory|{_AT_MOST})")]}
LOSS_SCHEMA = value_schema(
    "loss",
    "So many lines, or `in_memory`: those that only a program had when it was killed; or a list of both.",
    {"anyOf": [*_LOST["anyOf"], {"type": "array", "minItems": 1, "maxItems": 2, "items": _LOST}]},
    "<= 100",
    "in_memory",
    ["in_memory", "<= 3"],
)
PHASES_SCHEMA = value_schema(
    "phases",
    "When a sink is up and when it is down, over and over.",
    {
        "anyOf": [
            text(rf"{_PHASE}(?:,{_PHASE})*"),
            {"type": "array", "minItems": 1, "items": text(_PHASE)},
        ]
    },
    ["up 2s", "down 2s"],
    "up 2s, down 2s",
)
PATTERN_SCHEMA = value_schema(
    "pattern",
    "`*` is any text, `?` one character; it must match the whole.",
    {"type": "string", "minLength": 1},
    "recover file: *",
)
PATH_SCHEMA = value_schema(
    "path",
    "A relative path with `/`, and never `..`.",
    text(_RELATIVE),
    "data/out_dat/a.dat",
)
OUTER_PATH_SCHEMA = value_schema(
    "outer-path",
    "A path that leads out of a directory: absolute, or with `..` in front.",
    text(r"(?:/|(?:\./+)*\.\.(?:/|$))[^\\\u0000-\u001f\u007f]*"),
    "/var/log/wp",
)
ANY_PATH_SCHEMA = value_schema(
    "any-path",
    "A path with `/`.",
    text(r"(?!~)(?![A-Za-z]:)[^\\\u0000-\u001f\u007f]*[^\\\u0000-\u001f\u007f\s]"),
    "../deploy/wp",
)
VARIABLE_SCHEMA = value_schema(
    "variable",
    "The name of an environment variable.",
    {"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9_.-]*$"},
    "WP_OUT",
)
BYTES_SCHEMA = value_schema(
    "bytes", "Each character is one byte.", {"type": "string", "pattern": r"^[\u0000-\u00ff]*$"}, "a\xff"
)
PATH_PATTERN_SCHEMA = value_schema(
    "path-pattern",
    "A pattern of relative paths: `*` within one part, `**` over any number.",
    text(_RELATIVE),
    "data/out_dat/**",
)
NAME_SCHEMA = value_schema(
    "name", "Letters, digits and `_` `.` `-`.", {"type": "string", "pattern": f"^{NAME_PATTERN}$"}, "access_log"
)
SINK_SCHEMA = value_schema(
    "sink",
    "A sink of the project: its name, or `group/name` where other groups have one of that name.",
    {"type": "string", "pattern": f"^{SINK_PATTERN}$"},
    "access_log",
    "web/[0]",
)
FILTER_SCHEMA = value_schema(
    "filter",
    "What a filter lets through: a share of the lines, or those that match a pattern.",
    {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "minLength": 1}]},
    0.25,
    "*ERROR*",
)
EQUAL_SCHEMA = value_schema(
    "equal-lines",
    "Which lines are equal: every so-manieth, or all.",
    text(r"(?:all|every (?!0|1st)\d{0,17}(?:1\dth|(?<!1)(?:1st|2nd|3rd|[04-9]th)))"),
    "every 3rd",
    "all",
)
EVENT_SCHEMA = value_schema(
    "event", "Something that happens in a run.", {"type": "string", "enum": list(EVENTS)}, "rescue.created"
)
DRIFT_SCHEMA = value_schema(
    "drift", "Parts per million.", text(r"[+-]?\d{1,6}(?:\.\d{1,3})?\s*ppm"), "200ppm", "-50ppm"
)
MODE_SCHEMA = value_schema(
    "mode", "Permission bits, in quotes.", {"type": "string", "pattern": "^0?[0-7]{3}$"}, "0500"
)
PROGRAM_NAME = "^[a-z][a-z0-9_-]*$"
PROGRAM_SCHEMA = value_schema(
    "program",
    "One of the four programs, or the name that a step has given to one.",
    {"anyOf": [{"type": "string", "enum": list(PROGRAMS)}, {"type": "string", "pattern": PROGRAM_NAME}]},
    "wparse",
)
BEHAVIOUR_SCHEMA = value_schema(
    "behaviour",
    "What programs do: a profile, or CHOICE=VALUE. `wptest behaviours` lists them.",
    text(r"[A-Za-z0-9_.-]+(?:=[a-z0-9_]+)?"),
    "wp-motor-1.17",
    "resume=from_start",
)
COMMAND_SCHEMA = value_schema(
    "command",
    "A command line of one of the four programs.",
    text(f"(?:{'|'.join(_program(name, spec) for name, spec in PROGRAMS.items())})"),
    "wparse daemon",
    "wprescue work",
    "wpgen sample -n 1000",
)
USE_SCHEMA = value_schema(
    "use",
    "The name of shared steps, or the name with what they are given.",
    {
        "anyOf": [
            {"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9_-]*$"},
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": {"anyOf": [{"type": "object"}, {"type": "null"}]},
            },
        ]
    },
    "stop",
    {"stop": {"program": "wparse"}},
)
# The message is what yaml-language-server shows where nothing fits; else it would list the one word that it knows.
_IDLE = {"enum": ["idle"], "errorMessage": "expected idle, a duration like 250ms, {exit: ...} or {event: ...}"}
WAITED_TIME_SCHEMA = value_schema(
    "moment", "`idle`, or how long: 2s.", {"anyOf": [_IDLE, text(_DURATION)]}, "idle", "2s"
)


class Unbracketed:
    """Lets a list of one be written without its brackets."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Put a single text into a list before it is checked."""
        return core_schema.no_info_before_validator_function(_one_is_many, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Either one item or the list."""
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


def _one_is_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class OrTrue:
    """Lets `true` stand for a mapping with its defaults."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Put an empty mapping in the place of `true` before it is checked."""
        return core_schema.no_info_before_validator_function(_true_is_empty, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Either `true` or the mapping."""
        return {"anyOf": [{"const": True}, handler(schema)]}


def _true_is_empty(value: Any) -> Any:
    return {} if value is True else value
