"""Single values of a scenario: how each is written, and what it becomes."""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from engine.project.model import Passing
from engine.text.mistake import Mistake, one_of
from engine.units import SECOND, WANTED_PHASES, Phase, parse_count, parse_phases
from wptest.expressions.parameters import UNITS
from wptest.shapes import written
from wptest.shapes.events import EVENTS
from wptest.shapes.wildcards import Glob
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean, every

Operator = Literal["==", "!=", "<", "<=", ">", ">="]
R = TypeVar("R")

COMPARISON = "a number like 5, or a comparison like '> 0', '<= 100' or 'not 0'"
FILTER = "a share from 0 to 1 like 0.25, or a pattern of lines like '*ERROR*'"
EQUAL_LINES = "how often, like 'every 3rd', or 'all'"
CLOCK_TIME = "a UTC time like 2025-10-04 01:59:20"

_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPARISON = re.compile(r"(==|!=|<=|>=|<|>|not\b)?\s*(\S+)")
_CLOCK_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_EVERY = re.compile(r"every ([1-9]\d{0,17})(?:st|nd|rd|th)", re.ASCII)
_SHORT = 60  # characters of a value that may be another spelling
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a number must be: `5`, `> 0`, `not 0`."""

    op: Operator
    number: int

    def holds(self, actual: float) -> bool:
        """Whether `actual` is what it must be."""
        return _OPERATORS[self.op](actual, self.number)

    def may_hold_after(self, actual: float) -> bool:
        """Whether a number that is `actual` now, and only ever grows, may come to be right."""
        return self.op in (">", ">=", "!=") or (self.op == "==" and actual <= self.number)

    def goes_with(self, other: Comparison) -> bool:
        """Whether some number is right for both."""
        near = {bound + step for bound in (self.number, other.number) for step in (-2, -1, 0, 1, 2)}
        return any(self.holds(number) and other.holds(number) for number in near if number >= 0)

    @property
    def says_none(self) -> bool:
        """Whether it is right for 0 and for nothing else."""
        return self.holds(0) and not self.holds(1) and self.op != "!="

    def __str__(self) -> str:
        return str(self.number) if self.op == "==" else f"{self.op} {self.number}"


def parse_comparison(value: Any) -> Comparison:
    """Read a number or a comparison as a scenario writes it; the numbers are counts (`10k`).

    Raises:
        Mistake: when it is neither.
    """
    match = _COMPARISON.fullmatch(value.strip()) if isinstance(value, str) else None
    if isinstance(value, bool) or not (match or isinstance(value, int | float)):
        raise _wrong(value, "a number or comparison", COMPARISON, "comparison")
    sign, number = match.groups() if match else (None, value)
    op = "!=" if sign == "not" else cast("Operator", sign or "==")
    try:
        return Comparison(op, parse_count(number))
    except Mistake as error:
        expected = "a number that isn't negative" if "negative" in error.problem else COMPARISON
        raise Mistake(error.problem, expected, help_=spelt_otherwise("comparison", value)) from None


def parse_clock_time(value: Any) -> int:
    """Nanoseconds since the epoch of a UTC time: `2025-10-04 01:59:20`, `2025-10-04T01:59:20Z`.

    Raises:
        Mistake: for anything else, another offset than UTC, and a time before 1970.
    """
    if not isinstance(value, str) or not _CLOCK_TIME.fullmatch(value):
        raise _wrong(value, "a time", CLOCK_TIME, "time")
    try:
        time = dt.datetime.fromisoformat(value)
    except ValueError:
        raise Mistake(f"{value!r} is a time that doesn't exist", CLOCK_TIME) from None
    time = time if time.tzinfo else time.replace(tzinfo=dt.UTC)
    since = time - _EPOCH
    if time.utcoffset() or since < dt.timedelta():
        utc = time.astimezone(dt.UTC)
        help_ = f"write {utc:%Y-%m-%d %H:%M:%S}" if utc >= _EPOCH else None
        raise Mistake(f"'{value}' is not a UTC time from 1970 on", CLOCK_TIME, help_=help_)
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds * 1_000


def value_in_words(value: Any) -> str:
    """A value as a message names it: `the text 'x'`, `the number 5`, `a list`, `nothing`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text '{value if len(value) <= 60 else value[:57] + '...'}'"
        case dict():
            return "a mapping"
        case _:
            return "a list"


def _wrong(value: Any, what: str, expected: str, kind: str = "") -> Mistake:
    if isinstance(value, str):
        return Mistake(f"{value!r} is not {what}", expected, help_=spelt_otherwise(kind, value))
    return Mistake(f"{value_in_words(value)} is not {what}", expected, code=Code.WRONG_TYPE)


def spelt_otherwise(kind: str, value: Any) -> str | None:
    """A help line with another spelling of a value of this kind, where one can be guessed."""
    from wptest.text.guesses import GUESSES, write  # noqa: PLC0415 - of no use to files without mistakes

    short = isinstance(value, str) and len(value) <= _SHORT
    return write(GUESSES[kind](value)) if kind in GUESSES and short else None


