"""`project:` written out in a scenario: its sinks, groups and settings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.project.model import Basis, LogLevel, Mode, RobustMode, SinkType, StrategyName
from wptest.language.shape import Choice, Many, Shape
from wptest.language.values import Count, Name, OneOrMany, Pattern, Phases, RelativePath

ErrorClass = Literal[
    "sink",
    "stg_ctrl",
    "logic",
    "data",
    "system",
    "business",
    "config",
    "network",
    "timeout",
    "permission",
    "resource",
]
Share = Annotated[float, Field(ge=0, le=1)]


class SinkShare(Shape):
    """The share of the lines that a sink should get: `ratio` within `tol`, or between `min` and `max`."""

    ratio: Share | None = None
    tol: Share | None = None
    min: Share | None = None
    max: Share | None = None


class GroupShare(Shape):
    """How the shares of a group's sinks are judged."""

    basis: Basis = "group_input"
    min_samples: Count = 0
    mode: Mode = "warn"
    sum_tol: Share | None = None
    others_max: Share | None = None


class InlineSink(Shape):
    """One sink; `file` is its target below `data/out_dat`, `<name>.dat` where none is given."""

    type: SinkType = "file"
    file: RelativePath | None = None
    phases: Phases | None = None
    expect: SinkShare | None = None


class InlineGroup(Shape):
    """A sink group: which rules' lines it takes, and the sinks that each of those lines goes to."""

    rule: Annotated[Many[Pattern], OneOrMany] = Field(min_length=1)
    sinks: dict[Name, InlineSink] = Field(min_length=1)
    expect: GroupShare | None = None


class InlineProject(Shape):
    """A project without a directory. `sinks` alone is one group that takes every line."""

    choices = (Choice("a project", "of 'sinks' and 'groups'", ("sinks", "groups")),)

    speed_limit: Count | None = None
    strategy: dict[ErrorClass, StrategyName] = Field(default_factory=dict)
    robust: RobustMode = "normal"
    log_level: LogLevel = "info"
    rescue_root: RelativePath = "data/rescue"
    sinks: dict[Name, InlineSink] | None = Field(default=None, min_length=1)
    groups: dict[Name, InlineGroup] | None = Field(default=None, min_length=1)
    expect: GroupShare | None = None
