"""A table of an SQL server, or of SQLite where there is none."""

from __future__ import annotations

from engine.project.sink_kind import SinkKind
from engine.sinks.maker import Maker, make_database_sink

SQL_KIND: SinkKind[Maker] = SinkKind(
    name="sql",
    order=7,
    docs="writes rows to a table of an SQL server",
    by_name=True,
    target="table",
    has_phases=False,
    default_phases=(),
    trouble=None,
    is_counted=False,
    stands_in=False,
    parameters=(),
    engines=("sqlite", "innodb", "postgres", "myisam", "aria"),
    modes=("insert", "insert_ignore", "upsert"),
    make=make_database_sink,
)
