"""`project:` written out in a scenario: its sinks, groups and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, create_model

from engine.project.model import Basis, LogLevel, RobustMode, StrategyName, VerdictMode
from engine.project.sink_kind import SinkParameter
from engine.sinks.kinds import BY_NAME, SINK_KINDS
from wptest.shapes.shape import Caller, KeyChoice, Many, Shape, Slot
from wptest.shapes.values import Count, Duration, Name, OneOrMany, Pattern, Phases, RelativePath

InlineErrorClass = Literal[
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
TOLERANCE_OF_NOTHING = ("'tol' is the tolerance of a 'ratio', and there is none", "add 'ratio', or remove 'tol'")

if TYPE_CHECKING:
    SinkTypeName = str
else:
    SinkTypeName = Literal[BY_NAME]


class SinkShare(Shape):
    """The share of the lines that a sink should get: `ratio` within `tol`, or between `min` and `max`."""

    model_config = ConfigDict(json_schema_extra={"dependencies": {"tol": ["ratio"]}})

    ratio: Share | None = Field(default=None, description="The share of the lines, 0 to 1.", examples=[0.66])
    tol: Share | None = Field(default=None, description="How far off `ratio` is still right.", examples=[0.02])
    min: Share | None = Field(default=None, description="The least share that is right.", examples=[0.3])
    max: Share | None = Field(default=None, description="The largest share that is right.", examples=[0.35])


class GroupShare(Shape):
    """How the shares of a group's sinks are judged."""

    basis: Basis = Field(default="group_input", description="Of what a share is a share.")
    min_samples: Count = Field(
        default=0, description="With fewer lines than this nothing is judged.", examples=[100]
    )
    mode: VerdictMode = Field(default="warn", description="How bad a wrong share is.")
    sum_tol: Share | None = Field(
        default=None, description="How far the sum of all shares may be off 1.", examples=[0.01]
    )
    others_max: Share | None = Field(
        default=None, description="The largest share of sinks that say nothing.", examples=[0.05]
    )


class _AnySink(Caller):
    """One sink; `file` is its target below `data/out_dat`, `<name>.dat` where none is given.

    `calls` has its extension where it is of somebody's own type.
    """

    slot = Slot("sink", "a sink", excludes=("type",))

    type: SinkTypeName = Field(
        default="file", description=", ".join(f"`{name}` {SINK_KINDS[name].docs}" for name in BY_NAME) + "."
    )
    file: RelativePath | None = Field(
        default=None, description="Its target below `data/out_dat`. Default: `<name>.dat`.", examples=["a.dat"]
    )
    phases: Phases | None = Field(
        default=None, description="When a `test_rescue` sink is up and down. Default: `up 2s, down 2s`."
    )
    expect: SinkShare | None = Field(
        default=None,
        description="The share of the lines that it should get.",
        examples=[{"ratio": 0.5, "tol": 0.01}],
    )

    @property
    def kind(self) -> str:
        """Its type as the scenario names it."""
        return self.calls[0].key if self.calls else self.type

    @property
    def settings(self) -> dict[str, int]:
        """What it says of the parameters that only sinks of some kind have."""
        given = {name: getattr(self, name) for name in _OF_KINDS}
        return {name: value for name, value in given.items() if value is not None}


_OF_KINDS = {parameter.name: parameter for name in BY_NAME for parameter in SINK_KINDS[name].parameters}


def _field(parameter: SinkParameter) -> Any:
    docs = f"{parameter.docs} Default: `{parameter.written(parameter.default)}`."
    return Duration | None, Field(default=None, description=docs, examples=[parameter.example])


if TYPE_CHECKING:
    InlineSink = _AnySink
else:
    _fields = {name: _field(parameter) for name, parameter in _OF_KINDS.items()}
    InlineSink = create_model("InlineSink", __base__=_AnySink, __doc__=_AnySink.__doc__, **_fields)


class InlineGroup(Shape):
    """A sink group: which rules' lines it takes, and the sinks that each of those lines goes to."""

    rule: Annotated[Many[Pattern], OneOrMany] = Field(
        min_length=1,
        description="The rules whose lines it takes, a pattern or a list.",
        examples=["/nginx*", ["/app/*", "/api"]],
    )
    sinks: dict[Name, InlineSink] = Field(
        min_length=1, description="Its sinks by name; each gets every line.", examples=[{"access_log": {}}]
    )
    expect: GroupShare | None = Field(
        default=None, description="How the shares of its sinks are judged.", examples=[{"basis": "total_input"}]
    )


class InlineProject(Shape):
    """A project without a directory. `sinks` alone is one group that takes every line."""

    choices = (KeyChoice("a project", "of 'sinks' and 'groups'", ("sinks", "groups")),)

    speed_limit: Count | None = Field(
        default=None,
        description="How many lines a second recovery sends; `0` is no limit. Default: `10k`.",
        examples=[100, 0],
    )
    strategy: dict[InlineErrorClass, StrategyName] = Field(
        default_factory=dict,
        description="By class of error, what a program does.",
        examples=[{"sink": "tolerant"}],
    )
    robust: RobustMode = Field(default="normal", description="The defaults of the strategies.")
    log_level: LogLevel = Field(default="info", description="The least level that is logged.")
    rescue_root: RelativePath = Field(
        default="data/rescue", description="Where rescue files are.", examples=["data/rescue"]
    )
    sinks: dict[Name, InlineSink] | None = Field(
        default=None,
        min_length=1,
        description="Sinks by name: one group that takes every line.",
        examples=[{"access_log": {"type": "test_rescue"}}],
    )
    groups: dict[Name, InlineGroup] | None = Field(
        default=None,
        min_length=1,
        description="Groups by name, each with its rules and sinks.",
        examples=[{"web": {"rule": "/nginx*", "sinks": {"access_log": {}}}}],
    )
    expect: GroupShare | None = Field(
        default=None,
        description="How shares are judged, for every group without an `expect` of its own.",
        examples=[{"mode": "error"}],
    )
