"""What a WarpParse project says, whichever way it was written down.

A project directory and a scenario's inline `project:` both end as one `Project`; programs see nothing else.
Paths are relative to the project's root (the work root) and use `/`. Durations are nanoseconds, rates are
lines per second. Where the shapes come from: facts page section 6; the seed's "directories" and "tunables".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, Self

from engine.project.as_written import NOT_WRITTEN, AsWritten
from engine.project.database_conf import DatabaseConf, ServerConf
from engine.project.origin import NOWHERE, Origin
from engine.project.sink_kind import SinkKind, SinkParameter
from engine.project.wpl import FieldIs, TakenModel, WplRule
from engine.text.diagnostic import Diagnostic
from engine.units import MILLISECOND, Phase

Basis = Literal["total_input", "group_input", "model"]
VerdictMode = Literal["warn", "error", "panic"]
StrategyName = Literal["throw", "tolerant", "fix_retry", "ignore", "terminate"]
RobustMode = Literal["debug", "normal", "strict"]
RecordFormat = Literal["raw", "kv", "json", "csv", "proto-text", "show"]
LogLevel = Literal["debug", "info", "warn", "error"]
ErrorClass = Literal[
    "sink", "stg_ctrl", "logic", "data", "system", "business", "config",
    "validation", "not_found", "permission", "run_rule", "network", "resource", "timeout", "external",
]  # fmt: skip

Tags = tuple[tuple[str, str], ...]  # names and values of fields that are added to records, by name

INFRA_GROUPS = ("default", "miss", "residue", "intercept", "error", "monitor")
BATCH = 1024  # lines: what real versions have where nobody says it
BATCH_PATIENCE = 300 * MILLISECOND  # so is this
MISS = "miss"  # the infra group of lines that no rule takes
MONITOR = "monitor"  # the infra group that gets figures instead of input


@dataclass(frozen=True, slots=True)
class SinkExpect:
    """What share of the denominator a sink should get: `ratio` within `tol`, or between `low` and `high`."""

    ratio: float | None = None
    tol: float = 0.0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class GroupExpect:
    """How a group's shares are judged (facts page section 7.2); `model` is the name behind a basis `mdl:<name>`."""

    basis: Basis = "group_input"
    min_samples: int = 0
    mode: VerdictMode = "warn"
    sum_tol: float | None = None
    others_max: float | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignConf:
    """A sink of type `python`: somebody else's code.

    Attributes:
        make: makes the object, from the target's path.
        original: the line that a stored one was made of, for a sink that stores them in another form.
        stored: the lines that the target with that path holds, as they were sent, for one that is no file of lines.
        reset: leaves no line in such a target, before a run.
        place: where the class is defined, as `file:line`.
    """

    make: Callable[[str], Any]
    original: Callable[[bytes], bytes] | None = None
    stored: Callable[[str], Any] | None = None
    reset: Callable[[str], Any] | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Passing:
    """Which lines a sink's filter lets through: what meets `condition`, what matches `pattern`, or a `share`."""

    share: float = 1.0
    pattern: str | None = None
    condition: FieldIs | None = None