def _unit(what: str, parse: Callable[[Any], R], expected: str, types: tuple[type, ...]) -> Callable[[Any], R]:
    kind = what.rsplit(maxsplit=1)[-1]
    # Files repeat the same few quantities in every scenario.
    cached = lru_cache(maxsize=2048, typed=True)(parse)

    def read(value: Any) -> R:
        if isinstance(value, bool) or not isinstance(value, types):
            if isinstance(value, int | float) and not isinstance(value, bool):
                raise Mistake(f"the number {value} has no unit", expected)
            raise _wrong(value, what, expected)
        try:
            return cached(tuple(value) if isinstance(value, list) else value)
        except Mistake as error:
            written = ", ".join(value) if isinstance(value, list) else value
            item = error.item if isinstance(value, list) else None
            raise Mistake(error.problem, error.expected, help_=spelt_otherwise(kind, written), item=item) from None

    return read


def _phases(value: Any) -> tuple[Phase, ...]:
    for index, part in enumerate(value if isinstance(value, list) else ()):
        if not isinstance(part, str):
            mistake = _wrong(part, "a phase", WANTED_PHASES)
            mistake.item = index
            raise mistake
    try:
        return _read_phases(value)
    except Mistake as error:
        error.expected = WANTED_PHASES
        raise


def _glob(value: Any) -> Glob:
    if not isinstance(value, str) or not value:
        raise _wrong(value, "a pattern", "text with * for any characters and ? for one")
    return Glob(value)


def _event(value: str) -> str:
    if value not in EVENTS:
        area = [event for event in EVENTS if event.split(".")[0] == value.split(".", maxsplit=1)[0]]
        expected = one_of(area) if area else f"an event like {EVENTS[0]}"
        help_ = did_you_mean(value, EVENTS)
        raise Mistake(f"unknown event '{value}'", expected, help_=help_, code=Code.UNKNOWN_WORD)
    return value


def _name(value: str) -> str:
    if not re.fullmatch(written.NAME_PATTERN, value):
        plain = re.sub(r"[^\w.-]+", "_", value, flags=re.ASCII).strip("_.-")
        help_ = f"write {plain}" if plain and len(plain) <= _SHORT else None
        raise Mistake(f"'{value}' is not a name", "letters, digits and _ . - only", help_=help_)
    return value


def _sink_ref(value: str) -> str:
    if not re.fullmatch(written.SINK_PATTERN, value):
        raise Mistake(f"{value!r} is not the name of a sink", "a name like access_log, or group/[0]")
    return value


def _filter(value: Any) -> Passing:
    if isinstance(value, str) and value:
        return Passing(pattern=value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(value, "what a filter lets through", FILTER)
    if not 0 <= value <= 1:
        raise Mistake(f"{value} is not a share", FILTER)
    return Passing(share=float(value))


def _equal_lines(value: Any) -> int:
    match = _EVERY.fullmatch(value.strip()) if isinstance(value, str) else None
    nth = 1 if value == "all" else int(match[1]) if match is not None else 0
    if nth and value.strip() == every(nth):
        return nth
    number = value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
    if number:
        raise Mistake(f"the number {value} doesn't say how often", EQUAL_LINES, help_=f"write {every(number)}")
    raise _wrong(value, "how often lines are equal", EQUAL_LINES, "often")


_read_phases = _unit("phases", parse_phases, WANTED_PHASES, (str, list))
_read_duration = _unit("a duration", *UNITS["duration"])
_read_size = _unit("a size", *UNITS["size"])
_read_count = _unit("a whole number", *UNITS["count"])
_read_rate = _unit("a rate", *UNITS["rate"])

Duration = Annotated[int, BeforeValidator(_read_duration), written.DURATION_SCHEMA]
Size = Annotated[int, BeforeValidator(_read_size), written.SIZE_SCHEMA]
Count = Annotated[int, BeforeValidator(_read_count), written.COUNT_SCHEMA]
Positive = Annotated[int, BeforeValidator(_read_count), Field(ge=1), written.POSITIVE_SCHEMA]
Rate = Annotated[float, BeforeValidator(_read_rate), written.RATE_SCHEMA]
ClockTime = Annotated[int, BeforeValidator(parse_clock_time), written.CLOCK_TIME_SCHEMA]
Compared = Annotated[Comparison, PlainValidator(parse_comparison), written.COMPARED_SCHEMA]
Phases = Annotated[tuple[Phase, ...], PlainValidator(_phases), written.PHASES_SCHEMA]
Pattern = Annotated[Glob, PlainValidator(_glob), written.PATTERN_SCHEMA]
EventName = Annotated[str, AfterValidator(_event), written.EVENT_SCHEMA]
Name = Annotated[str, AfterValidator(_name), written.NAME_SCHEMA]
# A sink of a project, which may be called anything; whether there is such a one is known with the project.
SinkRef = Annotated[str, AfterValidator(_sink_ref), written.SINK_SCHEMA]
Filter = Annotated[Passing, PlainValidator(_filter), written.FILTER_SCHEMA]
EqualLines = Annotated[int, PlainValidator(_equal_lines), written.EQUAL_SCHEMA]
# Which programs a scenario starts is known only when all of it is.
ProcessKey = Annotated[str, written.PROGRAM_SCHEMA]
OneOrMany = written.Unbracketed()


@dataclass(frozen=True, slots=True)
class RefersTo:
    """Says of a text that it is the name of a `sink` of the project, or of a `process` that the scenario starts."""

    what: str


SinkName = Annotated[SinkRef, RefersTo("sink")]
ProcessName = Annotated[ProcessKey, RefersTo("process")]
