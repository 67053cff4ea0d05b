"""One sink of a group file: its type, its target, its filter, its phases, its expectation."""

from __future__ import annotations

from typing import get_args

from engine.directories.connectors import CONNECT_KEYS, Connectors, Params
from engine.directories.expect_tables import read_sink_expect
from engine.directories.paths import check_file_name
from engine.directories.table import Table
from engine.directories.target_paths import target_of
from engine.project.model import WITH_PHASES, NamedSinkType, SinkConf, SinkType
from engine.text.mistake import Mistake, suggest
from engine.units import Phase, parse_phases

SINK_TYPES: tuple[NamedSinkType, ...] = get_args(NamedSinkType)
WITH_TARGET: tuple[SinkType, ...] = ("file", "test_rescue")
STAND_INS = "data/stand_in"

# What WarpParse has: some look much like a misspelt one of ours.
_OF_OTHERS = frozenset({
    "kafka", "tcp", "udp", "http", "syslog", "victorialogs", "victorialog", "victoriametrics", "prometheus",
    "mysql", "postgres", "postgresql", "doris", "clickhouse", "elasticsearch", "redis", "count",
})  # fmt: skip
_DEFAULT_BASE = "data/out_dat"
_DEFAULT_FILE = "out.dat"
# How a record is written changes no line's way through the pipeline: lines are kept byte for byte.
_WITHOUT_EFFECT = ("fmt",)


def read_sink(table: Table, index: int, connectors: Connectors, *, infra: bool) -> SinkConf:
    """Read one `[[sink_group.sinks]]`; a sink without a name is called `[index]` (facts page section 6)."""
    name = table.text("name")
    wrong = None if name is None else check_file_name(name)
    if wrong is not None:
        table.fail("name", wrong)
    name = f"[{index}]" if name is None else name
    table.texts("tags")
    table.no_switch("a sink")
    filtered = _filtered(table)
    params = connectors.resolve(table, f"sink '{name}'")
    kind = _type(table, params)
    expect = read_sink_expect(table, infra=infra)
    path = phases = None
    sync = False
    if kind is not None:
        phases = _phases(params, kind)
        path, sync = _target(params, kind)
        params.close()
    table.close()
    foreign_kind = params.type or "" if kind == "stand_in" else ""
    return SinkConf(name, kind or "file", path, phases, expect, sync=sync, filtered=filtered, kind=foreign_kind)


def _filtered(table: Table) -> bool:
    """Whether there is a filter. Its condition is WPL, so what it lets through is for the scenario to say."""
    table.flag("filter_expect", default=True)
    if "filter_expect" in table and "filter" not in table:
        table.warn_key("filter_expect", "'filter_expect' without a 'filter' has no effect")
    return table.text("filter") is not None


def _type(table: Table, params: Params) -> SinkType | None:
    if params.type is None:
        return None
    for known in SINK_TYPES:
        if params.type == known:
            return known
    meant = None if params.type in _OF_OTHERS else suggest(params.type, SINK_TYPES)
    if meant is None:
        return "stand_in"
    key = next(key for key in ("type", *CONNECT_KEYS) if key in table)
    table.fail(key, f"unknown sink type '{params.type}'", meant)
    return None


def _target(params: Params, kind: SinkType) -> tuple[str | None, bool]:
    """The target file, and whether every write is synced."""
    if kind == "stand_in":  # its parameters are those of something else; where its lines go depends on its id
        params.accept_all()
        return None, False
    if kind not in WITH_TARGET:
        return None, False
    params.accept(*_WITHOUT_EFFECT)
    return target_of(params, _DEFAULT_BASE, _DEFAULT_FILE), params.holder("sync").flag("sync", default=False)


def _phases(params: Params, kind: SinkType) -> tuple[Phase, ...] | None:
    holder = params.holder("phases")
    if "phases" not in holder:
        return None
    if kind not in WITH_PHASES:
        holder.fail_key("phases", "'phases' needs a sink of type 'test_rescue'")
        return None
    text = holder.text("phases")
    if text is None:
        return None
    try:
        return parse_phases(text)
    except Mistake as error:
        holder.fail("phases", str(error))
        return None
