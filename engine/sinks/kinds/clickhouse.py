"""A table of ClickHouse."""

from __future__ import annotations

from engine.project.sink_kind import SinkKind
from engine.sinks.maker import Maker, make_database_sink

CLICKHOUSE_KIND: SinkKind[Maker] = SinkKind(
    name="clickhouse",
    order=8,
    docs="writes rows to a table of ClickHouse",
    by_name=True,
    target="table",
    has_phases=False,
    default_phases=(),
    trouble=None,
    is_counted=False,
    stands_in=False,
    parameters=(),
    engines=("merge_tree", "replacing_merge_tree"),
    modes=("insert",),
    make=make_database_sink,
)
