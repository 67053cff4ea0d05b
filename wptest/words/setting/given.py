"""`given:` sets the stage: the clock, the input, the phases of sinks, files, disks and environment variables."""

from __future__ import annotations

import posixpath
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from engine.directories.surroundings import VARIABLE_NAME
from engine.storage.profiles import DiskProfile
from engine.text.mistake import Mistake
from engine.units import SECOND
from wptest.shapes import written
from wptest.shapes.shape import KeyChoice, Shape
from wptest.shapes.values import (
    ClockTime,
    Count,
    Duration,
    Filter,
    OuterPath,
    Pattern,
    Phases,
    Rate,
    RelativePath,
    SinkRef,
    parse_clock_time,
)
from wptest.text.codes import Code
from wptest.words.setting.given_file import GivenFile
from wptest.words.verbs.directory_sizes import DiskSpace

KNOWN_VARIABLES = ("WPTEST_RESCUE_PHASES", "LINE_CNT", "STAT_SEC")  # to programs; files may ask for any other

DEFAULT_CLOCK = parse_clock_time("2025-10-04 01:59:20")


class SourceInput(Shape):
    """The input: how many lines (`lines`, or `for` at the `rate`), how fast, and which rules' share of it."""

    choices = (KeyChoice("a source", "of 'lines' and 'for'", ("lines", "for"), required=False),)

    model_config = ConfigDict(json_schema_extra={"dependencies": {"for": ["rate"]}})

    lines: Count | None = Field(
        default=None,
        description="How many lines there are. Without it and `for`, a step like `run: wpgen sample -n 500` "
        "writes the input.",
        examples=[500, "10k"],
    )
    rate: Rate | None = Field(default=None, description="How fast the input is read.", examples=["100/s", "2k/s"])
    duration: Duration | None = Field(
        default=None, alias="for", description="So long at the `rate`, instead of `lines`.", examples=["4d"]
    )
    rules: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict,
        description="Whose lines, by rule: the rules' shares of the input.",
        examples=[{"/nginx": 3, "/postfix": 1}],
    )
    patterns: dict[str, Pattern] = Field(
        default_factory=dict,
        description="Of which rule a line is that the scenario wrote itself: the first whose pattern it matches.",
        examples=[{"/nginx": "*GET *", "/sshd": "*sshd*"}],
    )

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


def _variable(value: str) -> str:
    if not VARIABLE_NAME.fullmatch(value):
        raise Mistake(f"{value!r} is not the name of a variable", "letters, digits and _ . - only, like WP_OUT")
    return value


def _one_line(value: str) -> str:
    if "${" in value or any(ord(character) < 0x20 or ord(character) == 0x7F for character in value):
        expected = "one line of text, without another variable in it"
        raise Mistake(f"{value!r} is no value of an environment variable", expected)
    return value


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Given(Shape):
    """Everything that is there before the first step."""

    clock: ClockTime = Field(
        default=DEFAULT_CLOCK, description="The wall clock at the start, UTC.", examples=["2025-10-04 01:59:20"]
    )
    source: SourceInput | None = Field(
        default=None,
        description="The input: how many lines, how fast, of which rules.",
        examples=[{"lines": 500, "rate": "100/s"}],
    )
    phases: dict[SinkRef, Phases] = Field(
        default_factory=dict,
        description="When `test_rescue` sinks and stand-ins are up and down, by sink; wins over the project's.",
        examples=[{"access_log": ["up 2s", "down 2s"]}],
    )
    filters: dict[SinkRef, Filter] = Field(
        default_factory=dict,
        description="What the filters of a project directory let through, by sink: a share of the lines, or those "
        "that match a pattern.",
        examples=[{"alerts": 0.25}, {"alerts": "*ERROR*"}],
    )
    files: dict[RelativePath, GivenFile] = Field(
        default_factory=dict,
        description="Files that are there at the start, by path.",
        examples=[{"data/rescue/a-2025-10-04_01:59:24.dat": {"lines": 100}}],
    )
    disk: dict[RelativePath, DiskSpace] = Field(
        default_factory=dict,
        description="How much fits into directories.",
        examples=[{"data/rescue": {"size": "256KiB"}}],
    )
    durability: DiskProfile = Field(
        default="posix",
        description="What a power loss may take of what was not synced. `strict`: nothing. `ordered`: the latest "
        "changes of names, and bytes. `posix`: anything. `lying`: what was synced as well.",
    )
    env: dict[
        Annotated[str, AfterValidator(_variable), written.VARIABLE_SCHEMA],
        Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | int), AfterValidator(_one_line)],
    ] = Field(
        default_factory=dict,
        description="Environment variables: `WPTEST_RESCUE_PHASES`, `LINE_CNT` and `STAT_SEC` of the programs, and "
        "those that the files of a project directory ask for, as in `${WP_OUT:./data/out_dat}`.",
        examples=[{"LINE_CNT": 500}, {"WP_OUT": "data/out"}],
    )
    paths: dict[OuterPath, RelativePath] = Field(
        default_factory=dict,
        description="Where in the run's directory paths of a project directory lead that lead out of it.",
        examples=[{"/var/log/wp": "data/wp"}],
    )

    @field_validator("paths")
    @classmethod
    def _no_path_twice(cls, paths: dict[str, str]) -> dict[str, str]:
        seen: dict[str, str] = {}
        for path in paths:
            other = seen.setdefault(posixpath.normpath(path), path)
            if other != path:
                raise Mistake(f"'{other}' and '{path}' are the same path", "each path once")
        return paths
