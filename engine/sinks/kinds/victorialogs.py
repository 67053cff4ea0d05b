"""VictoriaLogs: a store that takes every line, knows no key, and has what it took in memory first."""

from __future__ import annotations

from engine.project.sink_kind import SinkKind
from engine.sinks.maker import Maker, make_database_sink

VICTORIALOGS_KIND: SinkKind[Maker] = SinkKind(
    name="victorialogs",
    order=10,
    docs="writes lines to VictoriaLogs",
    by_name=True,
    target="table",
    has_phases=False,
    default_phases=(),
    trouble=None,
    is_counted=False,
    stands_in=False,
    parameters=(),
    engines=("log_store",),
    modes=("create",),
    make=make_database_sink,
)
