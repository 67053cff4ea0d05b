"""`given:` sets the stage: the clock, the input, the phases of sinks, files, disks and environment variables."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from engine.units import SECOND
from wptest.language.codes import Code
from wptest.language.hand import DiskSpace
from wptest.language.shape import Choice, Mistake, Shape
from wptest.language.values import ClockTime, Count, Duration, Name, Phases, Rate, RelativePath, parse_clock_time

EnvName = Literal["WPTEST_RESCUE_PHASES", "LINE_CNT", "STAT_SEC"]

DEFAULT_CLOCK = parse_clock_time("2025-10-04 01:59:20")


class SourceInput(Shape):
    """The input: how many lines (`lines`, or `for` at the `rate`), how fast, and which rules' share of it."""

    choices = (Choice("a source", "of 'lines' and 'for'", ("lines", "for"), required=False),)

    lines: Count | None = None
    rate: Rate | None = None
    duration: Duration | None = Field(default=None, alias="for")
    rules: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _for_needs_rate(self) -> SourceInput:
        if self.duration is not None and not self.rate:
            raise Mistake("'for' says how many lines only with a 'rate'", "rate: 100/s", code=Code.CHOICE)
        return self

    @property
    def count(self) -> int | None:
        """How many lines the input has; None where the scenario leaves that to `wpgen`."""
        if self.duration is None:
            return self.lines
        return round((self.rate or 0) * self.duration / SECOND)


def _one_byte_each(value: str) -> str:
    for character in value:
        if ord(character) > 0xFF:
            raise Mistake(f"{character!r} is no single byte", 'characters up to "\\xff"')
    return value


class GivenFile(Shape):
    """A file that is there at the start: so many made-up lines (with a mark in each), this text, or these bytes.

    `bytes` is text in which each character stands for one byte, and so can be what UTF-8 can't.
    """

    choices: ClassVar[tuple[Choice, ...]] = (
        Choice("a file", "of 'lines', 'text' and 'bytes'", ("lines", "text", "bytes")),
    )

    lines: Count | None = None
    marked: str | None = None
    text: str | None = None
    raw: Annotated[str, AfterValidator(_one_byte_each)] | None = Field(default=None, alias="bytes")

    @model_validator(mode="after")
    def _marks_need_lines(self) -> GivenFile:
        if self.marked is not None and self.lines is None:
            raise Mistake("'marked' marks made-up lines, and there are none", "lines: 10", code=Code.CHOICE)
        return self


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Given(Shape):
    """Everything that is there before the first step."""

    clock: ClockTime = DEFAULT_CLOCK
    source: SourceInput | None = None
    phases: dict[Name, Phases] = Field(default_factory=dict)
    files: dict[RelativePath, GivenFile] = Field(default_factory=dict)
    disk: dict[RelativePath, DiskSpace] = Field(default_factory=dict)
    env: dict[EnvName, Annotated[str, BeforeValidator(_as_text)]] = Field(default_factory=dict)
