"""One sink of a group file: its type, its target, its phases, its expectation."""

from __future__ import annotations

from typing import get_args

from engine.project.connectors import Connectors, Params
from engine.project.expect_tables import read_sink_expect
from engine.project.model import NamedSinkType, Phase, SinkConf, SinkType
from engine.project.paths import PathError, check_file_name, inside
from engine.project.problems import did_you_mean
from engine.project.table import Table
from engine.units import UnitError, parse_phases

SINK_TYPES: tuple[NamedSinkType, ...] = get_args(NamedSinkType)
WITH_TARGET: tuple[SinkType, ...] = ("file", "test_rescue")

_DEFAULT_BASE = "data/out_dat"
_DEFAULT_FILE = "out.dat"
# How a record is written changes no line's way through the pipeline: lines are kept byte for byte.
_WITHOUT_EFFECT = ("fmt",)


def read_sink(table: Table, index: int, connectors: Connectors) -> SinkConf:
    """Read one `[[sink_group.sinks]]`; a sink without a name is called `[index]` (facts page section 6)."""
    name = table.text("name")
    wrong = None if name is None else check_file_name(name)
    if wrong is not None:
        table.fail("name", wrong)
    name = f"[{index}]" if name is None else name
    table.accept("tags")
    _refuse_filter(table)
    params = connectors.resolve(table, f"sink '{name}'")
    kind = _type(table, params)
    expect = read_sink_expect(table)
    path = phases = None
    if kind is not None:
        path, phases = _read_params(params, kind)
        params.close()
    table.close()
    return SinkConf(name, kind or "file", path, phases, expect)


def _refuse_filter(table: Table) -> None:
    # Accepting it in silence would deliver lines that the real sink refuses.
    table.accept("filter", "filter_expect")
    for key in ("filter", "filter_expect"):
        if key in table:
            table.fail_key(key, f"'{key}' is not modelled yet", "remove it to test the rest of the project")


def _type(table: Table, params: Params) -> SinkType | None:
    if params.type is None:
        return None
    for known in SINK_TYPES:
        if params.type == known:
            return known
    message = f"sink type '{params.type}' is not modelled yet, known: {', '.join(SINK_TYPES)}"
    key = next(key for key in ("type", "connect", "use", "connector") if key in table)
    table.fail(key, message, did_you_mean(params.type, SINK_TYPES))
    return None


def _read_params(params: Params, kind: SinkType) -> tuple[str | None, tuple[Phase, ...] | None]:
    phases = _phases(params, kind)
    if kind not in WITH_TARGET:
        return None, phases
    params.accept(*_WITHOUT_EFFECT)
    sync = params.holder("sync")
    if sync.flag("sync", default=False):
        sync.fail_key("sync", "'sync = true' is not modelled yet", "remove it: the sink then syncs when it stops")
    return _target(params), phases


def _target(params: Params) -> str:
    base = params.holder("base").path("base") or _DEFAULT_BASE
    holder = params.holder("file")
    file = holder.text("file")
    if file is None:
        return f"{base}/{_DEFAULT_FILE}"
    try:
        return inside(f"{base}/{inside(file)}")
    except PathError as error:
        holder.fail("file", str(error))
        return f"{base}/{_DEFAULT_FILE}"


def _phases(params: Params, kind: SinkType) -> tuple[Phase, ...] | None:
    holder = params.holder("phases")
    if "phases" not in holder:
        return None
    if kind != "test_rescue":
        holder.fail_key("phases", "'phases' needs a sink of type 'test_rescue'")
        return None
    text = holder.text("phases")
    if text is None:
        return None
    try:
        return parse_phases(text)
    except UnitError as error:
        holder.fail("phases", str(error))
        return None
