"""`project:` written out in a scenario: its sinks, groups and settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, create_model

from engine.project.model import Basis, LogLevel, RobustMode, StrategyName, VerdictMode
from engine.project.sink_kind import SinkParameter
from engine.sinks.kinds import BY_NAME, SINK_KINDS
from engine.text.source_text import KeyPath
from wptest.shapes.scenario_paths import RelativePath
from wptest.shapes.shape import Caller, KeyChoice, Many, Shape, Slot, documented
from wptest.shapes.values import Count, Duration, Name, OneOrMany, Pattern, Phases
from wptest.words.setting.database_sinks import InlineServer, RequestSize, RowOfLine

InlineErrorClass = Literal[
    "sink", "stg_ctrl", "logic", "data", "system", "business", "config", "network", "timeout", "permission",
    "resource",
]  # fmt: skip
Share = Annotated[float, Field(ge=0, le=1)]
WrittenMode = Literal["insert", "insert_ignore", "upsert", "create", "index"]
DATABASE_KEYS = ("server", "table", "row", "key", "batch", "write")
TOLERANCE_OF_NOTHING = ("'tol' is the tolerance of a 'ratio', and there is none", "add 'ratio', or remove 'tol'")

if TYPE_CHECKING:
    SinkTypeName = str
else:
    SinkTypeName = Literal[BY_NAME]


class SinkShare(Shape):
    """The share of the lines that a sink should get: `ratio` within `tol`, or between `min` and `max`."""

    model_config = ConfigDict(json_schema_extra={"dependencies": {"tol": ["ratio"]}})

    ratio: Share | None = documented("The share of the lines, 0 to 1.", 0.66)
    tol: Share | None = documented("How far off `ratio` is still right.", 0.02)
    min: Share | None = documented("The least share that is right.", 0.3)
    max: Share | None = documented("The largest share that is right.", 0.35)


class GroupShare(Shape):
    """How the shares of a group's sinks are judged."""

    basis: Basis = documented("Of what a share is a share.", default="group_input")
    min_samples: Count = documented("With fewer lines than this nothing is judged.", 100, default=0)
    mode: VerdictMode = documented("How bad a wrong share is.", default="warn")
    sum_tol: Share | None = documented("How far the sum of all shares may be off 1.", 0.01)
    others_max: Share | None = documented("The largest share of sinks that say nothing.", 0.05)


class _AnySink(Caller):
    """One sink; `file` is its target below `data/out_dat`, `<name>.dat` where none is given.

    `calls` has its extension where it is of somebody's own type.
    """

    slot = Slot("sink", "a sink", excludes=("type",))

    type: SinkTypeName = documented(
        ", ".join(f"`{name}` {SINK_KINDS[name].docs}" for name in BY_NAME) + ".", default="file"
    )
    file: RelativePath | None = documented("Its target below `data/out_dat`. Default: `<name>.dat`.", "a.dat")
    phases: Phases | None = documented("When a `test_rescue` sink is up and down. Default: `up 2s, down 2s`.")
    expect: SinkShare | None = documented("The share of the lines that it should get.", {"ratio": 0.5, "tol": 0.01})
    server: Name | None = documented("The server of its table. Default: one of its own.", "db")
    table: Name | None = documented("The table that its lines are rows of. Default: its own name.", "orders")
    row: RowOfLine | None = documented(
        "How a line becomes a row. Default: one column, `line`, with all of it.",
        {"parse": "json", "columns": {"code": {"type": "int64"}}},
    )
    key: Annotated[Many[Name], OneOrMany] | None = documented(
        "The columns that no two rows share all of. Without it nothing tells a row from another one.",
        "event_id",
        min_length=1,
    )
    batch: RequestSize | None = documented("How large its requests get.", {"lines": 500})
    write: WrittenMode | None = documented("What it does where the table has the key of a row.", "upsert")

    @property
    def of_databases(self) -> list[str]:
        """The keys that it has and only sinks of databases can have."""
        return [key for key in DATABASE_KEYS if getattr(self, key) is not None]

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

    rule: Annotated[Many[Pattern], OneOrMany] = documented(
        "The rules whose lines it takes, a pattern or a list.",
        "/nginx*",
        ["/app/*", "/api"],
        default=...,
        min_length=1,
    )
    sinks: dict[Name, InlineSink] = documented(
        "Its sinks by name; each gets every line.", {"access_log": {}}, default=..., min_length=1
    )
    expect: GroupShare | None = documented("How the shares of its sinks are judged.", {"basis": "total_input"})


class InlineProject(Shape):
    """A project without a directory. `sinks` alone is one group that takes every line."""

    choices = (KeyChoice("a project", "of 'sinks' and 'groups'", ("sinks", "groups")),)

    speed_limit: Count | None = documented(
        "How many lines a second recovery sends; `0` is no limit. Default: `10k`.", 100, 0
    )
    strategy: dict[InlineErrorClass, StrategyName] = documented(
        "By class of error, what a program does.", {"sink": "tolerant"}, default={}
    )
    robust: RobustMode = documented("The defaults of the strategies.", default="normal")
    log_level: LogLevel = documented("The least level that is logged.", default="info")
    rescue_root: RelativePath = documented("Where rescue files are.", "data/rescue", default="data/rescue")
    servers: dict[Name, InlineServer] = documented(
        "The database servers that its sinks write to.", {"db": {"engine": "innodb"}}, default={}
    )
    sinks: dict[Name, InlineSink] | None = documented(
        "Sinks by name: one group that takes every line.", {"access_log": {"type": "test_rescue"}}, min_length=1
    )
    groups: dict[Name, InlineGroup] | None = documented(
        "Groups by name, each with its rules and sinks.",
        {"web": {"rule": "/nginx*", "sinks": {"access_log": {}}}},
        min_length=1,
    )
    expect: GroupShare | None = documented(
        "How shares are judged, for every group without an `expect` of its own.", {"mode": "error"}
    )

    @property
    def placed_sinks(self) -> Iterator[tuple[KeyPath, str, InlineSink]]:
        """Its sinks: where each stands, its name, and what it says."""
        for name, sink in (self.sinks or {}).items():
            yield ("project", "sinks", name), name, sink
        for of_group, group in (self.groups or {}).items():
            for name, sink in group.sinks.items():
                yield ("project", "groups", of_group, "sinks", name), name, sink
