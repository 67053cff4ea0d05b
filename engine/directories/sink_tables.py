"""One sink of a group file: its type, its target, its filter, its phases, its expectation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar, get_args

from engine.directories.connectors import CONNECT_KEYS, Connectors, Params
from engine.directories.databases.database_ends import DATABASE_TYPES, DatabaseEnds
from engine.directories.expect_tables import read_sink_expect
from engine.directories.odd.tags import read_tags
from engine.directories.paths import check_file_name
from engine.directories.table import Table
from engine.directories.target_paths import target_of
from engine.project.model import RecordFormat, SinkConf
from engine.project.refused import RefusedPart
from engine.project.sink_kind import SinkKind
from engine.project.tag_values import tags_of
from engine.sinks.kinds import BY_NAME, SINK_KINDS
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.stand_in import STAND_IN_KIND
from engine.text.mistake import Mistake, suggest
from engine.units import Phase, parse_phases

_T = TypeVar("_T")

BY_ID = "data/stand_in"

# What WarpParse has, or others would like to: some look much like a misspelt one of ours.
_OF_OTHERS = frozenset({
    "kafka", "tcp", "udp", "http", "syslog", "victorialog", "victoriametrics", "prometheus",
    "postgres", "postgresql", "doris", "redis", "count",
})  # fmt: skip
_OF_FILES = tuple(name for name in BY_NAME if not SINK_KINDS[name].engines)
_DEFAULT_BASE = "data/out_dat"
_DEFAULT_FILE = "out.dat"
_FORMATS: tuple[RecordFormat, ...] = get_args(RecordFormat)


def read_sink(
    table: Table,
    index: int,
    connectors: Connectors,
    databases: DatabaseEnds,
    *,
    infra: bool,
    today: bool,
    tags: Sequence[str] = (),
) -> SinkConf:
    """Read one `[[sink_group.sinks]]`; a sink without a name is called `[index]` (facts page section 6).

    In today's layout it has to name a connector. `databases` are those that other sinks write to already, and the
    `tags` those that it has in common with others.
    """
    name = table.text("name")
    wrong = None if name is None else check_file_name(name)
    if wrong is not None:
        table.fail("name", wrong)
    name = f"[{index}]" if name is None else name
    all_tags = tags_of(tags, read_tags(table))
    table.no_switch("a sink")
    filter_file, expects = _filter(table)
    params = connectors.resolve(table, f"sink '{name}'", needs_connector=today)
    kind = _kind(table, params)
    expect = read_sink_expect(table, infra=infra)
    sink = SinkConf(name, kind or FILE_KIND, expect=expect, filtered=filter_file is not None, expects=expects)
    sink = replace(sink, filter_file=filter_file or "", tags=all_tags)
    if kind is not None:
        sink = _with_parameters(sink, params, databases)
        params.close()
    table.close()
    return sink


def _filter(table: Table) -> tuple[str | None, bool]:
    """The file of the filter, if there is one, and whether what meets its condition passes."""
    expects = table.flag("filter_expect", default=True)
    if "filter_expect" in table and "filter" not in table:
        table.warn_key("filter_expect", "'filter_expect' without a 'filter' has no effect")
    return table.text("filter"), expects


def _kind(table: Table, params: Params) -> SinkKind[object] | None:
    if params.type is None:
        return None
    if params.type in _OF_FILES:
        return SINK_KINDS[params.type]
    if params.type in DATABASE_TYPES:
        return DATABASE_TYPES[params.type].kind
    key = next(key for key in ("type", *CONNECT_KEYS) if key in table)
    meant = None if params.type in _OF_OTHERS else suggest(params.type, (*_OF_FILES, *DATABASE_TYPES))
    if meant is None:
        if params.type not in _OF_OTHERS:
            table.refuse(key, f"no sink is of the type '{params.type}'", by=RefusedPart.SINK)
        return STAND_IN_KIND
    message = f"unknown sink type '{params.type}'"
    if params.typed is not None:
        params.typed.fail("type", message, meant, RefusedPart.SINK)
    else:
        table.fail(key, message, meant, RefusedPart.SINK)
    return None


def _with_parameters(sink: SinkConf, params: Params, databases: DatabaseEnds) -> SinkConf:
    """The sink with its target, its phases and what else its kind has."""
    kind = sink.kind
    sink = replace(sink, phases=_phases(params, kind), settings=tuple(_settings(params, kind)))
    if kind.stands_in:  # its parameters are those of something else; where its lines go depends on its id
        params.accept_all()
        return replace(sink, stands_for=params.type or "")
    if kind.target == "none":
        return sink
    if kind.target == "table":
        database = databases.read(params, sink.name)
        return replace(sink, path=database.target, database=database, stands_for=params.type or "")
    sync = params.holder("sync").flag("sync", default=False)
    path = target_of(params, _DEFAULT_BASE, _DEFAULT_FILE) or f"{_DEFAULT_BASE}/{_DEFAULT_FILE}"
    return replace(sink, path=path, sync=sync, record_format=_record_format(params))


def _record_format(params: Params) -> RecordFormat:
    """How records stand in the target; an unknown format is told."""
    holder = params.holder("fmt")
    given = holder.text("fmt")
    for known in _FORMATS:
        if given == known:
            return known
    if given is not None:
        message, help_ = f"unknown format '{given}'", suggest(given, _FORMATS, or_all=True)
        if holder.part is None:
            holder.warn_key("fmt", f"{message}: lines are written as they are", help_)
        by = RefusedPart.FORMATS if holder.part is RefusedPart.GROUPS else RefusedPart.SINK
        holder.refuse("fmt", message, help_, by)
    return "raw" if holder.part is None else "json"


def _phases(params: Params, kind: SinkKind[object]) -> tuple[Phase, ...] | None:
    holder = params.holder("phases")
    if "phases" not in holder:
        return None
    if not kind.has_phases:
        owners = " or ".join(f"'{each.name}'" for each in SINK_KINDS.values() if each.by_name and each.has_phases)
        holder.fail_key("phases", f"'phases' needs a sink of type {owners}")
        return None
    return _read(holder, "phases", parse_phases)


def _settings(params: Params, kind: SinkKind[object]) -> Iterator[tuple[str, int]]:
    for parameter in kind.parameters:
        value = _read(params.holder(parameter.name), parameter.name, parameter.read)
        if value is not None:
            yield parameter.name, value


def _read(holder: Table, key: str, read: Callable[[str], _T]) -> _T | None:
    text = holder.text(key)
    try:
        return None if text is None else read(text)
    except Mistake as error:
        holder.fail(key, str(error))
        return None