@dataclass(frozen=True, slots=True)
class SinkConf:
    """One sink of a group.

    Attributes:
        name: unique in its group.
        path: its target file for the types that have one, else None.
        sync: every write is made durable before it counts.
        record_format: how records stand in its target, where that is the behaviour.
        whole: no model takes the records of its group, so they keep what was added to their lines.
        filtered: the project has a filter here; what it lets through is `passing`, everything where that is None.
        filter_file: the file of its condition.
        expects: the filter lets through what meets its condition, and not what doesn't.
        settings: what it has of its kind's own parameters, by name.
        stands_for: what the project calls its type, where that is none of ours: `kafka` of a stand-in, `mysql`.
        tags: what real versions add to its records: its own tags, and those of its group and of all groups.
        database: what it writes to which table, for a sink of a database.
        group: the name of its group; empty for a sink that stands alone.
        id: unique in its project, and what everybody calls it; see `engine.project.identity`.
    """

    name: str
    kind: SinkKind[object]
    path: str | None = None
    phases: tuple[Phase, ...] | None = None
    expect: SinkExpect | None = None
    foreign: ForeignConf | None = None
    sync: bool = False
    record_format: RecordFormat = "raw"
    whole: bool = False
    filtered: bool = False
    filter_file: str = ""
    expects: bool = True
    passing: Passing | None = None
    settings: tuple[tuple[str, int], ...] = ()
    stands_for: str = ""
    tags: Tags = ()
    database: DatabaseConf | None = None
    group: str = ""
    id: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", self.name)

    @property
    def target(self) -> str:
        """Its target file, for one of a kind that has a target."""
        assert self.path is not None, f"a sink of the kind {self.kind.name} has a target"
        return self.path

    @property
    def type(self) -> str:
        """Its type as the project has it."""
        return self.stands_for or self.kind.name

    @property
    def wants_places(self) -> bool:
        """Whether it has to be told where lines were first read, as rows of its table say it."""
        return self.database is not None and self.database.wants_places

    @property
    def goes_down(self) -> bool:
        """Whether it goes up and down in phases."""
        return bool(self.phases or self.kind.default_phases)

    def value_of(self, parameter: SinkParameter) -> int:
        """What it has of a parameter of its kind."""
        return dict(self.settings).get(parameter.name, parameter.default)

    @property
    def parameters(self) -> dict[str, str]:
        """What was said of the parameters of its kind, as projects and scenarios write it."""
        given = dict(self.settings)
        return {each.name: each.written(given[each.name]) for each in self.kind.parameters if each.name in given}

    @property
    def full_name(self) -> str:
        """`<group>/<name>` as a path: `/sink/benchmark` and `[0]` make `sink/benchmark/[0]`."""
        return "/".join(part for part in (*self.group.split("/"), self.name) if part)


@dataclass(frozen=True, slots=True)
class GroupConf:
    """A sink group: every line routed to it goes to each of its sinks.

    `rules` are wildcards over rule names (`/benchmark*`), `models` are OML models that it takes the records of; the
    longest wildcard that matches wins. Infra groups have none: lines reach them by what happened to them, not by
    rule; one that is built in stands for a missing file. With `parallel` the group is there so many times, and
    batches go to its replicas by turns; sinks of the same name write to the same file.

    Attributes:
        batch: how many lines its sinks get at once, where they are gathered; infra groups have sizes of their own.
        patience: how long lines are gathered, in nanoseconds.
        is_superseded: a later group of its name has its rules and models, and gets its lines (D54).
    """

    name: str
    sinks: tuple[SinkConf, ...]
    rules: tuple[str, ...] = ()
    infra: bool = False
    expect: GroupExpect | None = None
    parallel: int = 1
    batch: int = BATCH
    patience: int = BATCH_PATIENCE
    models: tuple[TakenModel, ...] = ()
    is_built_in: bool = False
    is_superseded: bool = False

    @property
    def takes(self) -> tuple[str, ...]:
        """The wildcards of all that it takes, as messages say them."""
        of_models = (f"{rule} (OML {each.model.name})" for each in self.models for rule in each.model.rules)
        return *self.rules, *of_models


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample line and the rule that parses it: what `wpgen sample` repeats and routing recognises.

    With `needs_id` the rule has a field for an event id, so that no rule takes the line as it is.
    """

    rule: str
    text: str
    needs_id: bool = False


@dataclass(frozen=True, slots=True)
class SourceConf:
    """The file source: where input is read, and how fast.

    `rate` is in lines per second, 0 for as fast as it can; `unit` is how many lines are read at once, 0 for a
    tenth of a second's. Of the lines that `wpgen` makes, each `equal`-th is its sample as it is, without an event
    id, and so equal to others; with 0 none is. Real versions call it by its `key`, and so many `workers` parse.
    With `keeps_position` it is kept how far the input was read, and whoever reads it next goes on there (D36). Its
    `tags` are added to records of its lines.
    """

    path: str = "data/in_dat/gen.dat"
    rate: float = 0.0
    unit: int = 0
    enabled: bool = True
    equal: int = 0
    key: str = "file_1"
    workers: int = 1
    keeps_position: bool = False
    tags: Tags = ()


@dataclass(frozen=True)
class Project:
    """A whole project, checked and with every default filled in.

    A scenario's input is that of `source`; `more_sources` are the others that are read, of files as they are.
    `strategies` overrides, by error class (`sink`, `data`, ...), what the robust mode would do.
    `speed_limit` bounds recovery in lines per second; 0 means no limit. `stat_window` is in seconds. `patterns` say
    of which rule a line is that is no sample's: the first whose wildcard matches it. `wpl` are the rules of its WPL
    files, which say it where no pattern does. `warnings` are what its files have that has no effect here; they
    change nothing. `servers` are what its sinks of databases write to. `origin` is how its files were read,
    `as_written` what they say besides.
    """

    name: str
    groups: tuple[GroupConf, ...]
    samples: tuple[Sample, ...]
    source: SourceConf = SourceConf()
    more_sources: tuple[SourceConf, ...] = ()
    rescue_root: str = "data/rescue"
    log_dir: str = "logs"
    log_level: LogLevel = "info"
    speed_limit: int = 10_000
    robust: RobustMode = "normal"
    strategies: Mapping[str, StrategyName] = field(default_factory=lambda: MappingProxyType({}))
    stat_window: int = 60
    patterns: tuple[tuple[str, str], ...] = ()
    wpl: tuple[WplRule, ...] = ()
    warnings: tuple[Diagnostic, ...] = field(default=(), compare=False)
    servers: tuple[ServerConf, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False)
    as_written: AsWritten = field(default=NOT_WRITTEN, compare=False)

    @cached_property
    def business_sinks(self) -> tuple[SinkConf, ...]:
        """The sinks of all business groups, in configuration order."""
        return tuple(sink for group in self.groups if not group.infra for sink in group.sinks)

    @cached_property
    def sinks(self) -> tuple[SinkConf, ...]:
        """Every sink, business first, then infra."""
        infra = tuple(sink for group in self.groups if group.infra for sink in group.sinks)
        return self.business_sinks + infra

    @property
    def sources(self) -> tuple[SourceConf, ...]:
        """The sources that are read."""
        return (self.source, *self.more_sources) if self.source.enabled else ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The paths of all inputs, also of one that is not read."""
        return tuple(dict.fromkeys(each.path for each in (self.source, *self.more_sources)))

    def at_rate(self, rate: float) -> Self:
        """The project whose sources are read at so many lines a second each."""
        more = tuple(replace(each, rate=rate) for each in self.more_sources)
        return replace(self, source=replace(self.source, rate=rate), more_sources=more)

    def sink(self, name: str) -> SinkConf | None:
        """The sink of that id or full name (`group/name`); None where there is none, or more than one."""
        plain, sinks = name.strip("/"), self.sinks
        by_id = (sink for sink in sinks if sink.id == plain)
        return next(by_id, None) or next((sink for sink in sinks if sink.full_name == plain), None)

    def rules_of(self, sink: str) -> tuple[WplRule, ...]:
        """The WPL rules whose records come to a sink as they are; none where a model makes others of them."""
        group = next(group for group in self.groups if any(each.id == sink for each in group.sinks))
        return () if group.models else self.wpl

    def sink_of_rescue_file(self, name: str) -> SinkConf | None:
        """The sink that a rescue file is named after: its id or full name.

        In a directory that is no group's it may be the id alone; a sink that nobody gave a name has none.
        """
        directory, _, last = name.rpartition("/")
        if (found := self.sink(name)) is not None:
            return found
        mine = any(directory == sink.full_name.rpartition("/")[0] for sink in self.sinks)
        return None if mine else next((sink for sink in self.sinks if sink.id == last), None)

    @property
    def stand_ins(self) -> tuple[SinkConf, ...]:
        """The sinks of types that the engine doesn't have."""
        return tuple(sink for sink in self.sinks if sink.kind.stands_in)
